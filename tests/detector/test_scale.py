"""Scans come to the network's scale, whatever scanner they are from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.scan import ScanInfo
from detector.scale import Scale

SIDES = st.integers(1, 5000)


@given(SIDES, SIDES, st.floats(0.5, 10), st.floats(0.5, 10))
def test_an_object_keeps_its_millimetres(width, height, x, y):
    new = Scale(pitch_mm=4.0).size_of((width, height), ScanInfo(pitch_mm=(x, y)))
    for side, pitch, scaled in zip((width, height), (x, y), new, strict=True):
        assert abs(scaled * 4.0 - side * pitch) <= max(2.0, 4.0 - side * pitch)


@given(SIDES, SIDES)
def test_without_a_pitch_the_longest_side_is_as_stated(width, height):
    new = Scale(longest_side_px=416).size_of((width, height), ScanInfo())
    assert max(new) == 416
    assert min(new) >= 1


def test_without_either_pixels_stay_as_they_come():
    assert Scale().size_of((123, 45), ScanInfo()) == (123, 45)


@pytest.mark.parametrize("pitch", [0.0, -1.0, float("nan")])
def test_a_scale_has_a_length(pitch):
    with pytest.raises(ValueError, match="pitch_mm"):
        Scale(pitch_mm=pitch)
