"""Put one picture together of what scrolls over a screen."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from data.scan import Picture
from station.lanes.capture.seeing import find_shift, is_blank, reduce_frame

LEAST_PX: Final = 8.0
"""Movements below it are waited for to grow: fractions of pixels would add up."""

SLOW_S: Final = 0.5
"""How long they are waited for, s."""

FRACTION: Final = 0.1
"""Fractions of pixels below it are none: screens move by whole ones."""

REST_S: Final = 1.0
"""A screen without a scan that is still so long is looked at anew."""

MOST_GAP: Final = 20_000
"""Most columns that a jump is taken for."""


@dataclass(frozen=True, slots=True)
class Grown:
    """Columns came.

    Attributes:
        at: Place of the first in the scan.
        columns: (H, columns, 3) uint8, in the order in which they came.
    """

    at: int
    columns: Picture


@dataclass(frozen=True, slots=True)
class Jumped:
    """The screen showed something that does not continue what it showed.

    Attributes:
        columns: How many probably are missing.
    """

    columns: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """The scan is over.

    Attributes:
        width: Its columns, those included that are missing.
    """

    width: int


Step = Grown | Jumped | Stopped


@dataclass(slots=True)
class Scroll:
    """Follows the picture from frame to frame.

    A scan begins when the picture begins to move, and ends when it has been still for a
    while, or the screen is blank. It is as wide as the picture has moved. A picture
    that moves to the right comes out mirrored: columns are taken as they come.

    Args:
        gone_s: Stillness after which a scan is over, s.
    """

    gone_s: float
    _before: Picture | None = field(default=None, init=False)
    _blank: bool = field(default=False, init=False)
    _since: float = field(default=0.0, init=False)
    _moved: float = field(default=0.0, init=False)
    _speed: float = field(default=0.0, init=False)
    _way: int = field(default=0, init=False)
    _position: float = field(default=0.0, init=False)
    _width: int = field(default=0, init=False)

    @property
    def scanning(self) -> bool:
        """Whether a scan has begun."""
        return self._way != 0

    def take(self, region: Picture, moment: float) -> list[Step]:
        """Look at a frame.

        Args:
            region: (H, W, 3) uint8, where the picture is on the screen.
            moment: When, s.

        Returns:
            What it tells.
        """
        seen = reduce_frame(region)
        before = self._before
        if before is None or before.shape != seen.shape:
            self._look_anew(seen, moment)
            return []
        if is_blank(seen):
            return self._see_nothing(seen, moment)
        shift = find_shift(before, seen, self._speed * (moment - self._since))
        if shift is None:
            return self._jump(seen, moment)
        least = LEAST_PX if moment - self._since < SLOW_S else 0.5
        if abs(shift.px) >= least:
            return self._move(region, seen, shift.px, moment)
        return self._rest(seen, shift.px, moment)

    def stop(self) -> list[Step]:
        """There are no more frames, or none that belong to the scan."""
        if not self.scanning:
            return []
        step = Stopped(self._width)
        self._way, self._position, self._width, self._speed = 0, 0.0, 0, 0.0
        return [step]

    def _see_nothing(self, seen: Picture, moment: float) -> list[Step]:
        """A blank screen: what comes in later is told by what differs from it."""
        if not self._blank:
            self._look_anew(seen, moment)
            self._blank = True
        return self.stop()

    def _look_anew(self, seen: Picture, moment: float) -> None:
        self._before, self._since, self._blank = seen, moment, False

    def _jump(self, seen: Picture, moment: float) -> list[Step]:
        missing = 0
        if self.scanning:
            gone = self._way * self._speed * (moment - self._since)
            missing = min(max(round(gone), 1), MOST_GAP)
            self._position = float(self._width + missing)
            self._width += missing
            self._moved = moment
        self._look_anew(seen, moment)
        return [Jumped(missing)] if missing else []

    def _rest(self, seen: Picture, px: float, moment: float) -> list[Step]:
        if not self.scanning:
            if abs(px) < 0.5 and moment - self._since > REST_S:
                self._look_anew(seen, moment)
            return []
        return self.stop() if moment - self._moved >= self.gone_s else []

    def _move(
        self, region: Picture, seen: Picture, px: float, moment: float
    ) -> list[Step]:
        self._way = self._way or (1 if px > 0 else -1)
        if moment > self._since:
            self._speed = px / (moment - self._since)
        self._moved = moment
        self._look_anew(seen, moment)
        whole = round(px)
        self._position += self._way * (whole if abs(px - whole) < FRACTION else px)
        new = round(self._position) - self._width
        if new <= 0:
            return []
        self._width += new
        columns = _take_edge(region, min(new, region.shape[1]), self._way)
        return [Grown(self._width - columns.shape[1], columns)]


def _take_edge(region: Picture, count: int, way: int) -> Picture:
    """The newest columns, the oldest of them first."""
    edge = region[:, -count:] if way > 0 else region[:, :count][:, ::-1]
    return np.ascontiguousarray(edge)
