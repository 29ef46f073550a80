"""Changes of the records, in order, again and again until they are made.

The database may be gone for a while. Looking goes on meanwhile: a thread makes the
changes, one after the other, and waits for the database where it must.
"""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from data.errors import RecordError
from station.audit.reporter import Reporter
from station.records.database import Database, retry

logger = logging.getLogger(__name__)

Change = Callable[[Session], Any]


@dataclass(frozen=True, slots=True)
class _Job:
    change: Change | None
    done: Callable[[Any], None] | None


@dataclass(slots=True)
class Recorder:
    """Makes changes in order.

    Args:
        database: The records.
        reporter: Told when they cannot be reached, and can be again.
        lane: Name of the lane.
    """

    database: Database
    reporter: Reporter
    lane: str
    _queue: "queue.Queue[_Job | None]" = field(default_factory=queue.Queue, init=False)
    _stopping: threading.Event = field(default_factory=threading.Event, init=False)
    _cut: bool = field(default=False, init=False)
    _thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._work, name="recorder", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Changes that were not made yet."""
        return self._queue.unfinished_tasks

    def put(
        self, change: Change | None, done: Callable[[Any], None] | None = None
    ) -> None:
        """Have a change made; this returns at once.

        Args:
            change: Takes a session; is tried again from the start if it fails. None to
                do nothing but `done`.
            done: Told what the change gave once it is made.
        """
        self._queue.put(_Job(change, done))

    def flush(self) -> None:
        """Wait until all changes are made."""
        self._queue.join()

    def close(self, timeout_s: float = 5.0) -> None:
        """Make what waits, as far as the database takes it in time."""
        self._queue.put(None)
        self._thread.join(timeout_s)
        self._stopping.set()

    def _work(self) -> None:
        while (job := self._queue.get()) is not None:
            try:
                self._do(job)
            except Exception as error:  # the next one must be made
                logger.exception("A change of the records of %s failed", self.lane)
                why = " ".join(f"{type(error).__name__}: {error}".split())
                self.reporter.report("scan.failed", self.lane, {"error": why})
            self._queue.task_done()
        self._queue.task_done()

    def _do(self, job: _Job) -> None:
        change = job.change
        made = None
        if change is not None:
            made = retry(
                lambda: self._change(change),
                stopped=self._stopping.is_set,
                failed=self._say_cut,
            )
        if self._stopping.is_set():
            return
        self._say_back()
        if job.done is not None:
            job.done(made)

    def _change(self, change: Change) -> Any:
        with self.database.changing() as session:
            return change(session)

    def _say_cut(self, error: RecordError) -> None:
        if not self._cut:
            self._cut = True
            self.reporter.report("records.cut", self.lane, {"why": str(error)})

    def _say_back(self) -> None:
        if self._cut:
            self._cut = False
            self.reporter.report("records.back", self.lane)
