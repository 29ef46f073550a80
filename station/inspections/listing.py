"""Which inspections there are: those that wait, and those that are done with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import Select, Text, and_, cast, or_, select
from sqlalchemy.orm import Session, selectinload

from station.inspections.alarms_shown import Shown
from station.inspections.finding import find
from station.inspections.questions import get_said, is_question, list_told_scans
from station.records.tables import Alarm, Inspection, ScanRow
from station.records.tables.states import CLOSED, COMING, OPEN, InspectionState

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
        before: Identifier of the last one of the page before; None for the first page.
        limit: How many at most.
    """

    state: Which = "open"
    lane: str | None = None
    search: str | None = None
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
        highest: The highest score; None without alarms.
        second_look: Whether a test was told and the real scan must be decided.
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
    highest: float | None
    second_look: bool


class Queue(Shown):
    """A page of a list.

    Attributes:
        inspections: Open ones the oldest first, else the newest first.
        next: What to state as `before` for the next page; None on the last one.
    """

    inspections: tuple[QueueItem, ...]
    next: str | None


def list_inspections(session: Session, wanted: Wanted) -> Queue:
    """A page of inspections.

    Args:
        session: Of the records.
        wanted: Which.

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
    told = list_told_scans(session, shown)
    return Queue(
        inspections=tuple(_show(row, told) for row in page),
        next=page[-1].id if len(rows) > wanted.limit else None,
    )


def _select(wanted: Wanted) -> Select[tuple[Inspection]]:
    states = _STATES.get(wanted.state, (wanted.state,))
    query = select(Inspection).where(Inspection.state.in_(states))
    if wanted.lane is not None:
        query = query.where(Inspection.lane == wanted.lane)
    if wanted.search:
        query = query.where(
            or_(
                Inspection.id.startswith(wanted.search.lower(), autoescape=True),
                Inspection.number.icontains(wanted.search, autoescape=True),
                cast(Inspection.containers, Text).icontains(
                    wanted.search, autoescape=True
                ),
            )
        )
    return query


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


def _show(row: Inspection, told: set[str]) -> QueueItem:
    states = {scan.state for scan in row.scans}
    alarms = [
        alarm for scan in row.scans for alarm in scan.alarms if is_question(alarm, told)
    ]
    said = [get_said(alarm) for alarm in alarms]
    scores = [alarm.score for alarm in alarms if alarm.score is not None]
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
            "highest": max(scores, default=None),
            "second_look": row.second_look,
        }
    )
