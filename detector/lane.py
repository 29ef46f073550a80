"""A scanner's columns in a queue, and a thread that looks at them as they come."""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Literal

from data.errors import CargosightError, LiveError
from data.scan import Scan
from detector.live import LiveAlarm, LiveScan
from detector.look import Care
from detector.pipeline import Detector, Findings

logger = logging.getLogger(__name__)

_NOTHING: Final = "No column of it came."


@dataclass(frozen=True, slots=True)
class LaneLimits:
    """When a lane that cannot keep up does less; it does more again at half of that.

    Attributes:
        coarse: Columns behind a piece from which only the coarse pass looks at it.
        none: Columns from which strips pass by unseen, and are reported.
        lost: Columns from which new ones are dropped, and reported as missing.
        still_s: How long no column may come before what is there is looked at, s.
    """

    coarse: int = 2_000
    none: int = 10_000
    lost: int = 20_000
    still_s: float = 2.0

    def __post_init__(self) -> None:
        """Check that less comes after more."""
        if not 0 <= self.coarse <= self.none <= self.lost:
            msg = (
                f"Limits of {self.coarse}, {self.none} and {self.lost} columns do not "
                "come after each other. State coarse, none and lost in rising order."
            )
            raise LiveError(msg)


@dataclass(frozen=True, slots=True)
class Begun:
    """A scan has begun."""

    scan: int


@dataclass(frozen=True, slots=True)
class Alarmed:
    """Alarms are new or have grown.

    Attributes:
        scan: Number of the scan in this lane, from 0.
        alarms: Which ones.
    """

    scan: int
    alarms: tuple[LiveAlarm, ...]


@dataclass(frozen=True, slots=True)
class CareChanged:
    """The lane looks more or less closely than before.

    Attributes:
        scan: Number of the scan.
        care: How closely from now on.
        waiting: Columns in the queue behind those that are taken next.
    """

    scan: int
    care: Care
    waiting: int


@dataclass(frozen=True, slots=True)
class Finished:
    """A scan is complete.

    Attributes:
        scan: Its number.
        findings: What was found in it.
        missing: Places that were never scanned or got lost, half-open ranges.
    """

    scan: int
    findings: Findings
    missing: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """A scan cannot be looked at any further; the next one will be.

    Attributes:
        scan: Its number.
        error: Why, in one line.
    """

    scan: int
    error: str


LaneEvent = Begun | Alarmed | CareChanged | Finished | Failed


@dataclass(frozen=True, slots=True)
class _Signal:
    """What else there is in the queue.

    Attributes:
        what: A scan begins or ends, or the lane closes.
        width: Columns that were handed over of the scan that this ends.
    """

    what: Literal["begin", "end", "close"]
    width: int


