"""Opaque regions as rectangles, in px of the scan."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detector.opaque_regions import MOST_REGIONS, find_blocks, list_opaque_regions


def test_a_display_scan_and_one_that_lets_rays_through_have_none():
    assert list_opaque_regions(None, (90, 50)).shape == (0, 4)
    assert list_opaque_regions(np.zeros((50, 90), bool), (90, 50)).shape == (0, 4)


@given(st.integers(0, 6), st.integers(0, 6), st.integers(3, 5), st.integers(3, 5))
def test_a_rectangle_comes_back_in_px_of_the_scan(x, y, width, height):
    opaque = np.zeros((96, 96), bool)
    opaque[8 * y : 8 * (y + height), 8 * x : 8 * (x + width)] = True
    (box,) = list_opaque_regions(opaque, (192, 48))
    expected = np.array([16 * x, 4 * y, 16 * (x + width), 4 * (y + height)])
    np.testing.assert_allclose(box, expected)


def test_the_largest_come_first_and_specks_are_left_out():
    opaque = np.zeros((160, 320), bool)
    opaque[0:24, 0:24] = True
    opaque[80:160, 80:160] = True
    opaque[0:8, 200:208] = True
    boxes = list_opaque_regions(opaque, (320, 160))
    assert boxes.tolist() == [[80, 80, 160, 160], [0, 0, 24, 24]]


def test_there_are_never_too_many():
    opaque = np.zeros((32 * 12, 32 * 12), bool)
    for y in range(0, 32 * 12, 32):
        for x in range(0, 32 * 12, 32):
            opaque[y : y + 24, x : x + 24] = True
    assert len(list_opaque_regions(opaque, (384, 384))) == MOST_REGIONS


def test_a_block_is_found_where_nothing_passes_from_top_to_bottom():
    opaque = np.zeros((100, 2000), bool)
    opaque[20:70, 500:900] = True
    opaque[20:70, 1500:1600] = True
    opaque[90:, 1700:] = True
    assert find_blocks(opaque) == [(0.25, 0.45)]
    assert find_blocks(~opaque & False) == []
    assert find_blocks(None) == []


def test_what_hangs_together_by_a_thread_is_taken_apart():
    opaque = np.zeros((160, 320), bool)
    opaque[:, :80] = opaque[:, 240:] = True
    opaque[80:88] = True
    assert sorted(list_opaque_regions(opaque, (320, 160)).tolist()) == [
        [0, 0, 80, 160],
        [240, 0, 320, 160],
    ]
