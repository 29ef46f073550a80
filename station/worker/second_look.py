"""The real scan behind a test: looked at anew once the test was told."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.errors import RecordError
from data.formats import read_scan
from data.scan import Scan
from station.audit import append
from station.records import Database
from station.records.tables import Inspection, ScanRow
from station.spool import DataFolder
from station.worker.alarms import AlarmBook, Raised
from station.worker.findings import describe_findings
from station.worker.finishing import await_decision
from station.worker.looking import Look, explain, raise_all


@dataclass(frozen=True, slots=True)
class Again:
    """A scan that is to be looked at anew.

    Attributes:
        scan_id: Its identifier.
        picture: Its file.
        missing: Columns that never came, half-open ranges: the file does not say so.
    """

    scan_id: str
    picture: Path
    missing: tuple[tuple[int, int], ...] = ()


def list_again(database: Database, data: DataFolder, lane: str) -> list[Again]:
    """Scans of a lane that are to be looked at anew; none if the database is gone."""
    query = select(ScanRow).where(
        ScanRow.state == "again", ScanRow.lane == lane, ScanRow.stored.is_not(None)
    )
    try:
        with database.reading() as session:
            rows = session.scalars(query).all()
    except RecordError:
        return []
    return [
        Again(row.id, data.root / row.folder / str(row.stored), _list_missing(row))
        for row in rows
    ]


def ask_again(session: Session, lane: str) -> int:
    """Have scans looked at that nothing looked at, and that nobody closed since.

    Args:
        session: Of a change.
        lane: Name of the lane, in which a bundle looks now.

    Returns:
        How many.
    """
    query = (
        select(ScanRow)
        .join(Inspection)
        .where(
            ScanRow.lane == lane,
            ScanRow.state == "failed",
            ScanRow.stored.is_not(None),
            Inspection.closed.is_(None),
        )
    )
    rows = [row for row in session.scalars(query) if row.bundle is None]
    for row in rows:
        row.state = "again"
    return len(rows)


def look_again(again: Again, look: Look, lane: str, database: Database) -> None:
    """Look at a real scan as a whole, and record what was found.

    Args:
        again: Which.
        look: What looks.
        lane: Name of the lane.
        database: The records.

    Raises:
        RecordError: If the records cannot be reached; nothing is lost then.
    """
    error, raised, findings = look.error, list[Raised](), None
    if look.detector is not None:
        try:
            scan: Scan = read_scan(again.picture)
            found = look.detector.detect(scan)
            raised = raise_all(look.detector, found)
            findings = describe_findings(found, scan.size, again.missing)
        except Exception as fault:  # noqa: BLE001 - the scan must come to its end
            error = explain(fault)
    with database.changing() as session:
        row = session.get_one(ScanRow, again.scan_id)
        if row.state != "again":
            return
        AlarmBook(again.scan_id, lane, real=True).record(session, raised)
        row.bundle = row.bundle or look.bundle
        _record(session, row, error, findings)


def _record(
    session: Session, row: ScanRow, error: str, findings: dict[str, object] | None
) -> None:
    row.state = "failed" if error else "looked"
    row.error = error or None
    row.findings = row.findings if findings is None else findings
    kind = "scan.failed" if error else "scan.finished"
    payload = {"inspection": row.inspection_id, "again": True, "error": error or None}
    append(session, kind, row.id, payload, actor=f"lane:{row.lane}")
    session.flush()
    await_decision(session, row.inspection)


def _list_missing(row: ScanRow) -> tuple[tuple[int, int], ...]:
    ranges = (row.findings or {}).get("missing", ())
    return tuple((start, end) for start, end in ranges)
