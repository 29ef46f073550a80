"""What is on the disk and should not be, or of which the records know nothing."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import select

from station.records import Database
from station.records.tables import ScanRow
from station.retention.pictures import remove_folder
from station.spool import DataFolder

logger = logging.getLogger(__name__)

BATCH: Final = 500
GRACE: Final = timedelta(days=1)
"""A folder may lie so long before the records know of it."""


@dataclass(slots=True)
class FolderSweep:
    """Looks at all folders of scans.

    Args:
        database: The records.
        data: The station's data.
    """

    database: Database
    data: DataFolder
    _told: set[str] = field(default_factory=set, init=False)

    def sweep(self, now: datetime) -> list[str]:
        """Remove what a stop left of removed scans; say of which nobody knows.

        Args:
            now: The time, with its zone.

        Returns:
            Scans that have a folder and no record, though they are old and no lane
            works at them: logged once each, and never deleted.

        Raises:
            RecordError: If the records cannot be read.
        """
        strange = list[str]()
        for day in _list_folders(self.data.root / "scans"):
            strange += self._sweep_day(day, now)
            _remove_if_empty(day, now)
        for name in sorted(set(strange) - self._told):
            logger.warning("The records know nothing of the scan %s; it stays", name)
        self._told |= set(strange)
        return strange

    def _sweep_day(self, day: Path, now: datetime) -> Iterator[str]:
        names = [folder.name for folder in _list_folders(day)]
        for start in range(0, len(names), BATCH):
            some = names[start : start + BATCH]
            removed = self._ask(some)
            for name in some:
                if name not in removed and self._is_strange(day / name, now):
                    yield name
                elif removed.get(name):
                    remove_folder(self.data, f"scans/{day.name}/{name}", name)

    def _ask(self, names: list[str]) -> dict[str, bool]:
        """Whether scans were removed; only of those that the records know."""
        wanted = select(ScanRow.id, ScanRow.removed).where(ScanRow.id.in_(names))
        with self.database.reading() as session:
            return {name: at is not None for name, at in session.execute(wanted)}

    def _is_strange(self, folder: Path, now: datetime) -> bool:
        try:
            changed = folder.stat().st_mtime
        except FileNotFoundError:
            return False
        lanes = _list_folders(self.data.root / "lanes")
        waits = any((lane / "open" / folder.name).exists() for lane in lanes)
        return not waits and changed < (now - GRACE).timestamp()


def _list_folders(place: Path) -> list[Path]:
    if not place.is_dir():
        return []
    return sorted(path for path in place.iterdir() if path.is_dir())


def _remove_if_empty(day: Path, now: datetime) -> None:
    """Remove the folder of a day that is over for long: nobody makes scans there."""
    if day.name < f"{now - 2 * GRACE:%Y-%m-%d}":
        try:
            day.rmdir()
        except OSError:
            return
