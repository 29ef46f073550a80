"""One scan, from its first column to its last."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

from data.errors import CargosightError
from data.scan import Scan
from detector.live import LiveAlarm, LiveScan
from detector.look import Care
from detector.pipeline import Detector, Findings
from station.spool import ColumnReader, Columns, ScanBegin
from station.spool.assembling import assemble, list_missing
from station.supervised.lag import Lag
from station.worker.alarms import AlarmBook, Box, Raised
from station.worker.holding import HeldAlarms
from station.worker.recorder import Recorder

STILL_S: Final = 2.0
"""Silence after which what is there is looked at, s."""

RECORDS: Final = 8
"""Records that are read at a time: a strip or two."""

_NO_LAG: Final = Lag(0.0)


@dataclass(frozen=True, slots=True)
class Look:
    """What looks, and how.

    Attributes:
        detector: What looks; None if nothing may.
        error: Why nothing looks; empty if something does.
        bundle: What looks, for the records.
        coarse_behind: Columns behind the scanner from which it only glances.
    """

    detector: Detector | None
    error: str
    bundle: dict[str, Any] | None
    coarse_behind: int


class Shown(Protocol):
    """What shows something else than what came: see `station.worker.supervising`."""

    def push(self, columns: Columns) -> Sequence[Columns]:
        """What is shown instead of columns."""

    def finish(self) -> Sequence[Columns]:
        """What was held back."""

    def apply(self, scan: Scan) -> Scan:
        """What is shown instead of the whole scan."""


@dataclass(slots=True)
class ScanLook:
    """Looks at one scan while it comes in.

    Args:
        folder: Of the scan.
        begin: What is known of it.
        look: What looks.
        book: Its alarms.
        recorder: Makes changes of the records.
        shown: Puts the firearm of a test scan in; None for no test.
        lag: How far pages are behind: so late alarms are recorded.
    """

    folder: Path
    begin: ScanBegin
    look: Look
    book: AlarmBook
    recorder: Recorder
    shown: Shown | None = None
    lag: Lag = _NO_LAG
    error: str = ""
    findings: Findings | None = None
    missing: tuple[tuple[int, int], ...] = ()
    behind: int = 0
    boxes: dict[int, Box] = field(default_factory=dict)
    bundle: dict[str, Any] | None = field(init=False)
    held: HeldAlarms = field(init=False)
    _reader: ColumnReader = field(init=False)
    _live: LiveScan | None = field(default=None, init=False)
    _columns: list[Columns] = field(default_factory=list, init=False)
    _came: int = field(default=0, init=False)
    _moved: float = field(default_factory=time.monotonic, init=False)
    _still: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Choose whether to look while columns come in, or at the whole in the end."""
        self.held = HeldAlarms(self.folder, self.begin, self.lag)
        self._reader = ColumnReader(self.folder)
        self.error, self.bundle = self.look.error, self.look.bundle
        whole = self.begin.whole or self.begin.info.pitch_mm is None
        if self.look.detector is not None and not whole:
            self._live = LiveScan(self.look.detector)

    @property
    def columns(self) -> Sequence[Columns]:
        """All columns that were read, as they came."""
        return self._columns

    @property
    def damaged(self) -> bool:
        """Whether not all of an ended scan could be read."""
        return self._reader.waiting_bytes > 0

    @property
    def care(self) -> Care:
        """How closely it looks."""
        late = self.behind > self.look.coarse_behind and not self.begin.whole
        return Care.COARSE if late else Care.FULL

    def step(self) -> bool:
        """Look at what has come.

        Returns:
            Whether anything had.
        """
        self.behind = self._reader.behind
        found = self._reader.read(RECORDS)
        for columns in found:
            self._columns.append(columns)
            self._came = max(self._came, columns.at + columns.piece.size[0])
            self._guard(partial(self._take, columns))
            self._record(self.held.release(self._came))
        if found:
            self._moved, self._still = time.monotonic(), False
        elif not self._still and time.monotonic() - self._moved > STILL_S:
            self._still = True
            self._guard(self._stand_still)
            self._record(self.held.release(self._came))
        return bool(found)

    def ended(self) -> bool:
        """Whether the scan has ended, and all of it was read that can be."""
        if not self._reader.ended():
            return False
        return not self._reader.waiting_bytes or self._reader.stuck

    def finish(self, width: int | None) -> None:
        """Look at what is left; alarms that are held still are recorded with the end.

        Args:
            width: How many columns there should have been; None if nobody said.
        """
        self._guard(partial(self._finish, width))
        self._record(self.held.release(self._came))
        self.missing = list_missing(self._columns, width)
        if self.damaged and not self.error:
            self.error = "Its last columns were damaged on the disk."

    def fail(self, error: Exception) -> None:
        """Look no more; the scan is still taken in.

        Args:
            error: Why.
        """
        self._live = None
        self.look = Look(None, "", self.look.bundle, self.look.coarse_behind)
        self.error = self.error or explain(error)

    def _take(self, columns: Columns) -> None:
        for one in self._show(columns):
            if self._live is not None:
                self._raise(self._live.push(one.piece, one.at, care=self.care))

    def _show(self, columns: Columns) -> Sequence[Columns]:
        return (columns,) if self.shown is None else self.shown.push(columns)

    def _stand_still(self) -> None:
        if self._live is not None and self._live.width:
            self._raise(self._live.stop())

    def _finish(self, width: int | None) -> None:
        rest = () if self.shown is None else self.shown.finish()
        if self._live is not None:
            for one in rest:
                self._raise(self._live.push(one.piece, one.at, care=self.care))
            alarms, self.findings = self._live.finish(care=self.care)
            self._raise(alarms)
        elif self.look.detector is not None and self._columns:
            self._look_whole(self.look.detector, width)

    def _look_whole(self, detector: Detector, width: int | None) -> None:
        scan = assemble(self._columns, width)
        if self.shown is not None:
            scan = self.shown.apply(scan)
        self.findings = detector.detect(scan)
        self._hold(raise_all(detector, self.findings))

    def _raise(self, alarms: Sequence[LiveAlarm]) -> None:
        detector = self.look.detector
        if alarms and detector is not None:
            self._hold([name_alarm(detector, alarm) for alarm in alarms])

    def _hold(self, raised: Sequence[Raised]) -> None:
        self.boxes.update({one.number: one.box for one in raised})
        self.held.add(raised)

    def _record(self, raised: Sequence[Raised]) -> None:
        if raised:
            book = self.book  # no more is kept while the database is gone
            self.recorder.put(lambda session: book.record(session, raised), book.keep)

    def _guard(self, act: Any) -> None:
        """Do something; what fails ends the looking, and not the taking in."""
        try:
            act()
        except Exception as error:  # noqa: BLE001 - the scan itself must survive
            self.fail(error)


def raise_all(detector: Detector, findings: Findings) -> list[Raised]:
    """The alarms of a finished scan."""
    labels = detector.bundle.manifest.labels
    found = findings.alarms
    rows = zip(
        found.boxes.tolist(), found.scores.tolist(), found.labels.tolist(), strict=True
    )
    return [
        Raised(number, (x0, y0, x1, y1), score, labels[label])
        for number, ((x0, y0, x1, y1), score, label) in enumerate(rows)
    ]


def name_alarm(detector: Detector, alarm: LiveAlarm) -> Raised:
    """An alarm of a live scan."""
    x0, y0, x1, y1 = map(float, alarm.box)
    label = detector.bundle.manifest.labels[alarm.label]
    return Raised(alarm.number, (x0, y0, x1, y1), alarm.score, label, alarm.coarse)


def explain(error: Exception) -> str:
    """Why something failed, in one line."""
    why = " ".join(str(error).split())
    if isinstance(error, CargosightError):
        return why
    return f"Looking failed for no foreseen reason: {type(error).__name__}: {why}."
