"""Rows and columns of air: which of them fail, and how evenly the others answer."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Levels = npt.NDArray[np.float32]
Reals = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

FEWEST: Final = 8
"""Pixels across a line, and lines, under which nothing is measured."""

DEAD: Final = 0.5
"""Level, over the usual one, under which a line is dead."""

HOT: Final = 1.5
"""Level, over the usual one, above which a line is hot."""

STUCK: Final = 0.1
"""Noise, over the usual one, under which a line always reads the same: it is dead."""

NOISY: Final = 4.0
"""Noise, over the usual one, above which a line counts as hot."""

_REACH: Final = 32
_GAUSSIAN_MAD: Final = 1.4826


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """How lines of air answer, each with its own mean.

    Attributes:
        level: (N,) float64, mean transmission of each line.
        noise: (N,) float64, standard deviation within each line.
        stuck: (N,) bool, lines that always read the same, though others do not.
        across: Pixels in each line.
        seen: (N,) bool, lines that see air at all.
    """

    level: Reals
    noise: Reals
    stuck: Flags
    across: int
    seen: Flags

    @property
    def dead(self) -> Flags:
        """(N,) bool, lines that read next to nothing, or always the same."""
        low = self.level < DEAD * self._usual(self.level)
        return np.asarray(self.seen & (low | self.stuck))

    @property
    def hot(self) -> Flags:
        """(N,) bool, lines that read far too much, or are far too noisy."""
        noisy = self.noise > NOISY * self._usual(self.noise)
        high = self.level > HOT * self._usual(self.level)
        return np.asarray(self.seen & ~self.dead & (high | noisy))

    @property
    def good(self) -> Flags:
        """(N,) bool, lines that see air and neither are dead nor hot."""
        return np.asarray(self.seen & ~self.dead & ~self.hot)

    def stripes(self) -> float | None:
        """Relative standard deviation of the levels, without noise and shading.

        What a running median over 65 lines follows is shading; the variance that the
        noise of a mean has is taken off.

        Returns:
            0 or more; None if too few lines are good.
        """
        level, noise = self.level[self.good], self.noise[self.good]
        if len(level) < 2 * FEWEST:
            return None
        padded = np.pad(
            level, _REACH, mode="reflect" if len(level) > _REACH else "edge"
        )
        windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _REACH + 1)
        smooth = np.median(windows, axis=1)
        rest = level / smooth - 1
        by_noise = float(np.mean((noise / smooth) ** 2)) / self.across
        return math.sqrt(max(float(np.mean(rest**2)) - by_noise, 0.0))

    def _usual(self, values: Reals) -> float:
        return float(np.median(values[self.seen])) if self.seen.any() else 0.0


def measure_lines(air: Levels, seen: Flags) -> Lines | None:
    """Measure lines of air, without what all of them have in common.

    Args:
        air: (N, M) float32, transmission; the M pixels of each line show air, most of
            them at least.
        seen: (N,) bool, lines that see air at all.

    Returns:
        None if the lines are too short.
    """
    if air.shape[1] < FEWEST:
        return None
    across = np.median(air[seen], axis=0) if seen.any() else np.ones(air.shape[1])
    shares = across / max(float(np.median(across)), 1e-6)
    even = np.asarray(air / np.where(shares > 0, shares, 1), np.float64)
    middle, spread = _scatter(even)
    held = np.clip(even, middle - 4 * spread, middle + 4 * spread)
    as_read = _scatter(np.asarray(air, np.float64))[1][:, 0]
    stuck = as_read < STUCK * (np.median(as_read[seen]) if seen.any() else 0.0)
    return Lines(held.mean(axis=1), spread[:, 0], stuck, air.shape[1], seen)


def _scatter(air: Reals) -> tuple[Reals, Reals]:
    """Median and robust standard deviation of each line, (N, 1)."""
    middle = np.median(air, axis=1, keepdims=True)
    far = np.median(np.abs(air - middle), axis=1, keepdims=True)
    return middle, np.asarray(_GAUSSIAN_MAD * far)


def list_runs(flags: Flags) -> list[tuple[int, int]]:
    """First and last of each run of True.

    Args:
        flags: (N,) bool.

    Example:
        >>> list_runs(np.array([0, 1, 1, 0, 1], bool))
        [(1, 2), (4, 4)]
    """
    steps = np.diff(np.concatenate([[0], flags.astype(np.int8), [0]]))
    first, after = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    return [(int(a), int(b) - 1) for a, b in zip(first, after, strict=True)]
