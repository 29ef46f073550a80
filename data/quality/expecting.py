"""What a scan of a test object should look like: rendered from its layout."""

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.physics.beam import MAX_ENDPOINT_MV, MIN_ENDPOINT_MV, Beam
from data.physics.materials import STEEL
from data.quality.layout import Layout

Levels = npt.NDArray[np.float32]
Reals = npt.NDArray[np.float64]

DARKEST: Final = 4.0
"""Attenuation from which pictures are alike: further on there is scatter and noise."""

BORDER_PX: Final = 6
"""Air around the rendered object."""

USUAL_MV: Final = 6.0
"""Taken where a scan does not state its energies."""

_FINER: Final = 4
_FRACTION_BITS: Final = 4
_STEEL_G_CM2: Final = 0.785
"""Areal density of a millimetre."""

_MOST_STEEL_MM: Final = 400.0


@dataclass(frozen=True, slots=True, eq=False)
class Expectation:
    """A rendered layout.

    Attributes:
        attenuation: (H, W) float32, nepers, up to `DARKEST`.
        corner: Where the layout's corner lies in it, (x, y) px.
        scale: px per unit of the layout, (x, y).
    """

    attenuation: Levels
    corner: tuple[float, float]
    scale: tuple[float, float]


def expect_object(
    layout: Layout, scale: tuple[float, float], energy_mv: float
) -> Expectation:
    """Render what a layout expects of the high plane: pieces, but no wires.

    Args:
        layout: What the object is.
        scale: px per unit of the layout, (x, y).
        energy_mv: Endpoint of the plane, MV; outside 1 to 10 the nearer of the two.
    """
    width, height = (
        math.ceil(extent * step) + 2 * BORDER_PX
        for extent, step in zip(layout.size, scale, strict=True)
    )
    steel = np.zeros((height * _FINER, width * _FINER), np.float32)
    for piece in layout.pieces:
        corners = (piece.corners() * scale + BORDER_PX) * _FINER - 0.5
        steel += piece.steel_mm * _fill(corners, steel.shape)
    fine = np.exp(-_attenuate(steel, energy_mv)).astype(np.float32)
    coarse = cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA)
    border = float(BORDER_PX)
    return Expectation(compress(np.asarray(coarse)), (border, border), scale)


def compress(transmission: Levels) -> Levels:
    """Attenuation up to `DARKEST`.

    Args:
        transmission: (H, W) float32.

    Returns:
        (H, W) float32, nepers.
    """
    held = np.clip(transmission, np.float32(math.exp(-DARKEST)), 1)
    return np.asarray(-np.log(held), np.float32)


def _fill(corners: Reals, shape: tuple[int, ...]) -> Levels:
    """1 inside a convex shape, 0 outside."""
    mask = np.zeros(shape, np.uint8)
    fixed = np.rint(corners * 2**_FRACTION_BITS).astype(np.int32)
    cv2.fillConvexPoly(mask, fixed, 1, lineType=cv2.LINE_8, shift=_FRACTION_BITS)
    return mask.astype(np.float32)


def _attenuate(steel_mm: Levels, energy_mv: float) -> Reals:
    """Attenuation of steel, nepers."""
    beam = Beam(min(max(energy_mv, MIN_ENDPOINT_MV), MAX_ENDPOINT_MV))
    table = np.linspace(0, _MOST_STEEL_MM, 200)
    return np.interp(steel_mm, table, beam.attenuation([(STEEL, table * _STEEL_G_CM2)]))
