"""How far answers of a graph lie from those of its checkpoint, tile by tile."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from detector.boxes import iou_matrix
from detector.detections import Detections
from export.graph import DUPLICATE_IOU
from export.reference import Told


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far answers may lie apart: their scores, and the sides of their boxes."""

    score: float
    box_px: float


CLOSE: Final = Tolerance(score=1e-3, box_px=0.1)

LEAST_SCORE: Final = 0.01
"""Answers below are compared only if their counterpart lies above."""

OVERLAP_TOLERANCE: Final = 0.01
"""How near to `DUPLICATE_IOU` rounding may decide which of two answers is kept."""


class Difference(BaseModel):
    """How far a graph's answers lie from its checkpoint's.

    Attributes:
        compared: How many tiles, or scans.
        detections: How many answers of either side had a score worth comparing.
        score: Largest difference of a score.
        box_px: Largest difference of a side of a box, px.
        highest: Highest score of either side.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    compared: int
    detections: int
    score: float
    box_px: float
    highest: float


def compare(told: Told, found: Detections, tolerance: Tolerance = CLOSE) -> Difference:
    """How far a graph's answers for a tile lie from its checkpoint's.

    Answers with a score worth it are held against their nearest counterpart of the same
    label, whatever that one's score.

    Args:
        told: What the checkpoint answers.
        found: What the graph answers.
        tolerance: What is nearest is measured in these.

    Returns:
        It; infinite where there is no counterpart, or the graph says a thing twice.

    Example:
        >>> found = Detections(
        ...     np.float32([[0, 0, 9, 9]]), np.float32([0.5]), np.array([0])
        ... )
        >>> compare(Told(found, found), found).score
        0.0
        >>> compare(Told(found, found), Detections.empty()).box_px
        inf
    """
    kept, every = told.kept, told.every
    first = _largest(found, every, tolerance)
    missed = kept.select(~_are_silenced(told, found, tolerance))
    second = _largest(missed, found, tolerance)
    if _count_duplicates(found) > _count_duplicates(kept):
        second = np.inf, np.inf
    scores = np.concatenate([kept.scores, found.scores])
    return Difference(
        compared=1,
        detections=int((scores >= LEAST_SCORE).sum()),
        score=max(first[0], second[0]),
        box_px=max(first[1], second[1]),
        highest=float(scores.max(initial=0)),
    )


def _are_silenced(
    told: Told, found: Detections, tolerance: Tolerance
) -> npt.NDArray[np.bool_]:
    """Which of a checkpoint's answers another one of the graph's may have silenced.

    By the scores that they had before a second look. A graph tells only new ones: an
    answer of its had that of its counterpart. One that is there silences no other, or
    its new score would be compared with none.
    """
    kept = told.kept
    if told.ranks is None or len(kept) == 0 or len(found) == 0:
        return _are_duplicates(kept, found, tolerance.score)
    ranks, every = told.ranks
    nearest, _ = _find_nearest(found, told.every, tolerance)
    before = Detections(kept.boxes, ranks, kept.labels)
    after = Detections(found.boxes, every[nearest], found.labels)
    sides = np.abs(kept.boxes[:, None] - found.boxes[None]).max(-1)
    there = (sides <= tolerance.box_px).any(1)
    return np.asarray(_are_duplicates(before, after, tolerance.score) & ~there)


def _are_duplicates(
    one: Detections, other: Detections, worse: float
) -> npt.NDArray[np.bool_]:
    """Which of one side's answers a better one of the other side may have silenced.

    Better, or worse by so little.
    """
    shares = iou_matrix(one.boxes, other.boxes)
    overlapping = shares > DUPLICATE_IOU - OVERLAP_TOLERANCE
    better = other.scores[None] >= one.scores[:, None] - worse
    alike = other.labels[None] == one.labels[:, None]
    return np.asarray((overlapping & better & alike).any(1))


def _count_duplicates(found: Detections) -> int:
    """Pairs of answers for one thing, whatever rounding did.

    A checkpoint may keep some: boxes that are inside out silence no other.
    """
    worth = found.select(found.scores >= LEAST_SCORE)
    overlaps = np.triu(iou_matrix(worth.boxes, worth.boxes), 1)
    alike = worth.labels[None] == worth.labels[:, None]
    return int((alike & (overlaps > DUPLICATE_IOU + OVERLAP_TOLERANCE)).sum())


def _largest(
    one: Detections, other: Detections, tolerance: Tolerance
) -> tuple[float, float]:
    """Largest differences of one side's answers that are worth it, score and px."""
    worth = one.select(one.scores >= LEAST_SCORE)
    if len(worth) == 0:
        return 0.0, 0.0
    if len(other) == 0:
        return np.inf, np.inf
    nearest, near = _find_nearest(worth, other, tolerance)
    if not near.all():
        return np.inf, np.inf
    scores = np.abs(worth.scores - other.scores[nearest])
    sides = np.abs(worth.boxes - other.boxes[nearest])
    return float(scores.max()), float(sides.max())


def _find_nearest(
    one: Detections, other: Detections, tolerance: Tolerance
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """For each answer the other side's nearest, and whether there is one of its label.

    Neither side's are none.
    """
    sides = np.abs(one.boxes[:, None] - other.boxes[None]).max(-1)
    scores = np.abs(one.scores[:, None] - other.scores[None])
    strange = one.labels[:, None] != other.labels[None]
    apart = np.maximum(sides / tolerance.box_px, scores / tolerance.score)
    nearest = np.where(strange, np.inf, apart).argmin(1)
    return nearest, ~strange[np.arange(len(one)), nearest]
