"""Where the columns and rows of a picture were taken, when not evenly and in order."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

Levels = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Warp:
    """Which place of the true picture each pixel shows.

    Pixel (row r, column c) shows the true picture at column x[c] and row
    r + top + y[c], px; pixel centres have whole coordinates.

    Attributes:
        x: (W,) float32, rising.
        y: (W,) float32, shift of each column's rows.
        top: First row that is shown.
        height: Rows that are shown.
    """

    x: Levels
    y: Levels
    top: int
    height: int

    @classmethod
    def straight(cls, width: int, height: int) -> "Warp":
        """The warp that changes nothing.

        Args:
            width: Of the picture, px.
            height: Of the picture, px.
        """
        return cls(
            np.arange(width, dtype=np.float32), np.zeros(width, np.float32), 0, height
        )

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the warped picture."""
        return self.height, len(self.x)

    def changes(self, shape: tuple[int, ...]) -> bool:
        """Whether a picture would look different.

        Args:
            shape: Height and width of the true picture.
        """
        straight = Warp.straight(shape[1], shape[0])
        return self.shape != straight.shape or not (
            np.array_equal(self.x, straight.x) and not self.y.any()
        )

    def crop(self, x0: int, y0: int, x1: int, y1: int) -> "Warp":
        """The warp of a part of the warped picture.

        Args:
            x0: First column.
            y0: First row.
            x1: Column after the last.
            y1: Row after the last.
        """
        part = slice(x0, x1)
        return replace(
            self, x=self.x[part], y=self.y[part], top=self.top + y0, height=y1 - y0
        )

    def apply(self, plane: Levels) -> Levels:
        """Warp a picture, bilinear; what is beyond its edge repeats the edge.

        Args:
            plane: (H, W) float32, the true picture.

        Returns:
            (height, len(x)) float32.
        """
        return _remap(plane, self, cv2.BORDER_REPLICATE)

    def move_window(
        self, window: Levels, corner: tuple[int, int]
    ) -> tuple[Levels, tuple[int, int]]:
        """Warp a window of the true picture, with nothing around it.

        Args:
            window: (h, w) float32.
            corner: Column and row of its first pixel.

        Returns:
            The warped window, (h', w') float32, and its corner; empty if it is no
            longer in the picture.
        """
        height, width = window.shape
        shown = np.flatnonzero((self.x > corner[0] - 1) & (self.x < corner[0] + width))
        if not len(shown):
            return np.zeros((0, 0), np.float32), (0, 0)
        first, last = int(shown[0]), int(shown[-1]) + 1
        y = self.y[first:last]
        top = max(int(np.floor(corner[1] - self.top - y.max())), 0)
        bottom = int(np.ceil(corner[1] + height - self.top - y.min()))
        part = self.crop(first, top, last, max(min(bottom, self.height), top))
        moved = replace(part, x=part.x - corner[0], top=part.top - corner[1])
        return _remap(window, moved, cv2.BORDER_CONSTANT), (first, top)


def _remap(plane: Levels, warp: Warp, border: int) -> Levels:
    if not warp.height:
        return np.zeros(warp.shape, np.float32)
    rows = np.arange(warp.top, warp.top + warp.height, dtype=np.float32)
    map_y = rows[:, None] + warp.y[None]
    map_x = np.ascontiguousarray(np.broadcast_to(warp.x, map_y.shape))
    warped = cv2.remap(plane, map_x, map_y, cv2.INTER_LINEAR, borderMode=border)
    return np.asarray(warped, np.float32)
