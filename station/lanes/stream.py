"""The scan that comes into a lane as columns: one at a time, and never lost by silence.

A scanner may be cut off and come back, or this program may be killed: the scan stays
open on the disk, and whoever names its key goes on with it. Only after a long silence
is it closed as cut off.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import select

from data.errors import RecordError, StationError, StreamError
from detector.gaps import LONGEST_GAP
from station.lanes.intake import Intake
from station.lanes.keys import KeyBook
from station.lanes.messages import Begin
from station.records import Database, new_id
from station.records.moment import now
from station.records.tables import ScanRow
from station.spool import (
    ColumnWriter,
    ScanBegin,
    begin_scan,
    resume_scan,
)
from station.spool.beginning import read_begin, read_end
from station.spool.records import Head

logger = logging.getLogger(__name__)

WIDEST: Final = 250_000
"""Most columns of a scan: a train of 1 km at 4 mm."""

Why = Literal["end", "cut off", "next"]


@dataclass(slots=True)
class StreamLane:
    """What is open in one lane of source "stream".

    Whoever calls anything of it holds `lock`, but for `watch` and `close`.

    Args:
        intake: Of the lane.
        database: The records, asked whether a key is known.
        clock: Seconds that never jump.
    """

    intake: Intake
    database: Database
    clock: Callable[[], float] = time.monotonic
    lock: threading.RLock = field(default_factory=threading.RLock, init=False)
    holder: object | None = field(default=None, init=False)
    writer: ColumnWriter | None = field(default=None, init=False)
    _keys: KeyBook = field(init=False)
    _heard: float = field(init=False)
    _gone: bool = field(default=False, init=False)
    _stalled: bool = field(default=False, init=False)
    _resumed: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Go on with what was open when the program stopped."""
        self._heard = self.clock()
        data, name = self.intake.data, self.intake.lane.name
        self._keys = KeyBook(data.root / "lanes" / name / "keys")
        try:
            self._resume_all()
        except OSError as error:
            self.stall(error)

    @property
    def gone(self) -> bool:
        """Whether the scanner fell silent amid a scan."""
        return self._gone

    def hear(self) -> None:
        """The scanner is there."""
        self._heard = self.clock()
        if self._gone:
            self._gone = False
            self.intake.reporter.report("lane.back", self.intake.lane.name)

    def watch(self) -> None:
        """See whether the scanner fell silent amid a scan; to be called often."""
        with self.lock:
            silent = self.clock() - self._heard
            try:
                self._resume_all()
                if self.writer is not None and silent >= self.intake.lane.gone_s:
                    self._miss(self.writer, silent)
            except OSError as error:
                self.stall(error)

    def begin(self, asked: Begin) -> ColumnWriter | None:
        """Begin a scan, or go on with it; one that is open besides ends.

        Args:
            asked: What the scanner says of it.

        Returns:
            Its columns; None if it has ended.

        Raises:
            StreamError: If it is open with another size.
            OSError: If the disk does not take it.
        """
        self._resume_all()
        if self.writer is None or self.writer.begin.key != asked.key:
            if self._has_ended(asked.key):
                return None
            self.end(why="next")
            self.writer = begin_scan(self.intake.data, self._describe(asked))
        met, wanted = self.writer.begin, (asked.kind, asked.rows)
        if (met.kind, met.rows) != wanted:
            msg = (
                f"The scan {asked.key} is open: {met.kind}, {met.rows} rows, not "
                f"{asked.kind}, {asked.rows} rows. Give a new scan another key."
            )
            raise StreamError(msg)
        self.writer.sync()
        return self.writer

    def end(self, *, width: int | None = None, why: Why = "end") -> str | None:
        """End the open scan, durably.

        Args:
            width: How many columns there should be; None if nobody said.
            why: See `ScanEnd`.

        Returns:
            The key of it; None if there is none.

        Raises:
            OSError: If the disk does not take it; the scan is open still.
        """
        if self.writer is None:
            return None
        begin = self.writer.begin
        self._keys.add(begin.key)
        silent = timedelta(seconds=self.clock() - self._heard)
        self.writer.end(max(now() - silent, begin.began), width=width, why=why)
        self.writer = None
        return begin.key

    def stall(self, error: OSError) -> None:
        """The disk did not take something; it is reported once."""
        if not self._stalled:
            self._stalled = True
            said = {"error": error.strerror or str(error)}
            self.intake.reporter.report("disk.full", self.intake.lane.name, said)

    def flow(self) -> None:
        """The disk took something."""
        if self._stalled:
            self._stalled = False
            self.intake.reporter.report("disk.free", self.intake.lane.name)

    def close(self) -> None:
        """Let go of the files; the open scan may be gone on with."""
        with self.lock:
            if self.writer is not None:
                self.writer.close()
                self.writer = None

    def _resume_all(self) -> None:
        """Go on with what was open at the start, as soon as the disk lets it."""
        if self._resumed:
            return
        for _, folder in self.intake.data.list_open(self.intake.lane.name):
            known = self.writer is not None and self.writer.folder == folder
            writer = None if known else _resume(folder)
            if writer is not None:
                self.end(why="cut off")
                self.writer = writer
        self._resumed = True

    def _miss(self, writer: ColumnWriter, silent: float) -> None:
        name, scan = self.intake.lane.name, writer.begin.id
        if not self._gone:
            self._gone = True
            self.intake.reporter.report("lane.gone", name, {"scan": scan})
        if silent >= self.intake.lane.abandon_s:
            self.end(why="cut off")
            said = {"lane": name, "width": writer.width}
            self.intake.reporter.report("scan.cut_off", scan, said)

    def _describe(self, asked: Begin) -> ScanBegin:
        return ScanBegin(
            id=new_id(),
            lane=self.intake.lane.name,
            key=asked.key,
            number=asked.number,
            kind=asked.kind,
            rows=asked.rows,
            info=self.intake.complete(asked.info),
            began=now(),
        )

    def _has_ended(self, key: str) -> bool:
        """Whether a scan of this name was taken in; it is not the open one."""
        waiting = self.intake.data.list_open(self.intake.lane.name)
        waits = any(_read_key(folder) == key for _, folder in waiting)
        return waits or key in self._keys or self._is_recorded(key)

    def _is_recorded(self, key: str) -> bool:
        wanted = ScanRow.lane == self.intake.lane.name, ScanRow.key == key
        try:
            with self.database.reading() as session:
                found = session.scalar(select(ScanRow.id).where(*wanted))
        except RecordError:
            return False
        return found is not None