@dataclass(slots=True)
class Lane:
    """One scanner. Several lanes may share a detector: its threads serve them in turn.

    A lane waits for what a piece completes before it takes the next: of pieces of a few
    columns that is one strip at most, so no lane can crowd out the others.

    Args:
        detector: What looks.
        listener: Told what happens, in the lane's own thread and in order: each scan
            begins, and is finished or fails, once. It should not dawdle, for the lane
            waits for it; what it raises is logged.
        limits: When the lane does less.
    """

    detector: Detector
    listener: Callable[[LaneEvent], None]
    limits: LaneLimits = field(default_factory=LaneLimits)
    _queue: "queue.SimpleQueue[tuple[Scan, int] | _Signal]" = field(
        default_factory=queue.SimpleQueue, init=False
    )
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _waiting: int = field(default=0, init=False)
    _place: int = field(default=0, init=False)
    _open: bool = field(default=False, init=False)
    _number: int = field(default=-1, init=False)
    _failed: int = field(default=-2, init=False)
    _closed: bool = field(default=False, init=False)
    _thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._work, name="lane", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Columns that wait to be looked at."""
        return self._waiting

    def begin(self) -> None:
        """Say that a scan begins; one that is still open ends."""
        self._put(_Signal("begin", self._place))
        self._place = 0
        self._number += 1
        self._open = True

    def send(self, piece: Scan, at: int | None = None) -> bool:
        """Hand over columns; this returns at once.

        Args:
            piece: The columns as a scan of their own; its arrays must not change.
            at: Place of the first of them in its scan; None where they follow the last.

        Returns:
            Whether they were taken. They are dropped where too many wait, and their
            places are then reported as missing; and once their scan has failed.

        Raises:
            LiveError: If no scan has begun, or the lane is closed.
        """
        if not self._open:
            msg = "Columns came before their scan. Say that it begins."
            raise LiveError(msg)
        start = self._place if at is None else at
        self._place = max(self._place, start + piece.size[0])
        if self._failed == self._number or self._waiting >= self.limits.lost:
            return False
        with self._lock:
            self._waiting += piece.size[0]
        self._put((piece, start))
        return True

    def end(self) -> None:
        """Say that the scan is complete."""
        self._put(_Signal("end", self._place))
        self._open = False

    def close(self) -> None:
        """Finish what waits, then stop the thread."""
        if not self._closed:
            self._put(_Signal("close", self._place))
            self._closed = True
        self._thread.join()

    def _put(self, item: tuple[Scan, int] | _Signal) -> None:
        if self._closed:
            msg = "This lane is closed. Open another."
            raise LiveError(msg)
        self._queue.put(item)

    def _work(self) -> None:
        worker = _Worker(self.detector, partial(_tell, self.listener), self.limits)
        while True:
            try:
                item = self._queue.get(timeout=self.limits.still_s)
            except queue.Empty:
                worker.guard(worker.stand_still)
                continue
            if isinstance(item, tuple):
                piece, at = item
                behind = self._waiting - piece.size[0]
                worker.guard(partial(worker.take, piece, at, behind))
                if worker.scan is None:
                    self._failed = worker.number
                with self._lock:
                    self._waiting -= piece.size[0]
            else:
                worker.guard(partial(worker.end, item.width))
                if item.what == "begin":
                    worker.begin()
                if item.what == "close":
                    return


@dataclass(slots=True)
class _Worker:
    """What a lane's thread does.

    Attributes:
        number: Of the scan, from 0; -1 before the first.
        scan: The one that is coming in; None between scans, and after one failed.
        care: How closely it looks.
        still: Whether the scanner stands still, and what is there was looked at.
    """

    detector: Detector
    tell: Callable[[LaneEvent], None]
    limits: LaneLimits
    number: int = -1
    scan: LiveScan | None = None
    care: Care = Care.FULL
    still: bool = True

    def guard(self, act: Callable[[], None]) -> None:
        """Do something; what fails ends the scan and not the lane."""
        try:
            act()
        except Exception as error:  # noqa: BLE001 - a lane must live on
            self.scan = None
            self.tell(Failed(self.number, _explain(error)))

    def begin(self) -> None:
        self.number += 1
        self.scan = LiveScan(self.detector)
        self.still = True
        self.tell(Begun(self.number))

    def take(self, piece: Scan, at: int, waiting: int) -> None:
        if self.scan is None:
            return
        self._choose_care(waiting)
        self.still = False
        self._show(self.scan.push(piece, at, care=self.care))

    def stand_still(self) -> None:
        if self.scan is not None and not self.still:
            self.still = True
            self._show(self.scan.stop())

    def end(self, width: int) -> None:
        """End the scan that is open, of which so many columns were handed over."""
        scan, self.scan = self.scan, None
        if scan is None:
            return
        if not scan.width:
            why = f"None of its {width} columns was taken." if width else _NOTHING
            self.tell(Failed(self.number, why))
            return
        alarms, findings = scan.finish(care=self.care)
        self._show(alarms)
        last = ((scan.width, width),) if scan.width < width else ()
        self.tell(Finished(self.number, findings, scan.missing + last))

    def _choose_care(self, waiting: int) -> None:
        coarse, none = self.limits.coarse, self.limits.none
        if self.care is not Care.FULL:  # what was given up comes back later
            coarse //= 2
        if self.care is Care.NONE:
            none //= 2
        care = Care.FULL
        if waiting >= coarse:
            care = Care.COARSE if waiting < none else Care.NONE
        if care is not self.care:
            self.care = care
            self.tell(CareChanged(self.number, care, waiting))

    def _show(self, alarms: tuple[LiveAlarm, ...]) -> None:
        if alarms:
            self.tell(Alarmed(self.number, alarms))


def _tell(listener: Callable[[LaneEvent], None], event: LaneEvent) -> None:
    try:
        listener(event)
    except Exception:
        logger.exception("Whoever listens to a lane failed")


def _explain(error: Exception) -> str:
    why = " ".join(str(error).split())
    if isinstance(error, CargosightError):
        return why
    logger.warning("A live scan failed", exc_info=error)
    return f"The scan failed for no foreseen reason: {type(error).__name__}: {why}."
