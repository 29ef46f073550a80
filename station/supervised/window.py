"""Columns that are held back until a firearm can be put into them."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from data.projection.display import to_display_transmission
from data.scan import Levels, Scan
from station.spool import Columns

MATTER: Final = 0.92
"""Transmission under which there is something in the beam."""

TALL: Final = 0.2
"""Share of the rows of a column in which there is something: more than a chassis."""

SOME: Final = 0.25
"""Share of its columns from which a piece belongs to something that is scanned."""

_BRIGHT: Final = 99.0


@dataclass(slots=True)
class Window:
    """Holds back columns in a row in which there is matter.

    Args:
        wide: Columns that are enough; None holds all back, to the end.
        skip: Columns with matter that pass before any is held.
    """

    wide: int | None
    skip: int = 0
    held: list[Columns] = field(default_factory=list, init=False)
    _end: int = field(default=0, init=False)
    _white: float = field(default=1.0, init=False)

    @property
    def full(self) -> bool:
        """Whether there are enough."""
        if self.wide is None or not self.held:
            return False
        return self._end - self.held[0].at >= self.wide

    def add(self, columns: Columns) -> list[Columns]:
        """Take in columns.

        Args:
            columns: As they came.

        Returns:
            Those that go on: no firearm will be put into them.
        """
        if self.wide is None:
            self.held.append(columns)
            return []
        count = self._count(columns.piece)
        if self.skip > 0:
            self.skip -= count
            return [columns]
        follows = bool(self.held) and self.held[0].at <= columns.at <= self._end
        some = count >= SOME * columns.piece.size[0]
        passed = [] if follows and some else self.release()
        if not some:
            return [*passed, columns]
        self.held.append(columns)
        end = columns.at + columns.piece.size[0]
        self._end = max(self._end, end) if follows else end
        return passed

    def release(self) -> list[Columns]:
        """Let all go that is held."""
        held, self.held = self.held, []
        return held

    def _count(self, piece: Scan) -> int:
        if piece.display is not None:
            bright = float(np.percentile(piece.display[..., 0], _BRIGHT))
            self._white = max(self._white, bright)
        return int(find_matter(piece, self._white).sum())


def find_matter(piece: Scan, white: float | None = None) -> npt.NDArray[np.bool_]:
    """In which columns there is something.

    Args:
        piece: Columns, as a scan of their own.
        white: Brightness of air in a picture; None estimates it.

    Returns:
        (W,) bool.
    """
    below = _transmission(piece, white) < MATTER
    return np.asarray(below.mean(axis=0) >= TALL)


def _transmission(piece: Scan, white: float | None) -> Levels:
    if piece.display is not None:
        return to_display_transmission(piece.display, air=white)
    return piece.transmission("high")
