"""Add columns to a scan in the spool."""

import os
import shutil
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from data.errors import StreamError
from data.files import sync_folder
from data.scan import Scan
from station.spool.beginning import (
    BEGIN,
    END,
    ScanBegin,
    ScanEnd,
    read_begin,
    read_end,
    write_part,
)
from station.spool.place import DataFolder
from station.spool.reader import COLUMNS, scan_heads
from station.spool.records import LEVELS, check_record, pack_record


@dataclass(slots=True)
class ColumnWriter:
    """Adds columns to one scan; there must be one writer of a scan at a time.

    Args:
        folder: Of the scan; `begin.json` is in it.
        begin: What that says.
    """

    folder: Path
    begin: ScanBegin
    _file: int = field(init=False)
    _next: int = field(default=0, init=False)
    _width: int = field(default=0, init=False)
    _synced: int = field(default=0, init=False)
    _end: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Go on where the last whole record ends; a torn one is cut off."""
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        self._file = os.open(self.folder / COLUMNS, flags, 0o640)
        try:
            self._find_end()
        except OSError:
            self.close()
            raise

    @property
    def next_sequence(self) -> int:
        """Number of the record that must come next."""
        return self._next

    @property
    def durable(self) -> int:
        """Records before this number are on the disk: they may be acknowledged."""
        return self._synced

    @property
    def width(self) -> int:
        """Columns so far, gaps included."""
        return self._width

    def add(self, content: bytes) -> None:
        """Add a record as it came.

        One that is there already is passed over: it was sent again.

        Raises:
            StreamError: If it is damaged, does not fit, or one before it is missing.
            OSError: If the disk is full or gone; nothing of it is kept then.
        """
        head = check_record(content, self.begin)
        if head.sequence < self._next:
            return
        if head.sequence > self._next:
            msg = (
                f"Record {head.sequence} came where {self._next} was due. Send from "
                "there on."
            )
            raise StreamError(msg)
        if self._next == 0 and self.begin.kind != "display" and head.flags != LEVELS:
            msg = "The first record of a scan must state air and dark. Send them."
            raise StreamError(msg)
        self._write(content)
        self._next += 1
        self._width = max(self._width, head.at + head.columns)

    def push(self, piece: Scan, at: int | None = None) -> None:
        """Add columns that are a scan of their own.

        Args:
            piece: The columns.
            at: Place of the first; None where they follow the last.
        """
        start = self._width if at is None else at
        first = self._next == 0
        self.add(pack_record(piece, self._next, start, levels=first))

    def sync(self) -> int:
        """Have all that was added on the disk.

        Returns:
            Number of the record that comes next: all before it are there.
        """
        os.fdatasync(self._file)
        self._synced = self._next
        return self._synced

    def end(
        self,
        ended: datetime,
        *,
        width: int | None = None,
        why: Literal["end", "cut off", "next", "damaged"] = "end",
    ) -> None:
        """Say that no more columns come, and let go of the file.

        Args:
            ended: When the last one came.
            width: How many columns there should be; None if nobody said.
            why: See `ScanEnd`.
        """
        self.sync()
        if read_end(self.folder) is None:
            end = ScanEnd(ended=ended, width=width, why=why)
            write_part(end, self.folder / END)
        self.close()

    def close(self) -> None:
        """Let go of the file; the scan may be gone on with later."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _find_end(self) -> None:
        for head, start, _ in scan_heads(self.folder / COLUMNS, check=self.begin):
            self._next = head.sequence + 1
            self._width = max(self._width, head.at + head.columns)
            self._end = start + head.length
        os.ftruncate(self._file, self._end)
        self.sync()
        sync_folder(self.folder)

    def _write(self, content: bytes) -> None:
        if os.fstat(self._file).st_size != self._end:
            os.ftruncate(self._file, self._end)
        try:
            left = memoryview(content)
            while left:
                left = left[os.write(self._file, left) :]
        except OSError:
            with suppress(OSError):  # tried again before the next one is written
                os.ftruncate(self._file, self._end)
            raise
        self._end += len(content)


def begin_scan(data: DataFolder, begin: ScanBegin) -> ColumnWriter:
    """Make the folder of a scan, and say that it is not done with.

    Args:
        data: The station's data.
        begin: What is known of it.

    Raises:
        OSError: If the disk does not take it; nothing of it is left then.
    """
    folder = data.scan(begin.id, begin.began)
    folder.mkdir(parents=True)
    with ExitStack() as undoing:
        undoing.callback(_take_back, data, begin.lane, folder)
        write_part(begin, folder / BEGIN)
        for parent in (folder.parent, folder.parent.parent, data.root):
            sync_folder(parent)
        writer = ColumnWriter(folder, begin)
        undoing.callback(writer.close)
        data.point_to(begin.lane, folder)
        undoing.pop_all()
    return writer


def _take_back(data: DataFolder, lane: str, folder: Path) -> None:
    with suppress(OSError):
        data.be_done(lane, folder.name)
    shutil.rmtree(folder, ignore_errors=True)


def resume_scan(folder: Path) -> ColumnWriter:
    """Go on with a scan after a cut.

    Raises:
        StationError: If its beginning is damaged.
        StreamError: If it has ended.
    """
    begin = read_begin(folder)
    if read_end(folder) is not None:
        msg = f"The scan {begin.key} has ended. Begin another."
        raise StreamError(msg)
    return ColumnWriter(folder, begin)


def find_open(data: DataFolder, lane: str, key: str) -> Path | None:
    """Folder of a scan that is not done with, by what its source calls it.

    Args:
        data: The station's data.
        lane: Name of the lane.
        key: What the source calls the scan.
    """
    for _, folder in data.list_open(lane):
        if (folder / BEGIN).exists() and read_begin(folder).key == key:
            return folder
    return None
