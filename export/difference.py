"""How far answers of a graph lie from those of its checkpoint, tile by tile."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from detector.boxes import iou_matrix
from detector.detections import Detections
from export.graph import DUPLICATE_IOU
from export.reference import Rows, Told


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far answers may lie apart: their scores, and the sides of their boxes."""

    score: float
    box_px: float


CLOSE: Final = Tolerance(score=1e-3, box_px=0.1)

LEAST_SCORE: Final = 0.01
"""Answers below are compared only if their counterpart lies above."""

TIED_IOU: Final = 0.4
"""Over which a refiner may heed another answer, with some to spare."""

OVERLAP_TOLERANCE: Final = 0.01
"""How near to `DUPLICATE_IOU` rounding may decide which of two answers is kept."""

_NONE: Final = np.zeros(0, np.int64)


class Difference(BaseModel):
    """How far a graph's answers lie from its checkpoint's.

    Attributes:
        compared: How many tiles, or scans.
        detections: How many answers of either side had a score worth comparing; where a
            refiner looks again, how many it scored anew.
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
    label, whatever that one's score. Where a refiner looks again, this goes by the
    scores before; new ones are held against those that the refiner gives what the graph
    kept.

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
    if told.rescore is None or len(told.every) == 0:
        return _compare(told, found, tolerance)
    chosen, rows = _recognize(told.every, found, tolerance)
    ranks, answered = told.every.scores[rows], found.scores[chosen]
    before = Detections(found.boxes[chosen], ranks, found.labels[chosen])
    anew, alone = told.rescore(rows)
    plain = _compare(told, before, tolerance)
    low, high = np.minimum(ranks, alone), np.maximum(ranks, alone)
    fitting = np.where(_are_tied(before, tolerance), np.clip(answered, low, high), anew)
    off = np.abs(fitting - answered)
    changes = {
        "detections": int((alone != ranks).sum()),
        "score": max(plain.score, float(off.max(initial=0))),
        "highest": float(np.maximum(anew, answered).max(initial=0)),
    }
    return plain.model_copy(update=changes)


def _recognize(
    every: Detections, found: Detections, tolerance: Tolerance
) -> tuple[Rows, Rows]:
    """Which of a checkpoint's answers a graph's are; best first, by its scores.

    Args:
        every: What the checkpoint answers, something.
        found: What the graph answers.
        tolerance: How near is near.

    Returns:
        Rows of `found`, less those that are no one's and hardly believed, and of
        `every` the nearest ones.
    """
    (known,) = np.nonzero(every.scores >= LEAST_SCORE / 2)
    if len(known) == 0:
        known = np.arange(len(every))
    if len(found) == 0:
        return _NONE, _NONE
    sides = np.abs(found.boxes[:, None] - every.boxes[known][None]).max(-1)
    sides[found.labels[:, None] != every.labels[known][None]] = np.inf
    nearest, least = known[sides.argmin(1)], sides.min(1)
    meant = (least <= tolerance.box_px) | (found.scores >= LEAST_SCORE)
    order = np.argsort(-every.scores[nearest], kind="stable")
    order = order[meant[order]]
    return order, nearest[order]


def _are_tied(answers: Detections, tolerance: Tolerance) -> npt.NDArray[np.bool_]:
    """Which answers rounding alone puts before or after one that they overlap.

    A refiner leaves the one behind as it was, or in part so.
    """
    overlapping = iou_matrix(answers.boxes, answers.boxes) > TIED_IOU
    alike = answers.labels[:, None] == answers.labels[None]
    apart = np.abs(answers.scores[:, None] - answers.scores[None])
    tied = overlapping & alike & (apart <= tolerance.score)
    return np.asarray(tied.sum(1) > 1)


def _compare(told: Told, found: Detections, tolerance: Tolerance) -> Difference:
    kept, every = told.kept, told.every
    first = _largest(found, every, tolerance)
    missed = kept.select(~_are_duplicates(kept, found, tolerance.score))
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
    sides = np.abs(worth.boxes[:, None] - other.boxes[None]).max(-1)
    scores = np.abs(worth.scores[:, None] - other.scores[None])
    strange = worth.labels[:, None] != other.labels[None]
    apart = np.maximum(sides / tolerance.box_px, scores / tolerance.score)
    nearest = np.where(strange, np.inf, apart).argmin(1)
    rows = np.arange(len(worth))
    if strange[rows, nearest].any():
        return np.inf, np.inf
    return float(scores[rows, nearest].max()), float(sides[rows, nearest].max())
