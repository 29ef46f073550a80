"""From the expected signal to counts: photons, electronics, gain, saturation."""

import math
from typing import Final

import cv2
import numba
import numpy as np
import numpy.typing as npt

from data.simulation.imaging.exposure import Exposure, Response

Levels = npt.NDArray[np.float32]
Counts = npt.NDArray[np.uint16]

_MAX_COUNTS: Final = 65535
_EXACT_BELOW: Final = 8.0
_BAND_ROWS: Final = 64


def expose(
    rng: np.random.Generator,
    planes: tuple[Levels, ...],
    exposure: Exposure,
    response: Response,
) -> tuple[list[Counts], Levels, Levels]:
    """Counts of all planes, with the levels that the scanner would calibrate.

    Args:
        rng: Source of chance.
        planes: (H, W) float32 each, expected signal of high and, if any, low.
        exposure: Dose, noise and levels.
        response: Of columns and rows.

    Returns:
        A plane of (H, W) uint16 counts for each, then air and dark, (P, H) float32.
    """
    height = len(response.gain)
    drawn = (len(planes), height)
    row_gain = 1 + np.clip(rng.normal(0, 0.02, drawn), -0.05, 0.05)
    air = (exposure.air * row_gain).astype(np.float32)
    dark = (exposure.dark + rng.normal(0, 8, drawn)).astype(np.float32)
    counts = []
    for number, plane in enumerate(planes):
        signal = plane if number == 0 else _offset(plane, response.low_offset)
        levels = (air[number], dark[number], response.brightest)
        noise = (exposure.photons[number], exposure.readout)
        counts.append(_count_plane(rng, signal, noise, levels, response))
    return counts, air, dark


def _offset(plane: Levels, offset: tuple[float, float]) -> Levels:
    if offset == (0.0, 0.0):
        return plane
    move = np.array([[1, 0, offset[0]], [0, 1, offset[1]]], np.float64)
    size = (plane.shape[1], plane.shape[0])
    border = cv2.BORDER_REPLICATE
    return np.asarray(cv2.warpAffine(plane, move, size, borderMode=border), np.float32)


def _count_plane(
    rng: np.random.Generator,
    plane: Levels,
    noise: tuple[float, float],
    levels: tuple[Levels, Levels, float],
    response: Response,
) -> Counts:
    air, dark, brightest = levels
    top = np.minimum(dark + (air - dark) * min(brightest, 1e6), _MAX_COUNTS)
    out = np.empty(plane.shape, np.uint16)
    normal = np.empty((_BAND_ROWS, plane.shape[1]), np.float32)
    for start in range(0, len(plane), _BAND_ROWS):
        rows = slice(start, start + _BAND_ROWS)
        rng.standard_normal(out=normal, dtype=np.float32)
        _count(
            plane[rows],
            (rng, normal, np.float32(noise[0]), np.float32(noise[1])),
            (response.pulse, response.gain[rows]),
            (air[rows], dark[rows], top[rows].astype(np.float32)),
            out[rows],
        )
    return out


@numba.njit(  # type: ignore[misc,unused-ignore]
    cache=True, nogil=True, fastmath=True, error_model="numpy"
)
def _count(plane, noise, errors, levels, out):  # type: ignore[no-untyped-def]
    """Counts of a band of rows."""
    rng, normal, photons, readout = noise
    pulse, gain = errors
    air, dark, top = levels
    exact = np.float32(_EXACT_BELOW)
    for row in range(plane.shape[0]):
        span, base, most = (air[row] - dark[row]) / photons, dark[row], top[row]
        dose, signal, z = gain[row] * photons, plane[row], normal[row]
        scale = (dose, readout, base, span, most)
        _count_many(signal, pulse, z, scale, out[row])
        for column in range(len(signal)):
            mean = max(signal[column] * pulse[column] * dose, np.float32(0))
            if mean < exact:
                met = _draw_few(rng, mean) + readout * z[column]
                counts = base + met * span + np.float32(0.5)
                out[row, column] = np.uint16(min(max(counts, np.float32(0)), most))


@numba.njit(  # type: ignore[misc,unused-ignore]
    cache=True, nogil=True, fastmath=True, error_model="numpy"
)
def _count_many(signal, pulse, normal, scale, out):  # type: ignore[no-untyped-def]
    """Counts of a row, as if every pixel met many photons.

    By the first terms of the Cornish-Fisher expansion of a Poisson number and the
    readout's normal noise: right in mean, variance and skewness.
    """
    dose, readout, base, span, most = scale
    least, sixth, one = np.float32(1e-6), np.float32(1 / 6), np.float32(1)
    half, zero = np.float32(0.5), np.float32(0)
    for column in range(len(signal)):
        mean = max(signal[column] * pulse[column] * dose, least)
        variance = mean + readout * readout
        z = normal[column]
        skewed = sixth * mean / variance * (z * z - one)
        counts = base + (mean + np.sqrt(variance) * z + skewed) * span + half
        out[column] = np.uint16(np.int32(min(max(counts, zero), most)))


@numba.njit(cache=True, nogil=True)  # type: ignore[misc,unused-ignore]
def _draw_few(rng, mean):  # type: ignore[no-untyped-def]
    """A Poisson number of a small mean, by inversion."""
    quantile = rng.random()
    number, term = 0, math.exp(-mean)
    reached = term
    while reached < quantile and number < 100:
        number += 1
        term *= mean / number
        reached += term
    return np.float32(number)
