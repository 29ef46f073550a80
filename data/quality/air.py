"""What a scan reads where there is nothing: level, noise, saturation."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.quality.lines import FEWEST
from data.quality.placement import Window
from data.quality.plane import Plane

Levels = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Air:
    """What a plane reads in air.

    Attributes:
        level: Mean transmission: 1 if the air level that the scan states still holds.
        noise: Standard deviation of a pixel over the level, without what whole rows or
            columns share.
        saturated: Share of the pixels that are at the most that their row reads.
    """

    level: float
    noise: float
    saturated: float

    @property
    def photons(self) -> float | None:
        """Noise-equivalent photons of a pixel, 1 / noise^2; None without any noise.

        So many photons, counted one by one, would scatter as much (Poisson's law).
        """
        return 1 / self.noise**2 if self.noise > 0 else None


def measure_air(plane: Plane, windows: list[Window]) -> Air | None:
    """Measure a plane in air, over all windows together.

    The noise is what a two-way analysis of variance leaves besides rows and columns:
    sum (T_ij - T_i. - T_.j + T_..)^2 / ((rows - 1) (columns - 1)).

    Args:
        plane: Of a scan.
        windows: Where there is nothing.

    Returns:
        None if no window has 8 x 8 reliable pixels in the scan.
    """
    blocks = [_cut(plane, window) for window in windows]
    large = [(t, c) for t, c in blocks if min(t.shape) >= FEWEST]
    if not large:
        return None
    total = sum(t.size for t, _ in large)
    level = sum(float(t.sum(dtype=np.float64)) for t, _ in large) / total
    squares = sum(_interact(t) for t, _ in large)
    free = sum((t.shape[0] - 1) * (t.shape[1] - 1) for t, _ in large)
    at_most = sum(int((c == c.max(axis=1, keepdims=True)).sum()) for _, c in large)
    alone = sum(len(c) for _, c in large)
    saturated = max(at_most - alone, 0) / max(total - alone, 1)
    noise = float(np.sqrt(squares / free)) / level if level > 0 else 0.0
    return Air(level, noise, saturated)


def _cut(plane: Plane, window: Window) -> tuple[Levels, npt.NDArray[np.uint16]]:
    """Transmission and counts of the reliable rows and columns of a window."""
    rows, columns = (
        np.arange(max(part.start, 0), min(part.stop, size))
        for part, size in zip(window, plane.counts.shape, strict=True)
    )
    which = np.ix_(rows[plane.alive[rows]], columns[plane.fired[columns]])
    return plane.transmission[which], plane.counts[which]


def _interact(block: Levels) -> float:
    """Sum of squares that neither rows nor columns explain."""
    wide = block.astype(np.float64)
    rest = wide - wide.mean(axis=1, keepdims=True) - wide.mean(axis=0) + wide.mean()
    return float(np.sum(rest**2))
