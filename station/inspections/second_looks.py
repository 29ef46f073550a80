"""Dismissed alarms that wait for a second person's word."""

from datetime import datetime
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from station.accounts.person import Person
from station.inspections.alarms_shown import AlarmShown, Shown, show_alarm
from station.inspections.questions import is_question, list_told_scans, needs_second
from station.records.tables import Alarm, Inspection, ScanRow
from station.records.tables.states import OPEN


class SecondLook(Shown):
    """A dismissed alarm that waits.

    Attributes:
        inspection: Identifier of its inspection.
        mine: Whether who asks dismissed it: then the second word is another's.
        since: When it was dismissed.
    """

    inspection: str
    lane: str
    containers: tuple[str, ...]
    alarm: AlarmShown
    mine: bool
    since: datetime

    @classmethod
    def of(cls, inspection: Inspection, alarm: AlarmShown) -> Self:
        """An alarm that waits."""
        (last,) = (one for one in alarm.decisions if one.id == alarm.standing)
        return cls(
            inspection=inspection.id,
            lane=inspection.lane,
            containers=tuple(inspection.containers),
            alarm=alarm,
            mine=last.mine,
            since=last.made,
        )


def list_second_looks(
    session: Session, viewer: Person, four_eyes: float | None
) -> list[SecondLook]:
    """Alarms of open inspections that wait for a second word, the oldest first.

    Args:
        session: Of the records.
        viewer: Who asks.
        four_eyes: Least score of dismissed alarms that need one; None if none does.
    """
    if four_eyes is None:
        return []
    query = (
        select(Alarm)
        .join(ScanRow, ScanRow.id == Alarm.scan_id)
        .join(Inspection, Inspection.id == ScanRow.inspection_id)
        .where(Inspection.state.in_(OPEN), Alarm.score >= four_eyes)
        .order_by(Inspection.began, Alarm.id)
        .options(selectinload(Alarm.decisions), selectinload(Alarm.scan))
    )
    scans = select(ScanRow.id).join(Inspection).where(Inspection.state.in_(OPEN))
    told = list_told_scans(session, scans)
    return [
        SecondLook.of(
            alarm.scan.inspection, show_alarm(session, alarm, viewer, four_eyes)
        )
        for alarm in session.scalars(query)
        if is_question(alarm, told) and needs_second(alarm, four_eyes)
    ]
