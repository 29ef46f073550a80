"""How noisy a scan is, read off the scan itself."""

from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.transmission import FLOOR

Plane = npt.NDArray[np.float32]

AIR: Final = 0.95
"""Transmission above which a pixel counts as air."""

LEAST_AIR: Final = 0.01
"""Share of air pixels from which the noise is read off them alone."""

THINNEST: Final = 0.05
"""Transmission under which electronic noise outweighs counting noise."""

GAUSSIAN_MAD: Final = 1.4826
"""Standard deviation of a normal distribution over its median absolute deviation."""


def estimate_noise(transmission: Plane) -> float:
    """Estimate the relative noise of a pixel in air.

    The mixed second difference of 2 x 2 neighbours cancels what whole rows and columns
    share (row gain, pulse energy) and what changes slowly; its median ignores edges.
    Counting noise grows with the root of transmission, so where a scan shows hardly any
    air, pixels in cargo serve, scaled.

    Args:
        transmission: (H, W) float32, unclipped.

    Returns:
        Standard deviation of transmission in air, > 0. A scan under 2 x 2 px or without
        a pixel that lets rays through gives one count.
    """
    square = transmission[:-1, :-1]
    mixed = (
        square - transmission[1:, :-1] - transmission[:-1, 1:] + transmission[1:, 1:]
    ) / 2
    chosen = square > AIR
    if chosen.mean() < LEAST_AIR if chosen.size else True:
        chosen = square > THINNEST
    if not chosen.any():
        return FLOOR
    scaled = np.abs(mixed[chosen]) / np.sqrt(square[chosen])
    return max(float(GAUSSIAN_MAD * np.median(scaled)), FLOOR)


def attenuation_noise(transmission: Plane, air_noise: float) -> Plane:
    """Standard deviation of a pixel's attenuation.

    sigma_alpha = sigma_T / T with sigma_T^2 = air_noise^2 T + FLOOR^2: counting noise
    and one count of electronics (first-order error propagation of alpha = -ln T).

    Args:
        transmission: (H, W) float32.
        air_noise: Standard deviation of transmission in air, as `estimate_noise` gives.

    Returns:
        (H, W) float32, nepers; 1 or more where next to nothing comes through.
    """
    held = np.maximum(transmission, np.float32(FLOOR))
    return np.sqrt(np.float32(air_noise**2) / held + np.float32(FLOOR**2) / held**2)
