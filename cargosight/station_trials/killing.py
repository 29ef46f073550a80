"""Kill what runs, at random moments, and time how long it takes to be back."""

import os
import signal
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import numpy as np
import psutil
from sqlalchemy import select

from cargosight.station_trials.cluster import Cluster
from cargosight.station_trials.rig import Rig
from data.errors import RecordError
from station.records.moment import now
from station.records.tables import LaneState

VICTIMS: Final = ("server", "lane", "station", "database")
LONGEST_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill.

    Attributes:
        victim: "server", "lane", "station" (all of it) or "database".
        back_s: From the kill, or from the end of the cut of the database, until it is
            up again, s.
    """

    victim: str
    back_s: float


@dataclass(slots=True)
class Killer:
    """Kills parts of a station.

    Args:
        rig: The station.
        cluster: The database server; None for SQLite, which is locked instead.
        rng: Source of chance.
    """

    rig: Rig
    cluster: Cluster | None
    rng: np.random.Generator
    kills: list[Kill] = field(default_factory=list, init=False)

    def kill_one(self) -> Kill:
        """Kill something, and wait until it is back."""
        victim = str(self.rng.choice(VICTIMS, p=[0.3, 0.35, 0.15, 0.2]))
        acts: dict[str, Callable[[], float]] = {
            "server": self._kill_server,
            "lane": self._kill_lane,
            "station": self._kill_station,
            "database": self._cut_database,
        }
        kill = Kill(victim, acts[victim]())
        self.kills.append(kill)
        return kill

    def _kill_server(self) -> float:
        self._find("server").kill()
        return _wait(self.rig.answers)

    def _kill_lane(self) -> float:
        lane = str(self.rng.choice([lane.name for lane in self.rig.config.lane]))
        process = self._find(f"lane:{lane}")
        gone, moment = process.pid, now()
        process.kill()
        return _wait(lambda: self._beats(lane, gone, moment))

    def _kill_station(self) -> float:
        """Kill the guard, and start it again as the system would."""
        lane, moment = self.rig.config.lane[0].name, now()
        before = find_processes(self.rig.pid)
        gone = [one for processes in before.values() for one in processes]
        os.kill(self.rig.pid, signal.SIGKILL)
        start = time.monotonic()
        self.rig.start()
        psutil.wait_procs(gone, LONGEST_S)  # those of before must not answer for it
        _wait(self.rig.answers)
        old = before.get(f"lane:{lane}", [])
        _wait(lambda: self._beats(lane, old[0].pid if old else -1, moment))
        return time.monotonic() - start

    def _cut_database(self) -> float:
        away = float(self.rng.uniform(0.5, 12.0))
        if self.cluster is None:
            self._lock_file(away)
        else:
            self.cluster.kill()
            time.sleep(away)
            self.cluster.start()
        lane, moment = self.rig.config.lane[0].name, now()
        return _wait(lambda: self._beats(lane, -1, moment))

    def _lock_file(self, seconds: float) -> None:
        """Have SQLite's file locked by another program."""
        path = self.rig.config.database_url.removeprefix("sqlite:///")
        connection = sqlite3.connect(path, timeout=30, isolation_level=None)
        try:
            connection.execute("BEGIN EXCLUSIVE")
            time.sleep(seconds)
            connection.execute("ROLLBACK")
        finally:
            connection.close()

    def _find(self, name: str) -> psutil.Process:
        """A process of the station; it may have to be waited for."""
        found: list[psutil.Process] = []

        def look() -> bool:
            found[:] = find_processes(self.rig.pid).get(name, [])
            return bool(found)

        _wait(look)
        return found[0]

    def _beats(self, lane: str, gone: int, since: datetime) -> bool:
        """Whether a lane's new process has written how it is."""
        try:
            with self.rig.database.reading() as session:
                row = session.scalar(select(LaneState).where(LaneState.lane == lane))
        except RecordError:
            return False
        if row is None or row.pid == gone:
            return False
        return row.beat > since and row.state != "down"


def find_processes(guard: int) -> dict[str, list[psutil.Process]]:
    """The processes of a station, by what they are: "station", "server", "lane:NAME".

    Args:
        guard: Process that guards the others.
    """
    found: dict[str, list[psutil.Process]] = {}
    try:
        parent = psutil.Process(guard)
        found["station"] = [parent]
        for child in parent.children():
            words = child.cmdline()
            if "station.processes.child" in words:
                name = words[words.index("station.processes.child") + 1]
                found.setdefault(name, []).append(child)
    except psutil.Error:
        return found
    return found


def _wait(ready: Callable[[], bool]) -> float:
    """Wait until something is so.

    Returns:
        How long it took, s; `LONGEST_S` if it never was.
    """
    start = time.monotonic()
    while not ready():
        if time.monotonic() - start > LONGEST_S:
            return LONGEST_S
        time.sleep(0.02)
    return time.monotonic() - start
