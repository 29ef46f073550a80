"""Store pictures and record the ends of scans, beside the looking."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from data.errors import ScanFileError, StationError
from data.scan import Scan
from detector.boxes import Boxes
from detector.pipeline import Findings
from station.audit.reporter import Reporter
from station.config import LaneConfig
from station.privacy import mask_cab
from station.records.database import Database, retry
from station.records.tables import Alarm
from station.spool import Columns, DataFolder, ScanBegin, ScanEnd
from station.spool.assembling import assemble
from station.supervised.patch import read_patch
from station.worker.findings import describe_findings
from station.worker.finishing import Finished, record_end, store_picture, tidy
from station.worker.recorder import Recorder

logger = logging.getLogger(__name__)

Box = tuple[float, float, float, float]
Given = TypeVar("Given")

MOST: Final = 4
"""Scans that may wait in memory; others wait in the spool."""

PAUSE_S: Final = 1.0
"""Time between tries where the disk is full, s."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A scan that was looked at to its end.

    Attributes:
        folder: Of the scan.
        begin: How it began.
        end: How it ended.
        columns: All of them.
        findings: What was found; None if nothing looked to the end.
        missing: Columns that never came.
        boxes: (N, 4) float32, alarms, px of the scan.
        bundle: What looked.
        error: Why nothing looked, or not to the end.
        record_alarms: Records those that were held until now, in the change that says
            that the scan is stored: then all of its columns may be seen.
    """

    folder: Path
    begin: ScanBegin
    end: ScanEnd
    columns: list[Columns]
    findings: Findings | None
    missing: tuple[tuple[int, int], ...]
    boxes: Boxes
    bundle: dict[str, Any] | None
    error: str
    record_alarms: Callable[[Session], object]


@dataclass(slots=True)
class Storer:
    """Stores scans one after the other, in a thread.

    Args:
        lane: The lane.
        data: The station's data.
        recorder: Makes changes of the records.
        reporter: Told of what goes wrong.
        stored: Told of each scan that is stored and recorded: its identifier and its
            picture.
    """

    lane: LaneConfig
    data: DataFolder
    recorder: Recorder
    reporter: Reporter
    stored: Callable[[str, Path], None]
    _queue: "queue.Queue[Looked | None]" = field(
        default_factory=queue.Queue, init=False
    )
    _stopping: threading.Event = field(default_factory=threading.Event, init=False)
    _thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._work, name="storer", daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether so many wait that no more should be put."""
        return self._queue.qsize() >= MOST

    def put(self, looked: Looked) -> None:
        """Have a scan stored; this returns at once."""
        self._queue.put(looked)

    def close(self, timeout_s: float = 5.0) -> None:
        """Store what waits, as far as it goes in time; the rest is done next time."""
        self._queue.put(None)
        self._thread.join(timeout_s)
        self._stopping.set()

    def _work(self) -> None:
        while (looked := self._queue.get()) is not None:
            try:
                self._store(looked)
            except Exception as error:  # noqa: BLE001 - the next one must be stored
                why = f"It cannot be stored: {type(error).__name__}: {error}."
                bare = replace(looked, findings=None)  # they may be at fault
                self._record(bare, (0, looked.begin.rows), (None, 0), why)

    def _store(self, looked: Looked) -> None:
        size: tuple[int, int] = (0, looked.begin.rows)
        kept: tuple[str | None, int] | None = (None, 0)
        if looked.columns:
            scan = assemble(looked.columns, looked.end.width)
            size = scan.size
            masked = self._mask(scan, looked)
            if masked is None:
                return  # stopping: done again next time
            kept = self._insist(partial(store_picture, masked, looked.folder))
        if kept is None:
            return  # stopping: done again next time
        error = "" if looked.columns else "No column of it came."
        self._record(looked, size, kept, looked.error or error)

    def _record(
        self,
        looked: Looked,
        size: tuple[int, int],
        kept: tuple[str | None, int],
        error: str,
    ) -> None:
        findings = None
        if looked.findings is not None:
            findings = describe_findings(looked.findings, size, looked.missing)
        done = Finished(
            looked.begin,
            looked.end,
            size,
            *kept,
            findings,
            looked.bundle,
            error,
            bool(looked.missing),
        )
        # No more is kept while the database is gone.
        folder, record_alarms = looked.folder, looked.record_alarms

        def change(session: Session) -> None:
            record_alarms(session)
            record_end(session, done)

        self.recorder.put(change, lambda _: self._tidy(folder, done))

    def _tidy(self, folder: Path, done: Finished) -> None:
        tidy(self.data, folder, self.lane.name, done.end.why)
        self.stored(done.begin.id, folder)

    def _mask(self, scan: Scan, looked: Looked) -> Scan | None:
        side = self.lane.mask_cab
        if side is None:
            return scan
        drawn = retry(
            partial(list_drawn, self.recorder.database, looked.begin.id),
            stopped=self._stopping.is_set,
            failed=lambda error: logger.warning("A picture waits: %s", error),
        )
        if drawn is None:
            return None
        containers = () if looked.findings is None else looked.findings.containers
        made = mask_cab(scan, containers, side, _list_kept(looked, drawn))
        if made is None:
            payload: dict[str, Any] = {"columns": None, "why": "no container found"}
        else:
            scan, columns = made
            payload = {"columns": list(columns)}
        self.reporter.report("cab.masked", looked.begin.id, payload)
        return scan

    def _insist(self, act: Callable[[], Given]) -> Given | None:
        """Do something that needs disk, again and again until there is some."""
        told = False
        while not self._stopping.is_set():
            try:
                given = act()
            except (OSError, ScanFileError) as error:
                if not told:
                    why = {"why": str(error)}
                    self.reporter.report("disk.full", self.lane.name, why)
                told = True
                time.sleep(PAUSE_S)
            else:
                if told:
                    self.reporter.report("disk.free", self.lane.name)
                return given
        return None


def list_drawn(database: Database, scan_id: str) -> list[Box]:
    """Boxes that people drew in a scan while it came in, those taken back too."""
    query = select(Alarm).where(Alarm.scan_id == scan_id, Alarm.drawn_by.is_not(None))
    with database.reading() as session:
        return [alarm.box for alarm in session.scalars(query)]


def _list_kept(looked: Looked, drawn: list[Box]) -> Boxes:
    """What must stay to be seen: alarms, drawn boxes, and the firearm of a test."""
    try:
        patch = read_patch(looked.folder)
    except StationError:
        patch = None
    others = drawn if patch is None else [*drawn, patch.box]
    return np.concatenate([looked.boxes, np.array(others, np.float32).reshape(-1, 4)])
