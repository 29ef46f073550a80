"""What a network found in one tile, in scan px, without doubles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from data.errors import ResultError
from detector.boxes import Boxes, box_areas, intersect_boxes
from detector.detections import Labels, Scores
from detector.tiles import Tile

Answers = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

TWIN_IOU: Final = 0.9
"""Intersection over union from which two rows of a tile are one object."""

DOUBLE_IOU: Final = 0.6
"""Intersection over union from which a row is the double of a much better one: rifles
that lie side by side have less in common, at any slant."""

DOUBLE_SCORE: Final = 0.5
"""Share of the better row's score under which a row is its double."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one tile, best score first.

    Attributes:
        boxes: (R, 4) float32, scan px, inside the tile.
        scores: (R,) float32.
        labels: (R,) int64.
    """

    boxes: Boxes
    scores: Scores
    labels: Labels

    def __len__(self) -> int:
        """How many there are."""
        return len(self.scores)

    def select(self, rows: Numbers | Flags) -> "Rows":
        """Some of the rows, or all in another order."""
        return Rows(self.boxes[rows], self.scores[rows], self.labels[rows])


def read_rows(tile: Tile, answers: Answers, min_score: float) -> Rows:
    """Rows of a tile that take part, without doubles.

    Args:
        tile: Where they were found.
        answers: (K, 6) float32, x0 y0 x1 y1 score class, px of the tile.
        min_score: Least score to take part, 0 to 1; a score of 0 never does.

    Returns:
        What is left in the tile, whatever the order of the answers was.

    Raises:
        ResultError: If the answers have another shape.
    """
    if np.ndim(answers) != 2 or np.shape(answers)[1] != 6:
        msg = f"A tile needs (K, 6) answers, not {np.shape(answers)}."
        raise ResultError(msg)
    scores = answers[:, 4]
    taken = answers[(scores > 0) & (scores >= min_score)]
    offset = np.array([tile.x0, tile.y0, tile.x0, tile.y0], np.float32)
    boxes = intersect_boxes(taken[:, :4] + offset, to_box(tile))
    order = np.lexsort((*boxes.T, taken[:, 5], -taken[:, 4]))
    order = order[box_areas(boxes[order]) > 0]
    rows = Rows(boxes[order], taken[order, 4], taken[order, 5].astype(np.int64))
    return rows.select(~find_doubles(rows))


def gather_rows(parts: Sequence[Rows]) -> Rows:
    """All rows of several tiles, in the order of the tiles."""
    return Rows(
        np.concatenate([part.boxes for part in parts]),
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.labels for part in parts]),
    )


def find_doubles(rows: Rows) -> Flags:
    """Which rows show what a better row of the same tile and label shows already.

    Of two guns that lie on each other both are seen, so rows of like scores stay unless
    their boxes are the same; a second box of one gun mostly scores much less than the
    first. On simulated scans of the standard mix, where a third of the firearms lie in
    bundles, this takes a fourth of the false alarms and one firearm in 96; any rule by
    overlap alone that takes as many costs more.

    Args:
        rows: Best first.

    Returns:
        (R,) bool.
    """
    better, worse = find_touching(rows, rows)
    later = better < worse
    better, worse = better[later], worse[later]
    first, second = rows.boxes[better], rows.boxes[worse]
    common = box_areas(intersect_boxes(first, second))
    iou = common / (box_areas(first) + box_areas(second) - common)
    weak = rows.scores[worse] < np.float32(DOUBLE_SCORE) * rows.scores[better]
    double = (iou >= TWIN_IOU) | ((iou >= DOUBLE_IOU) & weak)
    found = np.zeros(len(rows), np.bool_)
    pairs = zip(better[double].tolist(), worse[double].tolist(), strict=True)
    for one, other in pairs:  # by the better one, best first
        found[other] |= not found[one]
    return found


def find_touching(first: Rows, second: Rows) -> tuple[Numbers, Numbers]:
    """Find the pairs of rows with one label that have pixels in common.

    Args:
        first: R rows.
        second: S rows.

    Returns:
        (P,) numbers of first rows, in rising order, and (P,) of the second ones.
    """
    near = first.labels[:, None] == second.labels
    for low, high in ((0, 2), (1, 3)):
        near &= first.boxes[:, low, None] < second.boxes[:, high]
        near &= second.boxes[:, low] < first.boxes[:, high, None]
    one, other = np.nonzero(near)
    return one, other


def to_box(tile: Tile) -> Boxes:
    """The tile as a box: (4,) float32."""
    return np.array([tile.x0, tile.y0, tile.x1, tile.y1], np.float32)
