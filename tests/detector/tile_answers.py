"""Tiles, what networks find in them, and boxes, for the tests of merging."""

import numpy as np
from hypothesis import strategies as st

from detector.tiles import Tile, plan_tiles


def clip_to(tile, box):
    x0, y0, x1, y1 = box
    return max(x0, tile.x0), max(y0, tile.y0), min(x1, tile.x1), min(y1, tile.y1)


def area(box):
    return max(box[2] - box[0], 0) * max(box[3] - box[1], 0)


def hull(boxes):
    rows = np.array(boxes)
    return [*rows[:, :2].min(axis=0), *rows[:, 2:].max(axis=0)]


def answer(tiles, parts):
    """Answers with the given (box, score, label) of each tile, in scan px."""
    rows = max(1, max((len(found) for found in parts), default=1))
    answers = np.zeros((len(tiles), rows, 6), np.float32)
    for tile, found, out in zip(tiles, parts, answers, strict=True):
        for row, (box, score, label) in zip(out, found, strict=False):
            offset = np.array([tile.x0, tile.y0, tile.x0, tile.y0])
            row[:] = [*(np.array(box) - offset), score, label]
    return answers


def scatter(rng, tiles, rows):
    """Random boxes, many of them at the edges of their tiles, some of them doubles."""
    answers = np.zeros((len(tiles), rows, 6), np.float32)
    for tile, out in zip(tiles, answers, strict=True):
        size = np.array(tile.size)
        low = rng.uniform(-0.2, 0.9, (rows, 2)) * size
        high = low + rng.uniform(0.05, 0.6, (rows, 2)) * size
        out[:] = np.column_stack(
            [low, high, rng.uniform(0, 1, rows), rng.integers(0, 2, rows)]
        )
        out[rows // 2 :, :4] = out[: rows - rows // 2, :4] + rng.uniform(0, 3)
    return answers


@st.composite
def layouts(draw):
    """A scan of several tiles: width, height, tiles and their overlap."""
    side = draw(st.integers(24, 96))
    overlap = draw(st.integers(max(6, side // 8), side - 8))
    width, height = draw(st.integers(8, 400)), draw(st.integers(8, 200))
    tiles = plan_tiles(width, height, side=side, overlap=overlap)
    return width, height, tiles, overlap


@st.composite
def rectangles(draw):
    """Tiles of any size in any places, by where they begin from left to right."""
    sides = st.integers(8, 120)
    corners = st.tuples(st.integers(0, 200), st.integers(0, 80), sides, sides)
    drawn = draw(st.lists(corners, min_size=1, max_size=8))
    return [Tile(x, y, x + width, y + height) for x, y, width, height in sorted(drawn)]
