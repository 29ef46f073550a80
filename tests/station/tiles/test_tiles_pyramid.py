"""A scan at all scales."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from data.scan import take_columns
from station.tiles.pyramid import LEVELS, Pyramid
from tests.station.tiles.scans import make_scan


def build(scan, *pieces):
    """A pyramid of a scan that is handed over in pieces of these widths."""
    pyramid, at = Pyramid(scan), 0
    for width in pieces or (scan.size[0],):
        pyramid.add(take_columns(scan, at, at + width))
        at += width
    pyramid.finish()
    return pyramid


def read_all(pyramid, level):
    width, height = pyramid.size(level)
    return pyramid.read(level, slice(0, height), slice(0, width))


@pytest.mark.parametrize("kind", ["dual", "single", "display"])
@pytest.mark.parametrize("pieces", [(1, 1, 298), (299, 1), (7,) * 42 + (6,), (256, 44)])
def test_it_does_not_matter_in_which_pieces_a_scan_comes(kind, pieces):
    scan = make_scan(kind)
    whole, parts = build(scan), build(scan, *pieces)
    for level in range(LEVELS):
        assert_array_equal(read_all(whole, level), read_all(parts, level))
        assert whole.noise(level) == parts.noise(level)


def test_smaller_scales_hold_means_of_transmission_over_area():
    scan = make_scan(width=320, height=64)
    pyramid = build(scan)
    full = np.stack([scan.transmission("high"), scan.transmission("low")])
    assert_array_equal(read_all(pyramid, 0), full)
    for level in range(1, 7):
        side = 2**level
        cells = full.reshape(2, 64 // side, side, 320 // side, side)
        assert_allclose(read_all(pyramid, level), cells.mean((2, 4)), atol=1e-6)


def test_transmission_below_nothing_counts_in_the_means():
    scan = make_scan(width=256, height=64)
    full = scan.transmission("high")
    assert (full < 0).any()
    whole = read_all(build(scan), 6)[0]
    assert_allclose(whole[0, -1], full[:, 192:].mean(), rtol=1e-4)


def test_at_the_edges_what_is_there_counts_alone():
    scan = make_scan(width=5, height=3)
    full = scan.transmission("high")
    half = read_all(build(scan), 1)[0]
    assert half.shape == (2, 3)
    assert_allclose(half[1, 0], full[2, :2].mean(), rtol=1e-6)
    assert_allclose(half[0, 2], full[:2, 4].mean(), rtol=1e-6)
    assert [build(scan).size(level) for level in (2, 3, 7)] == [(2, 1), (1, 1), (1, 1)]


def test_before_the_end_a_half_filled_pixel_is_not_there_yet():
    scan = make_scan(width=5, height=4)
    pyramid = Pyramid(scan)
    pyramid.add(scan)
    assert [pyramid.size(level)[0] for level in range(4)] == [5, 2, 1, 0]


def test_a_picture_keeps_its_brightness():
    scan = make_scan("display", width=64, height=64)
    found = read_all(build(scan), 0)
    assert_array_equal(found, scan.display.transpose(2, 0, 1))


def test_a_pyramid_does_not_hold_on_to_what_it_was_made_from():
    scan = make_scan(width=300)
    high = Pyramid(scan).first.high
    assert high is not None
    assert high.base is not None
    assert high.base.size == scan.size[1]
