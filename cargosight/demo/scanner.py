"""A simulated scanner: truck after truck, column by column, until told to stop."""

import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Final

import numpy as np

from cargosight.demo.trucks import Truck
from cargosight.playing.stream import StreamPlayer
from data.errors import CargosightError
from data.formats import read_scan
from data.scan import Scan
from data.simulation.identity import draw_container_number

PAUSE_S: Final = 25.0
MOST_WAITING: Final = 20
"""No truck drives up while so many wait for somebody."""


@dataclass(slots=True)
class Scanner:
    """Plays trucks to a lane, round and round, each time as a new container.

    Args:
        player: Plays to the lane; its `stopping` stops the scanner too.
        trucks: In turn.
        seed: Of the container numbers.
        told: File to which it adds what is in each truck, a line each.
        count_waiting: How many inspections wait for somebody.
        pause_s: Between two trucks.

    Attributes:
        error: Why it gave up; None as long as it did not.
    """

    player: StreamPlayer
    trucks: Sequence[Truck]
    seed: int
    told: Path
    count_waiting: Callable[[], int]
    pause_s: float = PAUSE_S
    error: CargosightError | None = field(default=None, init=False)
    _thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        """Start to play."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Let the truck that passes end with what there is of it, then stop."""
        self.player.stopping.set()
        self._thread.join()

    def _run(self) -> None:
        rng = np.random.default_rng(self.seed)
        try:
            with closing(self.player):
                for passed, truck in enumerate(cycle(self.trucks), 1):
                    self._pass(truck, f"demo-{passed:05d}", draw_container_number(rng))
                    if self._rest():
                        break
        except CargosightError as error:
            self.error = error

    def _pass(self, truck: Truck, key: str, number: str) -> None:
        scan = _rename(read_scan(truck.path), number)
        with self.told.open("a", encoding="utf-8") as file:
            file.write(f"{number}  {truck.tell()}\n")
        self.player.play(scan, key, number=key)

    def _rest(self) -> bool:
        """Wait for the next truck.

        Returns:
            Whether there is none.
        """
        stopped = self.player.stopping.wait(self.pause_s)
        while not stopped and self.count_waiting() >= MOST_WAITING:
            stopped = self.player.stopping.wait(1.0)
        return stopped


def _rename(scan: Scan, number: str) -> Scan:
    """The same scan as one of another container, made now."""
    wanted = {"containers": (number,), "acquired": datetime.now(UTC)}
    return replace(scan, info=scan.info.model_copy(update=wanted))
