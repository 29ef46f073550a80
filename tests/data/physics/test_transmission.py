"""Attenuation adds up along the ray and survives dead pixels."""

import numpy as np
from hypothesis import given
from hypothesis.extra.numpy import array_shapes, arrays
from hypothesis.strategies import floats, integers

from data.physics.transmission import (
    bring_counts,
    measure_transmission,
    to_attenuation,
    to_transmission,
)

TRANSMISSIONS = arrays(
    np.float32,
    array_shapes(min_dims=2, max_dims=2),
    elements=floats(2.0**-16, 1.0, width=32),
)
COUNTS = arrays(
    np.uint16, array_shapes(min_dims=2, max_dims=2), elements=integers(0, 65535)
)


def make_levels(height, air, dark):
    """Air and dark of rows that differ."""
    rows = np.arange(height, dtype=np.float32)
    return air - 7 * rows, dark + 3 * rows


@given(TRANSMISSIONS)
def test_there_and_back(scan):
    back = to_transmission(to_attenuation(scan))
    np.testing.assert_allclose(back, scan, rtol=1e-5)


@given(TRANSMISSIONS)
def test_two_layers_attenuate_by_the_sum(scan):
    layer = to_attenuation(np.sqrt(scan))
    np.testing.assert_allclose(2 * layer, to_attenuation(scan), atol=1e-5)


def test_dead_pixels_stay_finite():
    dead = np.array([[0.0, -0.01]], dtype=np.float32)
    assert np.isfinite(to_attenuation(dead)).all()


@given(COUNTS, floats(40_000, 60_000, width=32), floats(0, 900, width=32))
def test_counts_at_equal_levels_are_the_very_same(counts, air, dark):
    own, to = (make_levels(len(counts), air, dark) for _ in range(2))
    np.testing.assert_array_equal(bring_counts(counts, own, to), counts)


@given(COUNTS, floats(20_000, 30_000, width=32), floats(1_000, 2_000, width=32))
def test_counts_at_other_levels_have_the_same_transmission(counts, air, dark):
    own = make_levels(len(counts), 60_000, 500)
    to = make_levels(len(counts), air, dark)
    brought = bring_counts(counts, own, to)
    half_a_count = 0.51 / (to[0] - to[1]).min()
    before, after = (
        measure_transmission(counts, *own),
        measure_transmission(brought, *to),
    )
    assert brought.dtype == np.uint16
    assert np.abs(before - after).max() < half_a_count


def test_counts_that_no_scanner_can_give_are_clipped():
    counts = np.array([[0, 300, 60_000]], np.uint16)
    own, to = make_levels(1, 1_100, 100), make_levels(1, 10_010, 10)
    brought = bring_counts(counts, own, to)
    assert brought.tolist() == [[0, 2_010, 65_535]]
