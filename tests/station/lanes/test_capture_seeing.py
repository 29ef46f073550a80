"""Frames are told apart: nothing new, a shift, a jump."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.lanes.capture.seeing import find_shift, is_blank, reduce_frame
from tests.station.lanes.screens import add_noise, add_pointer, make_blank, make_scan

SCAN = make_scan(1400, 240, seed=5)


def measure(before, after):
    """How far it moved, px."""
    found = find_shift(before, after)
    assert found is not None
    return found.px


def look(at, width=500):
    return reduce_frame(np.ascontiguousarray(SCAN[:, at : at + width]))


@settings(max_examples=60, deadline=None)
@given(at=st.integers(250, 600), px=st.integers(-200, 200))
def test_a_shift_is_found_to_the_pixel(at, px):
    assert measure(look(at), look(at + px)) == pytest.approx(px, abs=0.1)


def test_noise_and_a_pointer_do_not_mislead():
    frames = [SCAN[:, at : at + 500] for at in (300, 300, 330)]
    first, same, moved = map(reduce_frame, add_pointer(add_noise(frames, 3.0), 24))
    assert measure(first, same) == 0.0
    assert measure(first, moved) == pytest.approx(30, abs=0.3)


def test_another_picture_is_no_shift():
    other = reduce_frame(make_scan(500, 240, seed=9))
    assert find_shift(look(300), other) is None


def test_what_comes_in_to_a_blank_screen_is_measured():
    blank = make_blank(500, 240)
    entered = blank.copy()
    entered[:, -60:] = SCAN[:, 100:160]
    found = measure(reduce_frame(blank), reduce_frame(entered))
    assert found == pytest.approx(60, abs=2)


def test_a_blank_screen_may_shade_from_top_to_bottom():
    shades = np.linspace(200, 240, 240).astype(np.uint8)
    plain = np.repeat(np.repeat(shades[:, None], 500, 1)[..., None], 3, axis=2)
    assert is_blank(reduce_frame(plain))
    assert is_blank(reduce_frame(next(add_pointer([plain]))))
    assert not is_blank(look(300))
