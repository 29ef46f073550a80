"""A lane that works in a thread, scans that are played to it, and what it records."""

import json
import threading
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from data.errors import RecordError
from data.formats import read_scan
from station.audit.reporter import Reporter
from station.records import Database, new_id
from station.records.moment import now
from station.records.tables import Entry, Inspection, LaneState, ScanRow
from station.spool import DataFolder, ScanBegin, begin_scan
from station.worker import beat, lane, storing
from station.worker.lane import LaneWorker
from tests.detector.live_seeing import take
from tests.detector.seeing import make_counts
from tests.station.waiting import PATIENCE_S, wait_until

MM = (4.0, 4.0)
LONG, PISTOL, FAR = (100, 20, 420, 50), (40, 80, 76, 110), (560, 30, 600, 70)
SCAN = make_counts((640, 140), [LONG, PISTOL, FAR], pitch_mm=MM)
STEP = 40
"""Columns of a record."""


def hurry(monkeypatch):
    """Look for bundles, and say how the lane is, without a pause."""
    monkeypatch.setattr(lane, "REFRESH_S", 0.0)
    monkeypatch.setattr(beat, "BEAT_S", 0.02)
    monkeypatch.setattr(storing, "PAUSE_S", 0.02)


class Killed(Exception):  # noqa: N818 - it is no error
    """The process ends here."""


class DyingDatabase(Database):
    """Records that take so many changes, as if the process were killed then."""

    left: list[int]

    def __init__(self, engine, changes):
        super().__init__(engine)
        object.__setattr__(self, "left", [changes])

    @contextmanager
    def changing(self):
        """Change the records, or be dead."""
        self.left[0] -= 1
        if self.left[0] < 0:
            raise Killed
        with super().changing() as session:
            yield session


class CutDatabase(Database):
    """Records that can be cut off and come back."""

    cut: threading.Event

    def __init__(self, engine):
        super().__init__(engine)
        object.__setattr__(self, "cut", threading.Event())

    @contextmanager
    def changing(self):
        """Change the records, unless they are cut off."""
        if self.cut.is_set():
            msg = "The records cannot be reached."
            raise RecordError(msg)
        with super().changing() as session:
            yield session


class Playing:
    """Plays scans to a lane, and says what became of them.

    Args:
        config: Of the station.
        database: The records.
    """

    def __init__(self, config, database):
        self.config = config
        self.database = database
        self.data = DataFolder(config.data)

    @contextmanager
    def working(self, database=None, lane="north"):
        """Have the lane work."""
        reporter = Reporter(database or self.database)
        worker = LaneWorker(
            self.config,
            self.config.lane_named(lane),
            database or self.database,
            reporter,
        )
        stopping, failed = threading.Event(), []

        def run():
            try:
                worker.run(stopping)
            except BaseException as error:  # noqa: BLE001 - told below
                failed.append(error)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield worker
        finally:
            stopping.set()
            thread.join(PATIENCE_S)
            reporter.close()
        assert not thread.is_alive()
        assert not failed, failed

    def begin(self, scan=SCAN, lane="north", **changes):
        """Begin a scan; gives back what columns are added with."""
        fields = {
            "id": new_id(),
            "lane": lane,
            "key": new_id(),
            "kind": scan.kind,
            "rows": scan.size[1],
            "info": scan.info,
            "began": now(),
        }
        return begin_scan(self.data, ScanBegin(**fields | changes))

    def push(self, writer, scan=SCAN, until=None):
        """Add the columns that follow, up to one."""
        until = scan.size[0] if until is None else until
        while writer.width < until:
            start = writer.width
            writer.push(take(scan, start, min(start + STEP, until)))

    def play(self, scan=SCAN, *, why="end", width=None, **changes):
        """Play a whole scan; gives back its identifier."""
        writer = self.begin(scan, **changes)
        self.push(writer, scan)
        writer.end(now(), width=width or scan.size[0], why=why)
        return writer.begin.id

    def find(self, scan_id):
        """A scan in the records, with its alarms and its inspection."""
        query = (
            select(ScanRow)
            .where(ScanRow.id == scan_id)
            .options(joinedload(ScanRow.alarms), joinedload(ScanRow.inspection))
        )
        with self.database.reading() as session:
            return session.scalar(query)

    def wait_for(self, scan_id):
        """A scan in the records once it has come to its end, and is done with."""
        opened = self.data.open_scans(self.config.lane[0].name)
        wait_until(lambda: (row := self.find(scan_id)) is not None and row.ended)
        wait_until(lambda: not any((opened.parent.parent).glob(f"*/open/{scan_id}")))
        return self.find(scan_id)

    def read_picture(self, row):
        """The stored picture of a scan."""
        return read_scan(self.config.data / row.folder / row.stored)

    def list_log(self, *kinds):
        """Entries of the log: kind, subject and payload."""
        with self.database.reading() as session:
            entries = session.scalars(select(Entry).order_by(Entry.seq)).all()
        return [
            (one.kind, one.subject, json.loads(one.payload))
            for one in entries
            if not kinds or one.kind in kinds
        ]

    def count_log(self, kind):
        """How many entries of a kind there are."""
        return len(self.list_log(kind))

    def read_state(self, lane="north"):
        """How the lane says that it is."""
        with self.database.reading() as session:
            return session.get(LaneState, lane)

    def list_inspections(self):
        """All inspections, the oldest first."""
        query = select(Inspection).options(joinedload(Inspection.scans))
        with self.database.reading() as session:
            found = session.scalars(query).unique().all()
        return sorted(found, key=lambda one: one.id)


def list_alarms(row):
    """What a scan's alarms say, in an order of its own."""
    return sorted((*one.box, round(one.score, 4), one.label) for one in row.alarms)


def list_due(detector, scan=SCAN):
    """What the alarms of a scan should say."""
    found = detector.detect(scan).alarms
    labels = detector.bundle.manifest.labels
    rows = zip(found.boxes.tolist(), found.scores.tolist(), found.labels, strict=True)
    return sorted((*box, round(score, 4), labels[label]) for box, score, label in rows)
