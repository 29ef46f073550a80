"""A few columns of a scan as the network sees them, and what is to be seen in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.scan import Picture
from detector.encoding.planes import show_planes
from detector.opacity import Mask

Plane = npt.NDArray[np.float32]

COLUMNS: Final = 64
"""Columns of a block, px at the network's scale; the last of a scan may have less."""

CELL: Final = 32
"""Width and height of the cells in which matter is looked for, px."""

LEAST_MATTER: Final = 4
"""Of 255, how much of a cell must show matter, some 16 of its pixels: less is noise."""

LEVEL_OF_AIR: Final = 245
"""Brightness of a rendering over which there is nothing, in all three colours."""

REDUCED: Final = 8
"""The overview has one pixel for so many, squared."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Neighbouring columns of a scan at the network's scale.

    Attributes:
        x0: Number of its first column.
        planes: (3, h, n) uint8.
        busy: (ceil(h / 32), ceil(n / 32)) bool, cells that show matter which is not
            opaque throughout: where something can be seen.
        opaque: (h, n) bool, where nothing can be said; None for display scans.
        matter: Pixels that show matter or are opaque; 0 for display scans.
        overview: (ceil(h / 8), ceil(n / 8)) float32, mean transmission or, of display
            scans, brightness from 0 to 1; what lies over the edge counts as the edge.
    """

    x0: int
    planes: Picture
    busy: Mask
    opaque: Mask | None
    matter: int
    overview: Plane

    @property
    def x1(self) -> int:
        """Number of the column after its last."""
        return self.x0 + int(self.planes.shape[2])


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Columns of a scan at the network's scale, before they are encoded.

    Attributes:
        x0: Number of the first that is wanted.
        levels: (P, h, m) float32, transmission of each plane, or red, green and blue;
            with a column more on each side where the scan goes on.
        before: Whether there is one more on the left.
        count: How many are wanted.
    """

    x0: int
    levels: Plane
    before: bool
    count: int

    @property
    def wanted(self) -> slice:
        """Where the wanted columns are in `levels`."""
        return slice(int(self.before), int(self.before) + self.count)


def encode_counts(
    columns: Columns, energies_mv: tuple[float, ...], noise: Sequence[float]
) -> Block:
    """Encode columns of transmission as DUAL.

    Args:
        columns: Of one plane or two.
        energies_mv: Endpoint energies, MV.
        noise: Of each plane, in air.
    """
    wanted = columns.wanted
    shown = show_planes(columns.levels, wanted, energies_mv, noise)
    return Block(
        columns.x0,
        shown.planes,
        _find_busy(shown.matter, shown.opaque),
        shown.opaque,
        int(np.count_nonzero(shown.matter | shown.opaque)),
        _reduce(columns.levels[0][:, wanted]),
    )


def encode_picture(columns: Columns) -> Block:
    """Take columns of a rendering as they are.

    Args:
        columns: Of red, green and blue, 0 to 255.
    """
    levels = np.clip(np.rint(columns.levels[..., columns.wanted]), 0, 255)
    darkest = levels.min(axis=0)
    matter = np.asarray(cv2.blur(darkest, (3, 3)) < LEVEL_OF_AIR)
    return Block(
        columns.x0,
        levels.astype(np.uint8),
        _find_busy(matter, np.zeros_like(matter)),
        None,
        0,
        _reduce(darkest / np.float32(255)),
    )


def _find_busy(matter: Mask, opaque: Mask) -> Mask:
    clear = _fill_cells(matter & ~opaque)
    return np.asarray((_fill_cells(matter) >= LEAST_MATTER) & (clear > 0))


def _fill_cells(mask: Mask) -> Picture:
    """How much of each cell is set, in 255ths; what lies over the edge is not."""
    height, width = mask.shape
    size = -(-width // CELL), -(-height // CELL)
    below, right = size[1] * CELL - height, size[0] * CELL - width
    levels = mask.view(np.uint8) * np.uint8(255)
    padded = cv2.copyMakeBorder(levels, 0, below, 0, right, cv2.BORDER_CONSTANT)
    return np.asarray(cv2.resize(padded, size, interpolation=cv2.INTER_AREA))


def _reduce(plane: Plane) -> Plane:
    """Means of squares of 8 px; those at the edges are filled up with the edge."""
    height, width = plane.shape
    size = -(-width // REDUCED), -(-height // REDUCED)
    padded = cv2.copyMakeBorder(
        plane,
        0,
        size[1] * REDUCED - height,
        0,
        size[0] * REDUCED - width,
        cv2.BORDER_REPLICATE,
    )
    return np.asarray(cv2.resize(padded, size, interpolation=cv2.INTER_AREA))
