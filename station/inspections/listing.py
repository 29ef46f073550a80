"""Which inspections there are: those that wait, and those that are done with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, Text, and_, cast, or_, select
from sqlalchemy.orm import Session, selectinload

from station.inspections.alarms_shown import Shown
from station.inspections.ends_listed import Ends, is_referred, was_found
from station.inspections.finding import find
from station.inspections.questions import (
    get_said,
    is_question,
    list_told_scans,
    needs_second,
)
from station.records.tables import Alarm, Inspection, ScanRow
from station.records.tables.states import CLOSED, COMING, OPEN, Chosen, InspectionState

Which = InspectionState | Literal["open", "closed", "all"]

_STATES: Final[dict[str, tuple[str, ...]]] = {
    "open": OPEN,
    "closed": CLOSED,
    "all": (*OPEN, *CLOSED),
}

_OLDEST_FIRST: Final = ("open", "scanning", "waiting")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which inspections somebody wants to see.

    Attributes:
        state: One of the states; "open" or "closed" for two of them, or "all".
        lane: Name of the lane; None for all.
        search: Part of a container number or of the scanner's number, or the beginning
            of an identifier; None for all.
        since: Those that began from then on; None for all.
        until: Those that began before.
        disposition: Those that were released, or searched; None for all.
        found: Those in which the search found something, or nothing, as the last
            outcome says; None for all.
        referred: Those that are held for another agency, or are not; None for all.
        before: Identifier of the last one of the page before; None for the first page.
        limit: How many at most.
    """

    state: Which = "open"
    lane: str | None = None
    search: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    disposition: Chosen | None = None
    found: bool | None = None
    referred: bool | None = None
    before: str | None = None
    limit: int = 50


class QueueItem(Shown):
    """An inspection in a list.

    Attributes:
        number: What the scanner calls it.
        scans: How many views there are.
        coming: Whether one of them still comes in or is looked at.
        failed: Whether nothing could look at one of them.
        alarms: How many there are.
        undecided: How many of them nobody has decided on.
        confirmed: How many are confirmed.
        waits_second: How many dismissed ones wait for a second person's word.
        highest: The highest score; None without alarms.
        second_look: Whether a test was told and the real scan must be decided.
        synthetic: Whether one of its scans is simulated.
        whole: Whether all columns of all scans came.
        disposition: What became of the container; None as long as that is open.
        disposed_by: Pseudonym of who said so.
        found: How many things the search found, as the last outcome says; None as long
            as nobody has said.
        referred: Whether it is held for another agency.
    """

    id: str
    lane: str
    number: str | None
    containers: tuple[str, ...]
    state: InspectionState
    began: datetime
    closed: datetime | None
    scans: int
    coming: bool
    failed: bool
    alarms: int
    undecided: int
    confirmed: int
    waits_second: int
    highest: float | None
    second_look: bool
    synthetic: bool
    whole: bool
    disposition: Chosen | None
    disposed_by: str | None
    found: int | None
    referred: bool


class Queue(Shown):
    """A page of a list.

    Attributes:
        inspections: Open ones the oldest first, else the newest first.
        next: What to state as `before` for the next page; None on the last one.
    """

    inspections: tuple[QueueItem, ...]
    next: str | None


def list_inspections(
    session: Session, wanted: Wanted, four_eyes: float | None
) -> Queue:
    """A page of inspections.

    Args:
        session: Of the records.
        wanted: Which.
        four_eyes: Least score of dismissed alarms that need a second word; None if none
            does.

    Raises:
        NoSuchRecordError: If `before` is none.
    """
    scans = selectinload(Inspection.scans)
    query = _order(session, _select(wanted), wanted).options(
        scans.defer(ScanRow.findings),
        scans.selectinload(ScanRow.alarms).selectinload(Alarm.decisions),
    )
    rows = session.scalars(query.limit(wanted.limit + 1)).all()
    page = rows[: wanted.limit]
    names = [row.id for row in page]
    shown = select(ScanRow.id).where(ScanRow.inspection_id.in_(names))
    told, ends = list_told_scans(session, shown), Ends.read(session, names)
    return Queue(
        inspections=tuple(_show(row, told, ends, four_eyes) for row in page),
        next=page[-1].id if len(rows) > wanted.limit else None,
    )


def _select(wanted: Wanted) -> Select[tuple[Inspection]]:
    states = _STATES.get(wanted.state, (wanted.state,))
    query = select(Inspection).where(Inspection.state.in_(states))
    asked = ((make, getattr(wanted, name)) for name, make in _FILTERS.items())
    return query.where(*(make(value) for make, value in asked if value is not None))


def _matches(search: str) -> ColumnElement[bool]:
    return or_(
        Inspection.id.startswith(search.lower(), autoescape=True),
        Inspection.number.icontains(search, autoescape=True),
        cast(Inspection.containers, Text).icontains(search, autoescape=True),
    )


_FILTERS: Final[dict[str, Callable[[Any], ColumnElement[bool]]]] = {
    "lane": lambda lane: Inspection.lane == lane,
    "search": _matches,
    "since": lambda since: Inspection.began >= since,
    "until": lambda until: Inspection.began < until,
    "disposition": lambda chosen: Inspection.state == chosen,
    "found": was_found,
    "referred": is_referred,
}
"""How what is wanted is looked for, where it is stated."""


def _order(
    session: Session, query: Select[tuple[Inspection]], wanted: Wanted
) -> Select[tuple[Inspection]]:
    oldest = wanted.state in _OLDEST_FIRST
    if wanted.before is not None:
        last = find(session, Inspection, wanted.before)
        began, name = Inspection.began, Inspection.id
        same = began == last.began
        if oldest:
            query = query.where(or_(began > last.began, and_(same, name > last.id)))
        else:
            query = query.where(or_(began < last.began, and_(same, name < last.id)))
    if oldest:
        return query.order_by(Inspection.began, Inspection.id)
    return query.order_by(Inspection.began.desc(), Inspection.id.desc())


def _show(
    row: Inspection, told: set[str], ends: Ends, four_eyes: float | None
) -> QueueItem:
    states = {scan.state for scan in row.scans}
    alarms = [
        alarm for scan in row.scans for alarm in scan.alarms if is_question(alarm, told)
    ]
    said = [get_said(alarm) for alarm in alarms]
    scores = [alarm.score for alarm in alarms if alarm.score is not None]
    made = ends.dispositions.get(row.id)
    return QueueItem.model_validate(
        {
            "id": row.id,
            "lane": row.lane,
            "number": row.number,
            "containers": row.containers,
            "state": row.state,
            "began": row.began,
            "closed": row.closed,
            "scans": len(row.scans),
            "coming": not states.isdisjoint(COMING),
            "failed": "failed" in states,
            "alarms": len(alarms),
            "undecided": said.count(None),
            "confirmed": said.count("confirm"),
            "waits_second": sum(needs_second(alarm, four_eyes) for alarm in alarms),
            "highest": max(scores, default=None),
            "second_look": row.second_look,
            "synthetic": any(scan.info.get("synthetic") for scan in row.scans),
            "whole": all(scan.whole for scan in row.scans),
            "disposition": made and made.disposition,
            "disposed_by": made and made.user.pseudonym,
            "found": ends.found.get(row.id),
            "referred": row.id in ends.referred,
        }
    )
