"""Tell which of two planes was taken at the higher energy."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from data.formats.levels import estimate_air

Counts = npt.NDArray[np.uint16]

_FROM: Final = 0.3
_TO: Final = 2.5
_FEWEST: Final = 2000
_CLEAR: Final = 0.02


@dataclass(frozen=True, slots=True)
class EnergyOrder:
    """Which plane attenuates more.

    Attributes:
        high: Index of the plane of the higher energy; None if it cannot be told.
        ratio: Attenuation of the second plane over that of the first.
        spread: Half the range between the quartiles of the ratio.
    """

    high: int | None
    ratio: float
    spread: float


def order_energies(first: Counts, second: Counts) -> EnergyOrder:
    """Tell by attenuation: of any matter, it is higher at the lower energy.

    Args:
        first: (H, W), air bright.
        second: (H, W), the same scene.
    """
    alphas = [_attenuate(plane) for plane in (first, second)]
    mean = (alphas[0] + alphas[1]) / 2
    used = (mean > _FROM) & (mean < _TO)
    if used.sum() < _FEWEST:
        return EnergyOrder(None, float("nan"), float("nan"))
    ratios = alphas[1][used] / np.maximum(alphas[0][used], 1e-3)
    low, ratio, high = np.percentile(ratios, (25, 50, 75))
    if abs(np.log(max(ratio, 1e-3))) < _CLEAR:
        return EnergyOrder(None, float(ratio), float(high - low) / 2)
    return EnergyOrder(0 if ratio > 1 else 1, float(ratio), float(high - low) / 2)


def _attenuate(plane: Counts) -> npt.NDArray[np.float32]:
    """Attenuation of 4 x 4 pixels together, where the floor hardly matters."""
    height, width = (side // 4 * 4 for side in plane.shape)
    blocks = plane[:height, :width].reshape(height // 4, 4, width // 4, 4)
    means = blocks.mean(axis=(1, 3), dtype=np.float64)
    ratio = np.maximum(means, 1.0) / estimate_air(plane)
    return np.asarray(-np.log(ratio), np.float32)
