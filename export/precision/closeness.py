"""How far the answers of a graph are from those of the float32 graph it was made of."""

from typing import Final

import numpy as np
from pydantic import BaseModel, ConfigDict

from benchmark.metrics.matching import NOBODY, match_detections
from detector.runtime import Answers, Runtime, TileBatch, count_batch

LEAST_SCORE: Final = 0.1
"""Answers of float32 below it are not held against anything: none is an alarm."""

LEAST_IOU: Final = 0.5
"""Intersection over union from which two answers are one and the same."""


class Closeness(BaseModel):
    """How far apart two graphs answer the same tiles.

    Attributes:
        tiles: How many tiles.
        answers: How many answers of float32 had a score worth comparing.
        unmatched: How many of them have no counterpart of their label at that place.
        score: Largest difference of a score from its counterpart's.
        score_median: Median of these differences.
        box_px: Largest difference of a side of a box, px.
        box_px_median: Median over boxes, each with its worst side, px.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    tiles: int
    answers: int
    unmatched: int
    score: float
    score_median: float
    box_px: float
    box_px_median: float


def compare_graphs(wide: Runtime, narrow: Runtime, tiles: TileBatch) -> Closeness:
    """Hold the answers of a graph against those of float32, tile by tile.

    Args:
        wide: The float32 graph.
        narrow: The other.
        tiles: (N, 3, S, S) uint8.
    """
    answers, scores, sides = 0, list[float](), list[float]()
    count = max(count_batch(wide), count_batch(narrow))
    for start in range(0, len(tiles), count):
        batch = tiles[start : start + count]
        for right, other in zip(wide.run(batch), narrow.run(batch), strict=True):
            worth = _take(right, LEAST_SCORE)
            answers += len(worth)
            found = _compare(worth, _take(other, 0.0))
            scores += found[0]
            sides += found[1]
    return Closeness(
        tiles=len(tiles),
        answers=answers,
        unmatched=answers - len(scores),
        score=max(scores, default=0.0),
        score_median=float(np.median(scores)) if scores else 0.0,
        box_px=max(sides, default=0.0),
        box_px_median=float(np.median(sides)) if sides else 0.0,
    )


def _take(rows: Answers, least_score: float) -> Answers:
    """Answers over a score, with their corners in order: weak ones may lack that."""
    kept = rows[(rows[:, 4] >= least_score) & (rows[:, 4] > 0)].copy()
    kept[:, :4] = np.sort(kept[:, :4].reshape(-1, 2, 2), axis=1).reshape(-1, 4)
    return kept


def _compare(right: Answers, other: Answers) -> tuple[list[float], list[float]]:
    """Differences of scores and of boxes, of those that have a counterpart."""
    scores, sides = list[float](), list[float]()
    for label in np.unique(right[:, 5]):
        wanted, met = (rows[rows[:, 5] == label] for rows in (right, other))
        place = match_detections(
            met[:, :4], met[:, 4], wanted[:, :4], least_iou=LEAST_IOU
        ).detection_of
        known = place != NOBODY
        apart = np.abs(wanted[known] - met[place[known]])
        scores += apart[:, 4].tolist()
        sides += apart[:, :4].max(axis=1).tolist()
    return scores, sides
