"""What the readings of a plane are: air, dark, polarity, bits, gain of lines."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from data.formats.levels import estimate_air

Readings = npt.NDArray[Any]
Reals = npt.NDArray[np.float64]

_SAMPLE: Final = 2_000_000
_BORDER: Final = 0.03
_LEAST_SHARE: Final = 0.0005
_MOSTLY: Final = 0.9
_DEAD: Final = 0.02


@dataclass(frozen=True, slots=True)
class Range:
    """Which readings occur.

    Attributes:
        least: The smallest.
        most: The largest.
        bits: Bits that the largest takes.
        shift: Low bits that are never used.
        saturated: Share of the readings that are the largest one.
    """

    least: int
    most: int
    bits: int
    shift: int
    saturated: float


@dataclass(frozen=True, slots=True)
class Polarity:
    """Whether air is bright or dark.

    Attributes:
        name: "bright_air" or "dark_air".
        sure: 0 to 1.
        why: The evidence, in words.
    """

    name: str
    sure: float
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Levels of a plane with bright air.

    Attributes:
        air: Counts with nothing in the beam.
        floor: Counts below which hardly any reading lies: dark is no more.
        gain: (H,) air of each row over the level of all; nan where no air was seen.
        dead: Rows that read next to nothing all along.
        noise: Standard deviation of a reading in air over its level.
    """

    air: float
    floor: float
    gain: Reals
    dead: tuple[int, ...]
    noise: float


def measure_range(plane: Readings) -> Range:
    """Tell which readings occur in a plane.

    Args:
        plane: (H, W) unsigned integers.
    """
    least, most = int(plane.min()), int(plane.max())
    used = int(np.bitwise_or.reduce(plane, axis=None))
    shift = (used & -used).bit_length() - 1 if used else 0
    saturated = float((plane == most).mean())
    return Range(least, most, max(most.bit_length(), 1), shift, saturated)


def find_polarity(plane: Readings) -> Polarity:
    """Tell whether air is bright or dark.

    Air fills the border more than the middle, and it is the extreme of what occurs.

    Args:
        plane: (H, W).
    """
    values = plane.astype(np.float32)
    low, high = np.percentile(values[::3, ::3], (1, 99))
    span = max(float(high - low), 1.0)
    rim = _list_rims(values)
    # Air is the most even of the four borders' levels.
    spreads = [float(np.subtract(*np.percentile(r, (75, 25)))) for r in rim]
    even = float(np.median(rim[int(np.argmin(spreads))]))
    middle = float(np.median(values))
    extreme = (even - float(low)) / span
    border = float(np.median([np.median(r) for r in rim])) - middle
    votes = [extreme - 0.5, border / span, 0.5 * _lean(values, even, span)]
    total = float(np.sum(votes))
    agree = sum(np.sign(vote) == np.sign(total) for vote in votes)
    name = "bright_air" if total > 0 else "dark_air"
    place = "top" if extreme > 0.5 else "bottom"
    why = f"the most even border reads {even:.0f}, at the {place} of what occurs"
    return Polarity(name, float(min(abs(total), 1.0)) * agree / 3, why)


def _list_rims(values: npt.NDArray[np.float32]) -> list[npt.NDArray[np.float32]]:
    height, width = values.shape
    rows, columns = max(int(height * _BORDER), 2), max(int(width * _BORDER), 2)
    return [
        values[:rows],
        values[-rows:],
        values[:, :columns],
        values[:, -columns:],
    ]


def _lean(values: npt.NDArray[np.float32], level: float, span: float) -> float:
    """-1 to 1: how much more of the plane lies well below a level than above it."""
    below = float((values < level - 0.1 * span).mean())
    above = float((values > level + 0.1 * span).mean())
    return (below - above) / max(below + above, 1e-6)


def measure_levels(plane: npt.NDArray[np.uint16]) -> Levels:
    """Measure air of an upright plane with bright air, and what dark is at most.

    Dark itself cannot be told: some beam is left, or scattered, behind anything.

    Args:
        plane: (H, W) uint16.
    """
    air = estimate_air(plane)
    gain, noise = _measure_rows(plane, air)
    brightest = np.percentile(plane, 99, axis=1)
    dead = tuple(map(int, np.flatnonzero(brightest < _DEAD * air)))
    alive = np.delete(plane, dead, axis=0) if len(dead) < len(plane) else plane
    return Levels(air, _find_floor(alive), gain, dead, noise)


def _measure_rows(plane: npt.NDArray[np.uint16], air: float) -> tuple[Reals, float]:
    """Gain of each row where it shows air, and noise of a reading there."""
    near = np.abs(plane.astype(np.float32) - air) < 0.12 * air
    # Only ends of rows are taken, where nothing thin stands before the air.
    reach = max(plane.shape[1] // 40, 4)
    gains = np.full(len(plane), np.nan)
    noises = []
    for row, (line, there) in enumerate(zip(plane, near, strict=True)):
        ends = [
            part[ok] for part, ok in _take_ends(line, there, reach) if ok.mean() > 0.9
        ]
        if not ends:
            continue
        best = max(ends, key=np.median).astype(np.float64)
        gains[row] = np.median(best) / air
        noises.append(float(np.std(np.diff(best)) / np.sqrt(2)) if len(best) > 3 else 0)
    return gains, float(np.median(noises)) / air if noises else float("nan")


def _take_ends(
    line: npt.NDArray[np.uint16], there: npt.NDArray[np.bool_], reach: int
) -> list[tuple[npt.NDArray[np.uint16], npt.NDArray[np.bool_]]]:
    return [(line[:reach], there[:reach]), (line[-reach:], there[-reach:])]


def _find_floor(plane: npt.NDArray[np.uint16]) -> float:
    """Counts under which hardly any reading lies."""
    step = max(plane.size // _SAMPLE, 1)
    values = np.sort(plane.ravel()[::step])
    return float(values[int(len(values) * _LEAST_SHARE)])
