"""What two frames of a screen have in common: nothing new, a shift, or a jump.

Frames are compared by how many pixels differ by more than noise, not by how much: a
mouse pointer, or the noise of a compressed video, hardly counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from data.scan import Picture

ROWS: Final = 96
"""Rows that frames are compared by; each is the mean of many."""

NOISE: Final = 6
"""Grey levels by which pixels may differ and still be alike."""

STILL: Final = 0.005
"""Share of pixels that may differ between two frames of a still screen."""

POINTER: Final = 0.03
"""Share that may differ where nothing fits better: a pointer, a clock, a cursor."""

FIT: Final = 0.2
"""Share that may differ between a frame and the one before, shifted."""

TALL: Final = 0.25
"""Share of the rows that something must reach to count as a movement."""

FARTHEST: Final = 0.8
"""Of the width: beyond it two frames have too little in common."""

NEARER: Final = 0.02
"""What a shift by a whole width costs: of two that fit the nearer is taken."""

PEAKS: Final = 6
_BANDS: Final = 24


@dataclass(frozen=True, slots=True)
class Shift:
    """How far what is shown has moved.

    Attributes:
        px: To the left; below 0 to the right. 0.0 where the screen is still.
        misfit: Share of pixels that differ nevertheless.
    """

    px: float
    misfit: float


def reduce_frame(region: Picture) -> Picture:
    """What frames are compared by.

    Args:
        region: (H, W, 3) uint8.

    Returns:
        (up to 96, W) uint8, grey.
    """
    grey = cv2.cvtColor(region, cv2.COLOR_RGB2GRAY)
    rows = min(ROWS, len(grey))
    small = cv2.resize(grey, (grey.shape[1], rows), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.blur(small, (3, 1)), np.uint8)


def is_blank(seen: Picture) -> bool:
    """Whether nothing is shown: each row has one shade, but for a pointer.

    Args:
        seen: (R, W) uint8, a reduced frame.
    """
    return bool(_differs(seen, _plain(seen)).mean() < POINTER)


def measure_change(before: Picture, after: Picture) -> float:
    """Share of pixels that differ.

    Args:
        before: (R, W) uint8, a reduced frame.
        after: Another one.
    """
    return float(_differs(before, after).mean())


def find_shift(before: Picture, after: Picture, expected: float = 0.0) -> Shift | None:
    """How far the picture has moved from one frame to another.

    Args:
        before: (R, W) uint8, a reduced frame.
        after: A later one.
        expected: How far it probably has, px.

    Returns:
        None if it shows something else now.
    """
    changed = _differs(before, after)
    still = float(changed.mean())
    tall = float((changed.sum(axis=1) > 1).mean())
    if still < STILL or tall < TALL:
        return Shift(0.0, still)
    tried = _list_tried(before, after, round(expected))
    width = before.shape[1]
    best = min(tried, key=lambda px: _misfit(before, after, px) + _cost(px, width))
    misfit = _misfit(before, after, best)
    if misfit <= min(FIT, still / 2):
        return Shift(_refine(before, after, best), misfit)
    return Shift(0.0, still) if still < POINTER else None


def _cost(px: int, width: int) -> float:
    return NEARER * abs(px) / width


def _differs(
    before: Picture, after: Picture
) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    return np.asarray(cv2.absdiff(before, after)) > NOISE


def _plain(seen: Picture) -> Picture:
    """The frame, were each row of one shade."""
    rows = np.median(seen, axis=1).astype(np.uint8)
    return np.repeat(rows[:, None], seen.shape[1], axis=1)


def _overlap(before: Picture, after: Picture, px: int) -> tuple[Picture, Picture]:
    width = before.shape[1]
    if px >= 0:
        return before[:, px:], after[:, : width - px]
    return before[:, : width + px], after[:, -px:]


def _misfit(before: Picture, after: Picture, px: int) -> float:
    return measure_change(*_overlap(before, after, px))


def _list_tried(before: Picture, after: Picture, expected: int) -> list[int]:
    most = int(FARTHEST * before.shape[1])
    found = {expected, *_find_peaks(before, after), *_find_entry(before, after), 1, -1}
    return sorted(px for px in found if 0 < abs(px) <= most)


def _find_entry(before: Picture, after: Picture) -> Iterator[int]:
    """Shifts by which something comes in where nothing was."""
    if not is_blank(before):
        return
    width = before.shape[1]
    columns = np.flatnonzero(_differs(_plain(before), after).mean(axis=0) > TALL / 2)
    if len(columns):
        yield width - int(columns[0])
        yield -int(columns[-1]) - 1


def _find_peaks(before: Picture, after: Picture) -> list[int]:
    """Shifts at which the vertical edges of both agree best."""
    width = before.shape[1]
    size = cv2.getOptimalDFTSize(2 * width)
    first, second = (np.fft.rfft(_edges(one), size) for one in (before, after))
    product = (first * second.conj()).sum(axis=0)
    alike = np.fft.irfft(product, size)
    most = int(FARTHEST * width)
    line = np.concatenate([alike[size - most :], alike[: most + 1]])
    peaks = []
    for _ in range(PEAKS):
        top = int(line.argmax())
        peaks.append(top - most)
        line[max(0, top - 1) : top + 2] = -np.inf
    return peaks


def _edges(seen: Picture) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    rows = min(_BANDS, len(seen))
    bands = cv2.resize(seen, (seen.shape[1], rows), interpolation=cv2.INTER_AREA)
    return np.diff(bands.astype(np.float32), axis=1)


def _refine(before: Picture, after: Picture, px: int) -> float:
    """The shift to a fraction of a pixel: where two slopes meet."""
    left, here, right = (
        float(np.mean(cv2.absdiff(*_overlap(before, after, px + step))))
        for step in (-1, 0, 1)
    )
    slope = max(left, right) - here
    return px + (left - right) / (2 * slope) if slope > 0 else float(px)
