"""Anchors: the last hash of each day, to be kept elsewhere.

When a day (UTC) is over, an entry `anchor.made` is added to the log, and its number and
hash are a line of `anchors.jsonl` in the data folder and in every folder of [log]
anchor_copies. Files are only added to: a line that is there stays as it is, whatever
became of the log. So who writes the log anew cannot make it meet the copies.
"""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select

from data.errors import RecordError, StationError
from data.files import write_durably
from station.audit.chain import append
from station.audit.verifying import Anchors
from station.records.database import Database
from station.records.tables import ChainHead, Entry

logger = logging.getLogger(__name__)

ANCHORS: Final = "anchors.jsonl"
MADE: Final = "anchor.made"
PAUSE_S: Final = 60.0
"""Between two looks whether a day is over, s."""


class Anchor(BaseModel):
    """One line of `anchors.jsonl`.

    Attributes:
        date: The day that was over.
        seq: Number of the entry that was added then.
        sha256: Its hash.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    date: date
    seq: Annotated[int, Field(ge=1)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


@dataclass(slots=True)
class AnchorKeeper:
    """Makes anchors and keeps copies of them.

    Args:
        database: The records.
        folders: Where `anchors.jsonl` is kept: the data folder, then the copies.
    """

    database: Database
    folders: Sequence[Path]
    _failing: set[Path] = field(default_factory=set, init=False)

    def run(self, stopping: threading.Event) -> None:
        """Do it every minute; whatever goes wrong is logged, and tried again.

        Args:
            stopping: Set when it shall return.
        """
        while not stopping.is_set():
            try:
                self.keep(datetime.now(UTC))
            except RecordError as error:
                logger.warning("No anchor now. %s", error)
            stopping.wait(PAUSE_S)

    def keep(self, now: datetime) -> None:
        """Make the anchor of the day before, unless it is there, and copy all.

        Args:
            now: The time, with its zone.

        Raises:
            RecordError: If the records cannot be read or written.
        """
        make_anchor(self.database, now.astimezone(UTC).date() - timedelta(days=1))
        anchors = list_anchors(self.database)
        for folder in self.folders:
            try:
                add_anchors(anchors, folder / ANCHORS)
                self._failing.discard(folder)
            except (OSError, StationError) as error:
                if folder not in self._failing:
                    logger.warning("Anchors are not kept in %s: %s", folder, error)
                self._failing.add(folder)


def make_anchor(database: Database, day: date) -> None:
    """Add the anchor of a day to the log, unless it is there.

    Later ones do not count: a clock that was once far ahead must not end all anchors.

    Args:
        database: The records.
        day: A day that is over.

    Raises:
        RecordError: If the records cannot be read or written.
    """
    if _is_anchored(database, day):
        return
    with database.changing() as session:
        head = session.get_one(ChainHead, 1)
        if head.seq:
            append(session, MADE, day.isoformat(), {"seq": head.seq})


def list_anchors(database: Database) -> list[Anchor]:
    """All anchors that the log holds, in order.

    Raises:
        RecordError: If the records cannot be read.
    """
    wanted = select(Entry.subject, Entry.seq, Entry.sha256).where(Entry.kind == MADE)
    with database.reading() as session:
        rows = session.execute(wanted.order_by(Entry.seq)).all()
    return [
        Anchor(date=date.fromisoformat(day), seq=seq, sha256=sha256)
        for day, seq, sha256 in rows
    ]


def add_anchors(anchors: Sequence[Anchor], path: Path) -> None:
    """Add those to a file that it does not have; what it has stays as it is.

    Args:
        anchors: Of the log.
        path: The file; made if there is none, but not its folder.

    Raises:
        StationError: If the file is damaged.
        OSError: If it cannot be written.
    """
    known = _read(path) if path.exists() else []
    fresh = [one for one in anchors if one not in known]
    if not fresh:
        return
    if not path.parent.is_dir():
        msg = f"There is no folder {path.parent}. Make it, or mount it."
        raise StationError(msg)
    lines = (one.model_dump_json() + "\n" for one in [*known, *fresh])
    write_durably(path, "".join(lines).encode("ascii"))


def read_anchors(path: Path) -> Anchors:
    """Read a file of anchors, to verify a log against.

    Args:
        path: `anchors.jsonl`, or a copy of it.

    Returns:
        All hashes that the file has for the number of an entry: in a log that was not
        written anew there is one.

    Raises:
        StationError: If it cannot be read.
    """
    found: dict[int, frozenset[str]] = {}
    for one in _read(path):
        found[one.seq] = found.get(one.seq, frozenset()) | {one.sha256}
    return found


def _read(path: Path) -> list[Anchor]:
    try:
        lines = path.read_bytes().splitlines()
        return [Anchor.model_validate_json(line) for line in lines]
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}. Check the path."
        raise StationError(msg) from error
    except ValidationError as error:
        msg = f"{path} is no file of anchors: it was damaged. Take a copy of it."
        raise StationError(msg) from error


def _is_anchored(database: Database, day: date) -> bool:
    made = select(Entry.seq).where(Entry.kind == MADE, Entry.subject == day.isoformat())
    with database.reading() as session:
        return session.scalar(made.limit(1)) is not None
