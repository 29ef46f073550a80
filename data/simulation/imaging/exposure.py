"""How a scan is taken, and what of the object's transmission reaches the detector."""

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numba
import numpy as np
import numpy.typing as npt

from data.simulation.imaging.scanner import Scanner

Levels = npt.NDArray[np.float32]

LEAKAGE: Final = 1.5e-5
"""Transmission that reaches the detector past any object."""

_SCATTER_REACH_PX: Final = 200
_SCATTER_SHRINK: Final = 16


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

    photons: tuple[float, ...]
    readout: float
    blur_px: float
    scatter: float
    pulse: float
    gain: float
    air: float
    dark: float


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """How the columns and rows of one scan answer.

    Attributes:
        pulse: (W,) float32, dose of each column over the usual one.
        gain: (H,) float32, what each row reads over what it should; 0 if it is dead.
        low_offset: How far the low plane is off the high one, (x, y) px.
        brightest: Transmission from which the detector reads no more.
    """

    pulse: Levels
    gain: Levels
    low_offset: tuple[float, float] = (0.0, 0.0)
    brightest: float = math.inf


def draw_exposure(rng: np.random.Generator, scanner: Scanner) -> Exposure:
    """Draw dose, noise and levels of one scan from a scanner's ranges."""
    low, high = scanner.photons
    photons = math.exp(rng.uniform(math.log(low), math.log(high)))
    shares = (1.0, scanner.low_share)
    return Exposure(
        photons=tuple(
            photons * share * factor
            for share, factor in zip(shares, scanner.noise_factors, strict=False)
        ),
        readout=rng.uniform(0.5, 2.5),
        blur_px=rng.uniform(*scanner.blur_px),
        scatter=rng.uniform(*scanner.scatter),
        pulse=rng.uniform(0.0005, 0.004),
        gain=rng.uniform(0.0005, 0.003),
        air=rng.uniform(54000, 61000),
        dark=rng.uniform(150, 900),
    )


def draw_response(
    rng: np.random.Generator, exposure: Exposure, shape: tuple[int, int]
) -> Response:
    """Draw the errors of pulses and rows that the scanner's own correction leaves.

    Args:
        rng: Source of chance.
        exposure: How large they are.
        shape: Height and width of the picture.
    """
    height, width = shape
    return Response(
        pulse=rng.normal(1, exposure.pulse, width).astype(np.float32),
        gain=rng.normal(1, exposure.gain, height).astype(np.float32),
    )


def transmit(carbon: Levels, iron: Levels, scanner: Scanner) -> tuple[Levels, ...]:
    """Transmission of each plane before any blur.

    Args:
        carbon: (H, W) float32, g/cm2.
        iron: (H, W) float32, g/cm2.
        scanner: Whose energies.

    Returns:
        An (H, W) float32 array in (0, 1] for each energy: high, then low.
    """
    tables = scanner.tables
    planes = np.empty((len(tables), *carbon.shape), np.float32)
    areal = (np.ascontiguousarray(carbon), np.ascontiguousarray(iron))
    nodes = tuple(table.nodes for table in tables)
    _attenuate(areal, nodes, tables[0].max_areal_g_cm2, planes)
    np.negative(planes, out=planes)
    np.exp(planes, out=planes)
    return tuple(planes)


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
    wide = np.asarray(cv2.resize(far, (width, small[1])), np.float32)
    _scatter(blurred, wide, exposure.scatter)
    return blurred


def _blur(plane: Levels, sigma_px: float) -> Levels:
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma_px), np.float32)


@numba.njit(cache=True, nogil=True)  # type: ignore[misc,unused-ignore]
def _attenuate(areal, tables, end, planes):  # type: ignore[no-untyped-def]
    """Bilinear steps between the nodes of all tables at once."""
    carbon, iron = areal
    nodes = tables[0].shape[0]
    scale, zero = np.float32((nodes - 1) / math.sqrt(end)), np.float32(0)
    last = np.float32(nodes - 1.001)
    for row in range(carbon.shape[0]):
        for column in range(carbon.shape[1]):
            if carbon[row, column] <= zero and iron[row, column] <= zero:
                planes[:, row, column] = zero
                continue
            u = min(np.sqrt(max(carbon[row, column], zero)) * scale, last)
            v = min(np.sqrt(max(iron[row, column], zero)) * scale, last)
            i, j = int(u), int(v)
            p, q = u - np.float32(i), v - np.float32(j)
            for plane in range(len(tables)):
                table = tables[plane]
                near = table[i, j] + q * (table[i, j + 1] - table[i, j])
                i1 = i + 1
                far = table[i1, j] + q * (table[i1, j + 1] - table[i1, j])
                planes[plane, row, column] = near + p * (far - near)


@numba.njit(cache=True, nogil=True, fastmath=True)  # type: ignore[misc,unused-ignore]
def _scatter(plane, wide, share):  # type: ignore[no-untyped-def]
    """Mix in the scatter, known at every few rows only, and the leakage."""
    height, known = plane.shape[0], wide.shape[0]
    part, rest = np.float32(share), np.float32(1 - share)
    for row in range(height):
        at = min(max((row + 0.5) * known / height - 0.5, 0.0), known - 1.0)
        above = int(at)
        below = min(above + 1, known - 1)
        lean = np.float32(at - above)
        for column in range(plane.shape[1]):
            near, far = wide[above, column], wide[below, column]
            mixed = near + lean * (far - near)
            plane[row, column] = (
                rest * plane[row, column] + part * mixed + np.float32(LEAKAGE)
            )
