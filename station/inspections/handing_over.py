"""The record of one inspection, as `data.station_records` reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from data.station_records.record import (
    AlarmRecord,
    BundleRecord,
    DecisionRecord,
    DispositionRecord,
    DrawnRecord,
    FoundRecord,
    InspectionRecord,
    OutcomeRecord,
    Place,
    PointRecord,
    ScanRecord,
)
from station.inspections.decisions import brief_reason
from station.inspections.dispositions import get_disposition, list_outcomes
from station.inspections.drawing import Box
from station.inspections.questions import get_said, get_standing, list_questions
from station.records.tables import Alarm, Inspection, ScanRow, User


@dataclass(frozen=True, slots=True)
class HandedScan:
    """A scan that is handed over.

    Attributes:
        file: Its file, below the folder of the records.
        sha256: Hash of the file's content.
    """

    file: str
    sha256: str


LONGEST: Final = 200
"""Characters of a text in a record."""

Files = Mapping[str, HandedScan]
"""Scans that are handed over, by their identifiers."""


def make_record(
    session: Session, inspection: Inspection, site: str, files: Files
) -> InspectionRecord | None:
    """All that is handed over of an inspection: pseudonyms only, no manifest.

    Args:
        session: Of the records.
        inspection: Which.
        site: Which port.
        files: Its scans that are handed over; what is said of others is left out.

    Returns:
        None if none of its scans is handed over.
    """
    scans = [scan for scan in inspection.scans if scan.id in files]
    if not scans:
        return None
    alarms = [a for a in list_questions(session, inspection) if a.scan_id in files]
    raised = [alarm for alarm in alarms if alarm.drawn_by is None]
    drawn = [alarm for alarm in alarms if alarm.drawn_by is not None]
    bundle: dict[str, Any] = next((scan.bundle for scan in scans if scan.bundle), {})
    return InspectionRecord(
        inspection=inspection.id,
        containers=tuple(
            text for one in inspection.containers if (text := _fit_text(one))
        ),
        site=site,
        lane=inspection.lane,
        bundle=_make_bundle(bundle),
        operating_point=_make_point(bundle),
        scans=tuple(_make_scan(scan, files[scan.id]) for scan in scans),
        alarms=tuple(_make_alarm(alarm, files) for alarm in raised),
        decisions=tuple(said for alarm in raised for said in _list_decisions(alarm)),
        drawn=tuple(
            _make_drawn(session, alarm, files)
            for alarm in drawn
            if get_said(alarm) == "confirm"
        ),
        disposition=_make_disposition(session, inspection),
        outcome=_make_outcome(session, inspection, files),
    )


def name_places(session: Session, thing: FoundRecord, files: Files) -> FoundRecord:
    """A thing that was found, with its places named as they are handed over.

    Args:
        session: Of the records.
        thing: Its places name alarms and scans by their identifiers.
        files: Scans that are handed over; places in others are left out.
    """
    named = [_name_place(session, place, files) for place in thing.places]
    places = tuple(place for place in named if place is not None)
    return thing.model_copy(update={"places": places})


def fit_box(box: Box, width: int, height: int) -> Box:
    """A box within its scan, of at least a pixel: those that grew may stick out.

    Example:
        >>> fit_box((-3.0, 2.0, 9.0, 7.0), 8, 6), fit_box((9.0, 0.0, 9.0, 6.0), 8, 6)
        ((0.0, 2.0, 8.0, 6.0), (7.0, 0.0, 8.0, 6.0))
    """
    x0, x1 = _fit(box[0], box[2], width)
    y0, y1 = _fit(box[1], box[3], height)
    return x0, y0, x1, y1


def _fit(start: float, end: float, size: int) -> tuple[float, float]:
    start, end = max(min(start, size), 0.0), max(min(end, size), 0.0)
    if start < end:
        return float(start), float(end)
    start = max(min(start, size - 1.0), 0.0)
    return start, start + 1.0


def _make_bundle(bundle: dict[str, Any]) -> BundleRecord | None:
    return (
        BundleRecord(name=bundle["name"], sha256=bundle["sha256"]) if bundle else None
    )


def _make_point(bundle: dict[str, Any]) -> PointRecord | None:
    point = bundle.get("operating_point")
    return point and PointRecord(name=point["name"], threshold=point["threshold"])


def _make_scan(scan: ScanRow, handed: HandedScan) -> ScanRecord:
    acquired = scan.info.get("acquired")
    return ScanRecord(
        file=handed.file,
        sha256=handed.sha256,
        width=scan.width,
        height=scan.height,
        scanner=_fit_text(scan.info.get("scanner")),
        view=_fit_text(scan.view),
        acquired=datetime.fromisoformat(acquired) if acquired else scan.began,
    )


def _fit_text(said: str | None) -> str | None:
    """What a scanner says, as records may have it: one that says nothing is None."""
    return (said or "")[:LONGEST] or None


def _box_in_scan(alarm: Alarm) -> Box:
    return fit_box(alarm.box, alarm.scan.width, alarm.scan.height)


def _make_alarm(alarm: Alarm, files: Files) -> AlarmRecord:
    return AlarmRecord(
        id=alarm.id,
        scan=files[alarm.scan_id].file,
        box=_box_in_scan(alarm),
        score=alarm.score or 0.0,
        label=alarm.label,
    )


def _list_decisions(alarm: Alarm) -> list[DecisionRecord]:
    """Those that count, the last one last by its time too: a clock may have jumped."""
    standing = get_standing(alarm)
    if standing is None:
        return []
    made = [
        one
        for one in alarm.decisions
        if one.undone is None and one is not standing and one.made < standing.made
    ]
    return [
        DecisionRecord(
            alarm=alarm.id,
            decision=_as_said(one.decision),
            reason=brief_reason(one.decision, one.reason),
            by=one.user.pseudonym,
            when=one.made,
        )
        for one in [*made, standing]
    ]


def _as_said(decision: str) -> Any:  # one of the words that the record knows
    return decision


def _make_drawn(session: Session, alarm: Alarm, files: Files) -> DrawnRecord:
    return DrawnRecord(
        scan=files[alarm.scan_id].file,
        box=_box_in_scan(alarm),
        label=alarm.label,
        by=session.get_one(User, alarm.drawn_by).pseudonym,
        when=alarm.raised,
    )


def _make_disposition(
    session: Session, inspection: Inspection
) -> DispositionRecord | None:
    made = get_disposition(session, inspection.id)
    if made is None:
        return None
    return DispositionRecord(
        disposition=_as_said(made.disposition), by=made.user.pseudonym, when=made.made
    )


def _make_outcome(
    session: Session, inspection: Inspection, files: Files
) -> OutcomeRecord | None:
    outcomes = list_outcomes(session, inspection.id)
    if not outcomes:
        return None
    found = [
        FoundRecord.model_validate(one, strict=False) for one in outcomes[-1].found
    ]
    return OutcomeRecord(
        found=tuple(name_places(session, thing, files) for thing in found),
        by=outcomes[-1].user.pseudonym,
        when=outcomes[-1].made,
    )


def _name_place(session: Session, place: Place, files: Files) -> Place | None:
    if place.alarm is None:
        handed = files.get(place.scan or "")
        if handed is None:
            return None
        return place.model_copy(update={"scan": handed.file})
    alarm = session.get_one(Alarm, place.alarm)
    if alarm.scan_id not in files:
        return None
    if alarm.drawn_by is None:
        return place
    return Place(scan=files[alarm.scan_id].file, box=_box_in_scan(alarm))
