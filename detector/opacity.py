"""Where a scan is too dark for anyone to say anything."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.physics.transmission import FLOOR

Plane = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

STEEL_10_MM: Final = 0.28
"""Attenuation that 10 mm of steel add behind 100 to 200 mm of steel at 6 MV, nepers."""

LEAST_CONTRAST: Final = 3.0
"""Contrast-to-noise ratio of those 10 mm under which a pixel is opaque."""

MATTER: Final = 0.05
"""Attenuation above which there is something in the beam, nepers."""

MATTER_TRANSMISSION: Final = np.float32(np.exp(-MATTER))
"""Transmission under which there is something in the beam."""


def find_opaque(transmission: Plane, air_noise: float) -> Mask:
    """Mark the pixels where 10 mm of steel could not be told from noise.

    Args:
        transmission: (H, W) float32, of the higher energy, at the network's scale.
        air_noise: Standard deviation of transmission in air.

    Returns:
        (H, W) bool, True where the contrast-to-noise ratio of 10 mm of steel, pixel by
        pixel, is under 3. The transmission itself is averaged over 3 x 3 px.
    """
    return np.asarray(cv2.blur(transmission, (3, 3)) < least_transmission(air_noise))


def least_transmission(air_noise: float) -> float:
    """Transmission under which a pixel is opaque.

    The noise of attenuation, see `data.physics.noise.attenuation_noise`, falls as
    transmission T grows: it is a third of 10 mm of steel, q, where
    air_noise^2 / T + FLOOR^2 / T^2 = q^2, which is solved for T.

    Args:
        air_noise: Standard deviation of transmission in air.

    Example:
        >>> round(least_transmission(0.01), 4)
        0.0115
    """
    square = (STEEL_10_MM / LEAST_CONTRAST) ** 2
    root = np.sqrt(air_noise**4 + 4 * square * FLOOR**2)
    return float((air_noise**2 + root) / (2 * square))


def opaque_fraction(opaque: Mask, transmission: Plane) -> float:
    """Share of the container's area that is opaque.

    Args:
        opaque: (H, W) bool.
        transmission: (H, W) float32. What attenuates by more than `MATTER` counts as
            the container's area: its walls alone attenuate by 0.12 to 0.27.

    Returns:
        From 0 to 1; 0 for a scan of air.
    """
    matter = cv2.blur(transmission, (3, 3)) < MATTER_TRANSMISSION
    area = int((matter | opaque).sum())
    return float(opaque.sum() / area) if area else 0.0
