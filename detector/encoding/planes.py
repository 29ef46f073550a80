"""Transmission becomes the planes that a network sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.physics.beam import MAX_ENDPOINT_MV, MIN_ENDPOINT_MV, steel_curve
from data.physics.noise import estimate_noise
from data.scan import Picture, Scan
from detector.encoding.kernel import (
    NEUTRAL,
    STEPS_A_NEPER,
    show_high,
    show_material,
)
from detector.opacity import least_transmission

Plane = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_DEEPEST_STEEL: Final = 12
_SILENT: Final = np.float32(-1)
"""No mean is under this."""


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What transmission shows.

    Attributes:
        planes: (3, H, W) uint8, those of the DUAL encoding.
        opaque: (H, W) bool, where nothing can be said.
        matter: (H, W) bool, where there is something in the beam.
    """

    planes: Picture
    opaque: Mask
    matter: Mask


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
    known = noise
    if known is None:
        known = [estimate_noise(one) for one in (high, low) if one is not None]
    levels = np.stack([one for one in (high, low) if one is not None])
    shown = show_planes(levels, slice(0, high.shape[1]), energies_mv, known)
    return np.asarray(cv2.merge(list(shown.planes)))


def show_planes(
    levels: Plane,
    wanted: slice,
    energies_mv: tuple[float, ...],
    noise: Sequence[float],
) -> Shown:
    """The planes of the DUAL encoding, apart, and what is opaque and what is matter.

    Args:
        levels: (P, H, W) float32, transmission at the higher energy, and at the lower
            one if there is one. Means are taken over 3 x 3 px.
        wanted: Which columns are; their neighbours count in the means.
        energies_mv: Endpoint energies, MV.
        noise: Of each plane, in air.
    """
    height, count = levels.shape[1], wanted.stop - wanted.start
    shown = Shown(
        np.empty((3, height, count), np.uint8),
        np.empty((height, count), np.bool_),
        np.empty((height, count), np.bool_),
    )
    least = np.float32(least_transmission(noise[0])) if noise else _SILENT
    levels = np.ascontiguousarray(levels)
    show_high(levels[0], wanted.start, least, *_parts(shown))
    if len(levels) == 2 and has_steel_curve(energies_mv):
        air = np.square(np.array(noise, np.float32) / 3)
        steel = _tabulate_steel(*energies_mv)
        show_material(levels[0], levels[1], wanted.start, air, steel, shown.planes[2])
    else:
        shown.planes[2] = NEUTRAL
    return shown


def _parts(shown: Shown) -> tuple[Picture, Mask, Mask]:
    return shown.planes, shown.opaque, shown.matter


def has_steel_curve(energies_mv: tuple[float, ...]) -> bool:
    """Whether material can be told: there are two energies, of 1 to 10 MV.

    Args:
        energies_mv: Endpoint energies, MV.
    """
    known = all(MIN_ENDPOINT_MV <= mv <= MAX_ENDPOINT_MV for mv in energies_mv)
    return known and len(energies_mv) == 2


@lru_cache(maxsize=16)
def _tabulate_steel(high_mv: float, low_mv: float) -> Plane:
    """The steel curve at even steps of attenuation, 1/8192 neper apart."""
    steps = np.arange(_DEEPEST_STEEL * STEPS_A_NEPER + 1) / STEPS_A_NEPER
    return np.interp(steps, *steel_curve(high_mv, low_mv)).astype(np.float32)
