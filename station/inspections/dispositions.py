"""Release or search a container; what stands in the way of it; undo it.

A disposition can be undone as long as no outcome is there: by whoever made it for 15
minutes, by a supervisor at any time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.errors import AccessError, ConflictError
from station.accounts.person import Person
from station.accounts.roles import Role
from station.audit import append
from station.config import ReviewConfig
from station.inspections.finding import check_open
from station.inspections.questions import (
    forbids_release,
    get_said,
    list_questions,
    needs_second,
)
from station.records.identifiers import new_id
from station.records.moment import now
from station.records.tables import Disposition, Inspection, Outcome, User
from station.records.tables.states import COMING, Chosen
from station.supervised.telling import Told, before_disposition

UNDO: Final = timedelta(minutes=15)
"""How long whoever disposed may undo it."""


@dataclass(frozen=True, slots=True)
class Disposing:
    """What shall become of a container.

    Attributes:
        request: Name of the request.
        disposition: "released" or "searched".
        reason: Why a supervisor releases it although an alarm was confirmed.
    """

    request: str
    disposition: Chosen
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """What stands in the way of any disposition.

    Attributes:
        kind: "scan": one still comes in or is looked at; "decision": an alarm has
            none; "second": a dismissed alarm needs a second person's word.
        ids: Identifiers of the scans or alarms.
        text: It in words.
    """

    kind: Literal["scan", "decision", "second"]
    ids: tuple[str, ...]
    text: str


def list_blocks(
    session: Session, inspection: Inspection, review: ReviewConfig
) -> list[Block]:
    """All that stands in the way of a disposition.

    Args:
        session: Of the records.
        inspection: Of the container.
        review: How decisions are made here.
    """
    alarms = list_questions(session, inspection)
    coming = [s.id for s in inspection.scans if s.state in COMING]
    undecided = [alarm.id for alarm in alarms if get_said(alarm) is None]
    four_eyes = review.four_eyes_score
    waiting = [alarm.id for alarm in alarms if needs_second(alarm, four_eyes)]
    blocks = (
        Block(
            "scan", tuple(coming), _say(coming, "scan", "still coming in or looked at")
        ),
        Block(
            "decision", tuple(undecided), _say(undecided, "alarm", "without a decision")
        ),
        Block(
            "second", tuple(waiting), _say(waiting, "alarm", "without a second word")
        ),
    )
    return [block for block in blocks if block.ids]


def dispose(
    session: Session,
    inspection: Inspection,
    disposing: Disposing,
    viewer: Person,
    review: ReviewConfig,
) -> Disposition | Told:
    """Release or search a container.

    Args:
        session: Of a change.
        inspection: Of the container.
        disposing: What shall become of it.
        viewer: Who says so.
        review: How decisions are made here.

    Returns:
        The disposition; or, if there was a test that nobody found, what the viewer
        must be told: then nothing is disposed, and the real scan must be looked at.

    Raises:
        ConflictError: If the inspection is closed, anything stands in the way, or a
            alarm forbids a release.
    """
    check_open(inspection)
    if blocks := list_blocks(session, inspection, review):
        listed = " ".join(f"{block.text}: {', '.join(block.ids)}." for block in blocks)
        msg = f"The container cannot be {disposing.disposition} yet. {listed}"
        raise ConflictError(
            msg,
            code="disposition.blocked",
            facts={"disposition": disposing.disposition, "blocks": len(blocks)},
        )
    overruled = _check_release(session, inspection, disposing, viewer, review)
    told = before_disposition(session, inspection, viewer)
    if told is not None:
        return told
    made = Disposition(
        id=new_id(),
        inspection_id=inspection.id,
        user_id=viewer.user_id,
        user=session.get_one(User, viewer.user_id),
        request=disposing.request,
        disposition=disposing.disposition,
        reason=disposing.reason,
        made=now(),
    )
    session.add(made)
    inspection.state, inspection.closed = disposing.disposition, made.made
    inspection.second_look = False
    payload = {
        "disposition": made.id,
        "became": made.disposition,
        "overruled": overruled,
    }
    append(
        session, "inspection.disposed", inspection.id, payload, actor=viewer.pseudonym
    )
    return made


def undo_disposition(
    session: Session, disposition: Disposition, viewer: Person
) -> Disposition:
    """Undo a disposition; nothing happens if that was done.

    Args:
        session: Of a change.
        disposition: Which.
        viewer: Who made it, or a supervisor.

    Raises:
        AccessError: If it is another's to undo.
        ConflictError: If there is an outcome, or too much time has passed.
    """
    supervisor = viewer.role is Role.SUPERVISOR
    if disposition.user_id != viewer.user_id and not supervisor:
        msg = "Only whoever disposed, or a supervisor, may undo it. Ask them."
        raise AccessError(msg, code="disposition.not_yours")
    if disposition.undone is not None:
        return disposition
    if list_outcomes(session, disposition.inspection_id):
        msg = "There is an outcome of the search: the disposition stands. Correct that."
        raise ConflictError(msg, code="disposition.has_outcome")
    if not supervisor and now() > undoable_until(disposition):
        msg = "More than 15 minutes have passed. Ask a supervisor to undo it."
        raise ConflictError(
            msg,
            code="disposition.too_late",
            facts={"minutes": UNDO // timedelta(minutes=1)},
        )
    disposition.undone = now()
    inspection = session.get_one(Inspection, disposition.inspection_id)
    inspection.state, inspection.closed = "waiting", None
    payload = {"disposition": disposition.id, "was": disposition.disposition}
    append(
        session, "disposition.undone", inspection.id, payload, actor=viewer.pseudonym
    )
    return disposition


def get_disposition(session: Session, inspection_id: str) -> Disposition | None:
    """The disposition that counts; None if there is none."""
    query = select(Disposition).where(
        Disposition.inspection_id == inspection_id, Disposition.undone.is_(None)
    )
    return session.scalar(query)


def list_outcomes(session: Session, inspection_id: str) -> list[Outcome]:
    """What was found, the one that counts last."""
    query = select(Outcome).where(Outcome.inspection_id == inspection_id)
    return in_order(session.scalars(query))


def in_order(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The outcomes of one inspection, each after the one that it corrects."""
    after = {one.replaces: one for one in outcomes}
    listed: list[Outcome] = []
    while (one := after.get(listed[-1].id if listed else None)) is not None:
        listed.append(one)
    return listed


def undoable_until(disposition: Disposition) -> datetime:
    """When whoever made a disposition may undo it no more."""
    return disposition.made + UNDO


def _check_release(
    session: Session,
    inspection: Inspection,
    disposing: Disposing,
    viewer: Person,
    review: ReviewConfig,
) -> list[str]:
    """The alarms that a release overrules."""
    if disposing.disposition != "released":
        return []
    alarms = list_questions(session, inspection)
    four_eyes = review.four_eyes_score
    against = [alarm for alarm in alarms if forbids_release(alarm, four_eyes)]
    if not against:
        return []
    if viewer.role is not Role.SUPERVISOR:
        code = "disposition.alarm_forbids"
        what = "Search it, or have a supervisor release it."
    elif disposing.reason is None:
        code = "disposition.needs_reason"
        what = "State why it is released all the same."
    else:
        return [alarm.id for alarm in against]
    listed = ", ".join(f"{alarm.id} ({get_said(alarm)})" for alarm in against)
    msg = f"An alarm forbids a release: {listed}. {what}"
    raise ConflictError(msg, code=code, facts={"alarms": len(against)})


def _say(ids: list[str], noun: str, what: str) -> str:
    return f"{len(ids)} {noun}{'' if len(ids) == 1 else 's'} {what}"