def take_record(content: bytes, writer: ColumnWriter | None) -> None:
    """Take in a record.

    Args:
        content: Head and columns.
        writer: Of the open scan; None if there is none.

    Raises:
        StreamError: If no scan is open, or the record does not continue it.
        OSError: If the disk does not take it; nothing of it is kept then.
    """
    if writer is None:
        msg = "No scan is open. Begin one."
        raise StreamError(msg)
    _check_place(Head.unpack(content), writer.width)
    writer.add(content)


def _resume(folder: Path) -> ColumnWriter | None:
    """The columns of a scan that was open when the program stopped."""
    try:
        return None if read_end(folder) is not None else resume_scan(folder)
    except StationError as error:
        logger.warning("%s", error)
        return None


def _read_key(folder: Path) -> str | None:
    """The key of a scan; None if it is damaged: whoever looks at it says so."""
    try:
        return read_begin(folder).key
    except StationError:
        return None


def _check_place(head: Head, width: int) -> None:
    if head.at > width + LONGEST_GAP or head.at + head.columns > WIDEST:
        msg = (
            f"Columns at {head.at} do not continue a scan of {width}: at most "
            f"{LONGEST_GAP} may be missing, and a scan has at most {WIDEST}. Begin "
            "another scan."
        )
        raise StreamError(msg)
