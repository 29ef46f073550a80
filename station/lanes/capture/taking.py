"""Hand the scans of a screen to the spool, each of them once."""

import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from data.errors import StationError, StreamError
from data.files import sync_folder
from data.scan import Picture, Scan, ScanInfo, take_columns
from station.lanes.intake import CHUNK, Intake
from station.records.moment import now
from station.spool import ColumnWriter, ScanBegin, find_open, resume_scan
from station.spool.beginning import read_begin, read_end

SYNC_S: Final = 0.5
"""What was taken in is on the disk after about so long, s."""

Why = Literal["end", "cut off"]


@dataclass(slots=True)
class Taking:
    """Takes in one scan after the other.

    A scan of a video file is marked as taken before it ends: so a file that is read
    again, after a stop at any moment, gives none of its scans twice.

    Args:
        intake: Of the lane.
        content: What scans of a video file are called after; None for a device, whose
            scans are called after the time.
    """

    intake: Intake
    content: str | None
    _count: int = field(default=0, init=False)
    _key: str | None = field(default=None, init=False)
    _taken: bool = field(default=False, init=False)
    _writer: ColumnWriter | None = field(default=None, init=False)
    _full: bool = field(default=False, init=False)
    _unsaid: tuple[int, Why] | None = field(default=None, init=False)
    _synced: float = field(default=0.0, init=False)

    @property
    def scan_id(self) -> str | None:
        """Identifier of the open scan; None if none is."""
        return None if self._writer is None else self._writer.begin.id

    def end_leftovers(self) -> list[str]:
        """End what was open when the program stopped, but for what will go on.

        Returns:
            Identifiers of scans that are cut off.
        """
        cut_off = []
        for scan_id, folder in self.intake.data.list_open(self.intake.lane.name):
            begin = _read_unended(folder)
            if begin is None:
                continue
            if self._marker(begin.key).exists():
                resume_scan(folder).end(now())
            elif self.content is None or not begin.key.startswith(self.content):
                resume_scan(folder).end(
                    now(), why="damaged" if begin.whole else "cut off"
                )
                cut_off.append(scan_id)
        return cut_off

    def settle(self) -> bool:
        """Say of the last scan that it is over, if there was no disk for it before.

        Returns:
            Whether nothing is left to say.
        """
        return self._unsaid is None or self.end(*self._unsaid)

    def add(self, at: int, columns: Picture, *, whole: bool = False) -> bool:
        """Add columns to the scan; the first begin it.

        Args:
            at: Place of the first.
            columns: (H, columns, 3) uint8.
            whole: Whether they are all.

        Returns:
            Whether there was disk for them.
        """
        try:
            if not self.intake.has_room() or not self.settle():
                return False
            self._add(at, columns, whole=whole)
        except OSError as error:
            self._tell_full({"error": error.strerror or str(error)})
            return False
        if self._full:
            self._full = False
            self.intake.reporter.report("disk.free", self.intake.lane.name)
        return True

    def end(self, width: int, why: Why = "end") -> bool:
        """The scan is over.

        Args:
            width: Its columns, those included that are missing.
            why: Whether it ended, or was cut off.

        Returns:
            Whether there was disk to say so.
        """
        writer, self._unsaid = self._writer, (width, why)
        try:
            if writer is not None:
                writer.sync()
                self._mark(writer.begin.key)
                writer.end(now(), width=max(width, writer.width), why=why)
        except OSError as error:
            self._tell_full({"error": error.strerror or str(error)})
            return False
        self._key = self._writer = self._unsaid = None
        return True

    def close(self) -> None:
        """Let go of the files; the scan may be gone on with."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _add(self, at: int, columns: Picture, *, whole: bool) -> None:
        if self._key is None:
            self._begin_next()
        if self._taken:
            return
        if self._writer is None:
            self._open(columns, whole=whole)
        writer = self._writer
        if writer is None:
            return
        scan = Scan(display=columns, info=writer.begin.info)
        for start in range(0, scan.size[0], CHUNK):
            self._push(writer, at + start, take_columns(scan, start, start + CHUNK))
        if time.monotonic() - self._synced > SYNC_S:
            writer.sync()
            self._synced = time.monotonic()

    def _push(self, writer: ColumnWriter, at: int, piece: Scan) -> None:
        known = max(0, writer.width - at)
        if known < piece.size[0]:
            writer.push(take_columns(piece, known, piece.size[0]), at + known)

    def _begin_next(self) -> None:
        self._count += 1
        if self.content is None:
            self._key = f"{self.intake.lane.name}-{now():%Y%m%dT%H%M%S.%fZ}"
        else:
            self._key = f"{self.content}-{self._count}"
        self._taken = self._marker(self._key).exists()

    def _open(self, columns: Picture, *, whole: bool) -> None:
        assert self._key is not None  # noqa: S101 - the caller named it
        lane = self.intake.lane.name
        folder = find_open(self.intake.data, lane, self._key)
        if folder is None:
            info = ScanInfo(acquired=self._date())
            piece = Scan(display=columns, info=info)
            self._writer = self.intake.begin(self._key, piece, whole=whole)
            return
        try:
            self._writer = resume_scan(folder)
        except StreamError:
            self._taken = True

    def _date(self) -> datetime | None:
        return now() if self.content is None else None

    def _marker(self, key: str) -> Path:
        return self.intake.data.root / "lanes" / self.intake.lane.name / "taken" / key

    def _mark(self, key: str) -> None:
        if self.content is None:
            return
        place = self._marker(key)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
        sync_folder(place.parent)

    def _tell_full(self, said: dict[str, str]) -> None:
        if not self._full:
            self._full = True
            self.intake.reporter.report("disk.full", self.intake.lane.name, said)


def _read_unended(folder: Path) -> ScanBegin | None:
    """What is known of a scan that has not ended; None if it has, or is damaged."""
    try:
        return read_begin(folder) if read_end(folder) is None else None
    except StationError:
        return None
