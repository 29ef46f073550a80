"""How wide a scan in the spool is, read off the heads of its records alone."""

from dataclasses import dataclass, field
from pathlib import Path

from data.errors import StreamError
from station.spool.reader import COLUMNS
from station.spool.records import HEAD, Head


@dataclass(slots=True)
class WidthReader:
    """Follows the width of one scan; cheap, as it reads no columns.

    Args:
        folder: Of the scan.
    """

    folder: Path
    _offset: int = field(default=0, init=False)
    _width: int = field(default=0, init=False)

    def read(self) -> int:
        """Columns so far, gaps included."""
        path = self.folder / COLUMNS
        try:
            size = path.stat().st_size
            if size >= self._offset + HEAD.size:
                self._read(path, size)
        except (OSError, StreamError):
            pass  # done with, or torn: what was read stays
        return self._width

    def _read(self, path: Path, size: int) -> None:
        with path.open("rb") as file:
            while self._offset + HEAD.size <= size:
                file.seek(self._offset)
                head = Head.unpack(file.read(HEAD.size))
                end = self._offset + HEAD.size + head.length
                if end > size:
                    return
                self._offset = end
                self._width = max(self._width, head.at + head.columns)
