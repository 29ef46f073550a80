"""Where the fine pass looks: around what the coarse pass proposes."""

from typing import Final

import cv2
import numpy as np

from detector.boxes import Boxes
from detector.encoding import CELL
from detector.opacity import Mask
from detector.tiles import Tile

LOOK_BACK: Final = 10 * CELL
"""How far the fine pass may reach back before its strip, px: a rifle's length."""

MARGIN: Final = CELL
"""What is looked at around a proposal, px."""

LEAST_SIDE: Final = 4 * CELL
"""Least width and height of a window, px."""

STEP: Final = 2 * CELL
"""Widths and heights of windows are multiples of it: like ones run together."""

TOUCH: Final = 8
"""How near to its strip's left end a proposal must come to be followed back, px."""

WASTE: Final = 1.2
"""Windows are joined if that makes the area larger by less than this factor."""


def plan_windows(proposals: Boxes, strip: Tile, height: int) -> list[Tile]:
    """Cover proposals with windows, those near each other with one.

    A proposal that the left end of the strip cuts is followed back to where it may
    begin; the right end is the last column there is.

    Args:
        proposals: (N, 4) float32, px.
        strip: What the coarse pass looked at.
        height: Of the scan, px.

    Returns:
        The windows, in reading order; within the scan, the strip and what lies
        `LOOK_BACK` px before it.
    """
    if not len(proposals):
        return []
    left = max(strip.x0 - LOOK_BACK, 0)
    bounds = Tile(left, 0, strip.x1, height)
    boxes = proposals.copy()
    cut = boxes[:, 0] < strip.x0 + TOUCH
    boxes[cut, 0] = left
    grown = boxes + np.array([-MARGIN, -MARGIN, MARGIN, MARGIN], np.float32)
    cells = _mark(grown, bounds)
    windows = _join([_fit(box, bounds) for box in _find_parts(cells, bounds)], bounds)
    return sorted(windows, key=lambda tile: (tile.y0, tile.x0, tile.y1, tile.x1))


def _mark(boxes: Boxes, bounds: Tile) -> Mask:
    """Cells that boxes touch, from the left end of the bounds on."""
    columns = -(-(bounds.x1 - bounds.x0) // CELL)
    rows = -(-bounds.y1 // CELL)
    cells = np.zeros((rows, columns), np.bool_)
    offsets = np.array([bounds.x0, 0, bounds.x0, 0], np.float32)
    low = np.floor((boxes - offsets) / CELL).astype(int).clip(0)
    high = np.ceil((boxes - offsets) / CELL).astype(int).clip(1)
    for (x0, y0, _, _), (_, _, x1, y1) in zip(low, high, strict=True):
        cells[y0:y1, x0:x1] = True
    return cells


def _find_parts(cells: Mask, bounds: Tile) -> list[Tile]:
    """Rectangles around cells that hang together, px."""
    _, _, parts, _ = cv2.connectedComponentsWithStats(
        cells.astype(np.uint8), connectivity=8
    )
    return [
        Tile(
            bounds.x0 + int(x) * CELL,
            int(y) * CELL,
            bounds.x0 + int(x + width) * CELL,
            int(y + height) * CELL,
        )
        for x, y, width, height, _ in parts[1:]
    ]


def _fit(part: Tile, bounds: Tile) -> Tile:
    """Grow a rectangle to a size that networks take, within bounds if it fits."""
    x0, x1 = _grow(part.x0, part.x1, bounds.x0, bounds.x1)
    y0, y1 = _grow(part.y0, part.y1, bounds.y0, bounds.y1)
    return Tile(x0, y0, x1, y1)


def _grow(start: int, stop: int, least: int, most: int) -> tuple[int, int]:
    length = max(-(-(stop - start) // STEP) * STEP, LEAST_SIDE)
    spare = length - (stop - start)
    before = min(-(-spare // STEP) * CELL, spare)
    start = max(min(start - before, most - length), least)
    return start, min(start + length, most)


def _join(windows: list[Tile], bounds: Tile) -> list[Tile]:
    """Join windows that overlap so much that one costs no more than both."""
    kept: list[Tile] = []
    for window in sorted(windows, key=lambda tile: (tile.x0, tile.y0)):
        joined = window
        while (other := _find_near(joined, kept, bounds)) is not None:
            kept.remove(other)
            joined = _fit(_around(joined, other), bounds)
        kept.append(joined)
    return kept


def _find_near(window: Tile, others: list[Tile], bounds: Tile) -> Tile | None:
    for other in others:
        both = _fit(_around(window, other), bounds)
        if _area(both) < WASTE * (_area(window) + _area(other)):
            return other
    return None


def _around(first: Tile, second: Tile) -> Tile:
    return Tile(
        min(first.x0, second.x0),
        min(first.y0, second.y0),
        max(first.x1, second.x1),
        max(first.y1, second.y1),
    )


def _area(tile: Tile) -> int:
    width, height = tile.size
    return width * height
