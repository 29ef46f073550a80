"""Tell whoever decided that it was a test, and have the real scan looked at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from station.accounts.person import Person
from station.audit import append
from station.records.moment import now
from station.records.tables import Alarm, Inspection, ScanRow, SupervisedTest
from station.supervised.patch import Box
from station.supervised.recording import is_test

Said = Literal["confirm", "dismiss", "unsure", "drawn"]

HIT = "This was a test: you found the firearm. Now look at the real scan."
MISSED = (
    "This was a test: the firearm in the marked place was not found. "
    "Now look at the real scan."
)


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody is told of a test.

    Attributes:
        hit: Whether they found the firearm.
        box: Where it was, x0 y0 x1 y1, px of the scan.
        scan: Identifier of the scan.
        text: It in a sentence or two.
    """

    hit: bool
    box: Box
    scan: str
    text: str


def after_decision(
    session: Session, alarm: Alarm, decision: Said, viewer: Person
) -> Told | None:
    """Tell whoever decided on an alarm, if that ends a test.

    Call it after the decision was added. "confirm", "unsure" or "drawn" where the
    firearm is finds it; "dismiss" of its alarm misses it.

    Args:
        session: Of `Database.changing`.
        alarm: What was decided on, or drawn.
        decision: What was said of it.
        viewer: By whom.

    Returns:
        None if it was no test, or the test goes on.
    """
    test = session.scalar(_open_tests().where(SupervisedTest.scan_id == alarm.scan_id))
    if test is None:
        return None
    if decision == "dismiss":
        return _tell(session, test, viewer, hit=False) if alarm.test else None
    if alarm.test or is_test(alarm.box, box_of(test)):
        return _tell(session, test, viewer, hit=True)
    return None


def before_disposition(
    session: Session, inspection: Inspection, viewer: Person
) -> Told | None:
    """Tell whoever wants to release or search a container that they missed a firearm.

    Call it once nothing else hinders the disposition: if it tells something, the
    disposition is not made, as the real scan must be looked at first.

    Args:
        session: Of `Database.changing`.
        inspection: Of the container.
        viewer: Who wants it.

    Returns:
        None if no test is open. Of several, all end, and the first one is told.
    """
    scans = select(ScanRow.id).where(ScanRow.inspection_id == inspection.id)
    tests = session.scalars(
        _open_tests()
        .where(SupervisedTest.scan_id.in_(scans))
        .order_by(SupervisedTest.id)
    )
    told = [_tell(session, test, viewer, hit=False) for test in tests.all()]
    return told[0] if told else None


def forget_old(session: Session, now: datetime, keep_days: float) -> int:
    """Forget who was tested, once that is old; what came of the tests stays.

    Args:
        session: Of `Database.changing`.
        now: The time, with its zone.
        keep_days: How long it is kept, days.

    Returns:
        How many tests were forgotten.
    """
    found = session.connection().execute(
        update(SupervisedTest)
        .where(
            SupervisedTest.user_id.is_not(None),
            SupervisedTest.told < now - timedelta(days=keep_days),
        )
        .values(user_id=None)
    )
    return found.rowcount


def box_of(test: SupervisedTest) -> Box:
    """Where the firearm of a test is, x0 y0 x1 y1, px of the scan."""
    return test.x0, test.y0, test.x1, test.y1


def _open_tests() -> Select[tuple[SupervisedTest]]:
    return select(SupervisedTest).where(SupervisedTest.state == "open")


def _tell(session: Session, test: SupervisedTest, viewer: Person, *, hit: bool) -> Told:
    scan = session.get_one(ScanRow, test.scan_id)
    test.state = "hit" if hit else "missed"
    test.user_id = viewer.user_id
    test.told = now()
    alarms = session.scalars(select(Alarm).where(Alarm.scan_id == scan.id))
    test.flagged = _mark(alarms, box_of(test))
    scan.state = "again"
    scan.inspection.second_look = True
    # Neither who nor how it went: the log is kept for ever, rates are not.
    placed = {"test": test.id, "made": test.made.isoformat()}
    append(session, "test.placed", scan.id, placed, actor=f"lane:{scan.lane}")
    payload = {"test": test.id, "inspection": scan.inspection_id}
    append(session, "test.told", scan.id, payload)
    return Told(hit, box_of(test), scan.id, HIT if hit else MISSED)


def _mark(alarms: Iterable[Alarm], box: Box) -> bool:
    """Have all alarms of the firearm leave the questions, those that were drawn too.

    Returns:
        Whether the detector had raised any of them.
    """
    of_it = [alarm for alarm in alarms if alarm.test or is_test(alarm.box, box)]
    for alarm in of_it:
        alarm.test = True
    return any(alarm.drawn_by is None for alarm in of_it)
