"""Watch a folder: which scans are in it, and which of them have stopped growing."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from data.formats.parts import ScanParts, find_parts
from data.formats.registry import is_known
from data.formats.scanner_profile import ScannerProfile
from station.lanes.marks import FileMark, mark_file
from station.lanes.refusing import REFUSED, TAKEN

PATIENCE: Final = 10
"""A file that cannot be read may still be growing: it is tried once more when it has
not changed for so many times as long as any other."""

_GROWING: Final = (".part", ".tmp")


@dataclass(frozen=True, slots=True)
class Settled:
    """A scan whose files have stopped growing.

    Attributes:
        main: The file by which it goes.
        paths: All its files.
        files: How they are.
        patient: Whether it was waited for as long as it ever will be.
    """

    main: Path
    paths: tuple[Path, ...]
    files: tuple[FileMark, ...]
    patient: bool


@dataclass(slots=True)
class _Seen:
    files: tuple[FileMark, ...]
    since: float
    tried: bool = False


@dataclass(slots=True)
class Watch:
    """Watches one folder.

    Args:
        root: It, with all below.
        settle_s: A scan is ready when it has not changed for so long, s.
        profile: Knows raw planes.
        clock: Time, s.
    """

    root: Path
    settle_s: float
    profile: ScannerProfile | None = None
    clock: Callable[[], float] = time.monotonic
    _seen: dict[Path, _Seen] = field(default_factory=dict, init=False)

    def look(self, known: frozenset[FileMark] | set[FileMark]) -> list[Settled]:
        """Look once.

        Args:
            known: Files to pass over.

        Returns:
            What is ready to be taken, in the order in which it was written. A scan with
            a plane missing is ready only in the end.

        Raises:
            OSError: If the folder cannot be read.
        """
        ready, seen = [], {}
        for parts in self._list_scans():
            paths = _find_there(parts)
            files = _mark(paths, self.root)
            if not files or known.issuperset(files):
                continue
            seen[parts.main] = one = self._follow(parts.main, files)
            waited = self.clock() - one.since
            patient = waited >= PATIENCE * self.settle_s
            whole = paths[: len(parts.planes)] == parts.planes
            if patient or (waited >= self.settle_s and whole and not one.tried):
                ready.append(Settled(parts.main, paths, files, patient))
        self._seen = seen
        return sorted(ready, key=lambda one: (_age(one), one.main))

    def put_off(self, one: Settled) -> None:
        """Say that a scan cannot be read yet: it is ready once it changed, or last."""
        if one.main in self._seen:
            self._seen[one.main].tried = True

    def wait(self, one: Settled) -> None:
        """Say that a scan could not be taken for now: it is ready a little later."""
        self._seen.pop(one.main, None)

    def is_same(self, one: Settled) -> bool:
        """Whether the files of a scan are still as they were."""
        return _mark(one.paths, self.root) == one.files

    def _follow(self, main: Path, files: tuple[FileMark, ...]) -> _Seen:
        before = self._seen.get(main)
        if before is None or before.files != files:
            return _Seen(files, self.clock())
        return before

    def _list_scans(self) -> Iterator[ScanParts]:
        found: dict[Path, ScanParts] = {}
        for path in _walk(self.root):
            hidden = path.name.startswith(".") or path.suffix.lower() in _GROWING
            if not hidden and is_known(path, self.profile):
                parts = find_parts(path, self.profile)
                found.setdefault(parts.main, parts)
        return iter(found.values())


def _age(one: Settled) -> int:
    return min(file.changed for file in one.files)


def _find_there(parts: ScanParts) -> tuple[Path, ...]:
    return tuple(path for path in (*parts.planes, *parts.beside) if path.exists())


def _mark(paths: tuple[Path, ...], root: Path) -> tuple[FileMark, ...]:
    """How files are; nothing if any of them is gone, or out of reach, meanwhile."""
    try:
        return tuple(mark_file(path, root) for path in paths)
    except OSError:
        return ()


def _walk(root: Path) -> Iterator[Path]:
    """All files; folders below that cannot be read, or are gone, are passed over."""

    def fail(error: OSError) -> None:
        if Path(error.filename) == root:
            raise error

    for parent, folders, names in os.walk(root, onerror=fail):
        left_out = (TAKEN, REFUSED) if Path(parent) == root else ()
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and name not in left_out
        ]
        yield from (Path(parent, name) for name in names)
