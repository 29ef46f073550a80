"""Which scans of a lane have ended, by what their source calls them.

The records know it too; but a scanner that asks must be answered though the database
is gone. So the keys of a week stand in files, one for each day, a line for each scan.
"""

import hashlib
import os
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from station.records.moment import now

KEPT: Final = timedelta(days=7)
"""How long a key is kept here."""


@dataclass(slots=True)
class KeyBook:
    """Remembers keys, over a stop of the machine too.

    Args:
        folder: Of its files.
    """

    folder: Path
    _days: dict[str, set[bytes]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Read what is there."""
        self._forget(now().date())
        for path in self.folder.glob("*.txt"):
            self._days[path.stem] = set(_read(path))

    def __contains__(self, key: str) -> bool:
        name = _name(key)
        return any(name in day for day in self._days.values())

    def add(self, key: str) -> None:
        """Remember a key; it is on the disk when this returns.

        Raises:
            OSError: If the disk does not take it.
        """
        if key in self:
            return
        today = now().date()
        if today.isoformat() not in self._days:
            self._forget(today)
        self._write(self.folder / f"{today}.txt", key)
        self._days.setdefault(today.isoformat(), set()).add(_name(key))

    def _write(self, path: Path, key: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(b"\n" + _name(key).hex().encode())
            file.flush()
            os.fsync(file.fileno())

    def _forget(self, today: date) -> None:
        first = (today - KEPT).isoformat()
        for path in self.folder.glob("*.txt"):
            if path.stem < first:
                path.unlink()
                self._days.pop(path.stem, None)


def _name(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def _read(path: Path) -> list[bytes]:
    """All whole lines; a torn one was never promised."""
    lines = path.read_text(encoding="ascii", errors="replace").split("\n")
    return [bytes.fromhex(line) for line in lines if _is_whole(line)]


def _is_whole(line: str) -> bool:
    return len(line) == 64 and all(sign in "0123456789abcdef" for sign in line)
