"""The log as lines: from the records, to a file, and from there.

A line of the file is one entry as JSON, in one way only; the last line is the head:
how long the log is, and its last hash.
"""

import json
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Final, NamedTuple, TypeAlias

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from data.errors import StationError
from data.files import replacing_durably
from station.audit.chain import dump_canonical, hash_fields
from station.records.tables import ChainHead, Entry

BATCH: Final = 2_000
"""Entries that are in memory at once."""


class LogLine(NamedTuple):
    """One entry as it is kept, right or wrong."""

    seq: int
    made: str
    kind: str
    actor: str
    subject: str
    payload: str
    previous: str
    sha256: str

    def hash(self) -> str | None:
        """What its hash should be; None if it holds what no entry can hold."""
        try:
            return hash_fields((self[6], *self[:6]))
        except (TypeError, ValueError):
            return None


class LogHead(NamedTuple):
    """How long the log is, and its last hash."""

    seq: int
    sha256: str


class LogScrap(NamedTuple):
    """A line of a file that is not as it was written."""

    what: str


LogPart: TypeAlias = LogLine | LogHead | LogScrap
"""All entries in order, then the head; scraps only where a file was changed."""

COLUMNS: Final = [Entry.__table__.c[name] for name in LogLine._fields]


class _FileLine(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _EntryLine(_FileLine):
    seq: int
    made: str
    kind: str
    actor: str
    subject: str
    payload: str
    previous: str
    sha256: str


class _HeadLine(_FileLine):
    seq: Annotated[int, Field(ge=0)]
    sha256: str


class _LastLine(_FileLine):
    head: _HeadLine


def read_records(session: Session) -> Generator[LogPart, None, None]:
    """All entries of the records in order, then the head, as they are at one moment.

    Args:
        session: Of `Database.reading`, fresh; or of `Database.changing`.
    """
    if session.get_bind().dialect.name == "postgresql" and not session.in_transaction():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    with session.connection().execute(
        select(*COLUMNS).order_by(COLUMNS[0]), execution_options={"yield_per": BATCH}
    ) as found:
        for rows in found.partitions():
            yield from map(LogLine._make, rows)
    for seq, sha256 in session.execute(select(ChainHead.seq, ChainHead.sha256)):
        yield LogHead(seq, sha256)


def write_file(parts: Iterable[LogPart], path: Path) -> int:
    """Write a log to a file; it is there whole or not at all.

    Args:
        parts: Of the log.
        path: The file.

    Returns:
        How many entries.
    """
    count = 0
    with replacing_durably(path) as file:
        for part in parts:
            count += isinstance(part, LogLine)
            if not isinstance(part, LogScrap):
                file.write(_dump(part).encode("ascii") + b"\n")
    return count


def read_file(path: Path) -> Iterator[LogPart]:
    """All entries of a file, then its head; every byte must be as it was written.

    Raises:
        StationError: If it cannot be read.
    """
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                yield _load(line, f"{path}, line {number}")
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}. Check the path."
        raise StationError(msg) from error


def _dump(part: LogLine | LogHead) -> str:
    said = part._asdict()
    return dump_canonical(said if isinstance(part, LogLine) else {"head": said})


def _load(line: bytes, where: str) -> LogPart:
    try:
        part = _parse(json.loads(line))
    except (ValueError, RecursionError):
        return LogScrap(f"{where} is no line of a log.")
    if line != f"{_dump(part)}\n".encode():
        return LogScrap(f"{where} is not as it was written.")
    return part


def _parse(said: object) -> LogLine | LogHead:
    if isinstance(said, dict) and "head" in said:
        return LogHead(**_LastLine.model_validate(said).head.model_dump())
    return LogLine(**_EntryLine.model_validate(said).model_dump())
