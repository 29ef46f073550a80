"""How far the bundle in shadow and the one in use agreed."""

import json
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from detector.agreement import find_alone
from detector.boxes import Boxes
from station.inspections.questions import list_told_scans
from station.records.tables import Alarm, Entry, ScanRow, ShadowAlarm
from station.shadow.pointer import FINISHED

MOST: Final = 200
"""Disagreements that are listed, the last ones."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A scan on which the two differ.

    Attributes:
        scan: Its identifier.
        inspection: Identifier of the inspection.
        alone: Alarms of the bundle in shadow that meet none of the one in use.
        missed: Alarms of the one in use that meet none of the bundle in shadow.
        made: When the bundle in shadow looked, ISO 8601.
    """

    scan: str
    inspection: str
    alone: int
    missed: int
    made: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far the two agreed, over all scans that both looked at.

    Attributes:
        scans: How many.
        alarms: Of the bundle in shadow, in all of them.
        agreed: Of those, how many meet one of the bundle in use.
        candidate_alone: Scans with an alarm of the bundle in shadow alone.
        champion_alone: Scans with an alarm of the bundle in use alone.
        disagreed: Scans with either.
        disagreements: The last of those, the newest first.
    """

    scans: int
    alarms: int
    agreed: int
    candidate_alone: int
    champion_alone: int
    disagreed: int
    disagreements: list[Disagreement]


@dataclass(frozen=True, slots=True)
class _Count:
    alarms: int
    alone: int
    missed: int


def compare(session: Session, bundle_sha256: str) -> Comparison:
    """Compare a bundle in shadow with what was in use.

    The firearm of a test scan counts like any other until that was told, so that
    nobody knows it for a test; then no more, as the bundle in shadow saw the real scan.

    Args:
        session: Of the records.
        bundle_sha256: Of the bundle in shadow.
    """
    finished = and_(Entry.kind == FINISHED, Entry.payload.contains(bundle_sha256))
    told = list_told_scans(session, select(Entry.subject).where(finished))
    counts: dict[str, tuple[_Count, str]] = {}
    for entry in session.scalars(select(Entry).where(finished).order_by(Entry.seq)):
        name, payload = entry.subject, json.loads(entry.payload)
        count = (
            _count_again(session, name, bundle_sha256)
            if name in told
            else _count(payload)
        )
        counts[name] = count, entry.made
    return _sum_up(session, counts)


def _count(payload: dict[str, Any]) -> _Count:
    return _Count(payload["alarms"], payload["alone"], payload["missed"])


def _count_again(session: Session, scan_id: str, bundle_sha256: str) -> _Count:
    ours = session.scalars(
        select(ShadowAlarm).where(
            ShadowAlarm.scan_id == scan_id, ShadowAlarm.bundle_sha256 == bundle_sha256
        )
    )
    theirs = session.scalars(
        select(Alarm).where(
            Alarm.scan_id == scan_id, Alarm.drawn_by.is_(None), ~Alarm.test
        )
    )
    mine = _boxes([(one.x0, one.y0, one.x1, one.y1) for one in ours])
    other = _boxes([one.box for one in theirs])
    alone, missed = find_alone(mine, other).sum(), find_alone(other, mine).sum()
    return _Count(len(mine), int(alone), int(missed))


def _boxes(rows: list[tuple[float, float, float, float]]) -> Boxes:
    return np.array(rows, np.float32).reshape(-1, 4)


def _sum_up(session: Session, counts: dict[str, tuple[_Count, str]]) -> Comparison:
    found = [count for count, _ in counts.values()]
    differ = [
        (name, count, made)
        for name, (count, made) in counts.items()
        if count.alone or count.missed
    ]
    listed = differ[-MOST:][::-1]
    places = dict(
        session.execute(
            select(ScanRow.id, ScanRow.inspection_id).where(
                ScanRow.id.in_([name for name, _, _ in listed])
            )
        )
        .tuples()
        .all()
    )
    return Comparison(
        scans=len(found),
        alarms=sum(count.alarms for count in found),
        agreed=sum(count.alarms - count.alone for count in found),
        candidate_alone=sum(count.alone > 0 for count in found),
        champion_alone=sum(count.missed > 0 for count in found),
        disagreed=len(differ),
        disagreements=[
            Disagreement(name, places[name], count.alone, count.missed, made)
            for name, count, made in listed
            if name in places
        ],
    )
