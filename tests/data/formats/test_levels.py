"""Air, where a file does not state it."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.formats import estimate_air


def make_scan(air, noise, air_share, wall) -> Any:
    """Air above a wall of one transmission, with a dense block and hot pixels."""
    rng = np.random.default_rng(5)
    mean = np.full((200, 300), air * wall)
    mean[: round(200 * air_share)] = air
    mean[150:, :100] = air * 0.01
    counts = mean * (1 + noise * rng.standard_normal(mean.shape))
    counts.flat[:: counts.size // 10] = 65535
    return np.clip(counts, 0, 65535).astype(np.uint16)


@settings(max_examples=60)
@given(
    air=st.floats(2000, 60000),
    noise=st.floats(0.001, 0.02),
    air_share=st.floats(0.05, 0.7),
    wall=st.floats(0.3, 0.88),
)
def test_air_is_found_over_a_container_that_fills_more_of_the_scan(
    air, noise, air_share, wall
):
    estimate = estimate_air(make_scan(air, noise, air_share, wall))
    assert estimate == pytest.approx(air, rel=0.01)


def test_readings_clipped_at_air_give_that_level():
    rng = np.random.default_rng(6)
    counts = np.clip(60000 + 400 * rng.standard_normal((90, 90)), 0, 60000)
    assert estimate_air(counts.astype(np.uint16)) == pytest.approx(60000, rel=0.01)


@given(value=st.integers(0, 65535))
def test_a_scan_of_one_value_gives_it_but_never_less_than_a_count(value):
    estimate = estimate_air(np.full((4, 6), value, np.uint16))
    assert estimate == pytest.approx(max(value, 1), rel=0.005)


@settings(max_examples=50)
@given(st.lists(st.integers(0, 65535), min_size=1, max_size=30))
def test_any_counts_give_a_level_among_them(values):
    estimate = estimate_air(np.array([values], np.uint16))
    assert 1 <= estimate <= max(*values, 1)


def test_counts_that_are_a_view_are_taken_too():
    counts = make_scan(50000, 0.01, 0.3, 0.5)
    assert estimate_air(counts[::-1, ::2].T) == pytest.approx(50000, rel=0.01)
