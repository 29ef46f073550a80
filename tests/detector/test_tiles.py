"""Tiles cover the scan, keep one shape and overlap enough."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import TilePlanError
from detector.tiles import Tile, extract_tile, plan_tiles

LENGTHS = st.integers(1, 200)


@given(width=LENGTHS, height=LENGTHS, side=st.integers(1, 64), data=st.data())
def test_every_pixel_is_in_a_tile_of_one_shape(width, height, side, data):
    overlap = data.draw(st.integers(0, side - 1))
    seen = np.zeros((height, width), dtype=np.uint16)

    tiles = plan_tiles(width, height, side=side, overlap=overlap)

    for tile in tiles:
        seen[tile.y0 : tile.y1, tile.x0 : tile.x1] += 1
    assert seen.min() >= 1
    assert {tile.size for tile in tiles} == {(min(side, width), min(side, height))}
    assert len(set(tiles)) == len(tiles)


@given(width=LENGTHS, side=st.integers(1, 64), data=st.data())
def test_an_object_no_wider_than_the_overlap_is_whole_in_some_tile(width, side, data):
    overlap = data.draw(st.integers(0, side - 1))
    x0 = data.draw(st.integers(0, max(width - overlap, 0)))
    x1 = min(x0 + overlap, width)

    tiles = plan_tiles(width, 1, side=side, overlap=overlap)

    assert any(tile.x0 <= x0 and x1 <= tile.x1 for tile in tiles)


def test_too_much_overlap_says_what_to_do():
    with pytest.raises(TilePlanError, match="Choose an overlap from 0 to 639 px"):
        plan_tiles(4000, 1500, side=640, overlap=640)


def test_an_empty_scan_is_refused():
    with pytest.raises(TilePlanError, match="empty scan of 0 x 4 px"):
        plan_tiles(0, 4, side=4, overlap=0)


@given(width=st.integers(1, 40), height=st.integers(1, 40))
def test_a_tile_is_a_copy_padded_with_air(width, height):
    planes = np.random.default_rng(0).integers(1, 255, (50, 50, 3), np.uint8)
    tile = Tile(3, 5, 3 + width, 5 + height)

    cut = extract_tile(planes, tile, side=40, fill=(0, 255, 128))

    assert cut.shape == (3, 40, 40)
    seen = cut[:, :height, :width].transpose(1, 2, 0)
    np.testing.assert_array_equal(seen, planes[5 : 5 + height, 3 : 3 + width])
    padding = np.concatenate(
        [cut[:, height:].reshape(3, -1), cut[:, :, width:].reshape(3, -1)], 1
    )
    assert (padding == np.array([[0], [255], [128]])).all()
