"""Where there is something to be looked at: strips of a scan, from left to right."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from detector.encoding import CELL
from detector.opacity import Mask
from detector.tiles import Tile

GAP: Final = 4
"""Cells without matter after which a strip ends early, and nothing is looked at."""


@dataclass(slots=True)
class StripPlanner:
    """Decides, column by column, which parts of a scan are looked at together.

    A strip begins a cell before the first matter and is as high as the matter in it,
    and a cell more on each side. It ends where it is wide enough, and the next one
    begins so much before its end that they overlap; or it ends with the matter. Columns
    that show only air, or nothing that can be seen, are in no strip. What is decided
    depends on nothing that comes later.

    Args:
        width: Of a strip at most, px; a multiple of 32.
        overlap: Of neighbouring strips, px; a multiple of 32.
        height: Of the scan, px.
    """

    width: int
    overlap: int
    height: int
    _cells: deque[Mask] = field(default_factory=deque, init=False)
    _count: int = field(default=0, init=False)
    _start: int | None = field(default=None, init=False)
    _last: int = field(default=-1, init=False)
    _done: int = field(default=0, init=False)

    @property
    def x(self) -> int:
        """No strip to come begins left of this column, px."""
        return max((self._count if self._start is None else self._start) - 1, 0) * CELL

    def add(self, busy: Mask) -> list[Tile]:
        """Take in the next cells.

        Args:
            busy: (R, n) bool, columns of cells in which something can be seen.

        Returns:
            The strips that they complete.
        """
        return [strip for cells in busy.T for strip in self._add_column(cells)]

    def cut(self) -> list[Tile]:
        """End the strip that is being filled, if there is something new in it."""
        if self._start is None or self._last < self._done:
            return []
        strip = self._make(self._start, self._count)
        self._done = self._count
        self._start = max(self._count - self.overlap // CELL, self._start)
        return [strip]

    def finish(self, width: int) -> list[Tile]:
        """End the last strip.

        Args:
            width: Of the whole scan, px.
        """
        if self._start is None or self._last < self._done:
            return []
        return [self._make(self._start, self._count, width)]

    def _add_column(self, cells: Mask) -> list[Tile]:
        number = self._count
        self._cells.append(cells)
        self._count += 1
        if cells.any():
            self._last = number
            self._start = self._begin(number) if self._start is None else self._start
        ended = self._end(number)
        oldest = number if self._start is None else self._start
        while self._count - len(self._cells) < oldest:
            self._cells.popleft()
        return ended

    def _begin(self, number: int) -> int:
        """Where a strip begins whose first matter is in a column of cells."""
        before = 1 if self.width > CELL else 0
        return max(number - before, 0)

    def _end(self, number: int) -> list[Tile]:
        """The strip that ends with a column of cells, if one does."""
        start = self._start
        if start is None:
            return []
        full = (self._count - start) * CELL >= self.width
        new = self._last >= self._done
        if full and new:
            strip = self._make(start, self._count)
            self._done = self._count
            self._start = self._count - self.overlap // CELL
            return [strip]
        if not full and number - self._last < GAP:
            return []
        self._start = None
        return [self._make(start, self._last + 2)] if new else []

    def _make(self, start: int, end: int, width: int | None = None) -> Tile:
        first = self._count - len(self._cells)
        inside = list(self._cells)[start - first : end - first]
        rows = np.flatnonzero(np.any(inside, axis=0))
        y0 = max(int(rows[0]) - 1, 0) * CELL
        y1 = min((int(rows[-1]) + 2) * CELL, self.height)
        x1 = end * CELL if width is None else min(end * CELL, width)
        return Tile(start * CELL, y0, x1, y1)
