"""Whether two scans show one thing: corners that agree on a place, and a look at both.

Two kinds of proof count. A copy agrees with its original nearly pixel by pixel once it
is laid on it. A thing that was scanned again lies turned: its corners agree on a turn
by chance almost never. Corners that agree upright prove nothing, for the rails and
walls of one make of container stand upright in the scans of all of them.
"""

import math
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from data.duplicates.aligning import compare_views, measure_likeness
from data.duplicates.fingerprint import Codes, Fingerprint, Points

Transform = npt.NDArray[np.float64]

FEWEST: Final = 8
"""Corners that must agree before two scans are laid on each other."""

COPY: Final = 0.94
"""Likeness from which a scan is a copy of another; containers of a make reach 0.92."""

_RATIO: Final = 0.85
_MOST_BITS: Final = 64
_REACH_PX: Final = 4.0
_CELL_PX: Final = 6.0
_TURN_DEG: Final = 8.0
_SCALES: Final = (0.4, 2.5)
_PLENTY: Final = 40
_HALF: Final = 10
_AGAIN_AT_MOST: Final = 0.93
_SMOOTH: Final = 60
_SAME_VIEW: Final = 0.97


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """How one scan lies on another.

    Attributes:
        transform: (2, 3) float64, from shrunk pixels of the first, mirrored left to
            right if so, to those of the second.
        mirrored: Whether the first is mirrored.
        corners: How many corners agree, counting those close together once.
    """

    transform: Transform
    mirrored: bool
    corners: int

    @property
    def turn(self) -> float:
        """Degrees from lying upright or upside down, 0 to 90."""
        sine, cosine = self.transform[1, 0], self.transform[0, 0]
        turn = math.degrees(math.atan2(sine, cosine)) % 180
        return min(turn, 180 - turn)


def measure_strength(first: Fingerprint, second: Fingerprint) -> float:
    """Say how surely two scans show one thing.

    Args:
        first: Of one scan.
        second: Of another.

    Returns:
        1 for one file; 0.94 and more for copies: mirrored, turned, saved again,
        cropped, scaled or brightened; else n / (n + 10), at most 0.93, where n corners
        agree that the thing lies turned; 0 if there is no proof.
    """
    if first.sha256 == second.sha256:
        return 1.0
    alignment = align(first, second)
    if alignment is None or alignment.corners < FEWEST:
        return _compare_smooth(first, second)
    likeness = measure_likeness(
        first, second, alignment.transform, mirrored=alignment.mirrored
    )
    if likeness >= COPY:
        return likeness
    if alignment.turn < _TURN_DEG:
        return 0.0
    return min(alignment.corners / (alignment.corners + _HALF), _AGAIN_AT_MOST)


def _compare_smooth(first: Fingerprint, second: Fingerprint) -> float:
    """Strength of two scans with too few corners: their whole views must agree."""
    if min(len(first.points), len(second.points)) >= _SMOOTH:
        return 0.0
    likeness = compare_views(first, second)
    return likeness if likeness >= _SAME_VIEW else 0.0


def align(first: Fingerprint, second: Fingerprint) -> Alignment | None:
    """Lay a scan on another so that most corners agree.

    Args:
        first: Of the scan to lay.
        second: Of the scan to lay it on.

    Returns:
        The best of plain and mirrored; None if no four corners are alike.
    """
    plain = _align(first.points, first.codes, second, mirrored=False)
    if plain is not None and plain.corners >= _PLENTY:
        return plain
    turned = _align(first.mirror_points, first.mirror_codes, second, mirrored=True)
    found = [a for a in (plain, turned) if a is not None]
    return max(found, key=lambda a: a.corners, default=None)


def _align(
    points: Points, codes: Codes, second: Fingerprint, *, mirrored: bool
) -> Alignment | None:
    rows, columns = _match(codes, second.codes)
    if len(rows) < 4:
        return None
    here, there = points[rows], second.points[columns]
    found: tuple[Any, Any] = cv2.estimateAffinePartial2D(
        here,
        there,
        method=cv2.RANSAC,
        ransacReprojThreshold=_REACH_PX,
        maxIters=400,
        confidence=0.99,
    )
    transform, agreed = found
    if transform is None:
        return None
    scale = math.hypot(transform[0, 0], transform[1, 0])
    if not _SCALES[0] < scale < _SCALES[1]:
        return None
    kept = agreed.ravel() > 0
    corners = min(_count_places(here[kept]), _count_places(there[kept]))
    return Alignment(transform, mirrored, corners)


def _match(codes: Codes, others: Codes) -> tuple[npt.NDArray[np.int64], ...]:
    """Corners that are each other's nearest, and nearer than the next by far."""
    if not len(codes) or len(others) < 2:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    bits, nearest = _find_nearest(codes, others, 2)
    clear = (bits[:, 0] < _RATIO * bits[:, 1]) & (bits[:, 0] < _MOST_BITS)
    rows = np.flatnonzero(clear)
    columns = nearest[rows, 0]
    if len(rows):
        mutual = _find_nearest(others[columns], codes, 1)[1][:, 0] == rows
        rows, columns = rows[mutual], columns[mutual]
    return rows, columns


def _find_nearest(
    codes: Codes, others: Codes, count: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Differing bits to the nearest others, and which these are: (N, count) each."""
    bits, nearest = cv2.batchDistance(
        codes, others, cv2.CV_32S, normType=cv2.NORM_HAMMING, K=count
    )
    return np.asarray(bits, np.int64), np.asarray(nearest, np.int64)


def _count_places(points: Points) -> int:
    """How many cells of 6 px hold a corner: one spot is found at several sizes."""
    cells = (points // _CELL_PX).astype(np.int64)
    return len(np.unique(cells[:, 0] * 65_536 + cells[:, 1]))
