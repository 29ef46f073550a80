"""The figures of a shift."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, selectinload

from data.errors import StationError
from data.truth import FIREARM
from station.inspections.alarms_shown import Shown
from station.inspections.dispositions import in_order
from station.inspections.questions import get_said, is_question, list_told_scans
from station.records.tables import (
    Alarm,
    Decision,
    Inspection,
    Outcome,
    ScanRow,
)

LONGEST: Final = timedelta(days=7)
"""Of a period."""


@dataclass(frozen=True, slots=True)
class Period:
    """Of which inspections the figures are.

    Attributes:
        start: They began at or after it.
        end: They began before it.
        lane: Name of the lane; None for all.
    """

    start: datetime
    end: datetime
    lane: str | None = None


class Said(Shown):
    """How many alarms were answered how.

    Attributes:
        median_s: From the alarm to the first decision on it, s; None without any.
    """

    confirm: int
    dismiss: int
    unsure: int
    median_s: float | None


class OperatorFigures(Shown):
    """What one person did: decisions that were not undone.

    Attributes:
        operator: Their pseudonym.
    """

    operator: str
    said: Said


class Outcomes(Shown):
    """What searches found, inspections.

    Attributes:
        firearm: With a firearm.
        other: With something else alone.
        nothing: With nothing.
        open: Nobody has said yet.
    """

    firearm: int
    other: int
    nothing: int
    open: int


class Statistics(Shown):
    """The figures of a shift.

    Attributes:
        inspections: How many began.
        waiting: How many of them still wait, or are being scanned.
        alarms: What the detector raised.
        drawn: What people drew.
        undecided: Alarms without a decision.
        said: What counts as said of the alarms that the detector raised.
        operators: Of each person, for supervisors; None for others.
    """

    start: datetime
    end: datetime
    inspections: int
    waiting: int
    released: int
    searched: int
    alarms: int
    drawn: int
    undecided: int
    said: Said
    outcomes: Outcomes
    operators: tuple[OperatorFigures, ...] | None


def measure(session: Session, period: Period, *, operators: bool) -> Statistics:
    """Measure a period.

    Args:
        session: Of the records.
        period: Which.
        operators: Whether figures of each person are asked for.

    Raises:
        StationError: If it ends before it starts, or is longer than 7 days.
    """
    if not timedelta() <= period.end - period.start <= LONGEST:
        msg = "A period ends after it starts, and has at most 7 days. State another."
        raise StationError(msg, code="period.unfit", facts={"days": LONGEST.days})
    alarms = _list_alarms(session, period)
    raised = [alarm for alarm in alarms if alarm.drawn_by is None]
    said = [get_said(alarm) for alarm in raised]
    states = _count_states(session, period)
    return Statistics(
        start=period.start,
        end=period.end,
        inspections=states.total(),
        waiting=states["waiting"] + states["scanning"],
        released=states["released"],
        searched=states["searched"],
        alarms=len(raised),
        drawn=len(alarms) - len(raised),
        undecided=said.count(None),
        said=_count(said, [wait for alarm in raised for wait in _waits(alarm)]),
        outcomes=_count_outcomes(session, period),
        operators=_list_operators(alarms) if operators else None,
    )


def _within(period: Period) -> ColumnElement[bool]:
    """Whether an inspection is of a period."""
    began = Inspection.began
    times = and_(began >= period.start, began < period.end)
    return times if period.lane is None else and_(times, Inspection.lane == period.lane)


def _count_states(session: Session, period: Period) -> Counter[str]:
    query = select(Inspection.state, func.count()).where(_within(period))
    found = session.execute(query.group_by(Inspection.state))
    return Counter({row[0]: row[1] for row in found})


def _list_alarms(session: Session, period: Period) -> list[Alarm]:
    scans = select(ScanRow.id).join(Inspection).where(_within(period))
    told = list_told_scans(session, scans)
    query = (
        select(Alarm)
        .join(ScanRow, ScanRow.id == Alarm.scan_id)
        .join(Inspection, Inspection.id == ScanRow.inspection_id)
        .where(_within(period))
        .options(selectinload(Alarm.decisions))
    )
    return [alarm for alarm in session.scalars(query) if is_question(alarm, told)]


def _waits(alarm: Alarm) -> list[float]:
    """How long it took to the first decision, s; a clock that went back counts 0."""
    made = [one.made for one in alarm.decisions if one.undone is None]
    if not made:
        return []
    return [max((min(made) - alarm.raised).total_seconds(), 0.0)]


def _count(said: Iterable[str | None], waits: list[float]) -> Said:
    counted = Counter(said)
    return Said(
        confirm=counted["confirm"],
        dismiss=counted["dismiss"],
        unsure=counted["unsure"],
        median_s=round(median(waits), 2) if waits else None,
    )


def _count_outcomes(session: Session, period: Period) -> Outcomes:
    searched = select(Inspection.id).where(
        _within(period), Inspection.state == "searched"
    )
    query = select(Outcome).where(Outcome.inspection_id.in_(searched))
    made: dict[str, list[Outcome]] = {}
    for outcome in session.scalars(query):
        made.setdefault(outcome.inspection_id, []).append(outcome)
    counted = Counter(_judge(in_order(outcomes)[-1]) for outcomes in made.values())
    count = session.scalar(select(func.count()).select_from(searched.subquery())) or 0
    return Outcomes(
        firearm=counted["firearm"],
        other=counted["other"],
        nothing=counted["nothing"],
        open=count - len(made),
    )


def _judge(outcome: Outcome) -> str:
    labels = {thing["label"] for thing in outcome.found}
    if FIREARM in labels:
        return "firearm"
    return "other" if labels else "nothing"


def _list_operators(alarms: list[Alarm]) -> tuple[OperatorFigures, ...]:
    made: dict[str, list[Decision]] = {}
    for alarm in alarms:
        for decision in alarm.decisions:
            if decision.undone is None:
                made.setdefault(decision.user.pseudonym, []).append(decision)
    return tuple(
        OperatorFigures(
            operator=name,
            said=_count(
                [one.decision for one in decisions],
                [
                    max((one.made - one.alarm.raised).total_seconds(), 0.0)
                    for one in decisions
                ],
            ),
        )
        for name, decisions in sorted(made.items())
    )
