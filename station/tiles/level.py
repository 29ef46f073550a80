"""The columns of a scan at one scale, kept in pieces of a tile's width."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

SIDE: Final = 256
"""Width and height of a tile, px."""

Block = npt.NDArray[Any]


class Level:
    """Columns that are only ever added to.

    Args:
        planes: How many there are.
        rows: Height, px.
        dtype: Of the numbers.
    """

    def __init__(self, planes: int, rows: int, dtype: npt.DTypeLike) -> None:
        self._shape = (planes, rows, SIDE)
        self._dtype = np.dtype(dtype)
        self._pieces: list[Block] = []
        self._width = 0

    @property
    def width(self) -> int:
        """Columns so far."""
        return self._width

    @property
    def rows(self) -> int:
        """Height, px."""
        return self._shape[1]

    @property
    def size_bytes(self) -> int:
        """Memory that it takes."""
        return sum(piece.nbytes for piece in self._pieces)

    def add(self, block: Block) -> None:
        """Add columns.

        Args:
            block: (P, rows, n).
        """
        done = 0
        while done < block.shape[2]:
            at = self._width % SIDE
            if at == 0:
                self._pieces.append(np.zeros(self._shape, self._dtype))
            count = min(SIDE - at, block.shape[2] - done)
            self._pieces[-1][:, :, at : at + count] = block[:, :, done : done + count]
            self._width += count
            done += count

    def read(self, rows: slice, columns: slice) -> Block:
        """A part of it.

        Args:
            rows: First and one after the last; within it.
            columns: Likewise.

        Returns:
            (P, h, w), a copy.
        """
        first, last = columns.start // SIDE, (columns.stop - 1) // SIDE
        parts = [
            piece[
                :,
                rows,
                max(columns.start - number * SIDE, 0) : columns.stop - number * SIDE,
            ]
            for number, piece in enumerate(self._pieces[first : last + 1], first)
        ]
        return np.concatenate(parts, axis=2)
