"""A station under load for long: what waits, what it needs, how soon alarms come."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import psutil
from sqlalchemy import select

from benchmark.live.delays import Delays, sum_delays
from cargosight.station_trials.checking import Kept
from cargosight.station_trials.killing import find_processes
from cargosight.station_trials.kills import say_kept
from cargosight.station_trials.trial import Report, Terms, Trial, trying
from data.errors import RecordError
from station.records.tables import Alarm, LaneState, ScanRow

LOOK_S: Final = 1.0
MB: Final = 1e6


@dataclass(slots=True)
class Gauge:
    """What is looked at every second.

    Attributes:
        behind: Columns that waited in all lanes together.
        memory_mb: Of all processes together, each with the memory of its own.
        by_process: Of each kind of process: MB, in time.
    """

    behind: list[int] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)
    by_process: dict[str, list[float]] = field(default_factory=dict)

    def look(self, trial: Trial) -> None:
        """Look once."""
        try:
            with trial.rig.database.reading() as session:
                rows = session.scalars(select(LaneState)).all()
        except RecordError:
            rows = []
        self.behind.append(sum(row.behind for row in rows))
        found = find_processes(trial.rig.pid)
        total = 0.0
        for name, processes in found.items():
            try:
                held = sum(one.memory_full_info().uss for one in processes) / MB
            except psutil.Error:
                continue
            self.by_process.setdefault(name, []).append(held)
            total += held
        self.memory_mb.append(total)


@dataclass(frozen=True, slots=True)
class Load:
    """What a load came to.

    Attributes:
        lanes: How many.
        minutes: How long.
        every_s: A truck began so long after the one before; None for no pause.
        delays: From the last column of an alarm, as it was recorded last, to its event
            on a page.
        behind_most: Most columns that waited, all lanes together.
        behind_p99: 99 % of the time fewer waited.
        memory_mb_early: Median of the second tenth of the time, MB, all processes.
        memory_mb_late: Median of the last tenth.
        memory_mb_most: At most.
        processes_mb: Median of the last tenth for each process.
        events: Entries of the log that the page was told of.
        events_doubled: Of them, told twice.
        kept: What the station has of what it was given.
    """

    lanes: int
    minutes: float
    every_s: float | None
    delays: Delays
    behind_most: int
    behind_p99: int
    memory_mb_early: float
    memory_mb_late: float
    memory_mb_most: float
    processes_mb: dict[str, float]
    events: int
    events_doubled: int
    kept: Kept

    def as_dict(self) -> dict[str, object]:
        """The figures, for a program."""
        return asdict(self) | {"all_kept": self.kept.all_kept}

    def as_text(self) -> str:
        """The figures, for a person."""
        d, said = self.delays, "no alarm to time"
        if d.p50 is not None:
            said = (
                f"p50 {d.p50:.2f}, p95 {d.p95:.2f}, p99 {d.p99:.2f}, most {d.most:.2f} "
                f"s ({d.count} alarms, {d.early} of them before it)"
            )
        return (
            f"{self.lanes} lanes, {self.minutes:g} minutes\n"
            f"last column in, alarm event out: {said}\n"
            f"columns that waited: most {self.behind_most}, 99 % of the time under "
            f"{self.behind_p99}\n"
            f"memory: {self.memory_mb_early:.0f} MB early, {self.memory_mb_late:.0f} "
            f"MB late, {self.memory_mb_most:.0f} MB at most\n"
            f"events: {self.events} told, {self.events_doubled} twice\n"
            + say_kept(self.kept)
        )


def try_load(folder: Path, terms: Terms, minutes: float, *, progress: Report) -> Load:
    """Have a station work for a while.

    Args:
        folder: For all that it keeps.
        terms: How it is tried.
        minutes: How long.
        progress: Told how many seconds have passed.
    """
    with trying(folder, terms, progress=progress) as trial:
        gauge, start = Gauge(), time.monotonic()
        total = round(minutes * 60)
        while (passed := time.monotonic() - start) < total:
            gauge.look(trial)
            trial.check_scanners()
            progress("working", round(passed), total)
            time.sleep(LOOK_S)
        kept = trial.finish()
        return _sum_up(terms, minutes, trial, gauge, kept)


def _sum_up(
    terms: Terms, minutes: float, trial: Trial, gauge: Gauge, kept: Kept
) -> Load:
    memory = gauge.memory_mb
    tenth = max(len(memory) // 10, 1)
    late = {
        name: round(float(np.median(held[-tenth:])), 1)
        for name, held in gauge.by_process.items()
    }
    return Load(
        terms.lanes,
        minutes,
        terms.every_s,
        time_alarms(trial),
        max(gauge.behind, default=0),
        round(float(np.quantile(gauge.behind or [0], 0.99))),
        _median(memory[tenth : 2 * tenth]),
        _median(memory[-tenth:]),
        max(memory, default=0.0),
        late,
        trial.watch.entries,
        trial.watch.repeated,
        kept,
    )


def time_alarms(trial: Trial) -> Delays:
    """How long alarms took in a trial that is over."""
    made = {one.key: one.played.made for one in trial.passed}
    delays = []
    with trial.rig.database.reading() as session:
        query = select(Alarm.id, Alarm.x1, ScanRow.key).join(ScanRow)
        for alarm_id, x1, key in session.execute(query):
            moment = trial.watch.raised.get(alarm_id)
            columns = made.get(key)
            if moment is None or columns is None or not len(columns):
                continue
            last = min(max(round(x1) - 1, 0), len(columns) - 1)
            delays.append(moment - float(columns[last]))
    return sum_delays(delays)


def _median(values: Sequence[float]) -> float:
    return float(np.median(values)) if values else 0.0
