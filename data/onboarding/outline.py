"""Find a container in an upright scan: its roof's line and its two ends."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float32]
Wide = npt.NDArray[np.float64]

_THIN: Final = 0.035
_BOX_PX: Final = 9
_RUN_SHARE: Final = 0.02
_NEAR_ROOF: Final = 0.04
_GAP_SHARE: Final = 0.04
_FEWEST_SHARE: Final = 0.3
_END_ROWS: Final = (0.03, 0.3)
_END_REACH: Final = 0.06


@dataclass(frozen=True, slots=True)
class Outline:
    """Where a container is.

    Attributes:
        left: Where its left end is, px; pixel 0 covers [0, 1).
        right: Where its right end is, px.
        roof: Rows of its upper edge at the left and at the right end, px.
        cut_off: Whether an end lies at the picture's rim.
    """

    left: float
    right: float
    roof: tuple[float, float]
    cut_off: bool

    @property
    def length(self) -> float:
        """From end to end, px."""
        return self.right - self.left


def find_outline(alpha: Reals) -> Outline | None:
    """Find a container by its long straight roof with air above it.

    Args:
        alpha: (H, W) attenuation, upright.

    Returns:
        None if nothing has such a roof.
    """
    smooth = cv2.blur(alpha, (_BOX_PX, _BOX_PX))
    tops = _find_tops(smooth > _THIN)
    columns = np.flatnonzero(tops >= 0)
    if len(columns) < _FEWEST_SHARE * alpha.shape[1]:
        return None
    slope, start = _fit_line(columns, tops[columns])
    line = np.asarray(slope * np.arange(alpha.shape[1]) + start, np.float64)
    near = (tops >= 0) & (np.abs(tops - line) < _NEAR_ROOF * alpha.shape[0])
    run = _find_run(near)
    if run is None or run[1] - run[0] < _FEWEST_SHARE * alpha.shape[1]:
        return None
    left = _refine_end(alpha, line, run[0], side=-1)
    right = _refine_end(alpha, line, run[1], side=1)
    roof = tuple(_refine_roof(alpha, line, x) for x in (left, right))
    rim = 3
    cut_off = left < rim or right > alpha.shape[1] - rim
    return Outline(left, right, (roof[0], roof[1]), cut_off)


def _find_tops(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.int_]:
    """(W,) first row from which each column is filled for a while; -1 if none is."""
    run = max(int(mask.shape[0] * _RUN_SHARE), 4)
    kernel = np.ones((run, 1), np.uint8)
    kept = cv2.erode(mask.astype(np.uint8), kernel, anchor=(0, 0)) > 0
    kept[-run:] = False
    return np.where(kept.any(axis=0), kept.argmax(axis=0), -1)


def _fit_line(x: npt.NDArray[np.int_], y: npt.NDArray[np.int_]) -> tuple[float, float]:
    """Slope and start of the line near which most of the points lie."""
    rng = np.random.default_rng(0)
    best, most = (0.0, float(np.median(y))), -1
    tolerance = max(float(np.ptp(y)) * 0.01, 2.0)
    pairs = rng.integers(0, len(x), (400, 2))
    for one, other in pairs:
        if abs(x[one] - x[other]) < 0.2 * len(x):
            continue
        slope = float((y[other] - y[one]) / (x[other] - x[one]))
        start = float(y[one] - slope * x[one])
        count = int((np.abs(y - slope * x - start) < tolerance).sum())
        if abs(slope) < 0.05 and count > most:
            best, most = (slope, start), count
    return best


def _find_run(near: npt.NDArray[np.bool_]) -> tuple[int, int] | None:
    """First and last column of the longest run, small gaps closed."""
    gap = max(int(len(near) * _GAP_SHARE), 3)
    places = np.flatnonzero(near)
    if not len(places):
        return None
    breaks = np.flatnonzero(np.diff(places) > gap)
    firsts = np.concatenate([[0], breaks + 1])
    lasts = np.concatenate([breaks, [len(places) - 1]])
    longest = int(np.argmax(places[lasts] - places[firsts]))
    return int(places[firsts[longest]]), int(places[lasts[longest]])


def _refine_end(alpha: Reals, line: Wide, column: int, *, side: int) -> float:
    """Where air gives way to the post of an end, px."""
    height, width = alpha.shape
    reach = max(int(width * _END_REACH), 6)
    first, last = max(column - reach, 0), min(column + reach, width)
    top = line[min(max(column, 0), width - 1)]
    low, high = (int(top + share * height) for share in _END_ROWS)
    block = np.minimum(alpha[max(low, 0) : max(high, low + 2), first:last], 3.0)
    profile = np.median(block, axis=0)
    if side > 0:
        profile = profile[::-1]
    # The post is the first strong rise from outside.
    level = float(np.percentile(profile, 90))
    crossing = profile > max(0.4 * level, 2 * _THIN)
    if not crossing.any():
        return float(column + (side > 0))
    at = int(crossing.argmax())
    before = float(profile[at - 1]) if at else 0.0
    share = (float(profile[at]) - 0.5 * level) / max(float(profile[at]) - before, 1e-6)
    place = at + float(np.clip(share, 0, 1))
    return first + place if side < 0 else last - place


def _refine_roof(alpha: Reals, line: Wide, x: float) -> float:
    """Row where air gives way to the casting at an end, px."""
    height, width = alpha.shape
    inward = 1 if x < width / 2 else -1
    span = sorted((x + inward * 0.002 * width, x + inward * 0.008 * width))
    columns = slice(max(int(span[0]), 0), max(int(span[1]) + 1, int(span[0]) + 2))
    at = int(line[int(np.clip(x, 0, width - 1))])
    first, last = max(at - int(0.05 * height), 0), at + int(0.08 * height)
    profile = np.minimum(alpha[first:last, columns], 3.0).mean(axis=1)
    level = float(np.percentile(profile, 80))
    crossing = profile > 0.5 * max(level, 2 * _THIN)
    return float(first + crossing.argmax()) if crossing.any() else float(at)
