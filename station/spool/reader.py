"""Read the columns of a scan in the spool, while they come in or later."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from data.errors import StreamError
from data.scan import Levels, Scan
from station.spool.beginning import ScanBegin, read_begin, read_end
from station.spool.records import (
    HEAD,
    LEVELS,
    Head,
    measure,
    unpack_columns,
    unpack_levels,
)

COLUMNS: Final = "columns.bin"


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of a scan.

    Attributes:
        at: Place of the first.
        piece: They as a scan of their own.
    """

    at: int
    piece: Scan


@dataclass(slots=True)
class ColumnReader:
    """Reads the columns of one scan in the order in which they came.

    Args:
        folder: Of the scan.
    """

    folder: Path
    begin: ScanBegin = field(init=False)
    _offset: int = field(default=0, init=False)
    _levels: tuple[Levels, Levels] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Read what is known of the scan."""
        self.begin = read_begin(self.folder)

    def ended(self) -> bool:
        """Whether the scan has ended. Ask before `read`: then nothing comes after."""
        return read_end(self.folder) is not None

    @property
    def waiting_bytes(self) -> int:
        """How much was not read yet."""
        path = self.folder / COLUMNS
        return path.stat().st_size - self._offset if path.exists() else 0

    @property
    def behind(self) -> int:
        """About how many columns were not read yet."""
        cell = 1 if self.begin.kind == "display" else 2
        return self.waiting_bytes // (self.begin.planes * self.begin.rows * cell)

    @property
    def stuck(self) -> bool:
        """Whether what was not read yet begins with no whole record.

        While columns come in it may be on its way; once the scan has ended it is
        damaged, and no more of the scan can be read.
        """
        path = self.folder / COLUMNS
        if not self.waiting_bytes:
            return False
        return next(scan_heads(path, self._offset, check=self.begin), None) is None

    def read(self, most: int = 64) -> list[Columns]:
        """Read what has come since.

        Args:
            most: At most so many records.
        """
        found = []
        path = self.folder / COLUMNS
        if not self.waiting_bytes:
            return []
        for head, start, body in scan_heads(path, self._offset, check=self.begin):
            found.append(self._read(head, body))
            self._offset = start + head.length
            if len(found) == most:
                break
        return found

    def _read(self, head: Head, body: bytes) -> Columns:
        rest = memoryview(body)
        if head.flags & LEVELS:
            self._levels = unpack_levels(body, self.begin)
            rest = rest[2 * self.begin.planes * self.begin.rows * 4 :]
        return Columns(head.at, unpack_columns(rest, self.begin, self._levels))


def scan_heads(
    path: Path, offset: int = 0, *, check: ScanBegin
) -> Iterator[tuple[Head, int, bytes]]:
    """The heads of whole records of a file, up to the first that is not.

    Args:
        path: `columns.bin`.
        offset: Where to begin, bytes.
        check: The beginning of the scan, which says how long records must be.

    Yields:
        A head, where what follows it begins, bytes, and what follows it.
    """
    with path.open("rb") as file:
        while True:
            file.seek(offset)
            try:
                head = Head.unpack(file.read(HEAD.size))
            except StreamError:
                return
            body = file.read(head.length)
            whole = len(body) == head.length == measure(head, check)
            if not whole or zlib.crc32(body) != head.crc:
                return
            yield head, offset + HEAD.size, body
            offset += HEAD.size + head.length
