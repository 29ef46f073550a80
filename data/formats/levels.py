"""Air and dark levels: per row, and estimated where a file does not state them."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.scan import Counts, Levels

_BRIGHTEST: Final = 0.999
_BIN: Final = 0.005
_FAINTEST: Final = 0.7
_REACH: Final = 6
_SHARE: Final = 0.05


def estimate_air(counts: Counts) -> float:
    """Estimate the reading of air: the brightest mode of the counts.

    The histogram of all counts from 0.7 of the 99.9th percentile upwards is put in bins
    of 0.5 % of that percentile and smoothed over five of them. Air is the brightest
    peak that tops all bins within 3 % and reaches a twentieth of the tallest; of the
    counts within 2 % of it, the median is returned. A few hot pixels, a container wall
    that fills more of the scan than air does, and noise up to a few per cent thus do
    not shift it.

    A scan that shows no air at all gives the brightest thing it does show: state air in
    the file or in a scanner profile wherever it is known.

    Args:
        counts: (H, W) uint16.

    Returns:
        Air level in counts, at least 1.

    Example:
        >>> counts = np.full((10, 10), 60000, np.uint16)
        >>> counts[3:9, 3:9] = 52000
        >>> estimate_air(counts)
        60000.0
    """
    histogram = _count_readings(counts)
    cumulated = np.cumsum(histogram)
    top = int(np.searchsorted(cumulated, _BRIGHTEST * cumulated[-1]))
    if top == 0:
        return 1.0
    edges = np.arange(_FAINTEST, 65536 / top + _BIN, _BIN)[:200] * top
    peak = _find_peak(_smooth(_sum_bins(histogram, edges)))
    centre = edges[peak] + _BIN * top / 2
    return max(_find_median(histogram, centre, 0.02 * centre), 1.0)


def fill_levels(values: Sequence[float], height: int) -> Levels:
    """Repeat one level a plane over all rows.

    Args:
        values: (P,) counts.
        height: Rows of a plane.

    Returns:
        (P, H) float32 counts.
    """
    return np.repeat(np.array(values, np.float32)[:, None], height, axis=1)


def _count_readings(counts: Counts) -> npt.NDArray[np.float64]:
    histogram = cv2.calcHist(
        [np.ascontiguousarray(counts)], [0], None, [65536], [0, 65536]
    )
    return histogram.ravel().astype(np.float64)


def _sum_bins(
    histogram: npt.NDArray[np.float64], edges: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    cumulated = np.concatenate([[0.0], np.cumsum(histogram)])
    return np.diff(cumulated[np.clip(np.ceil(edges).astype(int), 0, 65536)])


def _smooth(bins: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.convolve(bins, np.array([1, 2, 3, 2, 1]) / 9, "same")


def _find_peak(bins: npt.NDArray[np.float64]) -> int:
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(bins, _REACH), 2 * _REACH + 1
    )
    peaks = (bins == windows.max(axis=1)) & (bins >= _SHARE * bins.max())
    return int(np.flatnonzero(peaks)[-1])


def _find_median(
    histogram: npt.NDArray[np.float64], centre: float, reach: float
) -> float:
    first = max(int(np.ceil(centre - reach)), 0)
    part = np.cumsum(histogram[first : int(centre + reach) + 1])
    if part.size == 0 or part[-1] == 0:
        return float(centre)
    return float(first + np.searchsorted(part, part[-1] / 2))
