"""The columns of a scan that are at hand: new ones come in, old ones are let go."""

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from data.scan import Picture
from detector.encoding import Block
from detector.scale import Size
from detector.tiles import Tile


@dataclass(slots=True)
class Belt:
    """Blocks of a scan from left to right, as long as they are needed.

    Args:
        air: What the planes show where there is only air.
    """

    air: tuple[int, int, int]
    _blocks: deque[Block] = field(default_factory=deque, init=False)

    def add(self, block: Block) -> None:
        """Put a block after the others."""
        self._blocks.append(block)

    def cut(self, tile: Tile, size: Size) -> Picture:
        """Copy a tile out, padded at its right and bottom with air.

        Args:
            tile: The rectangle to copy; columns that were let go, or are not there yet,
                show air.
            size: Width and height of what is returned, px.

        Returns:
            (3, height, width) uint8, as a network takes it.
        """
        cut = np.empty((3, size[1], size[0]), np.uint8)
        cut[:] = np.array(self.air, np.uint8)[:, None, None]
        for block in self._blocks:
            x0, x1 = max(block.x0, tile.x0), min(block.x1, tile.x1)
            if x0 < x1:
                part = block.planes[:, tile.y0 : tile.y1, x0 - block.x0 : x1 - block.x0]
                cut[:, : part.shape[1], x0 - tile.x0 : x1 - tile.x0] = part
        return cut

    def forget(self, x: int) -> None:
        """Let go of blocks that end at or before a column.

        Args:
            x: Number of the column, px of the planes.
        """
        while self._blocks and self._blocks[0].x1 <= x:
            self._blocks.popleft()
