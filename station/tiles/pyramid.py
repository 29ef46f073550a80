"""A scan at all scales, each half of the one before it, while its columns come in.

Full scale is kept as it came, in counts or as a picture. The smaller ones hold means
over area of transmission, or of brightness: never of logarithms, which would bias noise
and smear edges. At the right and the lower edge, what is there counts alone.
"""

from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from data.physics.noise import Tally, noise_of, tally_noise
from data.physics.transmission import measure_transmission
from data.scan import Scan, take_columns
from station.tiles.level import Level

LEVELS: Final = 8
"""Scales: full, a half, and so on to 1/128."""

PIECE: Final = 512
"""Columns that are taken in at a time."""

Planes = npt.NDArray[np.float32]


class Pyramid:
    """A scan at all scales.

    Args:
        first: Its first columns, or all of it: says of which kind, height and levels
            the others are. They are not taken in by this.
    """

    def __init__(self, first: Scan) -> None:
        self.first = _keep_column(first)
        planes = {"display": 3, "dual": 2, "single": 1}[first.kind]
        height = first.size[1]
        dtype = np.uint8 if first.display is not None else np.uint16
        self._levels = [Level(planes, height, dtype)]
        for _ in range(1, LEVELS):
            height = -(-height // 2)
            self._levels.append(Level(planes, height, np.float32))
        self._rest: list[Planes | None] = [None] * LEVELS
        self._last: list[Planes | None] = [None] * LEVELS
        self._tallies: list[list[Tally]] = [[] for _ in range(LEVELS)]

    @property
    def width(self) -> int:
        """Columns so far, at full scale."""
        return self._levels[0].width

    @property
    def size_bytes(self) -> int:
        """Memory that it takes."""
        return sum(level.size_bytes for level in self._levels)

    def add(self, scan: Scan) -> None:
        """Take in columns that follow the last ones.

        Args:
            scan: The columns as a scan of their own, with the levels of the first.
        """
        raw = _stack(scan)
        for start in range(0, raw.shape[2], PIECE):
            part = raw[:, :, start : start + PIECE]
            self._levels[0].add(part)
            self._pass(0, self._measure(part, slice(0, part.shape[1])))

    def finish(self) -> None:
        """No more columns come: let the last ones count at the smaller scales too."""
        for number in range(LEVELS - 1):
            rest = self._rest[number]
            if rest is not None:
                self._rest[number] = None
                self._add(number + 1, _halve(np.concatenate([rest, rest], axis=2)))

    def size(self, level: int) -> tuple[int, int]:
        """Width so far and height at a scale, px."""
        return self._levels[level].width, self._levels[level].rows

    def read(self, level: int, rows: slice, columns: slice) -> Planes:
        """A part of the scan at a scale.

        Args:
            level: 0 for full scale, k for 1/2^k.
            rows: First and one after the last; within it.
            columns: Likewise.

        Returns:
            (P, h, w) float32, transmission of each plane, or red, green and blue.
        """
        found = self._levels[level].read(rows, columns)
        return self._measure(found, rows) if level == 0 else found

    def noise(self, level: int) -> list[float]:
        """Standard deviation of each plane in air at a scale; none of a picture."""
        return [noise_of(tally) for tally in self._tallies[level]]

    def _measure(self, raw: npt.NDArray[Any], rows: slice) -> Planes:
        if self.first.display is not None:
            return raw.astype(np.float32)
        assert self.first.air is not None  # noqa: S101 - counts have levels
        assert self.first.dark is not None  # noqa: S101
        levels = zip(
            raw, self.first.air[:, rows], self.first.dark[:, rows], strict=True
        )
        return np.stack([measure_transmission(*one) for one in levels])

    def _add(self, level: int, block: Planes) -> None:
        self._levels[level].add(block)
        self._pass(level, block)

    def _pass(self, level: int, block: Planes) -> None:
        """Count the noise of new columns, and hand pairs of them to the next scale."""
        self._count(level, block)
        if level == LEVELS - 1:
            return
        rest = self._rest[level]
        whole = block if rest is None else np.concatenate([rest, block], axis=2)
        even = whole.shape[2] // 2 * 2
        self._rest[level] = whole[:, :, even:].copy() if even < whole.shape[2] else None
        if even:
            self._add(level + 1, _halve(whole[:, :, :even]))

    def _count(self, level: int, block: Planes) -> None:
        if self.first.kind == "display":
            return  # a picture has no counts
        last = self._last[level]
        whole = block if last is None else np.concatenate([last, block], axis=2)
        self._last[level] = block[:, :, -1:].copy()
        tallies = [tally_noise(plane) for plane in whole]
        before = self._tallies[level] or [np.zeros_like(one) for one in tallies]
        self._tallies[level] = [a + b for a, b in zip(before, tallies, strict=True)]


def _keep_column(scan: Scan) -> Scan:
    """The first column of a scan, without holding on to the others."""
    one = take_columns(scan, 0, 1)
    if one.display is not None:
        return replace(one, display=one.display.copy())
    assert one.high is not None  # noqa: S101 - no picture
    low = None if one.low is None else one.low.copy()
    return replace(one, high=one.high.copy(), low=low)


def _halve(block: Planes) -> Planes:
    """Means of 2 x 2; an odd row at the lower edge counts alone."""
    if block.shape[1] % 2:
        block = np.concatenate([block, block[:, -1:]], axis=1)
    rows = block[:, 0::2] + block[:, 1::2]
    return (rows[:, :, 0::2] + rows[:, :, 1::2]) * np.float32(0.25)


def _stack(scan: Scan) -> npt.NDArray[Any]:
    if scan.display is not None:
        return scan.display.transpose(2, 0, 1)
    return np.stack([one for one in (scan.high, scan.low) if one is not None])
