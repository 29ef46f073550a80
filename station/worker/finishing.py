"""The picture on disk, and the end of a scan in the records."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.errors import RecordError
from data.files import digest_file, sync_folder
from data.formats import write_scan
from data.scan import Scan
from station.audit import append
from station.records import Database
from station.records.moment import now
from station.records.tables import Entry, Inspection, ScanRow
from station.spool import DataFolder, ScanBegin, ScanEnd
from station.spool.beginning import DAMAGED
from station.spool.reader import COLUMNS

STORED: Final = "scan.tiff"

_ENDS: Final = ("scan.finished", "scan.failed")
"""What the log says of a scan that was looked at to its end, or that was not."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What is known of a scan once all of it was looked at.

    Attributes:
        begin: How it began.
        end: How it ended.
        size: Width and height, px.
        sha256: Of the stored picture; None if nothing could be stored.
        size_bytes: Of the stored picture.
        findings: What was found, as JSON can; None if nothing looked.
        bundle: What looked.
        error: Why nothing looked, or not to the end; empty if all is well.
        lacking: Whether columns never came.
    """

    begin: ScanBegin
    end: ScanEnd
    size: tuple[int, int]
    sha256: str | None
    size_bytes: int
    findings: dict[str, Any] | None
    bundle: dict[str, Any] | None
    error: str = ""
    lacking: bool = False


def store_picture(scan: Scan, folder: Path) -> tuple[str, int]:
    """Write the picture of a scan; it is on the disk, whole, when this returns.

    Args:
        scan: All of it.
        folder: Of the scan.

    Returns:
        SHA-256 and size of the file, bytes.

    Raises:
        ScanFileError, OSError: If the disk does not take it.
    """
    path = folder / STORED
    write_scan(scan, path)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    sync_folder(folder)
    return digest_file(path), path.stat().st_size


def record_end(session: Session, done: Finished) -> None:
    """Put the end of a scan into the records; one that is there stays.

    Args:
        session: Of a change.
        done: What is known of it.
    """
    row = session.get_one(ScanRow, done.begin.id)
    if row.ended is not None:
        return
    row.width, row.height = done.size
    row.ended = done.end.ended
    row.whole = done.end.why == "end" and not done.lacking
    row.stored = None if done.sha256 is None else STORED
    row.sha256, row.size_bytes = done.sha256, done.size_bytes
    row.findings, row.bundle = done.findings, done.bundle
    row.error = done.error or None
    if row.state == "receiving" or row.stored is None:  # a test may have been told
        row.state = "failed" if done.error else "looked"
    _log_end(session, row, done)
    session.flush()
    await_decision(session, row.inspection)


def find_why(database: Database, scan_id: str) -> str | None:
    """Why a scan ended, as it was recorded; "damaged" where it could not be read.

    Returns:
        None if its end is not in the records, or they are gone.
    """
    try:
        with database.reading() as session:
            row = session.get(ScanRow, scan_id)
            return None if row is None or row.ended is None else _read_why(session, row)
    except RecordError:
        return None


def record_loss(session: Session, scan_id: str, lane: str, error: str) -> None:
    """Say that a scan cannot be read from the spool any more.

    Args:
        session: Of a change.
        scan_id: Identifier of the scan, whether the records know it or not.
        lane: Name of the lane.
        error: Why.
    """
    row = session.get(ScanRow, scan_id)
    known = {} if row is None else {"inspection": row.inspection_id}
    payload = {**known, "error": error}
    append(session, "scan.failed", scan_id, payload, actor=f"lane:{lane}")
    if row is None or row.ended is not None:
        return
    row.state, row.error, row.whole, row.ended = "failed", error, False, now()
    session.flush()
    await_decision(session, row.inspection)


def await_decision(session: Session, inspection: Inspection) -> None:
    """Have an inspection wait for its decision, once its scans were looked at."""
    session.refresh(inspection, ["scans"])
    # One that is looked at anew is there: it holds up the disposition, and not this.
    coming = any(scan.state == "receiving" for scan in inspection.scans)
    if inspection.state == "scanning" and not coming:
        inspection.state = "waiting"


def tidy(data: DataFolder, folder: Path, lane: str, why: str) -> None:
    """Be done with a scan that was recorded; a damaged one keeps its columns.

    Args:
        data: The station's data.
        folder: Of the scan.
        lane: Name of the lane.
        why: It ended.
    """
    if why != DAMAGED and (folder / STORED).exists():
        (folder / COLUMNS).unlink(missing_ok=True)
    data.be_done(lane, folder.name)


def _read_why(session: Session, row: ScanRow) -> str:
    query = select(Entry.payload).where(Entry.subject == row.id, Entry.kind.in_(_ENDS))
    payloads = map(json.loads, session.scalars(query.order_by(Entry.seq)))
    return next((str(one["why"]) for one in payloads if "why" in one), DAMAGED)


def _log_end(session: Session, row: ScanRow, done: Finished) -> None:
    actor = f"lane:{done.begin.lane}"
    alarms = [alarm for alarm in row.alarms if alarm.drawn_by is None]
    payload = {
        "inspection": row.inspection_id,
        "width": row.width,
        "height": row.height,
        "sha256": row.sha256,
        "alarms": len(alarms),
        "bundle": (done.bundle or {}).get("sha256"),
        "point": (done.bundle or {}).get("operating_point", {}).get("threshold"),
        "why": done.end.why,
    }
    finished, failed = _ENDS
    if done.error:
        payload["error"] = done.error
    append(session, failed if done.error else finished, row.id, payload, actor=actor)
