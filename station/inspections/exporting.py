"""Hand over what was flagged, decided, searched and found: see docs/outcomes.md."""

import logging
import shutil
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from data.errors import StationError
from data.files import digest_file, making_folder
from data.station_records.checking import check_record
from data.station_records.record import InspectionRecord
from data.station_records.returned import RECORDS
from station.inspections.handing_over import Files, HandedScan, make_record
from station.records import Database
from station.records.tables import Inspection, Outcome, ScanRow, SupervisedTest
from station.records.tables.states import CLOSED, DONE
from station.spool import DataFolder

logger = logging.getLogger(__name__)


def export_records(
    database: Database,
    data: DataFolder,
    out: Path,
    since: datetime | None = None,
    *,
    site: str = "station",
) -> int:
    """Write `records.jsonl` and the scans that it names into a new folder.

    Inspections that are closed are handed over, those with an outcome first. Scans
    whose test was not told, whose picture was removed or is not the file that was
    stored, and those that came before with the same content are left out.

    Args:
        database: The records.
        data: Where the scans are.
        out: The folder; it must not be there.
        since: Only what was closed or found from then on; None for all.
        site: Which port.

    Returns:
        How many inspections were handed over.

    Raises:
        StationError: If the folder is there already, or cannot be written.
    """
    if out.exists():
        msg = f"{out} is there already. Name a folder that is not."
        raise StationError(msg)
    out.parent.mkdir(parents=True, exist_ok=True)
    with database.reading() as session:
        names = _list_closed(session, since)
    try:
        with making_folder(out) as folder:
            return _write(_Export(database, data, folder, site), names)
    except OSError as error:
        msg = f"{out} cannot be written: {error.strerror or error}. Check the disk."
        raise StationError(msg) from error


@dataclass(slots=True)
class _Export:
    """An export while it is written.

    Attributes:
        taken: Hashes of the scans that were written.
    """

    database: Database
    data: DataFolder
    folder: Path
    site: str
    taken: set[str] = field(default_factory=set)

    def take(self, name: str) -> str | None:
        """Write the scans of an inspection.

        Returns:
            Its line; None if nothing of it can be handed over.
        """
        with self.database.reading() as session:
            inspection = session.get_one(Inspection, name)
            files = {
                scan.id: handed
                for scan in inspection.scans
                if _may_go(session, scan) and (handed := self._copy(scan)) is not None
            }
            record, problems = self._make(session, inspection, files)
        if record is None and not problems:
            return None
        if record is None or problems:
            logger.warning("%s is left out: %s", name, "; ".join(problems))
            for handed in files.values():
                self.taken.discard(handed.sha256)
                (self.folder / handed.file).unlink()
            return None
        return record.model_dump_json(exclude_none=True)

    def _make(
        self, session: Session, inspection: Inspection, files: Files
    ) -> tuple[InspectionRecord | None, list[str]]:
        """The record of an inspection, and what is wrong with it."""
        try:
            record = make_record(session, inspection, self.site, files)
        except ValidationError as error:  # the others must be handed over
            return None, [" ".join(str(error).split())]
        return record, [] if record is None else check_record(record)

    def _copy(self, scan: ScanRow) -> HandedScan | None:
        source = self.data.root / scan.folder / (scan.stored or "")
        file = f"scans/{scan.id}{source.suffix}"
        place = self.folder / file
        place.parent.mkdir(exist_ok=True)
        try:
            shutil.copyfile(source, place)
        except FileNotFoundError:
            logger.warning("%s is left out: its file is gone", scan.id)
            return None
        sha256 = digest_file(place)
        if sha256 != scan.sha256 or sha256 in self.taken:
            why = "came before" if sha256 in self.taken else "is not what was stored"
            logger.warning("%s is left out: its file %s", scan.id, why)
            place.unlink()
            return None
        self.taken.add(sha256)
        return HandedScan(file, sha256)


def _write(export: _Export, names: list[str]) -> int:
    count = 0
    with (export.folder / RECORDS).open("w", encoding="utf-8") as file:
        for name in names:
            line = export.take(name)
            if line is not None:
                file.write(f"{line}\n")
                count += 1
    return count


def _list_closed(session: Session, since: datetime | None) -> list[str]:
    found = dict(_list_found(session))
    query = select(Inspection.id, Inspection.closed).where(Inspection.state.in_(CLOSED))
    closed = session.execute(query.order_by(Inspection.began, Inspection.id)).all()
    wanted = [
        name
        for name, when in closed
        if since is None or max(when, found.get(name, when)) >= since
    ]
    return sorted(wanted, key=lambda name: name not in found)


def _list_found(session: Session) -> list[tuple[str, datetime]]:
    query = select(Outcome.inspection_id, Outcome.made).order_by(Outcome.made)
    return [(name, made) for name, made in session.execute(query)]


def _may_go(session: Session, scan: ScanRow) -> bool:
    """Whether a scan is there, whole, and no test that somebody must not know of."""
    untold = select(SupervisedTest.id).where(
        SupervisedTest.scan_id == scan.id, SupervisedTest.told.is_(None)
    )
    ready = scan.state in DONE and scan.stored is not None
    return ready and bool(scan.width) and session.scalar(untold) is None
