"""Which detection met which truth, one to one."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from detector.boxes import Boxes, iou_matrix

Scores = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

LEAST_IOU: Final = 0.3
"""Intersection over union from which a detection meets a truth. An operator has to be
led to the place, not shown the outline; public boxes of firearms differ by as much."""

NOBODY: Final = -1


@dataclass(frozen=True, slots=True, eq=False)
class Matching:
    """Who met whom in one scan.

    Attributes:
        truth_of: (N,) for each detection the number of its truth, or -1.
        detection_of: (M,) for each truth the number of its detection, or -1.
        excused: (N,) bool, detections without a truth that lie on an ignored one: they
            are neither right nor wrong.
    """

    truth_of: Numbers
    detection_of: Numbers
    excused: Flags

    @property
    def found(self) -> Flags:
        """(M,) bool, truths that were met."""
        return np.asarray(self.detection_of != NOBODY)

    @property
    def mistaken(self) -> Flags:
        """(N,) bool, detections that met nothing."""
        return np.asarray((self.truth_of == NOBODY) & ~self.excused)


def match_detections(
    boxes: Boxes,
    scores: Scores,
    truth: Boxes,
    *,
    ignored: Boxes | None = None,
    least_iou: float = LEAST_IOU,
) -> Matching:
    """Give each detection, best score first, the free truth that it meets best.

    Args:
        boxes: (N, 4), detections, px.
        scores: (N,), their scores. Of equal scores the first comes first.
        truth: (M, 4), truths that count, px.
        ignored: (I, 4), truths that do not count: nobody could see them. Any number of
            detections may lie on one.
        least_iou: Intersection over union from which they meet, over 0.

    Example:
        >>> truth = np.float32([[0, 0, 10, 10]])
        >>> boxes = np.float32([[1, 0, 10, 10], [0, 0, 10, 10]])
        >>> match_detections(boxes, np.float32([0.9, 0.8]), truth).truth_of
        array([ 0, -1])
    """
    iou = iou_matrix(boxes, truth)
    truth_of = np.full(len(boxes), NOBODY, np.intp)
    detection_of = np.full(len(truth), NOBODY, np.intp)
    for row in np.argsort(-scores, kind="stable"):
        free = np.where(detection_of == NOBODY, iou[row], 0)
        best = int(free.argmax()) if len(free) else NOBODY
        if best != NOBODY and free[best] >= least_iou:
            truth_of[row], detection_of[best] = best, row
    spare = np.zeros((0, 4), np.float32) if ignored is None else ignored
    near = (iou_matrix(boxes, spare) >= least_iou).any(axis=1)
    return Matching(truth_of, detection_of, near & (truth_of == NOBODY))
