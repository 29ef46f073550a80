"""Hand columns to a lane as a scanner would: on time, whether it keeps up or not."""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from benchmark.live.journal import Journal
from benchmark.live.trucks import Truck
from detector.lane import Lane


class Clock(Protocol):
    """Tells the time, and lets it pass."""

    def now(self) -> float:
        """The time, s."""
        ...  # pragma: no cover

    def wait_until(self, moment: float) -> None:
        """Return at a time, or at once if it is past.

        Args:
            moment: By `now`, s.
        """
        ...  # pragma: no cover


class WallClock:
    """The time that passes by itself."""

    def now(self) -> float:
        """The time, s."""
        return time.perf_counter()

    def wait_until(self, moment: float) -> None:
        """Sleep until a time."""
        left = moment - self.now()
        if left > 0:
            time.sleep(left)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a scanner is, and how long it works.

    Attributes:
        columns_per_second: What it makes.
        seconds: After that no truck begins; the last one is played to its end.
        piece: Columns that it hands over at a time.
    """

    columns_per_second: float
    seconds: float
    piece: int = 16


@dataclass(frozen=True, slots=True)
class Player:
    """Plays trucks into a lane, one after the other.

    Args:
        pace: How fast.
        clock: What it goes by.
        stop: Where set, no further piece is played.
    """

    pace: Pace
    clock: Clock
    stop: threading.Event

    def play(self, lane: Lane, trucks: Iterable[Truck], journal: Journal) -> None:
        """Play until time is up, then close the lane.

        A piece is handed over when its last column would have been scanned.

        Args:
            lane: Told when trucks begin and end.
            trucks: In this order; endless, or all of them.
            journal: Where it is noted what was handed over.
        """
        try:
            self._play(lane, trucks, journal)
        finally:
            lane.close()

    def _play(self, lane: Lane, trucks: Iterable[Truck], journal: Journal) -> None:
        start, played = self.clock.now(), 0
        for truck in trucks:
            if self.stop.is_set() or self.clock.now() - start >= self.pace.seconds:
                return
            journal.begin(truck)
            lane.begin()
            for at, piece in truck.read_pieces(self.pace.piece):
                if self.stop.is_set():
                    return
                width = piece.size[0]
                played += width
                due = start + played / self.pace.columns_per_second
                self.clock.wait_until(due)
                moment = self.clock.now()
                taken = lane.send(piece, at)
                journal.hand(at + width, moment, width if not taken else 0)
                journal.note_queue(lane.waiting, moment - due)
            lane.end()
