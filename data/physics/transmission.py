"""Counts to transmission to attenuation: three ways to state how much X-ray is lost."""

from typing import Final

import numpy as np
import numpy.typing as npt

FLOOR: Final = 2.0**-16
"""Smallest transmission told apart from zero: one count of a 16-bit scanner."""

_MOST_COUNTS: Final = 65535

_Levels = npt.NDArray[np.float32]


def measure_transmission(
    counts: npt.NDArray[np.uint16],
    air: npt.NDArray[np.float32],
    dark: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """Turn counts into transmission, (counts - dark) / (air - dark).

    Nothing is clipped: noise lifts air over 1 and takes opaque pixels below 0, and
    clipping it before averaging would bias the average.

    Args:
        counts: (H, W) uint16, detector readings.
        air: (H,), readings of each row with nothing in the beam, counts.
        dark: (H,), readings of each row without a beam, counts.

    Returns:
        (H, W) float32, unitless, 1 = air, 0 = opaque.

    Example:
        >>> counts = np.array([[110, 60, 10]], np.uint16)
        >>> measure_transmission(counts, np.float32([110]), np.float32([10]))
        array([[1. , 0.5, 0. ]], dtype=float32)
    """
    gain = (1.0 / (air - dark)).astype(np.float32)
    measured = counts.astype(np.float32)
    measured -= dark[:, None].astype(np.float32)
    measured *= gain[:, None]
    return measured


def bring_counts(
    counts: npt.NDArray[np.uint16],
    own: tuple[_Levels, _Levels],
    to: tuple[_Levels, _Levels],
) -> npt.NDArray[np.uint16]:
    """Counts as they would be at other levels: their transmission stays.

    Args:
        counts: (H, W) uint16, detector readings.
        own: (H,) each, air and dark of these counts.
        to: (H,) each, air and dark to which they are brought.

    Returns:
        (H, W) uint16, rounded, and clipped to 0..65535; the very same at equal levels.

    Example:
        >>> counts = np.array([[110, 60, 10]], np.uint16)
        >>> own, to = np.float32([[110], [10]]), np.float32([[220], [20]])
        >>> bring_counts(counts, tuple(own), tuple(to))
        array([[220, 120,  20]], dtype=uint16)
    """
    if all(np.array_equal(a, b) for a, b in zip(own, to, strict=True)):
        return counts
    air, dark = (level[:, None] for level in to)
    brought = dark + measure_transmission(counts, *own) * (air - dark)
    return np.clip(np.rint(brought), 0, _MOST_COUNTS).astype(np.uint16)


def to_attenuation(transmission: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Turn transmission into attenuation, -ln(transmission).

    Attenuation adds up along the ray: two pallets in line attenuate by the sum.

    Args:
        transmission: (H, W), unitless, 1 = air, 0 = opaque.

    Returns:
        (H, W), unitless (nepers), 0 = air. Transmission under `FLOOR`, noise
        below zero included, counts as `FLOOR`.

    Example:
        >>> to_attenuation(np.array([[1.0, 0.5]], np.float32)).round(2)
        array([[-0.  ,  0.69]], dtype=float32)
    """
    return -np.log(np.maximum(transmission, np.float32(FLOOR)))


def to_transmission(attenuation: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Turn attenuation back into transmission, exp(-attenuation).

    Args:
        attenuation: (H, W), unitless (nepers), 0 = air.

    Returns:
        (H, W), unitless, 1 = air, 0 = opaque.
    """
    return np.exp(-attenuation)
