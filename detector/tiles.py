"""Cut a scan into overlapping tiles that together cover every pixel."""

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from data.errors import TilePlanError


@dataclass(frozen=True, slots=True)
class Tile:
    """A half-open rectangle of scan pixels: columns [x0, x1), rows [y0, y1)."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in px."""
        return self.x1 - self.x0, self.y1 - self.y0


def plan_tiles(width: int, height: int, *, side: int, overlap: int) -> list[Tile]:
    """Cover a scan with square tiles, row by row from the top left.

    The last tile of a row or column is moved inwards, never cut, so that every
    tile has the shape the network was exported for. A scan smaller than one
    tile gives one smaller tile, which the caller pads.

    Args:
        width: Scan width, px.
        height: Scan height, px.
        side: Tile width and height, px.
        overlap: Pixels that neighbouring tiles share, at least. Choose it no
            smaller than the largest object to find.

    Returns:
        The tiles, in reading order.

    Raises:
        TilePlanError: If the scan is empty or the overlap leaves no step.

    Example:
        >>> [(tile.x0, tile.x1) for tile in plan_tiles(10, 4, side=4, overlap=1)]
        [(0, 4), (3, 7), (6, 10)]
    """
    if width < 1 or height < 1:
        msg = f"Cannot tile an empty scan of {width} x {height} px."
        raise TilePlanError(msg)
    if not 0 <= overlap < side:
        msg = (
            f"Tiles of {side} px cannot overlap by {overlap} px. "
            f"Choose an overlap from 0 to {side - 1} px."
        )
        raise TilePlanError(msg)
    columns = cover(width, side, overlap)
    rows = cover(height, side, overlap)
    return [
        Tile(x0, y0, min(x0 + side, width), min(y0 + side, height))
        for y0, x0 in product(rows, columns)
    ]


def cover(length: int, side: int, overlap: int) -> list[int]:
    """Where tiles begin that cover a length; the last one is moved inwards.

    Args:
        length: What is covered, px.
        side: Of a tile, px.
        overlap: What neighbours share at least, px.

    Example:
        >>> cover(10, 4, 1)
        [0, 3, 6]
    """
    last = max(length - side, 0)
    return [*range(0, last, side - overlap), last]


def extract_tile(
    planes: npt.NDArray[np.uint8], tile: Tile, *, side: int, fill: tuple[int, int, int]
) -> npt.NDArray[np.uint8]:
    """Copy a tile out of an encoded scan, padded at its right and bottom.

    Args:
        planes: (H, W, 3) uint8, encoded scan.
        tile: The rectangle to copy, no larger than `side`.
        side: Width and height of what is returned, px.
        fill: What the planes show in the padding: air.

    Returns:
        (3, side, side) uint8, planes first, as the network takes it.
    """
    padded = np.empty((3, side, side), np.uint8)
    padded[:] = np.array(fill, np.uint8)[:, None, None]
    width, height = tile.size
    part = planes[tile.y0 : tile.y1, tile.x0 : tile.x1]
    padded[:, :height, :width] = part.transpose(2, 0, 1)
    return padded
