"""Turn a scan into the planes that the network sees; the same in training and live."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final, TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from data.errors import EncodingError
from data.physics.beam import MAX_ENDPOINT_MV, MIN_ENDPOINT_MV, steel_curve
from data.physics.noise import attenuation_noise, estimate_noise
from data.physics.transmission import to_attenuation
from data.scan import Picture, Scan
from detector.opacity import Mask, find_opaque, opaque_fraction
from detector.scale import Scale, Size

Plane = npt.NDArray[np.float32]
Pixels = TypeVar("Pixels", Plane, Picture)

DEEPEST: Final = 11.0
"""Attenuation that plane 1 shows as 255: beyond 400 mm of steel at 6 MV, nepers."""

THIN_EXPONENT: Final = 0.4
"""Plane 2 is transmission to this power: it spreads thin matter."""

NEUTRAL: Final = 128
"""Plane 3 where there is no evidence of a material other than steel."""

CALIBRATION_ERROR: Final = (0.003, 0.004)
"""How far a steel curve may be off: a constant, and a share of attenuation."""

_DEEPEST_STEEL: Final = 12
_STEPS_A_NEPER: Final = 8192


class Encoding(StrEnum):
    """What the three planes mean.

    DUAL: attenuation, thin detail and material, from counts of one or two energies.
    DISPLAY: red, green and blue of a vendor's rendering.
    """

    DUAL = "dual"
    DISPLAY = "display"

    @classmethod
    def of(cls, scan: Scan) -> "Encoding":
        """The encoding that fits a scan."""
        return cls.DISPLAY if scan.kind == "display" else cls.DUAL

    @property
    def air(self) -> tuple[int, int, int]:
        """What the planes show where there is nothing but air."""
        return (0, 255, NEUTRAL) if self is Encoding.DUAL else (255, 255, 255)


@dataclass(frozen=True, slots=True, eq=False)
class EncodedScan:
    """A scan as the network sees it.

    Attributes:
        planes: (h, w, 3) uint8, at the network's scale.
        scan_size: Width and height of the scan it was made from, px.
        opaque: (h, w) bool, where nothing can be said; None for display scans.
        opaque_fraction: Share of the container's area; None for display scans.
    """

    planes: Picture
    scan_size: Size
    opaque: Mask | None = None
    opaque_fraction: float | None = None

    @property
    def size(self) -> Size:
        """Width and height of the planes, px."""
        return self.planes.shape[1], self.planes.shape[0]

    @property
    def factors(self) -> tuple[float, float]:
        """Encoded pixels for one scan pixel, (x, y)."""
        (width, height), (scan_width, scan_height) = self.size, self.scan_size
        return width / scan_width, height / scan_height


def encode_scan(scan: Scan, encoding: Encoding, scale: Scale) -> EncodedScan:
    """Resample a scan to the network's scale and make the planes it sees.

    Args:
        scan: The scan. DUAL takes counts of one or two energies, DISPLAY a rendering.
        encoding: What the planes shall mean.
        scale: The network's scale.

    Returns:
        The planes, and what is opaque in them.

    Raises:
        EncodingError: If the scan does not hold what the encoding needs.
    """
    if Encoding.of(scan) is not encoding:
        msg = (
            f"A {scan.kind} scan cannot be encoded as {encoding.value}. "
            f"Use a network for {Encoding.of(scan).value} scans."
        )
        raise EncodingError(msg)
    size = scale.size_of(scan.size, scan.info)
    if scan.display is not None:
        return EncodedScan(resample(scan.display, size), scan.size)
    return _encode_counts(scan, size)


def encode_transmission(
    high: Plane,
    low: Plane | None,
    energies_mv: tuple[float, ...],
    noise: Sequence[float] | None = None,
) -> Picture:
    """Make the three planes of the DUAL encoding.

    1. attenuation of the high plane, 0 to 11 nepers as 0 to 255;
    2. transmission of the high plane to the power 0.4, which spreads thin matter;
    3. material: how many standard deviations the attenuation of the low plane lies off
       the scanner's steel curve, z, as 128 + 127 tanh(z / 4), from 3 x 3 means. Without
       a low plane, or without knowing the energies (1 to 10 MV), it is 128 all over.

    Args:
        high: (H, W) float32, transmission at the higher energy, unclipped.
        low: (H, W) float32, transmission at the lower energy, or None.
        energies_mv: Endpoint energies (high, low), MV.
        noise: Standard deviation of transmission in air of both planes, of which a
            part of a scan may show too little; None reads it off the planes.

    Returns:
        (H, W, 3) uint8.
    """
    first = to_attenuation(high) * np.float32(255 / DEEPEST)
    second = np.clip(high, 0, 1) ** np.float32(THIN_EXPONENT) * np.float32(255)
    planes = np.full((*high.shape, 3), NEUTRAL, np.uint8)
    planes[..., 0] = _to_grey(first)
    planes[..., 1] = _to_grey(second)
    if low is not None and _has_steel_curve(energies_mv):
        known = noise or [estimate_noise(plane) for plane in (high, low)]
        off = _off_steel((high, low), known, energies_mv)
        planes[..., 2] = _to_grey(NEUTRAL + 127 * np.tanh(off / 4))
    return planes


def _has_steel_curve(energies_mv: tuple[float, ...]) -> bool:
    known = all(MIN_ENDPOINT_MV <= mv <= MAX_ENDPOINT_MV for mv in energies_mv)
    return known and len(energies_mv) == 2


def _encode_counts(scan: Scan, size: Size) -> EncodedScan:
    high = resample(scan.transmission("high"), size)
    low = None if scan.low is None else resample(scan.transmission("low"), size)
    opaque = find_opaque(high, estimate_noise(high))
    return EncodedScan(
        encode_transmission(high, low, scan.info.energies_mv),
        scan.size,
        opaque,
        opaque_fraction(opaque, high),
    )


def resample(array: Pixels, size: Size) -> Pixels:
    """Resample planes, averaging over area where they shrink.

    Args:
        array: (H, W) float32 transmission or (H, W, 3) uint8.
        size: Width and height wanted, px.
    """
    height, width = array.shape[:2]
    if (width, height) == size:
        return array
    shrinks = size[0] * size[1] < width * height
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(array, size, interpolation=method), array.dtype)


def _off_steel(
    planes: tuple[Plane, Plane], air: Sequence[float], energies_mv: tuple[float, ...]
) -> Plane:
    """Standard deviations between the low attenuation and steel's; organics are > 0."""
    smooth = [np.asarray(cv2.blur(plane, (3, 3)), np.float32) for plane in planes]
    alpha_high, alpha_low = (to_attenuation(plane) for plane in smooth)
    expected = _expect_steel(alpha_high, *energies_mv)
    noise = [
        attenuation_noise(mean, of_air / 3)
        for mean, of_air in zip(smooth, air, strict=True)
    ]
    constant, share = CALIBRATION_ERROR
    calibration = constant + share * np.maximum(alpha_high, 0)
    sigma = np.sqrt(noise[0] ** 2 + noise[1] ** 2 + calibration**2)
    return np.asarray((alpha_low - expected) / sigma, np.float32)


def _expect_steel(alpha_high: Plane, high_mv: float, low_mv: float) -> Plane:
    """Attenuation of steel at the lower energy: the nearest row of a fine table."""
    place = np.clip(alpha_high, 0, _DEEPEST_STEEL) * np.float32(_STEPS_A_NEPER)
    return _tabulate_steel(high_mv, low_mv).take((place + 0.5).astype(np.int32))


@lru_cache(maxsize=16)
def _tabulate_steel(high_mv: float, low_mv: float) -> Plane:
    """The steel curve at even steps of attenuation, 1/8192 neper apart."""
    steps = np.arange(_DEEPEST_STEEL * _STEPS_A_NEPER + 2) / _STEPS_A_NEPER
    return np.interp(steps, *steel_curve(high_mv, low_mv)).astype(np.float32)


def _to_grey(plane: Plane) -> Picture:
    return np.clip(np.rint(plane), 0, 255).astype(np.uint8)
