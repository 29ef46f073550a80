"""Boxes that people draw where they see what the detector did not."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from data.errors import AccessError, ConflictError, StationError
from station.accounts.person import Person
from station.audit import append
from station.inspections.decisions import check_question
from station.inspections.finding import check_open
from station.inspections.questions import get_standing
from station.records.identifiers import new_id
from station.records.moment import now
from station.records.tables import Alarm, ScanRow
from station.supervised.telling import Told, after_decision

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A box that somebody drew.

    Attributes:
        box: x0, y0, x1, y1, px of the scan.
        label: What it is taken for: one of `data.truth.LABELS`.
    """

    box: Box
    label: str


def draw(
    session: Session, scan: ScanRow, drawing: Drawing, viewer: Person
) -> tuple[Alarm, Told | None]:
    """Draw a box: an alarm that is confirmed by whoever draws it.

    Args:
        session: Of a change.
        scan: Where.
        drawing: What.
        viewer: Who.

    Returns:
        The alarm, and what the viewer must be told if it was a test.

    Raises:
        StationError: If the box is empty or leaves the scan.
        ConflictError: If the inspection is closed.
    """
    check_open(scan.inspection)
    _check_box(drawing.box, scan)
    x0, y0, x1, y1 = drawing.box
    made = Alarm(
        id=new_id(),
        x0=x0,
        y0=y0,
        x1=x1,
        y1=y1,
        label=drawing.label,
        coarse=False,
        test=False,
        drawn_by=viewer.user_id,
        raised=now(),
    )
    scan.alarms.append(made)
    session.flush()
    payload = {
        "inspection": scan.inspection_id,
        "scan": scan.id,
        "box": [round(value, 1) for value in drawing.box],
        "label": drawing.label,
    }
    append(session, "alarm.drawn", made.id, payload, actor=viewer.pseudonym)
    return made, after_decision(session, made, "drawn", viewer)


def withdraw(session: Session, alarm: Alarm, viewer: Person) -> Alarm:
    """Take a drawn box back; nothing happens if that was done.

    Args:
        session: Of a change.
        alarm: Which.
        viewer: Who drew it.

    Raises:
        AccessError: If somebody else drew it, or the detector raised it.
        ConflictError: If the inspection is closed, the box ended a test, or somebody
            else has decided on it since.
    """
    if alarm.drawn_by != viewer.user_id:
        msg = f"The alarm {alarm.id} was not drawn by you. Decide on it instead."
        raise AccessError(msg, code="alarm.not_yours", facts={"alarm": alarm.id})
    if alarm.withdrawn is not None:
        return alarm
    check_question(session, alarm)
    standing = get_standing(alarm)
    if standing is not None and standing.user_id != viewer.user_id:
        msg = f"Somebody else decided on the alarm {alarm.id}. Decide on it instead."
        raise ConflictError(
            msg, code="alarm.decided_by_other", facts={"alarm": alarm.id}
        )
    alarm.withdrawn = now()
    payload = {"inspection": alarm.scan.inspection_id, "scan": alarm.scan_id}
    append(session, "alarm.withdrawn", alarm.id, payload, actor=viewer.pseudonym)
    return alarm


def _check_box(box: Box, scan: ScanRow) -> None:
    """A scan that is coming in has no width yet: it is not checked then."""
    x0, y0, x1, y1 = box
    inside = y1 <= scan.height and (not scan.width or x1 <= scan.width)
    if not (0 <= x0 < x1 and 0 <= y0 < y1 and inside):
        size = f"{scan.width or 'any'} x {scan.height} px"
        msg = (
            f"The box {list(box)} is empty or leaves its scan of {size}. Draw it anew."
        )
        raise StationError(
            msg, code="box.outside", facts={"width": scan.width, "height": scan.height}
        )
