"""Play trucks to lanes, one after the other, until told to stop."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmark.live.trucks import Truck
from cargosight.playing.stream import Played, StreamPlayer
from cargosight.station_trials.rig import Rig


@dataclass(frozen=True, slots=True)
class Passed:
    """A truck that was played to its end.

    Attributes:
        lane: Name of the lane.
        key: What the station knows it by.
        truck: Which of the trucks.
        played: What came of it.
    """

    lane: str
    key: str
    truck: int
    played: Played


@dataclass(slots=True)
class Scanner:
    """Plays trucks to one lane.

    Args:
        rig: The station.
        lane: Name of the lane.
        trucks: In turn.
        first: Which of them comes first.
        every_s: A truck begins so long after the one before; None for no pause.
        rate: Columns a second.
    """

    rig: Rig
    lane: str
    trucks: Sequence[Truck]
    first: int
    every_s: float | None
    rate: float = 700.0
    passed: list[Passed] = field(default_factory=list, init=False)
    error: BaseException | None = field(default=None, init=False)
    reconnects: int = field(default=0, init=False)
    _stop: threading.Event = field(default_factory=threading.Event, init=False)
    _thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        """Start to play."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Play the truck that passes to its end, then stop."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        player = StreamPlayer(
            self.rig.stream_url(self.lane),
            self.rig.tokens[self.lane],
            rate=self.rate,
            patience_s=120.0,
        )
        try:
            number, due = 0, time.monotonic()
            while not self._stop.wait(max(due - time.monotonic(), 0)):
                due = time.monotonic() + (self.every_s or 0.0)
                self._play(player, number)
                number += 1
        except BaseException as error:  # noqa: BLE001 - the trial must say so
            self.error = error
        finally:
            self.reconnects = player.reconnects
            player.close()

    def _play(self, player: StreamPlayer, number: int) -> None:
        which = (self.first + number) % len(self.trucks)
        truck = self.trucks[which]
        key = f"{self.lane}-{number:05d}"
        played = player.play(truck.read(), key, number=key)
        self.passed.append(Passed(self.lane, key, which, played))
