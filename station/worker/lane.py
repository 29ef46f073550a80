"""A lane's process: takes scans in, looks at them, and records what it found."""

import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from data.errors import StationError
from station.audit.reporter import Reporter
from station.config import LaneConfig, StationConfig
from station.lanes.intake import GB, Intake
from station.lanes.sources import make_source
from station.records import Database
from station.records.moment import now
from station.shadow.looking import Shadow
from station.spool import DataFolder, ScanBegin
from station.spool.beginning import DAMAGED, END, ScanEnd, read_begin, read_end
from station.supervised.lag import Lag
from station.threads import start
from station.worker.beat import State, beat
from station.worker.beside import Beside
from station.worker.bundles import BundleKeeper
from station.worker.finishing import find_why, record_loss, tidy
from station.worker.looking import Look, ScanLook, explain
from station.worker.recorder import Recorder
from station.worker.registering import register_scan
from station.worker.second_look import ask_again
from station.worker.storing import Looked, Storer
from station.worker.supervising import Supervision, TestScan

PAUSE_S: Final = 0.02
"""Time between looks for new columns, s."""

REFRESH_S: Final = 2.0
"""Time between looks for another bundle, s."""

_GONE: Final = (FileNotFoundError, NotADirectoryError, IsADirectoryError)


@dataclass(slots=True)
class LaneWorker:
    """Looks at the scans of one lane, in the order in which they began.

    Args:
        config: The station's.
        lane: The lane's.
        database: The records.
        reporter: Writes events.
    """

    config: StationConfig
    lane: LaneConfig
    database: Database
    reporter: Reporter
    data: DataFolder = field(init=False)
    keeper: BundleKeeper = field(init=False)
    _recorder: Recorder = field(init=False)
    _storer: Storer = field(init=False)
    _beside: Beside = field(init=False)
    _supervision: Supervision = field(init=False)
    _scan: ScanLook | None = field(default=None, init=False)
    _done: set[str] = field(default_factory=set, init=False)
    _missed: set[str] = field(default_factory=set, init=False)
    _refreshed: float = field(default=-1e9, init=False)

    def __post_init__(self) -> None:
        """Set up what works beside it."""
        name = self.lane.name
        self.data = DataFolder(self.config.data)
        self.keeper = BundleKeeper(self.config.detector, self.config.data)
        self._recorder = Recorder(self.database, self.reporter, name)
        shadow = Shadow(self.data, self.config)
        self._beside = Beside(
            name, self.data, self.database, partial(self._look, None), shadow
        )
        self._storer = Storer(
            self.lane, self.data, self._recorder, self.reporter, self._beside.put
        )
        self._supervision = Supervision(
            self.data, self.config.supervised, self._recorder
        )

    def run(self, stopping: threading.Event) -> None:
        """Work until told to stop.

        Args:
            stopping: When to stop; what is not done with is gone on with next time.
        """
        self._clear_up()
        threads = [
            self._start(self._beside.run, stopping),
            self._start(self._beat, stopping),
            *self._start_source(stopping),
        ]
        while not stopping.is_set():
            self._refresh()
            if self._storer.busy or not self._work(stopping):
                stopping.wait(PAUSE_S)
        self._storer.close()
        self._recorder.close()
        for thread in threads:
            thread.join(2.0)

    def _clear_up(self) -> None:
        """Let go of what was recorded, but not done with, when this was killed.

        Files that were not taken in to their end go as well: their source still has
        them, and hands them over again.
        """
        for scan_id, folder in self.data.list_open(self.lane.name):
            begin = self._read(scan_id, folder)
            if begin is not None and begin.whole and not (folder / END).exists():
                self.data.be_done(self.lane.name, scan_id)
                shutil.rmtree(folder, ignore_errors=True)
            elif (why := find_why(self.database, scan_id)) is not None:
                self._done.add(scan_id)
                self._recorder.put(None, partial(self._tidy, folder, why))

    def _tidy(self, folder: Path, why: str, _: object) -> None:
        tidy(self.data, folder, self.lane.name, why)

    def describe(self) -> State:
        """How the lane is."""
        bundle, scan = self.keeper.describe(), self._scan
        if self.keeper.detector is None:
            behind = 0 if scan is None else scan.behind
            return State("down", behind, self.keeper.error, code=self.keeper.code)
        if scan is None:
            return State("idle", 0, "", bundle)
        late = scan.behind > self.config.detector.coarse_behind
        return State("behind" if late else "scanning", scan.behind, "", bundle)

    def _work(self, stopping: threading.Event) -> bool:
        """Look at the scan that is next, to its end.

        Returns:
            Whether there was one.
        """
        for scan_id, folder in self.data.list_open(self.lane.name):
            if scan_id in self._done:
                continue
            begin = self._read(scan_id, folder)
            if begin is None or (begin.whole and not (folder / END).exists()):
                continue
            self._look_at(folder, begin, stopping)
            return True
        return False

    def _read(self, scan_id: str, folder: Path) -> ScanBegin | None:
        try:
            return read_begin(folder)
        except StationError as error:
            self._miss(scan_id, error)
            return None

    def _miss(self, scan_id: str, error: StationError) -> None:
        """A scan cannot be read: for now, where the disk is at fault, or for good."""
        lane, why = self.lane.name, str(error)
        cause = error.__cause__
        if isinstance(cause, OSError) and not isinstance(cause, _GONE):
            if scan_id not in self._missed:
                self.reporter.report("scan.failed", scan_id, {"error": why})
            self._missed.add(scan_id)
            return
        self._done.add(scan_id)
        self._recorder.put(
            lambda session: record_loss(session, scan_id, lane, why),
            lambda _: self.data.be_done(lane, scan_id),
        )

    def _look_at(
        self, folder: Path, begin: ScanBegin, stopping: threading.Event
    ) -> None:
        place = folder.relative_to(self.data.root).as_posix()
        self._recorder.put(lambda session: register_scan(session, begin, place))
        shown = self._choose(folder, begin)
        book = self._supervision.make_book(begin, shown)
        lag = Lag(self.config.supervised.rate)
        scan = ScanLook(
            folder, begin, self._look(begin), book, self._recorder, shown, lag
        )
        self._scan = scan
        try:
            while not scan.ended():
                if not scan.step() and stopping.wait(PAUSE_S):
                    return
                if stopping.is_set():
                    return
            end = read_end(scan.folder)
        except (StationError, OSError) as error:  # the disk is at fault
            scan.fail(error)
            end = None
        finally:
            self._scan = None
        self._finish(scan, end)

    def _choose(self, folder: Path, begin: ScanBegin) -> TestScan | None:
        """A test must not cost a scan, nor a lane."""
        try:
            return self._supervision.choose(folder, begin)
        except (StationError, OSError) as error:
            self.reporter.report("test.failed", begin.id, {"why": explain(error)})
            return None

    def _finish(self, scan: ScanLook, end: ScanEnd | None) -> None:
        if end is None or scan.damaged:
            ended = now() if end is None else end.ended
            width = None if end is None else end.width
            end = ScanEnd(ended=ended, width=width, why=DAMAGED)
        scan.finish(end.width)
        self._done.add(scan.begin.id)
        looked = Looked(
            scan.folder,
            scan.begin,
            end,
            list(scan.columns),
            scan.findings,
            scan.missing,
            np.array(list(scan.boxes.values()), np.float32).reshape(-1, 4),
            scan.bundle,
            scan.error,
            partial(scan.book.record, raised=scan.held.release_all()),
        )
        self._storer.put(looked)

    def _look(self, begin: ScanBegin | None) -> Look:
        kind = None if begin is None else begin.kind
        return Look(
            self.keeper.detector,
            self.keeper.error,
            self.keeper.describe(kind),
            self.config.detector.coarse_behind,
        )

    def _refresh(self) -> None:
        """Between scans, look for another bundle."""
        if time.monotonic() - self._refreshed < REFRESH_S:
            return
        was_down = self.keeper.detector is None and self._refreshed > 0
        changed = self.keeper.refresh()
        self._refreshed = time.monotonic()
        if not changed:
            return
        if self.keeper.detector is None:
            why = {"why": self.keeper.error}
            self.reporter.report("lane.down", self.lane.name, why)
            return
        loaded = self.keeper.describe() or {}
        self.reporter.report("bundle.loaded", self.lane.name, _brief(loaded))
        name = self.lane.name
        self._recorder.put(lambda session: ask_again(session, name))
        if was_down:
            self.reporter.report("lane.up", name)

    def _beat(self, stopping: threading.Event) -> None:
        beat(self.database, self.lane.name, self.describe, stopping)

    def _start_source(self, stopping: threading.Event) -> list[threading.Thread]:
        intake = Intake(
            self.lane,
            self.data,
            self.reporter,
            self.config.retention.least_free_gb * GB,
        )
        source = make_source(self.config, intake)
        return [] if source is None else [self._start(source.run, stopping)]

    def _start(
        self, act: Callable[[threading.Event], None], stopping: threading.Event
    ) -> threading.Thread:
        return start(act, stopping)


def _brief(bundle: dict[str, object]) -> dict[str, object]:
    return {name: bundle.get(name) for name in ("sha256", "signed_by", "device")}
