"""Which pictures go, and how they are removed.

The records are changed first, then the folder goes: killed in between, the next look at
the folders finds it (`station.retention.folders`).
"""

import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, not_, select

from station.audit import append
from station.config import RetentionConfig
from station.records import Database
from station.records.moment import now
from station.records.tables import Inspection, ScanRow
from station.retention.holding import Condition, is_evidence, is_free, may_go
from station.spool import DataFolder

logger = logging.getLogger(__name__)

BATCH: Final = 200
"""Scans that are looked for at once."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why pictures go.

    Attributes:
        name: "age" or "size".
        condition: Of scans and their inspections: which may go.
    """

    name: str
    condition: Condition


def by_age(retention: RetentionConfig, now: datetime) -> Reason | None:
    """Those that are too old; None if none ever is.

    Args:
        retention: How long things are kept.
        now: The time, with its zone.
    """
    if retention.scan_days is None:
        return None
    return Reason("age", may_go(retention, retention.scan_days, now, ScanRow.began))


def by_size() -> Reason:
    """Those that may go where there are too many."""
    return Reason("size", is_free() & not_(is_evidence()))


def measure_pictures(database: Database) -> int:
    """How large all pictures are together, bytes.

    Raises:
        RecordError: If the records cannot be read.
    """
    total = select(func.sum(ScanRow.size_bytes)).where(ScanRow.removed.is_(None))
    with database.reading() as session:
        return int(session.scalar(total) or 0)


def list_removable(
    database: Database, data: DataFolder, reason: Reason
) -> Iterator[tuple[str, int]]:
    """Scans whose picture may go, the oldest first.

    Args:
        database: The records.
        data: The station's data: what is not done with there stays.
        reason: Why they go.

    Yields:
        Identifier and size of each, bytes. Whether it still may go is asked again when
        it is removed.

    Raises:
        RecordError: If the records cannot be read.
    """
    after = ""
    wanted = (
        select(ScanRow.id, ScanRow.lane, ScanRow.size_bytes)
        .join(Inspection)
        .where(ScanRow.removed.is_(None), reason.condition)
        .order_by(ScanRow.id)
        .limit(BATCH)
    )
    while True:
        with database.reading() as session:
            rows = session.execute(wanted.where(ScanRow.id > after)).all()
        for scan_id, lane, size in rows:
            if not (data.open_scans(lane) / scan_id).exists():
                yield scan_id, size
        if len(rows) < BATCH:
            return
        after = rows[-1].id


def remove_picture(
    database: Database, data: DataFolder, scan_id: str, reason: Reason
) -> bool:
    """Remove the picture of a scan, unless it may not go any more.

    Args:
        database: The records.
        data: The station's data.
        scan_id: Its identifier.
        reason: Why.

    Returns:
        Whether it was removed.

    Raises:
        RecordError: If the records cannot be written.
    """
    wanted = (
        select(ScanRow)
        .join(Inspection)
        .where(ScanRow.id == scan_id, ScanRow.removed.is_(None), reason.condition)
    )
    with database.changing() as session:
        row = session.scalar(wanted)
        if row is None:
            return False
        row.stored, row.removed = None, now()
        append(
            session,
            "scan.removed",
            scan_id,
            {
                "inspection": row.inspection_id,
                "why": reason.name,
                "bytes": row.size_bytes,
            },
        )
        folder = row.folder
    remove_folder(data, folder, scan_id)
    return True


def remove_folder(data: DataFolder, folder: str, scan_id: str) -> None:
    """Remove the folder of a scan; whatever is no such folder stays.

    Args:
        data: The station's data.
        folder: As the records have it, below the data folder.
        scan_id: Identifier of the scan.
    """
    place = data.root / folder
    if place.name != scan_id or place.parent.parent != data.root / "scans":
        logger.error("%s is no folder of a scan; it stays", place)
        return
    try:
        shutil.rmtree(place)
    except FileNotFoundError:
        return
    except OSError as error:
        logger.warning("%s cannot be removed now: %s", place, error)
