"""Image statistics: what a scan itself tells of its scanner and of what was in it."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.formats import estimate_air
from data.physics.noise import GAUSSIAN_MAD, estimate_noise
from data.physics.transmission import to_attenuation
from data.projection.sharpness import USUAL_BLUR_PX, estimate_blur
from data.rendering import render_grey
from data.scan import Scan
from detector.opacity import MATTER

Levels = npt.NDArray[np.float32]

MOST_PIXELS: Final = 2_000_000
"""Of larger scans, blocks of rows or columns that come to as many are measured."""

_BLOCK_PX: Final = 48
_SHRINK: Final = 4
_SHRINKS: Final = (1, 2, 3)
_FINE: Final = 40_000.0
_THIN: Final = 0.3
_FEWEST: Final = 16
_DEAD: Final = 0.1
_LIT: Final = 0.02
_WINDOW: Final = 31


@dataclass(frozen=True, slots=True)
class ImageStatistics:
    """What was measured in one scan; None where it cannot be.

    Of a display scan, brightness (0 to 1) takes the place of transmission.

    Attributes:
        air: Transmission of what the picture shows as air: 1 if the air level that the
            file states still holds.
        air_low: The same of the low plane.
        air_counts: Counts in air, over dark, of the high plane.
        noise: Standard deviation of transmission in air.
        noise_low: The same of the low plane.
        row_stripes: Relative error of the gain from row to row, standard deviation.
        column_stripes: Relative error of the dose from column to column.
        dead_rows: Share of the rows that read nothing.
        blur_y: Standard deviation of the blur up and down, px, 0.25 to 4.5.
        blur_x: The same along the scan.
        width: Of the scan, px.
        matter: Share of the picture that attenuates by more than 0.05.
        attenuation: Median attenuation of that matter, nepers.
        attenuation_high: Its 90 % quantile.
    """

    air: float
    air_low: float | None
    air_counts: float | None
    noise: float
    noise_low: float | None
    row_stripes: float | None
    column_stripes: float | None
    dead_rows: float
    blur_y: float | None
    blur_x: float | None
    width: float
    matter: float
    attenuation: float
    attenuation_high: float


def measure_image(scan: Scan) -> ImageStatistics:
    """Measure a scan: no truth, no test object, nothing but the scan itself.

    Args:
        scan: Any scan of 8 x 8 px or more.
    """
    high = _see(scan)
    low = None if scan.low is None else scan.transmission("low")
    some_columns, some_rows = _thin(high), _thin(np.ascontiguousarray(high.T))
    air = measure_air(high)
    matter, median, dense = _measure_matter(high)
    return ImageStatistics(
        air=air,
        air_low=None if low is None else measure_air(low),
        air_counts=_count_air(scan, air),
        noise=estimate_noise(some_columns),
        noise_low=None if low is None else estimate_noise(_thin(low)),
        row_stripes=measure_stripes(some_columns),
        column_stripes=measure_stripes(some_rows),
        dead_rows=measure_dead_rows(high),
        blur_y=measure_blur(some_columns),
        blur_x=measure_blur(some_rows),
        width=float(scan.size[0]),
        matter=matter,
        attenuation=median,
        attenuation_high=dense,
    )


def _see(scan: Scan) -> Levels:
    if scan.display is None:
        return scan.transmission("high")
    return render_grey(scan).astype(np.float32) / np.float32(255)


def _thin(plane: Levels) -> Levels:
    """Whole blocks of columns, of which a large plane has more than are needed."""
    step = -(-plane.size // MOST_PIXELS)
    if step < 2:
        return plane
    return plane[:, np.arange(plane.shape[1]) // _BLOCK_PX % step == 0]


def measure_air(transmission: Levels) -> float:
    """Transmission of air, as `data.formats.estimate_air` finds it.

    Args:
        transmission: (H, W) float32.

    Returns:
        About 1; that of the brightest thing where a scan shows no air.
    """
    fine = np.clip(transmission * np.float32(_FINE), 0, 65535).astype(np.uint16)
    return estimate_air(fine) / _FINE


def _count_air(scan: Scan, air: float) -> float | None:
    if scan.air is None or scan.dark is None:
        return None
    return air * float(np.median(scan.air[0] - scan.dark[0]))


def measure_stripes(transmission: Levels) -> float | None:
    """How far the gain of neighbouring rows differs, beyond noise.

    The logarithm of the ratio of two neighbouring rows, its median over the brighter
    pixels, ignores what stands upright in the picture. It is taken of even and of odd
    columns apart: what both halves share is the gain, the rest is noise. With robust
    deviations s, s^2(gain) = (s^2(a + b) - s^2(a - b)) / 4 (Gnanadesikan and
    Kettenring, Biometrics 28 (1972) 81), halved for two rows. What whole blocks of rows
    share is not seen.

    Args:
        transmission: (H, W) float32.

    Returns:
        Standard deviation of the gain, 0 or more; None if fewer than 16 pairs of rows
        show enough that is bright.
    """
    steps = np.diff(np.log(np.maximum(transmission, np.float32(1e-6))), axis=0)
    bright = np.minimum(transmission[:-1], transmission[1:]) > _THIN
    steps = np.where(bright, steps, np.float32(np.nan))
    halves = [_median_of_rows(steps[:, start::2]) for start in (0, 1)]
    both = np.stack(halves)[:, ~np.isnan(halves).any(axis=0)]
    if both.shape[1] < _FEWEST:
        return None
    variance = (_spread(both.sum(0)) ** 2 - _spread(both[0] - both[1]) ** 2) / 4
    return float(np.sqrt(max(variance, 0.0) / 2))


def _median_of_rows(values: Levels) -> npt.NDArray[np.float64]:
    """(H,) median of what is known in each row; NaN where that is too little."""
    ordered = np.sort(values, axis=1)
    counts = np.count_nonzero(~np.isnan(ordered), axis=1)
    middle = ordered[np.arange(len(ordered)), counts // 2 - (counts > 0)]
    return np.where(counts >= _FEWEST, middle, np.nan).astype(np.float64)


def _spread(values: npt.NDArray[np.float64]) -> float:
    off = np.abs(values - np.median(values))
    return float(GAUSSIAN_MAD * np.median(off))


def measure_dead_rows(transmission: Levels) -> float:
    """Share of the rows that read nothing where the rows around them do.

    Args:
        transmission: (H, W) float32.

    Returns:
        Share of the rows whose mean is under a tenth of the median of the 31 around.
    """
    means = transmission.mean(axis=1)
    around = np.pad(means, _WINDOW // 2, mode="edge")
    usual = np.median(np.lib.stride_tricks.sliding_window_view(around, _WINDOW), axis=1)
    return float(np.mean((means < _DEAD * usual) & (usual > _LIT)))


def measure_blur(transmission: Levels) -> float | None:
    """How blurred level edges are, blur far beyond the usual too.

    `estimate_blur` sees no edge that is wider than its reach of 6 px. Where it finds
    too few, the picture is shrunk to a half and to a third, and asked again.

    Args:
        transmission: (H, W) float32.

    Returns:
        Standard deviation, px, 0.25 to 4.5; None where there are too few edges.
    """
    height, width = transmission.shape
    for shrink in _SHRINKS:
        size = (max(width // shrink, 1), max(height // shrink, 1))
        smaller = cv2.resize(transmission, size, interpolation=cv2.INTER_AREA)
        found = estimate_blur(np.asarray(smaller, np.float32))
        if found != USUAL_BLUR_PX:  # its word for too few edges
            return found * shrink
    return None


def _measure_matter(transmission: Levels) -> tuple[float, float, float]:
    """Share of matter, and the median and 90 % quantile of its attenuation."""
    height, width = transmission.shape
    size = (max(width // _SHRINK, 1), max(height // _SHRINK, 1))
    small = cv2.resize(transmission, size, interpolation=cv2.INTER_AREA)
    attenuation = to_attenuation(np.asarray(small, np.float32))
    matter = attenuation[attenuation > MATTER]
    if not matter.size:
        return 0.0, 0.0, 0.0
    median, dense = np.quantile(matter, (0.5, 0.9))
    return matter.size / attenuation.size, float(median), float(dense)
