"""Which alarms must be answered, and what was said of each."""

from collections.abc import Iterable
from typing import Literal

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session

from station.records.tables import Alarm, Decision, Inspection, ScanRow, SupervisedTest

Said = Literal["confirm", "dismiss", "unsure"]


def list_told(session: Session, inspection: Inspection) -> list[SupervisedTest]:
    """Tests in an inspection that were told."""
    query = select(SupervisedTest).where(_is_told(_scans_of(inspection)))
    return list(session.scalars(query))


def list_told_scans(session: Session, scans: Select[tuple[str]]) -> set[str]:
    """Scans whose test was told.

    Args:
        session: Of the records.
        scans: Selects the identifiers of those that are asked for.
    """
    query = select(SupervisedTest.scan_id).where(_is_told(scans))
    return set(session.scalars(query))


def list_questions(session: Session, inspection: Inspection) -> list[Alarm]:
    """Alarms that count: not withdrawn, and not of a test that was told.

    Args:
        session: Of the records.
        inspection: Whose.
    """
    told = list_told_scans(session, _scans_of(inspection))
    alarms = (alarm for scan in inspection.scans for alarm in scan.alarms)
    return [alarm for alarm in alarms if is_question(alarm, told)]


def is_question(alarm: Alarm, told: Iterable[str]) -> bool:
    """Whether an alarm counts.

    Args:
        alarm: Any.
        told: Scans whose test was told.
    """
    return alarm.withdrawn is None and not (alarm.test and alarm.scan_id in told)


def _is_told(scans: Select[tuple[str]]) -> ColumnElement[bool]:
    return and_(SupervisedTest.scan_id.in_(scans), SupervisedTest.told.is_not(None))


def _scans_of(inspection: Inspection) -> Select[tuple[str]]:
    return select(ScanRow.id).where(ScanRow.inspection_id == inspection.id)


def get_standing(alarm: Alarm) -> Decision | None:
    """The decision that counts; None if nobody has decided.

    It is the one that no other replaced; those that were undone aside. Times play no
    part: clocks jump.
    """
    made = [one for one in alarm.decisions if one.undone is None]
    replaced = {one.replaces for one in made}
    return next((one for one in made if one.id not in replaced), None)


def get_said(alarm: Alarm) -> str | None:
    """What counts as said of an alarm: "confirm", "dismiss" or "unsure"; None if open.

    Whoever draws a box confirms it, until somebody says something else.
    """
    standing = get_standing(alarm)
    if standing is not None:
        return standing.decision
    return None if alarm.drawn_by is None else "confirm"


def forbids_release(alarm: Alarm, four_eyes: float | None) -> bool:
    """Whether only a supervisor may release a container with such an alarm.

    A confirmed one does; where high scores need four eyes, so does one of them that is
    left as unsure: else that would be the way past the second person.

    Args:
        alarm: Any.
        four_eyes: Least score of such alarms; None if none needs a second word.
    """
    said = get_said(alarm)
    high = four_eyes is not None and (alarm.score or 0.0) >= four_eyes
    return said == "confirm" or (said == "unsure" and high)


def needs_second(alarm: Alarm, four_eyes: float | None) -> bool:
    """Whether a dismissed alarm needs a second person's word.

    Args:
        alarm: Any.
        four_eyes: Least score of such alarms; None if none needs it.
    """
    standing = get_standing(alarm)
    if standing is None or four_eyes is None or alarm.score is None:
        return False
    high = alarm.score >= four_eyes
    return high and standing.decision == "dismiss" and not standing.second
