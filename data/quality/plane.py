"""One plane of a scan, and which of its rows and columns can be relied on."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from data.quality.placement import Window
from data.scan import Counts, Scan

Levels = npt.NDArray[np.float32]
Reals = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
PlaneName = Literal["high", "low"]

_BRIGHT: Final = 0.9
_UNLIT: Final = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Pixels:
    """Some pixels of a plane.

    Attributes:
        x: (N,) float64, px.
        y: (N,) float64, px.
        value: (N,) float64, transmission.
    """

    x: Reals
    y: Reals
    value: Reals


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """One plane of a scan.

    Attributes:
        name: "high" or "low".
        counts: (H, W) uint16.
        transmission: (H, W) float32.
        alive: (H,) bool, rows that can be relied on.
        fired: (W,) bool, columns that can be relied on.
    """

    name: PlaneName
    counts: Counts
    transmission: Levels
    alive: Flags
    fired: Flags

    def pixels(self, window: Window) -> Pixels:
        """The reliable pixels of a window, as far as it is in the scan.

        Args:
            window: Rows and columns.
        """
        rows, columns = (
            np.arange(max(part.start, 0), min(part.stop, size))
            for part, size in zip(window, self.transmission.shape, strict=True)
        )
        rows, columns = rows[self.alive[rows]], columns[self.fired[columns]]
        y, x = np.meshgrid(rows, columns, indexing="ij")
        value = self.transmission[y, x].astype(np.float64)
        return Pixels(x.ravel() + 0.5, y.ravel() + 0.5, value.ravel())

    def mend(self) -> Levels:
        """Transmission with the rows that cannot be relied on drawn between others.

        Returns:
            (H, W) float32; as it is if no row can be relied on.
        """
        good = np.flatnonzero(self.alive)
        if not len(good) or len(good) == len(self.alive):
            return self.transmission
        bad = np.flatnonzero(~self.alive)
        after = np.searchsorted(good, bad)
        above = good[np.maximum(after - 1, 0)]
        below = good[np.minimum(after, len(good) - 1)]
        lean = np.where(above < below, (bad - above) / np.maximum(below - above, 1), 0)
        mended = self.transmission.copy()
        mended[bad] = (
            self.transmission[above] * (1 - lean)[:, None]
            + self.transmission[below] * lean[:, None]
        )
        return mended


def open_plane(
    scan: Scan, name: PlaneName, covered: tuple[tuple[int, int], ...]
) -> Plane:
    """A plane without the rows that see no air anywhere.

    A row is left out if its brightest tenth is darker than 0.3 of what that of rows
    usually is.

    Args:
        scan: With counts.
        name: Of a plane that it has.
        covered: Stretches of rows that never see air.
    """
    counts = scan.high if name == "high" else scan.low
    assert counts is not None  # noqa: S101 - the caller asks for planes that are there
    transmission = scan.transmission(name)
    brightest = np.quantile(transmission, _BRIGHT, axis=1)
    alive = brightest > _UNLIT * np.median(brightest)
    for first, after in covered:
        alive[max(first, 0) : max(after, 0)] = False
    return Plane(name, counts, transmission, alive, np.ones(counts.shape[1], bool))
