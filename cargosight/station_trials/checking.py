"""Whether anything is lost or doubled, once a trial is over."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from benchmark.live.trucks import Truck
from cargosight.station_trials.rig import Rig
from cargosight.station_trials.scanners import Passed
from data.formats import read_scan
from detector.boxes import Boxes, iou_matrix
from station.audit.verifying import verify_log
from station.records.tables import Decision, Disposition, ScanRow
from station.records.tables.states import DONE

SAME: Final = 0.5
SETTLE_S: Final = 120.0

_COUNTED: Final = (
    "scans_lost",
    "scans_doubled",
    "pictures_wrong",
    "alarms",
    "alarms_due",
    "alarms_lost",
    "alarms_doubled",
    "alarms_more",
    "scans_same",
)
"""What is counted for each scan, in this order."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a station has of what it was given.

    Attributes:
        scans: Played to their end.
        scans_lost: Not in the records, or not looked at to the end.
        scans_doubled: In the records more than once.
        pictures_wrong: Stored pictures that differ from what was played.
        alarms: In the records, of these scans.
        alarms_due: That the same scans raise when nothing goes wrong.
        alarms_lost: Of those, not in the records.
        alarms_doubled: In the records more than once.
        alarms_more: In the records, and not due: strips end elsewhere after a stop.
        scans_same: Scans whose alarms are exactly those due.
        decisions: That were acknowledged.
        decisions_lost: Of those, not in the records.
        decisions_doubled: In the records more than once.
        log_entries: Of the audit log.
        log_whole: Whether nothing in it was changed.
    """

    scans: int
    scans_lost: int
    scans_doubled: int
    pictures_wrong: int
    alarms: int
    alarms_due: int
    alarms_lost: int
    alarms_doubled: int
    alarms_more: int
    scans_same: int
    decisions: int
    decisions_lost: int
    decisions_doubled: int
    log_entries: int
    log_whole: bool

    @property
    def all_kept(self) -> bool:
        """Whether nothing is lost, doubled or changed."""
        bad = (
            self.scans_lost,
            self.scans_doubled,
            self.pictures_wrong,
            self.alarms_lost,
            self.alarms_doubled,
            self.decisions_lost,
            self.decisions_doubled,
        )
        return not any(bad) and self.log_whole

    def as_dict(self) -> dict[str, object]:
        """The figures, for a program."""
        return asdict(self)


def settle(rig: Rig, passed: Sequence[Passed]) -> bool:
    """Wait until all that was played was looked at.

    Returns:
        Whether it was, within `SETTLE_S`.
    """
    start, keys = time.monotonic(), {one.key for one in passed}
    query = select(ScanRow.key).where(ScanRow.state.in_(DONE))
    while True:
        with rig.database.reading() as session:
            if keys <= set(session.scalars(query)):
                return True
        if time.monotonic() - start > SETTLE_S:
            return False
        time.sleep(0.2)


def check_kept(
    rig: Rig,
    passed: Sequence[Passed],
    trucks: Sequence[Truck],
    due: Mapping[int, Boxes],
    requests: Sequence[str],
) -> Kept:
    """Compare what a station has with what it was given.

    Args:
        rig: The station.
        passed: What was played.
        trucks: All of them.
        due: (N, 4) boxes of the alarms of each truck when nothing goes wrong.
        requests: Names of requests for decisions and dispositions that were
            acknowledged.
    """
    with rig.database.reading() as session:
        rows = session.scalars(
            select(ScanRow).options(joinedload(ScanRow.alarms))
        ).unique()
        found: dict[str, list[ScanRow]] = {}
        for row in rows:
            found.setdefault(row.key.split("#")[0], []).append(row)
        counts = [
            _check_one(rig, found.get(one.key, []), one, trucks, due) for one in passed
        ]
        lost, doubled = _check_requests(session, requests)
    verdict = verify_log(rig.database)
    totals = np.array(counts, int).reshape(-1, len(_COUNTED)).sum(axis=0).tolist()
    return Kept(
        scans=len(passed),
        **dict(zip(_COUNTED, totals, strict=True)),
        decisions=len(requests),
        decisions_lost=lost,
        decisions_doubled=doubled,
        log_entries=verdict.entries,
        log_whole=verdict.whole,
    )


def _check_one(
    rig: Rig,
    rows: list[ScanRow],
    one: Passed,
    trucks: Sequence[Truck],
    due: Mapping[int, Boxes],
) -> tuple[int, ...]:
    looked = [row for row in rows if row.state == "looked"]
    wanted = due[one.truck]
    if not looked:
        return 1, 0, 0, 0, len(wanted), len(wanted), 0, 0, 0
    row = looked[0]
    wrong = not _is_same_picture(rig.config.data / row.folder, row, trucks[one.truck])
    boxes = np.array([a.box for a in row.alarms if not a.drawn_by], np.float32)
    boxes = boxes.reshape(-1, 4)
    lost, doubled, more = compare_alarms(boxes, wanted)
    same = int(len(boxes) == len(wanted) and not (lost or doubled or more))
    return (
        0,
        len(rows) - 1,
        int(wrong),
        len(boxes),
        len(wanted),
        lost,
        doubled,
        more,
        same,
    )


def compare_alarms(found: Boxes, due: Boxes) -> tuple[int, int, int]:
    """How many alarms are lost, doubled, and more than were due.

    Args:
        found: (N, 4), in the records.
        due: (M, 4), that should be there.
    """
    meets = iou_matrix(due, found) >= SAME
    lost = int((~meets.any(axis=1)).sum()) if len(due) else 0
    twins = iou_matrix(found, found) >= SAME
    native = iou_matrix(due, due) >= SAME
    doubled = max(_count_pairs(twins) - _count_pairs(native), 0)
    more = int((~meets.any(axis=0)).sum()) if len(found) else 0
    return lost, doubled, more


def _count_pairs(alike: npt.NDArray[np.bool_]) -> int:
    return int((alike.sum() - len(alike)) // 2)


def _is_same_picture(folder: Path, row: ScanRow, truck: Truck) -> bool:
    if row.stored is None:
        return False
    stored, played = read_scan(folder / row.stored), truck.read()
    return bool(
        stored.size == played.size
        and np.array_equal(np.asarray(stored.high), np.asarray(played.high))
        and np.array_equal(np.asarray(stored.low), np.asarray(played.low))
    )


def _check_requests(session: Session, requests: Sequence[str]) -> tuple[int, int]:
    counts: dict[str, int] = {}
    for table in (Decision, Disposition):
        query = select(table.request, func.count()).group_by(table.request)
        for name, count in session.execute(query):
            counts[name] = counts.get(name, 0) + count
    lost = sum(name not in counts for name in requests)
    doubled = sum(counts.get(name, 0) > 1 for name in requests)
    return lost, doubled
