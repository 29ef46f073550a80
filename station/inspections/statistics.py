"""The figures of a shift."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from data.errors import StationError
from data.truth import FIREARM
from station.inspections.alarms_shown import Shown
from station.inspections.dispositions import list_outcomes
from station.inspections.questions import get_said, is_question
from station.records.tables import (
    Alarm,
    Decision,
    Inspection,
    ScanRow,
    SupervisedTest,
)

LONGEST: Final = timedelta(days=31)
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
        StationError: If it ends before it starts, or is longer than 31 days.
    """
    if not timedelta() <= period.end - period.start <= LONGEST:
        msg = "A period ends after it starts, and has at most 31 days. State another."
        raise StationError(msg)
    rows = _list_rows(session, period)
    alarms = _list_alarms(session, rows)
    raised = [alarm for alarm in alarms if alarm.drawn_by is None]
    said = [get_said(alarm) for alarm in raised]
    states = Counter(row.state for row in rows)
    return Statistics(
        start=period.start,
        end=period.end,
        inspections=len(rows),
        waiting=states["waiting"] + states["scanning"],
        released=states["released"],
        searched=states["searched"],
        alarms=len(raised),
        drawn=len(alarms) - len(raised),
        undecided=said.count(None),
        said=_count(said, [wait for alarm in raised for wait in _waits(alarm)]),
        outcomes=_count_outcomes(session, rows),
        operators=_list_operators(alarms) if operators else None,
    )


def _list_rows(session: Session, period: Period) -> list[Inspection]:
    query = select(Inspection).where(
        Inspection.began >= period.start, Inspection.began < period.end
    )
    if period.lane is not None:
        query = query.where(Inspection.lane == period.lane)
    loading = selectinload(Inspection.scans).selectinload(ScanRow.alarms)
    return list(session.scalars(query.options(loading.selectinload(Alarm.decisions))))


def _list_alarms(session: Session, rows: list[Inspection]) -> list[Alarm]:
    told = set(
        session.scalars(
            select(SupervisedTest.scan_id).where(SupervisedTest.told.is_not(None))
        )
    )
    return [
        alarm
        for row in rows
        for scan in row.scans
        for alarm in scan.alarms
        if is_question(alarm, told)
    ]


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


def _count_outcomes(session: Session, rows: list[Inspection]) -> Outcomes:
    counted: Counter[str] = Counter()
    for row in rows:
        if row.state == "searched":
            counted[_judge(session, row)] += 1
    return Outcomes(
        firearm=counted["firearm"],
        other=counted["other"],
        nothing=counted["nothing"],
        open=counted["open"],
    )


def _judge(session: Session, row: Inspection) -> str:
    outcomes = list_outcomes(session, row.id)
    if not outcomes:
        return "open"
    labels = {thing["label"] for thing in outcomes[-1].found}
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
