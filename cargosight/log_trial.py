"""The flow behind `cargosight station try-log`: alter a log, and see what is found.

A log of made-up entries is altered in one way, verified, and put back, again and again:
every column, removals, swaps, additions, with and without the marks that someone would
leave who knows how hashes are made. Nothing is ever committed.
"""

import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from cargosight.log_alterations import ALTERATIONS, AlteredLog
from data.errors import StationError
from station.audit.chain import dump_canonical, link_entry
from station.audit.lines import read_records
from station.audit.verifying import Anchors, verify_parts
from station.records import Database, open_database
from station.records.migrations import migrate
from station.records.tables import ChainHead, Entry

KINDS: Final = ("scan.began", "alarm.raised", "alarm.decided", "scan.finished")


@dataclass(slots=True)
class LogTrial:
    """How often alterations were found.

    Attributes:
        entries: Of the log.
        counts: Found and tried, by alteration.
        untouched: Whether the log as it was written was taken for whole, before and
            after.
    """

    entries: int
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    untouched: bool = False

    @property
    def found(self) -> int:
        """How many alterations were found."""
        return sum(found for found, _ in self.counts.values())

    @property
    def tried(self) -> int:
        """How many there were."""
        return sum(tried for _, tried in self.counts.values())

    @property
    def passed(self) -> bool:
        """Whether all were found, and nothing else."""
        return self.untouched and self.found == self.tried

    def as_dict(self) -> dict[str, object]:
        """For programs."""
        kinds = {
            name: {"found": found, "tried": tried}
            for name, (found, tried) in self.counts.items()
        }
        return {
            "entries": self.entries,
            "found": self.found,
            "tried": self.tried,
            "untouched_is_whole": self.untouched,
            "kinds": kinds,
        }

    def as_text(self) -> str:
        """For people."""
        width = max(len(name) for name in self.counts)
        lines = [
            f"{name:<{width}}  {found:>5} of {tried:>5} found"
            for name, (found, tried) in self.counts.items()
        ]
        taken = "taken for whole" if self.untouched else "NOT taken for whole"
        return "\n".join(
            [
                *lines,
                f"{self.entries:,} entries: {self.found:,} of {self.tried:,} "
                f"alterations found; the log as it was written is {taken}.",
            ]
        )


def try_log(
    entries: int,
    tries: int,
    *,
    seed: int = 0,
    url: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> LogTrial:
    """Alter a log again and again.

    Args:
        entries: How many it has; at least 20.
        tries: How many alterations; all ways take turns.
        seed: The same seed, the same alterations.
        url: Address of a database whose log is empty; None for an SQLite of its own.
        progress: Told how many tries are done, of how many.

    Raises:
        StationError: If the database has a log.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    with _open_empty(url) as database, database.reading() as session:
        session.connection(execution_options={"writing": True})
        _fill(session, entries, chance)
        anchors = {entries: frozenset({session.get_one(ChainHead, 1).sha256})}
        session.expunge_all()
        trial = LogTrial(entries, dict.fromkeys(ALTERATIONS, (0, 0)))
        before = _is_whole(session, anchors)
        for number in range(tries):
            name = list(ALTERATIONS)[number % len(ALTERATIONS)]
            found, tried = trial.counts[name]
            hit = _try(session, name, AlteredLog(session, entries, chance), anchors)
            trial.counts[name] = (found + hit, tried + 1)
            if progress is not None:
                progress(number + 1, tries)
        trial.untouched = before and _is_whole(session, anchors)
        session.rollback()
    return trial


def _try(session: Session, name: str, log: AlteredLog, anchors: Anchors) -> bool:
    """Alter the log in one way; gives back whether that was found. Puts it back."""
    inner = session.begin_nested()
    ALTERATIONS[name](log)
    found = not _is_whole(session, anchors)
    inner.rollback()
    session.expunge_all()
    return found


def _is_whole(session: Session, anchors: Anchors) -> bool:
    with closing(read_records(session)) as parts:
        return verify_parts(parts, anchors, most=1).whole


@contextmanager
def _open_empty(url: str | None) -> Iterator[Database]:
    with tempfile.TemporaryDirectory(prefix="cargosight-log-") as folder:
        database = open_database(url or f"sqlite:///{Path(folder) / 'log.db'}")
        try:
            migrate(database)
            with database.reading() as session:
                if session.scalar(select(Entry.seq).limit(1)) is not None:
                    msg = f"{url} has a log. Name a database that is empty."
                    raise StationError(msg)
            yield database
        finally:
            database.close()


def _fill(session: Session, entries: int, chance: random.Random) -> None:
    head = session.get_one(ChainHead, 1)
    for _ in range(entries):
        payload = dump_canonical({"score": round(chance.random(), 4)})
        subject = f"{chance.getrandbits(128):032x}"
        entry = link_entry(
            head, kind=chance.choice(KINDS), subject=subject, payload=payload
        )
        session.add(entry)
        head.seq, head.sha256 = entry.seq, entry.sha256
    session.flush()
