"""Open a scan for a page: what of it may be seen now, and from where."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from data.errors import NoSuchRecordError
from data.scan import ScanKind
from station.config import StationConfig
from station.records.tables import ScanRow, SupervisedTest
from station.spool import DataFolder, ScanBegin
from station.spool.beginning import read_begin
from station.supervised.lag import Lag
from station.tiles.gallery import Gallery
from station.tiles.planes import Numbers, Place, TileName
from station.tiles.sheet import GrowingSheet, Sheet, StoredSheet

_KIND: Final[TypeAdapter[ScanKind]] = TypeAdapter(ScanKind)

MARGIN: Final = 2
"""Columns right of a tile that count in it, px."""


@dataclass(frozen=True, slots=True)
class View:
    """A scan as a page may see it now.

    Attributes:
        sheet: To be cut into tiles.
        kind: Which readings there are.
        size: Width so far and height, px.
        complete: Whether no more columns come.
        version: Names what is seen; another one once something else is.
    """

    sheet: Sheet
    kind: ScanKind
    size: tuple[int, int]
    complete: bool
    version: str

    def cut(self, name: TileName, place: Place) -> Numbers:
        """Cut a tile.

        Raises:
            NoSuchRecordError: If there is none.
        """
        return self.sheet.cut(name, place, self.size[0])

    def stamp(self, name: TileName, place: Place) -> str:
        """Names what a tile shows: a full one stays as it is while the scan grows."""
        reach = ((place.column + 1) * 256 + MARGIN) << place.level
        width = "all" if self.complete else min(self.size[0], reach)
        return _name(self.version, name, place, width)


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a scan.

    Attributes:
        row: Its record; None as long as nobody looks at it.
        folder: Where it is.
        told: Whether it was a test scan, and was told.
    """

    row: ScanRow | None
    folder: Path
    told: bool

    @property
    def picture(self) -> Path | None:
        """File of the whole scan; None while columns come in."""
        stored = None if self.row is None else self.row.stored
        return None if stored is None else self.folder / stored


class Viewing:
    """Opens scans for pages.

    Args:
        config: The station's.
        data: Its data.
    """

    def __init__(self, config: StationConfig, data: DataFolder) -> None:
        self._lag = Lag(config.supervised.rate)
        self._lanes = [lane.name for lane in config.lane]
        self._data = data
        self._gallery = Gallery()

    def find(self, session: Session, scan_id: str) -> Found:
        """Look a scan up.

        Args:
            session: Of a reading.
            scan_id: Its identifier.

        Raises:
            NoSuchRecordError: If there is none, or its picture was removed.
        """
        query = (
            select(ScanRow, SupervisedTest.told)
            .outerjoin(SupervisedTest, SupervisedTest.scan_id == ScanRow.id)
            .where(ScanRow.id == scan_id)
        )
        found = session.execute(query).first()
        if found is None:
            return Found(None, self._find_open(scan_id), told=False)
        row, told = found
        if row.removed is not None:
            msg = f"The picture of scan {scan_id} was removed: its time was over."
            raise NoSuchRecordError(
                msg, code="picture.removed", facts={"scan": scan_id}
            )
        return Found(row, self._data.root / row.folder, told is not None)

    def open(self, found: Found) -> View:
        """Open a scan.

        Args:
            found: Of `find`.

        Raises:
            NoSuchRecordError: If its picture is gone.
            StationError: If it is damaged.
        """
        picture = found.picture
        if picture is None:
            return self._open_growing(found)
        return self._open_stored(found, picture)

    def count_shown(self, folder: Path, begin: ScanBegin, came: int) -> int:
        """How many columns of a scan that comes in pages may show."""
        return self._lag.shown_width(folder, begin, came, done=False)

    def _open_growing(self, found: Found) -> View:
        name = (found.folder.name, "growing", found.told)
        shown = not found.told
        sheet = self._gallery.get(name, lambda: GrowingSheet(found.folder, shown=shown))
        begin = read_begin(found.folder)
        width = self.count_shown(found.folder, begin, sheet.refresh())
        sheet.refresh()  # what came to be shown instead, since
        return View(sheet, begin.kind, (width, begin.rows), False, _name(*name))

    def _open_stored(self, found: Found, picture: Path) -> View:
        row = found.row
        assert row is not None  # noqa: S101 - it has a picture
        self._gallery.drop((row.id, "growing", found.told))
        name = (row.id, row.sha256, found.told)
        patched = not found.told
        sheet = self._gallery.get(name, lambda: StoredSheet(picture, patched=patched))
        kind = _KIND.validate_python(row.kind)
        return View(sheet, kind, (row.width, row.height), True, _name(*name))

    def _find_open(self, scan_id: str) -> Path:
        for lane in self._lanes:
            for name, folder in self._data.list_open(lane):
                if name == scan_id:
                    return folder
        msg = f"There is no scan {scan_id}. Load the list again."
        raise NoSuchRecordError(
            msg, code="record.unknown", facts={"kind": "scan", "id": scan_id}
        )


def _name(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:20]
