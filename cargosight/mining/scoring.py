"""How much a bundle alarmed, and how uncertain it was."""

from typing import Final

import numpy as np

from cargosight.mining.looking import Look
from detector.boxes import Boxes, iou_matrix
from detector.results import Result, ResultDetection

NEAR: Final = 0.25
"""Share of the operating point from which a detection counts as one: fainter ones are
in every scan."""

SAME: Final = 0.3
"""Least IoU at which a detection in a scan and one in its mirror image are the same."""

_EDGE: Final = 1e-6


def find_strongest(look: Look) -> ResultDetection | None:
    """The detection with the highest score.

    Args:
        look: With a result.
    """
    found = () if look.result is None else look.result.detections
    return max(found, key=lambda each: each.score, default=None)


def top_score(look: Look) -> float:
    """The highest score in a scan, 0 if nothing was found."""
    strongest = find_strongest(look)
    return 0.0 if strongest is None else strongest.score


def measure_pull(score: float, threshold: float) -> float:
    """How far a score pulls towards an alarm: 0.5 at the operating point.

    The odds of the score over the odds of the threshold, o, give o / (1 + o): a score
    far below comes to 0, one far above to 1, whatever threshold was calibrated.

    Args:
        score: 0 to 1.
        threshold: Of the operating point, 0 to 1.

    Example:
        >>> [round(measure_pull(score, 0.2), 2) for score in (0.0, 0.2, 0.5)]
        [0.0, 0.5, 0.8]
    """
    odds, edge = (
        held / (1 - held)
        for held in (np.clip(each, _EDGE, 1 - _EDGE) for each in (score, threshold))
    )
    return float(odds / (odds + edge))


def measure_doubt(look: Look) -> float:
    """How near the highest score of a scan is to the operating point.

    Args:
        look: With a result.

    Returns:
        1 at the operating point, 0 far from it: 1 - |2 p - 1| of its pull p.
    """
    pull = measure_pull(top_score(look), look.threshold or 0.0)
    return 1 - abs(2 * pull - 1)


def measure_discord(look: Look, mirrored: Look) -> float:
    """How much a bundle says otherwise of the mirror image of a scan.

    Args:
        look: At the scan.
        mirrored: At its mirror image, boxes turned back.

    Returns:
        0 to 1: the largest difference in pull of a detection and what is at its place
        in the other.
    """
    threshold = look.threshold or 0.0
    if look.result is None or mirrored.result is None:
        return 0.0
    ours, theirs = (_list_boxes(one) for one in (look.result, mirrored.result))
    iou = iou_matrix(ours[0], theirs[0])
    both = [(ours, theirs, iou), (theirs, ours, iou.T)]
    return max(_compare(*each, threshold) for each in both)


def _list_boxes(result: Result) -> tuple[Boxes, list[float]]:
    rows = [found.box for found in result.detections]
    boxes = np.array(rows, np.float32).reshape(-1, 4)
    return boxes, [found.score for found in result.detections]


def _compare(
    ours: tuple[Boxes, list[float]],
    theirs: tuple[Boxes, list[float]],
    iou: Boxes,
    threshold: float,
) -> float:
    worst = 0.0
    for row, score in enumerate(ours[1]):
        if score < NEAR * threshold:
            continue
        met = [theirs[1][n] for n in np.flatnonzero(iou[row] >= SAME)]
        pull = measure_pull(score, threshold)
        worst = max(worst, abs(pull - measure_pull(max(met, default=0.0), threshold)))
    return worst
