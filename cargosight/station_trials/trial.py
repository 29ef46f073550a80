"""What all trials share: a station under load, and what it kept."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmark.live.trucks import Truck, make_trucks
from cargosight.station_trials.checking import SETTLE_S, Kept, check_kept, settle
from cargosight.station_trials.operating import Operator
from cargosight.station_trials.page import Page
from cargosight.station_trials.reference import find_due
from cargosight.station_trials.rig import Rig, rigged
from cargosight.station_trials.scanners import Passed, Scanner
from cargosight.station_trials.watching import Watch
from data.errors import StationError
from detector.boxes import Boxes

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Terms:
    """How a station is tried.

    Attributes:
        lanes: How many scanners.
        every_s: A truck begins so long after the one before; None for no pause.
        least_score: In place of the bundle's operating point.
        trucks: Different ones.
        seed: Of the trucks, and of what is killed when.
    """

    lanes: int
    every_s: float | None
    least_score: float | None
    trucks: int
    seed: int


@dataclass(slots=True)
class Trial:
    """A station under load.

    Attributes:
        rig: The station.
        trucks: That are played.
        due: Alarms of each.
        watch: The live events.
        operator: Decides.
        scanners: One for each lane.
    """

    rig: Rig
    trucks: Sequence[Truck]
    due: dict[int, Boxes]
    watch: Watch
    operator: Operator
    scanners: list[Scanner]

    @property
    def passed(self) -> list[Passed]:
        """All trucks that were played to their end."""
        return [one for scanner in self.scanners for one in scanner.passed]

    def check_scanners(self) -> None:
        """See whether all scanners still play.

        Raises:
            StationError: If one does not.
        """
        for scanner in self.scanners:
            if scanner.error is not None:
                msg = f"The scanner of {scanner.lane} gave up: {scanner.error}."
                raise StationError(msg) from scanner.error

    def finish(self) -> Kept:
        """End what passes, let the station finish, and compare.

        Raises:
            StationError: If the station does not finish.
        """
        for scanner in self.scanners:
            scanner.finish()
        if not settle(self.rig, self.passed):
            msg = (
                f"Not all that was played was looked at within {SETTLE_S:g} s. Try "
                "fewer lanes, or look into the station's log in --folder."
            )
            raise StationError(msg)
        time.sleep(1.0)
        self.operator.finish()
        requests = [*self.operator.decided, *self.operator.disposed]
        return check_kept(self.rig, self.passed, self.trucks, self.due, requests)


@contextmanager
def trying(
    folder: Path, terms: Terms, *, progress: Report, url: str | None = None
) -> Iterator[Trial]:
    """A station under load, while the block runs.

    Args:
        folder: For all that it keeps, and for the trucks.
        terms: How it is tried.
        progress: Told what is done before it begins.
        url: Of a PostgreSQL database; None for SQLite.
    """
    played = folder / "trucks"
    played.mkdir()
    trucks = make_trucks(
        played,
        count=terms.trucks,
        seed=terms.seed,
        progress=lambda done, count: progress("simulating", done, count),
    )
    due = find_due(
        trucks,
        terms.least_score,
        progress=lambda done, count: progress("looking", done, count),
    )
    with rigged(
        folder, lanes=terms.lanes, least_score=terms.least_score, url=url
    ) as rig:
        page = Page(rig)
        page.log_in()
        watch, operator = Watch(page), Operator(page)
        scanners = [
            Scanner(rig, lane.name, trucks, number * 3, terms.every_s)
            for number, lane in enumerate(rig.config.lane)
        ]
        yield Trial(rig, trucks, due, watch, operator, scanners)
        watch.close()
