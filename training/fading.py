"""Firearms of a prepared scan that a rendering hides."""

from dataclasses import replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from data.fading import fades
from training.prepared import PreparedScan
from training.silhouettes import COARSE, SHOWN, UNSURE, Marks

Item = TypeVar("Item")
Mask = npt.NDArray[np.bool_]


def fade_scan(scan: PreparedScan, gamma: float | None) -> PreparedScan:
    """A scan of which those firearms that a rendering hides count as ignored.

    Args:
        scan: The scan.
        gamma: Of the rendering; None if it stays counts, which hide none. A scan that
            came as a picture was labelled as such.
    """
    known = scan.known
    if gamma is None or known.air is not None:
        return scan
    pairs = zip(known.behind, known.added, strict=True)
    lost = np.array([fades(*pair, gamma) for pair in pairs], bool)
    if not lost.any():
        return scan
    left = replace(
        known, behind=_keep(known.behind, ~lost), added=_keep(known.added, ~lost)
    )
    return replace(
        scan,
        known=left,
        boxes=scan.boxes[~lost],
        ignored=np.concatenate([scan.ignored, scan.boxes[lost]]),
        marks=_unmark(scan, lost),
    )


def _keep(items: tuple[Item, ...], kept: Mask) -> tuple[Item, ...]:
    return tuple(each for each, stays in zip(items, kept, strict=True) if stays)


def _unmark(scan: PreparedScan, lost: Mask) -> Marks:
    """The marks of a scan, unsure of what shows in the boxes of lost firearms."""
    marks = np.array(scan.marks)
    for x0, y0, x1, y1 in np.rint(scan.boxes[lost] / COARSE).astype(int):
        part = marks[max(y0, 0) : y1, max(x0, 0) : x1]
        part[part == SHOWN] = UNSURE
    return marks
