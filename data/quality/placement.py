"""Where the test object lies in a scan."""

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float64]
Window = tuple[slice, slice]


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """Where the test object lies: moved, and along the scan locally shifted.

    Attributes:
        corner: Where the layout's corner lies, (x, y) px; pixel (0, 0) covers
            [0, 1) x [0, 1).
        scale: px per unit of the layout, (x, y).
        likeness: Correlation of the scan with what the layout expects, up to 1.
        along: (K,) float64, x of the markers in the layout, rising.
        shifts: (K, 2) float64, how far each marker is off its place, (x, y) px.
    """

    corner: tuple[float, float]
    scale: tuple[float, float]
    likeness: float
    along: Reals = field(default_factory=lambda: np.zeros(0))
    shifts: Reals = field(default_factory=lambda: np.zeros((0, 2)))

    def to_px(self, points: npt.ArrayLike) -> Reals:
        """Places in the scan.

        Args:
            points: (..., 2), in the layout.

        Returns:
            (..., 2) float64, px.

        Example:
            >>> Placement((10.0, 20.0), (0.5, 0.25), 1.0).to_px([[4, 8]])
            array([[12., 22.]])
        """
        places = np.asarray(points, np.float64)
        found = np.asarray(places * self.scale + self.corner)
        if len(self.along):
            for axis in (0, 1):
                shift = np.interp(places[..., 0], self.along, self.shifts[:, axis])
                found[..., axis] += shift
        return found

    def window(self, box: tuple[float, float, float, float], margin: float) -> Window:
        """The pixels whose middle lies in a box, at least one.

        Args:
            box: Left, top, right, bottom in the layout.
            margin: By how much the box is made smaller on each side first.

        Returns:
            Rows and columns. They may reach beyond the scan.
        """
        x0, y0, x1, y1 = box
        corners = [[x0 + margin, y0 + margin], [x1 - margin, y1 - margin]]
        first, last = np.rint(self.to_px(corners)).astype(int)
        last = np.maximum(last, first + 1)
        return slice(first[1], last[1]), slice(first[0], last[0])

    def move(self, offset: tuple[float, float]) -> "Placement":
        """The same, moved.

        Args:
            offset: (x, y) px.
        """
        x, y = self.corner
        return replace(self, corner=(x + offset[0], y + offset[1]))
