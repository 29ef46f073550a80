"""Watch the machine's clock: an event says when it jumps.

The order of the log is that of its numbers; times are what the clock said. So nothing
breaks where the clock jumps, but whoever reads times must know.
"""

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Final

from sqlalchemy import select

from data.errors import RecordError
from station.audit.reporter import Reporter
from station.records import Database
from station.records.tables import Entry

logger = logging.getLogger(__name__)

JUMP_S: Final = 5.0
"""From here on it is a jump; what time servers correct is less."""

LOOK_S: Final = 1.0

LAST: Final = 100
"""Entries of the log that the clock is compared with at a start."""

JUMPED: Final = "clock.jumped"

FAR: Final = timedelta(hours=1)
"""A jump ahead from which ages are not believed."""

DOUBT: Final = timedelta(days=1)
"""How long they are not."""


def read_steady() -> float:
    """A clock that nobody sets, s; it goes on while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass(slots=True)
class ClockWatch:
    """Compares the machine's clock with one that nobody sets.

    Args:
        reporter: Told of jumps.
        wall: The machine's clock, s.
        steady: The other one, s.
    """

    reporter: Reporter
    wall: Callable[[], float] = time.time
    steady: Callable[[], float] = read_steady
    _ahead: float = field(init=False)

    def __post_init__(self) -> None:
        """Note where both are."""
        self._ahead = self.wall() - self.steady()

    def run(self, stopping: threading.Event) -> None:
        """Compare with the log, then look every second.

        Args:
            stopping: Set when it shall return.
        """
        now = datetime.fromtimestamp(self.wall(), UTC)
        try:
            compare_with_log(self.reporter.database, self.reporter, now)
        except RecordError as error:
            logger.warning("The clock is not compared with the log. %s", error)
        while not stopping.wait(LOOK_S):
            self.look()

    def look(self) -> None:
        """Say so if the clock has jumped since the last look."""
        ahead = self.wall() - self.steady()
        by = ahead - self._ahead
        if abs(by) > JUMP_S:
            self.reporter.report(JUMPED, "clock", {"by_s": round(by, 3)})
        self._ahead = ahead


def is_in_doubt(database: Database, now: datetime) -> bool:
    """Whether the clock was set far ahead less than a day ago, and not back since.

    Args:
        database: The records.
        now: The machine's clock.

    Raises:
        RecordError: If the records cannot be read.
    """
    query = select(Entry.made, Entry.payload).where(Entry.kind == JUMPED)
    with database.reading() as session:
        rows = session.execute(query.order_by(Entry.seq.desc()).limit(LAST)).all()
    ahead = timedelta()
    for made, payload in rows:
        if datetime.fromisoformat(made) < now - DOUBT:
            return False
        ahead += timedelta(seconds=json.loads(payload)["by_s"])
        if ahead >= FAR:
            return True
    return False


def compare_with_log(database: Database, reporter: Reporter, now: datetime) -> None:
    """Say so if the clock is behind the last entries: it was set back during a stop.

    Args:
        database: The records.
        reporter: Told of it.
        now: The machine's clock.

    Raises:
        RecordError: If the records cannot be read.
    """
    query = select(Entry.kind, Entry.made).order_by(Entry.seq.desc()).limit(LAST)
    with database.reading() as session:
        rows = session.execute(query).all()
    since = takewhile(lambda row: row.kind != JUMPED, rows)
    latest = max((datetime.fromisoformat(row.made) for row in since), default=now)
    by = (now - latest).total_seconds()
    if by < -JUMP_S:
        reporter.report(JUMPED, "clock", {"by_s": round(by, 3)})
