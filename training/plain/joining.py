"""What tiles saw, joined as SAHI joins it: the peer of `detector.merging`."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from data.errors import TrainingError
from detector.boxes import box_areas, clip_boxes, shift_boxes
from detector.detections import Detections
from detector.runtime import Answers
from detector.tiles import Tile

MATCH: Final = 0.5
"""Intersection over the smaller box from which SAHI joins two: its default."""

LEAST_SCORE: Final = 0.05
"""Boxes below do not take part."""


def join_greedily(tiles: Sequence[Tile], answers: Answers) -> Detections:
    """Join boxes by SAHI's greedy non-maximum merging, with its defaults.

    Args:
        tiles: The N tiles.
        answers: (N, K, 6) float32, px of the tiles, as a network answers.

    Raises:
        TrainingError: If SAHI is not installed.
    """
    try:
        from sahi.postprocess.combine import (  # noqa: PLC0415 - few have or need it
            GreedyNMMPostprocess,
        )
        from sahi.prediction import ObjectPrediction  # noqa: PLC0415
    except ModuleNotFoundError as error:
        msg = f"This needs {error.name}. Run `pip install sahi`, or leave out --peer."
        raise TrainingError(msg) from error
    rows = [
        ObjectPrediction(bbox=box, score=score, category_id=0, category_name="-")
        for box, score in _list_rows(tiles, answers)
    ]
    join: Any = GreedyNMMPostprocess(match_threshold=MATCH, match_metric="IOS")
    found = [(one.bbox.to_xyxy(), one.score.value) for one in join(rows)]
    found.sort(key=lambda row: -row[1])
    return Detections(
        np.array([box for box, _ in found], np.float32).reshape(-1, 4),
        np.array([score for _, score in found], np.float32),
        np.zeros(len(found), np.int64),
    )


def _list_rows(
    tiles: Sequence[Tile], answers: Answers
) -> Iterator[tuple[list[float], float]]:
    """Boxes in px of the scan, and scores, tile by tile."""
    for tile, rows in zip(tiles, answers, strict=True):
        kept = rows[rows[:, 4] >= LEAST_SCORE]
        boxes = clip_boxes(kept[:, :4], *tile.size)
        kept, boxes = kept[box_areas(boxes) > 0], boxes[box_areas(boxes) > 0]
        placed = shift_boxes(boxes, tile.x0, tile.y0)
        yield from zip(placed.tolist(), kept[:, 4].tolist(), strict=True)
