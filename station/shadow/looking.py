"""What the bundle in shadow does."""

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from data.errors import CargosightError, StationError
from data.scan import Scan
from detector.agreement import find_alone
from detector.boxes import Boxes
from detector.bundle import Bundle
from detector.pipeline import Detector
from detector.trust import find_pinned
from station.audit import append
from station.config import StationConfig
from station.records import Database
from station.records.identifiers import new_id
from station.records.tables import Alarm, Entry, ScanRow, ShadowAlarm
from station.shadow.pointer import FINISHED, POINTER, open_candidate, read_shadow
from station.spool import DataFolder

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Shadow:
    """Looks at stored scans with the bundle in shadow.

    Args:
        data: The station's data.
        config: Its device, threads and keys are those of the bundle in use; its
            operating points are its own, whatever the site's threshold.
    """

    data: DataFolder
    config: StationConfig
    _stamp: bytes | None = field(default=None, init=False)
    _detector: Detector | None = field(default=None, init=False)

    @property
    def active(self) -> bool:
        """Whether a bundle is there to look in shadow."""
        return (self.data.root / POINTER).exists()

    def look(self, scan: Scan, scan_id: str, database: Database) -> bool:
        """Look at a scan that the bundle in use has looked at.

        Whatever goes wrong is logged and disturbs nothing; a scan that was looked at by
        the same bundle is not looked at twice.

        Args:
            scan: All of it, as it was stored.
            scan_id: Its identifier.
            database: The records.

        Returns:
            Whether it was looked at.
        """
        try:
            detector = self._refresh()
            if detector is None or _is_done(database, scan_id, detector.bundle.sha256):
                return False
            boxes, scores = _detect(detector, scan)
            with database.changing() as session:
                return _record(session, scan_id, detector.bundle, boxes, scores)
        except Exception:  # a shadow may not disturb what it looks beside
            logger.warning("The bundle in shadow failed on %s.", scan_id, exc_info=True)
            return False

    def _refresh(self) -> Detector | None:
        """What looks, opened anew when another was put there; None if nothing may."""
        stamp = self._read_stamp()
        if stamp != self._stamp:
            self._stamp, self._detector = stamp, None
            try:
                self._detector = self._load()
            except CargosightError as error:
                logger.warning("The bundle in shadow does not look: %s", error)
        return self._detector

    def _read_stamp(self) -> bytes | None:
        try:
            return (self.data.root / POINTER).read_bytes()
        except OSError:
            return None

    def _load(self) -> Detector | None:
        pointer = read_shadow(self.data.root)
        if pointer is None:
            return None
        config = self.config.detector
        bundle = open_candidate(Path(pointer.path), find_pinned(config.trust))
        if bundle.sha256 != pointer.sha256:
            msg = f"{pointer.path} was changed since it began. Put it there again."
            raise StationError(msg)
        return Detector(bundle, device=config.device, threads=config.threads)


def _is_done(database: Database, scan_id: str, sha256: str) -> bool:
    with database.reading() as session:
        return _find_entry(session, scan_id, sha256) is not None


def _find_entry(session: Session, scan_id: str, sha256: str) -> int | None:
    return session.scalar(
        select(Entry.seq).where(
            Entry.subject == scan_id,
            Entry.kind == FINISHED,
            Entry.payload.contains(sha256),
        )
    )


def _detect(detector: Detector, scan: Scan) -> tuple[Boxes, list[float]]:
    found = detector.detect(scan).alarms
    return found.boxes, found.scores.tolist()


def _record(
    session: Session,
    scan_id: str,
    bundle: Bundle,
    boxes: Boxes,
    scores: list[float],
) -> bool:
    """Record what was found, unless it was meanwhile; say whether that was done."""
    row = session.get(ScanRow, scan_id)
    if row is None or _find_entry(session, scan_id, bundle.sha256) is not None:
        return False
    for (x0, y0, x1, y1), score in zip(boxes.tolist(), scores, strict=True):
        session.add(
            ShadowAlarm(
                id=new_id(),
                scan_id=scan_id,
                bundle_sha256=bundle.sha256,
                x0=x0,
                y0=y0,
                x1=x1,
                y1=y1,
                score=score,
            )
        )
    theirs = _list_champion(session, scan_id)
    alone = int(find_alone(boxes, theirs).sum())
    payload: dict[str, Any] = {
        "bundle": bundle.sha256,
        "alarms": len(boxes),
        "alone": alone,
        "agreed": len(boxes) - alone,
        "missed": int(find_alone(theirs, boxes).sum()),
    }
    append(session, FINISHED, scan_id, payload, actor=f"lane:{row.lane}")
    return True


def _list_champion(session: Session, scan_id: str) -> Boxes:
    """What the bundle in use raised. That of a test scan counts: it must look alike."""
    alarms = session.scalars(
        select(Alarm).where(Alarm.scan_id == scan_id, Alarm.drawn_by.is_(None))
    )
    return np.array([alarm.box for alarm in alarms], np.float32).reshape(-1, 4)
