"""Put a thing into a scan: add what it attenuates, and keep the scan's own noise.

Rogers et al., "Threat Image Projection (TIP) into X-ray images of cargo containers for
training humans and machines" (IEEE ICCST 2016), multiply transmissions. Here the floor
of scattered signal stays as it is, beam hardening is allowed for, and noise is added
where the lower signal needs more of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.errors import ScanError
from data.physics.noise import attenuation_noise
from data.physics.transmission import FLOOR, measure_transmission
from data.projection.calibration import Calibration, PlaneNoise
from data.projection.casting import Cast
from data.projection.hardening import Method, add_attenuation
from data.projection.material import estimate_light
from data.scan import Counts, Levels, Scan

Mask = npt.NDArray[np.bool_]

_SMOOTH: Final = (3, 3)
_MOST_COUNTS: Final = 65535


@dataclass(frozen=True, slots=True, eq=False)
class Projected:
    """What became of a window.

    Attributes:
        planes: (P, h, w) float32, transmission with the thing in it.
        added: (P, h, w) float32, attenuation of the straight signal that it adds.
        behind: (P, h, w) float32, attenuation of the straight signal without it.
    """

    planes: Levels
    added: Levels
    behind: Levels


@dataclass(frozen=True, slots=True, eq=False)
class Insertion:
    """A scan with a thing in it.

    Attributes:
        scan: It; synthetic, and knowing all that the scan knew before.
        added: (h, w) float32, attenuation that the thing adds on the high plane.
        behind: (h, w) float32, attenuation there without it.
        visible: Signal-to-noise of a matched filter that knows the thing.
    """

    scan: Scan
    added: Levels
    behind: Levels
    visible: float


def project_cast(
    planes: Levels,
    cast: Cast,
    floors: Levels,
    energies_mv: Sequence[float | None],
    *,
    method: Method = "curve",
    blur_px: float = 0.0,
) -> Projected:
    """Put a thing into transmission, as it would be on average.

    With F the floor, T becomes F + (T - F) exp(-added): on average never brighter, and
    never under the floor. How much is added depends on means over 3 x 3 px.

    Both factors are blurred, and where both have edges the blurred product differs from
    the product of what is blurred: to first order by the variance of the blur times the
    product of their slopes (the covariance of two planes under a Gaussian).

    Args:
        planes: (P, h, w) float32, transmission of a window.
        cast: What to put there, of the same size.
        floors: (P, h, w) float32, scattered signal.
        energies_mv: Endpoint of each plane, MV; None where unknown.
        method: How beam hardening is allowed for.
        blur_px: Standard deviation of the blur that both have.
    """
    straight = planes - floors
    smooth = np.stack([cv2.blur(plane, _SMOOTH) for plane in straight])
    behind = -np.log(np.clip(smooth, FLOOR, 1)).astype(np.float32)
    light = estimate_light(straight, cast.attenuation, energies_mv)
    added = np.stack(
        [
            add_attenuation(b, t, mv, light=light, method=method)
            for b, t, mv in zip(behind, cast.attenuation, energies_mv, strict=True)
        ]
    )
    left = np.exp(-added)
    made = straight * left + blur_px**2 * _multiply_slopes(straight, left)
    # Noise has slopes too, but they must not make anything brighter than it was.
    made = np.where(straight > 0, np.clip(made, 0, straight), straight * left)
    return Projected(np.asarray(floors + made, np.float32), added, behind)


def _multiply_slopes(first: Levels, second: Levels) -> Levels:
    """Product of the gradients of two stacks of planes, per px squared."""
    pairs = zip(
        np.gradient(first, axis=(1, 2)), np.gradient(second, axis=(1, 2)), strict=True
    )
    return np.asarray(sum(a * b for a, b in pairs), np.float32)


def draw_noise(
    rng: np.random.Generator,
    projected: Projected,
    floors: Levels,
    noise: Sequence[PlaneNoise],
) -> Levels:
    """Draw the noise that the lower signal needs besides what the scan has.

    Scaling a signal of variance a^2 (F + P) by r leaves a^2 (F + P) r^2 where
    a^2 (F + r P) is due. Without a floor the difference is the T_b T_t (1 - T_t) / N
    of the literature, with N = 1 / a^2 photons.

    Args:
        rng: Source of chance.
        projected: Of `project_cast`.
        floors: (P, h, w) float32, as given to it.
        noise: Of each plane.

    Returns:
        (P, h, w) float32, transmission: 0 where nothing was added.
    """
    left = np.exp(-projected.added)
    through = np.exp(-projected.behind) * left
    air = np.array([n.air for n in noise], np.float32)[:, None, None]
    readout = np.array([n.readout for n in noise], np.float32)[:, None, None]
    due = air**2 * (np.maximum(floors, 0) + through) * (1 - left)
    variance = due + readout**2 * (1 - left**2)
    drawn = rng.standard_normal(left.shape, dtype=np.float32)
    return np.asarray(drawn * np.sqrt(np.maximum(variance, 0)), np.float32)


def project_into_scan(
    rng: np.random.Generator,
    scan: Scan,
    cast: Cast,
    corner: tuple[int, int],
    calibration: Calibration,
) -> Insertion:
    """Put a thing into a scan with counts.

    Args:
        rng: Source of chance, for noise.
        scan: A single or dual scan.
        cast: What to put there: as many planes as the scan has.
        corner: Column and row of its upper left pixel; all of it must be in the scan.
        calibration: Of the scan.
    """
    window = place_window(corner, cast.mask.shape)
    planes = np.stack([_read(scan, i, window) for i in range(len(cast.attenuation))])
    floors = calibration.floors[:, *window]
    projected = project_cast(
        planes, cast, floors, calibration.energies_mv, blur_px=calibration.blur_px
    )
    made = projected.planes + draw_noise(rng, projected, floors, calibration.noise)
    counts = [_write(scan, i, window, plane) for i, plane in enumerate(made)]
    return Insertion(
        scan=Scan(
            high=counts[0],
            low=counts[1] if len(counts) == 2 else None,
            air=scan.air,
            dark=scan.dark,
            info=scan.info.model_copy(update={"synthetic": True}),
        ),
        added=projected.added[0],
        behind=projected.behind[0],
        visible=measure_visibility(projected, calibration.noise[0]),
    )


def measure_visibility(projected: Projected, noise: PlaneNoise) -> float:
    """Signal-to-noise of a matched filter that knows the thing, on the high plane.

    Args:
        projected: Of `project_cast`.
        noise: Of the high plane.
    """
    transmission = projected.planes[0]
    photons = attenuation_noise(transmission, noise.air)
    readout = noise.readout / np.maximum(transmission, FLOOR)
    variance = photons**2 + readout**2
    # What scatter adds to a pixel says nothing of the thing in it.
    share = np.exp(-projected.behind[0] - projected.added[0]) / np.maximum(
        transmission, FLOOR
    )
    seen = projected.added[0] * np.clip(share, 0, 1)
    return float(np.sqrt((seen**2 / variance).sum()))


def place_window(
    corner: tuple[int, int], shape: tuple[int, ...]
) -> tuple[slice, slice]:
    """Rows and columns of a window.

    Args:
        corner: Column and row of its upper left pixel.
        shape: Height and width.
    """
    left, top = corner
    return slice(top, top + shape[0]), slice(left, left + shape[1])


def _plane(scan: Scan, index: int) -> tuple[Counts, Levels, Levels]:
    """Counts of a plane, and its air and dark levels."""
    counts = scan.high if index == 0 else scan.low
    if counts is None or scan.air is None or scan.dark is None:
        msg = f"A {scan.kind} scan lacks a plane that the thing has. Give it one plane."
        raise ScanError(msg)
    return counts, scan.air[index], scan.dark[index]


def _read(scan: Scan, index: int, window: tuple[slice, slice]) -> Levels:
    counts, air, dark = _plane(scan, index)
    return measure_transmission(counts[window], air[window[0]], dark[window[0]])


def _write(
    scan: Scan, index: int, window: tuple[slice, slice], transmission: Levels
) -> Counts:
    """The plane with a window replaced."""
    counts, air, dark = _plane(scan, index)
    level, base = air[window[0], None], dark[window[0], None]
    written = counts.copy()
    new = np.rint(base + transmission * (level - base))
    written[window] = np.clip(new, 0, _MOST_COUNTS).astype(np.uint16)
    return written
