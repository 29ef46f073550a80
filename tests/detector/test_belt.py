"""A belt of blocks is the picture that they are cut from, padded with air."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.belt import Belt
from detector.encoding import Block
from detector.tiles import Tile

AIR = (0, 255, 128)


def make_block(x0, planes):
    height, width = planes.shape[1:]
    nothing = np.zeros((height, width), bool)
    return Block(x0, planes, nothing, nothing, 0, np.zeros((1, 1), np.float32))


def fill(planes, ends):
    """A belt with a picture in blocks that end at columns."""
    belt = Belt(AIR)
    starts = [0, *sorted(set(ends) - {planes.shape[2]})]
    for start, stop in zip(starts, [*starts[1:], planes.shape[2]], strict=True):
        belt.add(make_block(start, planes[..., start:stop]))
    return belt


@st.composite
def pictures(draw):
    """A picture of three planes, where its blocks end, and a tile that touches it."""
    width, height = draw(st.integers(1, 60)), draw(st.integers(1, 20))
    random = np.random.default_rng(draw(st.integers(0, 99)))
    planes = random.integers(0, 256, (3, height, width), np.uint8)
    ends = draw(st.lists(st.integers(1, width), max_size=5))
    x0, y0 = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    tile = Tile(x0, y0, x0 + draw(st.integers(1, 70)), y0 + draw(st.integers(1, 30)))
    return planes, ends, tile


@given(pictures(), st.integers(0, 9), st.integers(0, 9))
def test_a_tile_is_what_slicing_the_picture_gives(picture, right, below):
    planes, ends, tile = picture
    size = tile.size[0] + right, tile.size[1] + below
    expected = np.empty((3, size[1], size[0]), np.uint8)
    expected[:] = np.array(AIR)[:, None, None]
    part = planes[:, tile.y0 : tile.y1, tile.x0 : tile.x1]
    expected[:, : part.shape[1], : part.shape[2]] = part
    np.testing.assert_array_equal(fill(planes, ends).cut(tile, size), expected)


@given(pictures(), st.data())
def test_what_is_forgotten_is_what_lies_wholly_before(picture, data):
    planes, ends, tile = picture
    before = fill(planes, ends).cut(tile, tile.size)
    belt = fill(planes, ends)
    x = data.draw(st.integers(0, tile.x0))
    belt.forget(x)
    np.testing.assert_array_equal(belt.cut(tile, tile.size), before)


def test_columns_that_were_let_go_show_air():
    belt = fill(np.ones((3, 2, 9), np.uint8), [3, 6])
    belt.forget(5)
    cut = belt.cut(Tile(0, 0, 9, 2), (9, 2))
    assert (cut[..., :3] == np.array(AIR)[:, None, None]).all()
    assert (cut[..., 3:] == 1).all()


@pytest.mark.parametrize(("x", "left"), [(0, 3), (2, 3), (3, 2), (5, 2), (6, 1)])
def test_blocks_are_let_go_once_they_end_before_a_column(x, left):
    belt = fill(np.ones((3, 2, 9), np.uint8), [3, 6])
    belt.forget(x)
    assert len(belt._blocks) == left  # noqa: SLF001 - what is kept


def test_a_tile_is_a_copy():
    planes = np.ones((3, 4, 4), np.uint8)
    fill(planes, []).cut(Tile(0, 0, 4, 4), (4, 4))[:] = 7
    assert (planes == 1).all()
