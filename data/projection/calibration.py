"""What must be known of a scan before anything is put into it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.physics.noise import estimate_noise
from data.physics.transmission import FLOOR
from data.projection.scatter import estimate_scatter, spread_signal
from data.projection.sharpness import estimate_blur
from data.scan import Scan, ScanInfo

Levels = npt.NDArray[np.float32]

_DARK: Final = 0.005
_CALM: Final = 0.1
_CALM_SIGMAS: Final = 0.12566
_FEWEST: Final = 200
_AROUND: Final = (9, 9)


@dataclass(frozen=True, slots=True)
class Measured:
    """What the scanner's owner has measured; None is estimated from each scan.

    Attributes:
        scatter: Share of the signal that is scattered far, 0 to 1: the transmission
            behind a thick block of steel over the mean transmission around it.
        blur_px: Standard deviation of the blur, as from an edge.
        gamma: Attenuation that darkens a grey picture by a factor of e, 1 where it is
            linear in transmission; nothing estimates it, and None stands for 2.4.
    """

    scatter: float | None = None
    blur_px: float | None = None
    gamma: float | None = None


@dataclass(frozen=True, slots=True)
class PlaneNoise:
    """Noise of one plane.

    Attributes:
        air: Standard deviation of transmission in air: photons.
        readout: The same without any signal: electronics.
    """

    air: float
    readout: float


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What is known of a scan, all read off the scan itself.

    Attributes:
        energies_mv: Endpoint of each plane, MV; None where unknown.
        noise: Of each plane.
        floors: (P, H, W) float32, scattered signal of each plane, transmission.
        blur_px: Standard deviation of the blur.
        scatter: Share of the signal that is scattered, which the floors come from.
    """

    energies_mv: tuple[float | None, ...]
    noise: tuple[PlaneNoise, ...]
    floors: Levels
    blur_px: float
    scatter: float


def calibrate_scan(scan: Scan, measured: Measured | None = None) -> Calibration:
    """Estimate noise, scatter and sharpness of a scan with counts.

    Args:
        scan: A single or dual scan.
        measured: What need not be estimated.

    Raises:
        ScanError: If it is a display scan.
    """
    planes = [scan.transmission("high")]
    if scan.low is not None:
        planes.append(scan.transmission("low"))
    return calibrate_planes(planes, scan.info, measured)


def calibrate_planes(
    planes: Sequence[Levels], info: ScanInfo, measured: Measured | None = None
) -> Calibration:
    """As `calibrate_scan`, of planes of transmission.

    Args:
        planes: (H, W) float32 of the high and, if there is one, the low plane.
        info: Pitch and energies.
        measured: What need not be estimated.
    """
    wide = [spread_signal(plane, info.pitch_mm) for plane in planes]
    share, blur = (measured or Measured()).scatter, (measured or Measured()).blur_px
    if share is None:
        share = estimate_scatter(planes, wide, info.energies_mv)
    known = len(info.energies_mv) == len(planes)
    noise = tuple(
        PlaneNoise(air, _estimate_readout(plane, air))
        for plane, air in ((plane, estimate_noise(plane)) for plane in planes)
    )
    return Calibration(
        energies_mv=info.energies_mv if known else (None,) * len(planes),
        noise=noise,
        floors=np.stack(
            [limit_floor(share, w, p) for w, p in zip(wide, planes, strict=True)]
        ),
        blur_px=estimate_blur(planes[0]) if blur is None else blur,
        scatter=share,
    )


def limit_floor(share: float, wide: Levels, plane: Levels) -> Levels:
    """The floor, nowhere above what is there: nothing may grow brighter.

    Args:
        share: Of the signal that is scattered.
        wide: (H, W) float32, as `spread_signal` gives.
        plane: (H, W) float32, transmission.
    """
    there = np.maximum(cv2.blur(plane, _AROUND), 0)
    return np.asarray(np.minimum(np.float32(share) * wide, there), np.float32)


def _estimate_readout(plane: Levels, air: float) -> float:
    """Noise of dark pixels that photons do not explain; 0 where there are none."""
    square = plane[:-1, :-1]
    mixed = (square - plane[1:, :-1] - plane[:-1, 1:] + plane[1:, 1:]) / 2
    dark = np.abs(square) < _DARK
    if np.count_nonzero(dark) < _FEWEST:
        return 0.0
    # The calmest tenth: in the dark, edges are many.
    calm = float(np.quantile(np.abs(mixed[dark]), _CALM))
    variance = (calm / _CALM_SIGMAS) ** 2
    photons = air**2 * max(float(square[dark].mean()), 0.0)
    return float(np.sqrt(max(variance - photons, 0.0))) if air > FLOOR else 0.0
