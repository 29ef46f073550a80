"""Whether two bundles that looked at one scan agree."""

from typing import Final

import numpy as np
import numpy.typing as npt

from detector.boxes import Boxes, iou_matrix

MEETS: Final = 0.3
"""Intersection over union from which two alarms are of one thing."""


def find_alone(ours: Boxes, theirs: Boxes) -> npt.NDArray[np.bool_]:
    """Which of our alarms meet none of theirs.

    Args:
        ours: (N, 4) float32, px.
        theirs: (M, 4) float32, px.

    Returns:
        (N,) bool.

    Example:
        >>> ours = np.float32([[0, 0, 4, 4], [9, 9, 12, 12]])
        >>> find_alone(ours, np.float32([[0, 1, 4, 4]])).tolist()
        [False, True]
    """
    if not len(ours):
        return np.zeros(0, bool)
    return np.asarray(iou_matrix(ours, theirs).max(axis=1, initial=0) < MEETS)
