"""From areal densities to counts: what beam and detector make of the object."""

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numba
import numpy as np
import numpy.typing as npt

from data.simulation.scanner import Scanner

Levels = npt.NDArray[np.float32]
Counts = npt.NDArray[np.uint16]

LEAKAGE: Final = 1.5e-5
"""Transmission that reaches the detector past any object."""

_MAX_COUNTS: Final = 65535
_SCATTER_REACH_PX: Final = 200
_SCATTER_SHRINK: Final = 16
_EXACT_BELOW: Final = 8.0


@dataclass(frozen=True, slots=True)
class Exposure:
    """How one scan was taken.

    Attributes:
        photons: Noise-equivalent photons per pixel in air, for each plane.
        readout: Electronic noise, in photons.
        blur_px: Standard deviation of the blur.
        scatter: Share of the signal that is scattered far.
        pulse: Relative scatter of the dose from column to column, after the
            scanner's own correction.
        gain: Relative error of each row's calibration.
        air: Mean counts in air.
        dark: Mean counts without a beam.
    """

    photons: tuple[float, float]
    readout: float
    blur_px: float
    scatter: float
    pulse: float
    gain: float
    air: float
    dark: float


def draw_exposure(rng: np.random.Generator, scanner: Scanner) -> Exposure:
    """Draw dose, noise and levels of one scan from a scanner's ranges."""
    low, high = scanner.photons
    photons = math.exp(rng.uniform(math.log(low), math.log(high)))
    factors = scanner.noise_factors
    return Exposure(
        photons=(photons * factors[0], photons * scanner.low_share * factors[1]),
        readout=rng.uniform(0.5, 2.5),
        blur_px=rng.uniform(*scanner.blur_px),
        scatter=rng.uniform(*scanner.scatter),
        pulse=rng.uniform(0.0005, 0.004),
        gain=rng.uniform(0.0005, 0.003),
        air=rng.uniform(54000, 61000),
        dark=rng.uniform(150, 900),
    )


def transmit(carbon: Levels, iron: Levels, scanner: Scanner) -> tuple[Levels, Levels]:
    """Transmission of both planes before any blur.

    Args:
        carbon: (H, W) float32, g/cm2.
        iron: (H, W) float32, g/cm2.
        scanner: Whose energies.

    Returns:
        Two (H, W) float32 arrays in (0, 1]: high, low.
    """
    high, low = scanner.tables
    planes = np.empty((2, *carbon.shape), np.float32)
    end = high.max_areal_g_cm2
    areal = (np.ascontiguousarray(carbon), np.ascontiguousarray(iron))
    _transmit(areal, (high.nodes, low.nodes), end, planes)
    return planes[0], planes[1]


def expect_signal(transmission: Levels, exposure: Exposure) -> Levels:
    """Transmission as the detector sees it on average: blur, scatter, leakage.

    Args:
        transmission: (H, W) float32.
        exposure: Whose blur and scatter.

    Returns:
        (H, W) float32.
    """
    blurred = _blur(transmission, exposure.blur_px)
    height, width = transmission.shape
    small = (max(width // _SCATTER_SHRINK, 1), max(height // _SCATTER_SHRINK, 1))
    far = cv2.resize(transmission, small, interpolation=cv2.INTER_AREA)
    far = _blur(np.asarray(far, np.float32), _SCATTER_REACH_PX / _SCATTER_SHRINK)
    weights = (1 - exposure.scatter, exposure.scatter)
    wide = cv2.resize(far, (width, height))
    summed = cv2.addWeighted(blurred, weights[0], wide, weights[1], LEAKAGE)
    return np.asarray(summed, np.float32)


def _blur(plane: Levels, sigma_px: float) -> Levels:
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma_px), np.float32)


