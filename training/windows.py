"""Windows of prepared scans: planes, truth, and what lies where in them."""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from detector.boxes import box_areas, clip_boxes, shift_boxes
from detector.tiles import Tile
from training.prepared import SHRINK, PreparedScan
from training.silhouettes import COARSE, Marks

Boxes = npt.NDArray[np.float32]
Levels = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

LEAST_VISIBLE: Final = 0.3
"""Share of a firearm that a tile must show for it to be labelled there."""


SOMETHING: Final = 0.93
"""Transmission, or brightness, under which a tile holds more than air."""


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """What is to be learned from a window.

    Attributes:
        boxes: (N, 4) float32, firearms to find, px of the window.
        ignored: (I, 4) float32, where a network may answer or not: firearms that nobody
            could see, and slivers of others.
        marks: (h, w) uint8, which pixels show one: see `training.silhouettes`.
    """

    boxes: Boxes
    ignored: Boxes
    marks: Marks


def shows_air(scan: PreparedScan, tile: Tile) -> bool:
    """Whether a tile of a scan shows nothing but air, as far as its overview tells."""
    rows = slice(tile.y0 // SHRINK, -(-tile.y1 // SHRINK))
    columns = slice(tile.x0 // SHRINK, -(-tile.x1 // SHRINK))
    seen = scan.overview[rows, columns]
    return bool(seen.size and seen.min() > SOMETHING)


def label_window(scan: PreparedScan, window: Tile) -> Labels:
    """What is to be learned from a window of a scan.

    A firearm of which the window shows less than 30 % is neither to be found nor to be
    left alone.

    Args:
        scan: The scan.
        window: Px of the scan; it may reach beyond its border.
    """
    shown, slivers = part_boxes(scan.boxes, window)
    unseen = np.concatenate(part_boxes(scan.ignored, window))
    ignored = np.concatenate([slivers, unseen])
    return Labels(shown, ignored, _cut_marks(scan.marks, window))


def _cut_marks(marks: Marks, window: Tile) -> Marks:
    """Marks of a window's pixels, (h, w); beyond the scan's border is nothing."""
    x0, y0 = window.x0 // COARSE, window.y0 // COARSE
    cells = Tile(x0, y0, -(-window.x1 // COARSE), -(-window.y1 // COARSE))
    fine = _cut_cells(marks, cells).repeat(COARSE, 0).repeat(COARSE, 1)
    left, top = window.x0 - COARSE * x0, window.y0 - COARSE * y0
    wide, tall = window.size
    return fine[top : top + tall, left : left + wide]


def part_boxes(boxes: Boxes, window: Tile) -> tuple[Boxes, Boxes]:
    """Boxes that a window shows enough of, and slivers of others, in its own pixels.

    Args:
        boxes: (N, 4) float32, in the pixels that the window lives in.
        window: The window.
    """
    moved = shift_boxes(boxes, -window.x0, -window.y0)
    clipped = clip_boxes(moved, *window.size)
    areas = box_areas(clipped)
    enough = areas >= LEAST_VISIBLE * np.maximum(box_areas(boxes), 1e-6)
    return clipped[enough], clipped[~enough & (areas > 0)]


def cut_planes(scan: PreparedScan, window: Tile) -> npt.NDArray[Any]:
    """Cut a window out of a scan; beyond its border is air.

    Args:
        scan: The scan.
        window: Px of the scan.

    Returns:
        (P, h, w) float32 transmission, or (h, w, 3) uint8.
    """
    width, height = scan.size
    rows = slice(max(window.y0, 0), min(window.y1, height))
    columns = slice(max(window.x0, 0), min(window.x1, width))
    there = (
        slice(rows.start - window.y0, rows.stop - window.y0),
        slice(columns.start - window.x0, columns.stop - window.x0),
    )
    wide, tall = window.size
    if scan.has_levels:
        levels = np.ones((len(scan.planes), tall, wide), np.float32)
        levels[:, *there] = scan.planes[:, rows, columns]
        return levels
    picture = np.full((tall, wide, 3), 255, np.uint8)
    picture[there] = scan.planes[rows, columns]
    return picture


def cut_wide(scan: PreparedScan, window: Tile) -> Levels | None:
    """Signal from far around each pixel of a window, (P, h, w); None if unknown.

    Args:
        scan: The scan.
        window: Px of the scan.
    """
    if scan.wide is None:
        return None
    thin = scan.wide.shape[2], scan.wide.shape[1]
    x, y = (long / short for long, short in zip(scan.size, thin, strict=True))
    shift = (x - 1) / 2 - window.x0, (y - 1) / 2 - window.y0
    matrix = np.array([[x, 0, shift[0]], [0, y, shift[1]]])
    return np.stack(
        [
            cv2.warpAffine(
                plane,
                matrix,
                window.size,
                flags=cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE,
            )
            for plane in scan.wide
        ]
    )


def cut_inside(scan: PreparedScan, window: Tile) -> Mask:
    """Where in a window things may be put, (h/2, w/2) bool."""
    wide, tall = window.size[0] // 2, window.size[1] // 2
    if scan.inside is None:
        return np.zeros((tall, wide), bool)
    x0, y0 = window.x0 // 2, window.y0 // 2
    return _cut_cells(scan.inside, Tile(x0, y0, x0 + wide, y0 + tall))


def _cut_cells(cells: npt.NDArray[Any], part: Tile) -> npt.NDArray[Any]:
    """A copy of a part of cells; beyond their rim is 0."""
    height, width = cells.shape
    rows = slice(max(part.y0, 0), min(part.y1, height))
    columns = slice(max(part.x0, 0), min(part.x1, width))
    cut = np.zeros(part.size[::-1], cells.dtype)
    cut[
        rows.start - part.y0 : rows.stop - part.y0,
        columns.start - part.x0 : columns.stop - part.x0,
    ] = cells[rows, columns]
    return cut
