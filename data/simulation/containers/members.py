"""Structural members: corrugated sheets, plates between slanted edges, channels."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import STEEL, Material
from data.simulation.geometry.meshes import BOX, Mesh
from data.simulation.geometry.solids import Solids

Reals = npt.NDArray[np.float64]

SIDE: Final = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
"""Axes of a sheet that runs along x, waves in z and stands upright."""

END: Final = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
"""Axes of a sheet that runs along z, waves in x and stands upright."""

ROOF: Final = np.eye(3)
"""Axes of a sheet that runs along x, waves in y and reaches across."""


@dataclass(frozen=True, slots=True)
class Wave:
    """The trapezoidal profile of a corrugated sheet.

    Attributes:
        flats: Length of the outer and the inner flat, mm.
        web: Length, along the run, of each of the webs between them, mm.
        depth: Between the flats, mm.
    """

    flats: tuple[float, float]
    web: float
    depth: float

    @property
    def pitch(self) -> float:
        """Length of one wave, mm."""
        return sum(self.flats) + 2 * self.web

    def trace(self, length: float) -> tuple[Reals, Reals, Reals, Reals]:
        """Straight pieces of as many whole waves as fit best, stretched to fit.

        Args:
            length: What they fill, mm.

        Returns:
            Four (N,) arrays: run of the pieces' centres from the middle, their lengths
            along the run, their centres' offset in depth, and their slopes.
        """
        count = max(round(length / self.pitch), 1)
        stretch = length / (count * self.pitch)
        runs = np.array([self.flats[0], self.web, self.flats[1], self.web]) * stretch
        offsets = np.array([self.depth, 0.0, -self.depth, 0.0]) / 2
        slopes = np.array([0.0, -self.depth, 0.0, self.depth]) / runs
        lengths = np.tile(runs, count)
        centres = np.cumsum(lengths) - lengths / 2 - length / 2
        return centres, lengths, np.tile(offsets, count), np.tile(slopes, count)


def combine(x: npt.ArrayLike, y: npt.ArrayLike, z: npt.ArrayLike) -> Reals:
    """Every combination of some x, y and z.

    Args:
        x: () or (A,).
        y: () or (B,).
        z: () or (C,).

    Returns:
        (A * B * C, 3), z counting fastest.

    Example:
        >>> combine(1, 2, [3, 4]).tolist()
        [[1.0, 2.0, 3.0], [1.0, 2.0, 4.0]]
    """
    axes = [np.atleast_1d(np.asarray(axis, np.float64)) for axis in (x, y, z)]
    return np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3)


def add_corrugation(
    solids: Solids,
    wave: Wave,
    axes: Reals,
    middle: tuple[float, float, float],
    extent: tuple[float, float],
    thickness: float,
) -> None:
    """Add a corrugated sheet of steel.

    Args:
        solids: What it is added to.
        wave: Its profile.
        axes: (3, 3), columns: the directions of its run, its depth, its other extent.
        middle: Its centre, mm.
        extent: Along the run, and across it, mm.
        thickness: Of the sheet, mm.
    """
    runs, lengths, offsets, slopes = wave.trace(extent[0])
    ones = np.ones_like(runs)
    local = np.column_stack([runs, offsets, 0 * ones])
    slanted = np.tile(np.eye(3), (len(runs), 1, 1))
    slanted[:, 1, 0] = slopes
    # The sheet is as thick at right angles to a web as elsewhere.
    thick = thickness * np.sqrt(1 + slopes**2)
    size = np.column_stack([lengths, thick, extent[1] * ones])
    centres = local @ axes.T + np.asarray(middle)
    solids.add(BOX, size, centres, STEEL, turn=axes @ slanted)


def add_plate(
    solids: Solids,
    corners: npt.ArrayLike,
    z: npt.ArrayLike,
    thickness: float,
    material: Material = STEEL,
) -> None:
    """Add upright plates between two edges that may slant.

    Args:
        solids: What they are added to.
        corners: (4, 2), x and y of the upper left, upper right, lower left and lower
            right corner, mm: a convex outline with upright ends.
        z: () or (N,), of the plates' middle, mm.
        thickness: Along z, mm.
        material: What they are made of.
    """
    top_left, top_right, low_left, low_right = np.asarray(corners, np.float64)
    outline = np.array([low_left, top_left, low_right, top_right])
    flat = np.repeat(outline, 2, axis=0)
    sides = np.tile([-0.5, 0.5], 4)
    plate = Mesh(np.column_stack([flat, sides]), BOX.faces)
    solids.add(plate, (1, 1, thickness), combine(0, 0, z), material)


def add_channels(
    solids: Solids,
    centres: Reals,
    size: tuple[float, float, float],
    wall: float,
) -> None:
    """Add C-sections of steel that reach across, open towards the rear.

    Args:
        solids: What they are added to.
        centres: (N, 3), middle of the webs, mm.
        size: Width of the flanges along x, height, length along z, mm.
        wall: Thickness, mm.
    """
    wide, tall, long = size
    solids.add(BOX, (wall, tall - 2 * wall, long), centres, STEEL)
    for side in (-1, 1):
        flange = centres + np.array([(wide - wall) / 2, side * (tall - wall) / 2, 0])
        solids.add(BOX, (wide, wall, long), flange, STEEL)
