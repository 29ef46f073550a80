"""Write events into the log that belong to no change of records.

A disk that is full, a scanner that fell silent, a file that cannot be read: whoever
meets it must go on at once, though the database may be gone as well. So events wait in
a queue, and a thread writes them, again and again until the database takes them. Each
is a line of the program's own log too, at once.
"""

import logging
import queue
import threading
from dataclasses import dataclass, field
from typing import Any, Final

from data.errors import RecordError
from station.audit.chain import SYSTEM, append
from station.records.database import Database, retry

logger = logging.getLogger("station.events")

QUIET: Final = frozenset(
    {"bundle.loaded", "disk.free", "lane.back", "lane.up", "records.back"}
)
"""Kinds of which nobody need be warned."""


@dataclass(frozen=True, slots=True)
class _Event:
    kind: str
    subject: str
    payload: dict[str, Any]
    actor: str


@dataclass(slots=True)
class Reporter:
    """Takes events and writes them in order.

    Args:
        database: The records.
    """

    database: Database
    _queue: "queue.Queue[_Event | None]" = field(
        default_factory=queue.Queue, init=False
    )
    _stopping: threading.Event = field(default_factory=threading.Event, init=False)
    _thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._work, name="reporter", daemon=True)
        self._thread.start()

    def report(
        self,
        kind: str,
        subject: str,
        payload: dict[str, Any] | None = None,
        *,
        actor: str = SYSTEM,
    ) -> None:
        """Say that something happened; this returns at once.

        Args:
            kind: Such as "disk.full".
            subject: What it happened to.
            payload: What else there is to say, as JSON can.
            actor: Who did it.
        """
        said = " ".join(f"{name}={value}" for name, value in (payload or {}).items())
        level = logging.INFO if kind in QUIET else logging.WARNING
        logger.log(level, "%s %s %s", kind, subject, said)
        self._queue.put(_Event(kind, subject, payload or {}, actor))

    def flush(self) -> None:
        """Wait until all that was reported is in the records."""
        self._queue.join()

    def close(self, timeout_s: float = 2.0) -> None:
        """Write what waits, as far as the database takes it in time."""
        self._queue.put(None)
        self._thread.join(timeout_s)
        self._stopping.set()

    def _work(self) -> None:
        while (event := self._queue.get()) is not None:
            self._insist(event)
            self._queue.task_done()
        self._queue.task_done()

    def _insist(self, event: _Event) -> None:
        try:
            retry(
                lambda: self._write(event),
                stopped=self._stopping.is_set,
                failed=_warn,
            )
        except Exception:  # the next one must be written
            logger.exception("%s %s cannot be written", event.kind, event.subject)

    def _write(self, event: _Event) -> None:
        with self.database.changing() as session:
            append(session, event.kind, event.subject, event.payload, actor=event.actor)


def _warn(error: RecordError) -> None:
    logger.error("records.cut %s", error)
