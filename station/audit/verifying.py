"""Find any entry of the log that was changed, removed, added or moved.

Every entry holds the hash of all that it says and of the entry before it, so nothing
can be changed in the middle unless everything after it is written anew. The head says
where the log ends. Who can write the database can write all of it anew, head included:
that shows against anchors (`station.audit.anchors`) that were kept elsewhere.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import select

from station.audit.chain import GENESIS
from station.audit.lines import (
    BATCH,
    LogHead,
    LogLine,
    LogPart,
    LogScrap,
    read_file,
    read_records,
)
from station.records.database import Database
from station.records.tables import ChainHead

Progress = Callable[[int, int], None]
Anchors = Mapping[int, frozenset[str]]
"""Hashes of entries by their number, as they were kept elsewhere."""

MOST: Final = 20
"""Faults that are told one by one."""


@dataclass(frozen=True, slots=True)
class LogFault:
    """Something wrong with the log.

    Attributes:
        seq: Number of the entry where it shows.
        what: What it is, a sentence.
    """

    seq: int
    what: str


@dataclass(frozen=True, slots=True)
class LogVerdict:
    """What became of verifying a log.

    Attributes:
        entries: How many there are.
        last: Number and hash of the last one.
        anchors: How many anchors were met.
        faults: The first ones, in order.
        count: How many faults in all.
    """

    entries: int
    last: LogHead
    anchors: int
    faults: tuple[LogFault, ...]
    count: int

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.count

    def as_dict(self) -> dict[str, object]:
        """For programs."""
        return {
            "whole": self.whole,
            "entries": self.entries,
            "last": self.last._asdict(),
            "anchors": self.anchors,
            "count": self.count,
            "faults": [{"seq": one.seq, "what": one.what} for one in self.faults],
        }

    def as_text(self) -> str:
        """For people."""
        if not self.whole:
            more = self.count - len(self.faults)
            lines = [one.what for one in self.faults]
            return "\n".join([*lines, *([f"And {more:,} more."] if more else [])])
        many = f"{self.anchors:,} anchor{'s' if self.anchors > 1 else ''} met"
        met = many if self.anchors else "no anchor compared"
        return (
            f"{self.entries:,} entries, none changed, removed, added or moved; {met}. "
            f"The last is {self.last.seq}, {self.last.sha256}."
        )


@dataclass(slots=True)
class _Walk:
    """Goes along a log, an entry at a time."""

    anchors: Anchors
    entries: int = 0
    last: LogHead = field(default=LogHead(0, GENESIS))
    met: int = 0
    faults: list[LogFault] = field(default_factory=list)
    count: int = 0
    heads: list[LogHead] = field(default_factory=list)

    def meet(self, part: LogPart) -> None:
        """Look at what comes next."""
        if isinstance(part, LogHead):
            self.heads.append(part)
        elif isinstance(part, LogScrap):
            self._find(self.last.seq + 1, f"{part.what} The file was changed.")
        else:
            self._meet_line(part)

    def end(self) -> None:
        """Look at the end, once all came."""
        for what in self._judge_end():
            self._find(self.last.seq, what)
        for seq in sorted(self.anchors):
            if seq > self.last.seq:
                self._find(seq, f"Entry {seq} is gone; its anchor is here.")

    def judge(self) -> LogVerdict:
        """What was found so far."""
        faults = tuple(self.faults)
        return LogVerdict(self.entries, self.last, self.met, faults, self.count)

    def _meet_line(self, part: LogLine) -> None:
        if self.heads:
            self._find(part.seq, f"Entry {part.seq} comes after the end of the log.")
        for what in self._judge(part):
            self._find(part.seq, what)
        self.entries += 1
        self.last = LogHead(part.seq, part.sha256)

    def _find(self, seq: int, what: str) -> None:
        self.count += 1
        if len(self.faults) < MOST:
            self.faults.append(LogFault(seq, what))

    def _judge(self, line: LogLine) -> Iterator[str]:
        wanted = self.last.seq + 1
        if line.seq != wanted:
            yield _explain_place(line.seq, wanted)
        if line.hash() != line.sha256:
            yield f"Entry {line.seq} was changed: it is not what its hash says."
        if line.previous != self.last.sha256:
            yield (
                f"Entry {line.seq} does not follow what is before it: one of them was "
                "changed, moved, added or removed."
            )
        if line.seq in self.anchors:
            self.met += 1
            if self.anchors[line.seq] != {line.sha256}:
                yield (
                    f"Entry {line.seq} is not the one whose anchor was kept: the log "
                    "was written anew, from there or before."
                )

    def _judge_end(self) -> Iterator[str]:
        if len(self.heads) != 1:
            yield f"The log has {len(self.heads)} heads, not one: its end is not sure."
        elif self.heads[0] != self.last:
            yield (
                f"The log ends with entry {self.last.seq}, and should with "
                f"{self.heads[0].seq}: its end was changed, added or removed."
            )


def verify_log(
    log: Database | Path,
    anchors: Anchors | None = None,
    *,
    progress: Progress | None = None,
) -> LogVerdict:
    """Verify a log from its first entry to its end, however long it is.

    Args:
        log: The records, or a file from `station.audit.lines.write_file`.
        anchors: What was kept elsewhere; see `station.audit.anchors.read_anchors`.
        progress: Told how many entries are done, and of how many if that is known.

    Raises:
        RecordError: If the records cannot be read.
        StationError: If the file cannot be read.
    """
    if isinstance(log, Path):
        return verify_parts(_tell(read_file(log), 0, progress), anchors)
    with log.reading() as session:
        count = session.scalar(select(ChainHead.seq)) or 0
    with log.reading() as session:
        return verify_parts(_tell(read_records(session), count, progress), anchors)


def verify_parts(
    parts: Iterable[LogPart], anchors: Anchors | None = None, *, most: int | None = None
) -> LogVerdict:
    """Verify a log that comes part by part.

    Args:
        parts: All entries in order, then the head.
        anchors: What was kept elsewhere.
        most: Stop after so many faults; None to go on to the end.
    """
    walk = _Walk(anchors or {})
    for part in parts:
        walk.meet(part)
        if most is not None and walk.count >= most:
            return walk.judge()
    walk.end()
    return walk.judge()


def _tell(
    parts: Iterable[LogPart], count: int, progress: Progress | None
) -> Iterator[LogPart]:
    for done, part in enumerate(parts, 1):
        if progress is not None and done % BATCH == 0:
            progress(done, max(done, count))
        yield part


def _explain_place(seq: int, wanted: int) -> str:
    if seq < wanted:
        return f"Entry {seq} stands where {wanted} should."
    if seq == wanted + 1:
        return f"Entry {wanted} is gone."
    return f"Entries {wanted} to {seq - 1} are gone."
