"""Put scans that come as files into the spool: each once, wherever it was stopped."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from data.errors import StationError
from data.scan import Scan, take_columns
from station.lanes.intake import CHUNK, Intake
from station.lanes.marks import Mark, Marks
from station.records.moment import now
from station.spool import resume_scan
from station.spool.beginning import read_begin, read_end

_BACK: Final = timedelta(days=1)
"""How far a clock may have been set back since a scan was begun."""


@dataclass(frozen=True, slots=True)
class Named:
    """What else a scan that is taken goes by.

    Attributes:
        number: Which inspection it is of.
        original: Name of its file.
    """

    number: str | None = None
    original: str | None = None


@dataclass(slots=True)
class Taker:
    """Takes the scans of one lane.

    Args:
        intake: Of the lane.
    """

    intake: Intake
    marks: Marks = field(init=False)

    def __post_init__(self) -> None:
        """Find the marks of the lane."""
        self.marks = Marks(self.intake.data.root / "lanes" / self.intake.lane.name)

    def take(self, scan: Scan, mark: Mark, named: Named) -> Mark:
        """Take a scan: it is in the spool, and never taken again, when this returns.

        Args:
            scan: All of it.
            mark: Its files.
            named: What else it goes by.

        Returns:
            The mark as it was kept: to be closed when its files are put aside.

        Raises:
            OSError: If the disk does not take it; it may be taken again later.
        """
        begun = self.marks.is_begun(mark.key)
        mark = self.marks.begin(mark)
        earlier = [*self._find(mark)] if begun else []
        if not any(_is_whole(folder) for folder in earlier):
            self._spool(scan, mark.key, named, earlier)
        self.marks.confirm(mark)
        return mark

    def recover(self, root: Path) -> Iterator[Mark]:
        """Go on with what was stopped.

        What is only partly in the spool is gone on with when its files are met again;
        if they are gone, it is closed as damaged.

        Args:
            root: The watched folder.

        Yields:
            Marks whose scans are in the spool, but whose files may not be put aside.
        """
        for mark in self.marks.list_begun():
            if self.marks.is_taken(mark.key) or self._is_spooled(mark):
                self.marks.confirm(mark)
                yield mark
            elif not any(file.fits(root) for file in mark.files):
                self._give_up(mark)

    def _is_spooled(self, mark: Mark) -> bool:
        return any(_is_whole(folder) for folder in self._find(mark))

    def _give_up(self, mark: Mark) -> None:
        for folder in self._find(mark):
            if read_end(folder) is None:
                resume_scan(folder).end(now(), why="damaged")
        self.marks.close(mark)

    def _spool(self, scan: Scan, key: str, named: Named, earlier: list[Path]) -> None:
        """Go on with what is open, or begin anew: under another key if one is used."""
        for folder in earlier:
            if read_end(folder) is None:
                _complete(folder, scan)
                return
        anew = key if not earlier else f"{key}-{len(earlier) + 1}"
        self.intake.take_whole(scan, anew, number=named.number, original=named.original)

    def _find(self, mark: Mark) -> Iterator[Path]:
        """Folders of the spool with scans of a key, whether done with or not."""
        data, lane = self.intake.data, self.intake.lane.name
        opened = dict(data.list_open(lane))
        days = [*_list_days(data.root / "scans", mark.began - _BACK)]
        for folder in sorted({*opened.values(), *_list_ended(days)}):
            try:
                begin = read_begin(folder)
            except StationError:
                continue
            same = begin.key == mark.key or begin.key.startswith(f"{mark.key}-")
            if begin.lane == lane and same:
                yield folder


def _list_days(scans: Path, since: datetime) -> Iterator[Path]:
    for day in scans.iterdir() if scans.exists() else ():
        if day.name >= f"{since:%Y-%m-%d}":
            yield day


def _list_ended(days: list[Path]) -> Iterator[Path]:
    """Scans that ended; others that nobody points to were never begun wholly."""
    for day in days:
        yield from (path.parent for path in day.glob("*/end.json"))


def _is_whole(folder: Path) -> bool:
    end = read_end(folder)
    return end is not None and end.why == "end"


def _complete(folder: Path, scan: Scan) -> None:
    """Add the columns that are missing."""
    writer = resume_scan(folder)
    width = scan.size[0]
    try:
        for start in range(writer.width, width, CHUNK):
            writer.push(take_columns(scan, start, start + CHUNK))
        writer.end(now(), width=width)
    finally:
        writer.close()