def expose(
    rng: np.random.Generator, planes: tuple[Levels, Levels], exposure: Exposure
) -> tuple[list[Counts], Levels, Levels]:
    """Counts of both planes, with the levels that the scanner would calibrate.

    Args:
        rng: Source of chance.
        planes: (H, W) float32 each, expected signal of high and low.
        exposure: Dose, noise and levels.

    Returns:
        The two planes of (H, W) uint16 counts, then air and dark, (2, H) float32.
    """
    height, width = planes[0].shape
    row_gain = 1 + np.clip(rng.normal(0, 0.02, (2, height)), -0.05, 0.05)
    air = (exposure.air * row_gain).astype(np.float32)
    dark = (exposure.dark + rng.normal(0, 8, (2, height))).astype(np.float32)
    counts = []
    for plane, photons, level, base in zip(
        planes, exposure.photons, air, dark, strict=True
    ):
        dose = np.asarray(rng.normal(1, exposure.pulse, width), np.float32)
        error = np.asarray(rng.normal(1, exposure.gain, height), np.float32)
        out = np.empty((height, width), np.uint16)
        noise = (photons, exposure.readout)
        _count(plane, rng, noise, (dose, error), (level, base), out)
        counts.append(out)
    return counts, air, dark


def measure_visibility(
    with_it: Levels, without: Levels, photons: float, readout: float
) -> float:
    """Signal-to-noise of a matched filter that knows what it looks for.

    sqrt(sum(difference of attenuation^2 / its variance)), with the variance of
    attenuation 1 / n + readout^2 / n^2 where n photons are met.

    Args:
        with_it: (H, W) float32, expected transmission with the object.
        without: (H, W) float32, without it.
        photons: Noise-equivalent photons in air.
        readout: Electronic noise, photons.
    """
    met = with_it.astype(np.float64) * photons
    difference = np.log(without.astype(np.float64) / with_it)
    variance = 1 / met + (readout / met) ** 2
    return float(np.sqrt((difference**2 / variance).sum()))


@numba.njit(cache=True, nogil=True)  # type: ignore[misc,unused-ignore]
def _transmit(areal, tables, end, planes):  # type: ignore[no-untyped-def]
    """Bilinear steps between the nodes of both tables at once."""
    carbon, iron = areal
    nodes = tables[0].shape[0]
    scale, zero = np.float32((nodes - 1) / math.sqrt(end)), np.float32(0)
    last = np.float32(nodes - 1.001)
    for row in range(carbon.shape[0]):
        for column in range(carbon.shape[1]):
            u = min(np.sqrt(max(carbon[row, column], zero)) * scale, last)
            v = min(np.sqrt(max(iron[row, column], zero)) * scale, last)
            i, j = int(u), int(v)
            p, q = u - np.float32(i), v - np.float32(j)
            for plane, table in enumerate(tables):
                near = table[i, j] + q * (table[i, j + 1] - table[i, j])
                i1 = i + 1
                far = table[i1, j] + q * (table[i1, j + 1] - table[i1, j])
                planes[plane, row, column] = np.exp(-(near + p * (far - near)))


@numba.njit(cache=True, nogil=True)  # type: ignore[misc,unused-ignore]
def _count(plane, rng, noise, errors, levels, out):  # type: ignore[no-untyped-def]
    photons, readout = noise
    pulse, gain = errors
    air, dark = levels
    for row in range(plane.shape[0]):
        span = (air[row] - dark[row]) / photons
        for column in range(plane.shape[1]):
            mean = plane[row, column] * pulse[column] * gain[row] * photons
            counts = dark[row] + _meet(rng, mean, readout) * span
            out[row, column] = int(min(max(counts + 0.5, 0.0), _MAX_COUNTS))


@numba.njit(cache=True, nogil=True)  # type: ignore[misc,unused-ignore]
def _meet(rng, mean, readout):  # type: ignore[no-untyped-def]
    """Photons met: a Poisson number and the readout's normal noise.

    Small numbers by inversion. Others by the first terms of the Cornish-Fisher
    expansion of the sum: right in mean, variance and skewness.
    """
    normal = rng.standard_normal()
    if mean >= _EXACT_BELOW:
        variance = mean + readout * readout
        skewed = mean / (6 * variance) * (normal * normal - 1)
        return mean + math.sqrt(variance) * normal + skewed
    quantile = rng.random()
    number, term = 0, math.exp(-mean)
    reached = term
    while reached < quantile and number < 100:
        number += 1
        term *= mean / number
        reached += term
    return number + readout * normal
