"""A scan that can be cut into tiles: while it comes in, or once it is stored."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from data.errors import NoSuchRecordError, ScanFileError
from data.formats import read_scan
from data.scan import Scan, take_columns
from station.spool import ColumnReader, Columns
from station.spool.assembling import assemble
from station.supervised.patch import PATCH, Patch, read_patch
from station.tiles.planes import Numbers, Place, TileName, make_tile
from station.tiles.pyramid import Pyramid


class Sheet(Protocol):
    """A scan that can be cut into tiles, by several threads at once."""

    @property
    def size_bytes(self) -> int:
        """Memory that it takes."""

    def refresh(self) -> int:
        """Take in what has come since.

        Returns:
            Columns that are there.
        """

    def cut(self, name: TileName, place: Place, visible: int) -> Numbers:
        """Cut a tile.

        Args:
            name: What to show.
            place: Where.
            visible: Columns at full scale that may be seen.

        Raises:
            NoSuchRecordError: If there is none.
        """


class GrowingSheet:
    """A scan in the spool.

    Args:
        folder: Of the scan.
        shown: Whether what a test scan shows is to be seen; else its real columns.
    """

    def __init__(self, folder: Path, *, shown: bool) -> None:
        self._folder = folder
        self._shown = shown
        self._lock = threading.Lock()
        self._begin_anew(None)

    @property
    def size_bytes(self) -> int:
        """Memory that it takes."""
        return 0 if self._pyramid is None else self._pyramid.size_bytes

    def refresh(self) -> int:
        """Take in what has come since.

        Returns:
            Columns that are there.

        Raises:
            StationError: If the scan is damaged.
        """
        with self._lock:
            if self._shown and self._patch is None and (self._folder / PATCH).exists():
                self._begin_anew(read_patch(self._folder))
            while found := self._reader.read():
                self._take(found)
            return self._width

    def cut(self, name: TileName, place: Place, visible: int) -> Numbers:
        """Cut a tile; see `Sheet`."""
        with self._lock:
            if self._pyramid is None:
                msg = "No column of the scan came yet. Ask again in a moment."
                raise NoSuchRecordError(msg, code="scan.no_columns")
            return make_tile(self._pyramid, name, place, visible >> place.level)

    @property
    def _width(self) -> int:
        return 0 if self._pyramid is None else self._pyramid.width

    def _begin_anew(self, patch: Patch | None) -> None:
        self._patch = patch
        self._reader = ColumnReader(self._folder)
        self._pyramid: Pyramid | None = None
        self._edge: Scan | None = None

    def _take(self, found: Sequence[Columns]) -> None:
        """Add columns as `assemble` would: the first reading of a place counts."""
        if self._edge is None or self._pyramid is None:
            fresh = assemble(found)
            self._pyramid = Pyramid(fresh)
        else:
            base = self._width - 1
            moved = [replace(one, at=one.at - base) for one in found]
            whole = assemble([Columns(0, self._edge), *moved])
            if whole.size[0] == 1:
                return  # all of it was there already
            fresh = take_columns(whole, 1, whole.size[0])
        self._edge = take_columns(fresh, fresh.size[0] - 1, fresh.size[0])
        patch = self._patch
        shown = fresh if patch is None else patch.apply(fresh, self._width)
        self._pyramid.add(shown)


class StoredSheet:
    """A scan that is complete.

    Args:
        path: File of its real picture.
        patched: Whether to show what a test scan shows, from the file's folder.
    """

    def __init__(self, path: Path, *, patched: bool) -> None:
        self._path = path
        self._patched = patched
        self._lock = threading.Lock()
        self._pyramid: Pyramid | None = None

    @property
    def size_bytes(self) -> int:
        """Memory that it takes."""
        return 0 if self._pyramid is None else self._pyramid.size_bytes

    def refresh(self) -> int:
        """Read it, at the first call.

        Returns:
            Columns that are there.
        """
        return self._open().width

    def cut(self, name: TileName, place: Place, visible: int) -> Numbers:
        """Cut a tile; see `Sheet`."""
        del visible
        pyramid = self._open()
        return make_tile(pyramid, name, place, pyramid.size(place.level)[0])

    def _open(self) -> Pyramid:
        with self._lock:
            if self._pyramid is None:
                scan = self._read()
                made = Pyramid(scan)
                made.add(scan)
                made.finish()
                self._pyramid = made
            return self._pyramid

    def _read(self) -> Scan:
        try:
            scan = read_scan(self._path)
        except ScanFileError as error:
            msg = f"The picture of the scan cannot be read: {error}"
            raise NoSuchRecordError(msg, code="picture.damaged") from error
        patch = read_patch(self._path.parent) if self._patched else None
        return scan if patch is None else patch.apply(scan, 0)
