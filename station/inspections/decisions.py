"""Say of an alarm what it is, and take that back."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from data.errors import AccessError, ConflictError, StationError
from station.accounts.person import Person
from station.audit import append
from station.config import ReviewConfig
from station.inspections.finding import check_open
from station.inspections.questions import Said, get_standing, is_question, list_told
from station.records.identifiers import new_id
from station.records.moment import now
from station.records.tables import Alarm, Decision, User
from station.supervised.telling import Told, after_decision

OTHER: Final = "other: "
"""How a reason begins that is not in the list, where "other" is."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What somebody says of an alarm.

    Attributes:
        request: Name of the request.
        decision: "confirm", "dismiss" or "unsure".
        reason: Why; needed to dismiss.
        replaces: Identifier of the decision that counted when they looked; None if
            there was none.
        second: Whether it is the second person's word on a dismissed alarm.
    """

    request: str
    decision: Said
    reason: str | None = None
    replaces: str | None = None
    second: bool = False


def decide(
    session: Session,
    alarm: Alarm,
    saying: Saying,
    viewer: Person,
    review: ReviewConfig,
) -> tuple[Decision, Told | None]:
    """Decide on an alarm.

    Args:
        session: Of a change.
        alarm: Which.
        saying: What is said of it.
        viewer: By whom.
        review: How decisions are made here.

    Returns:
        The decision, and what the viewer must be told if it was a test.

    Raises:
        StationError: If a dismissal states no reason of those that there are.
        ConflictError: If the alarm is no question any more, or was decided on
            meanwhile, or needs no second word of this viewer.
    """
    check_question(session, alarm)
    _check_reason(saying, review)
    standing = get_standing(alarm)
    _check_replaces(saying, standing)
    if saying.second:
        _check_second(standing, viewer)
    made = Decision(
        id=new_id(),
        user_id=viewer.user_id,
        user=session.get_one(User, viewer.user_id),
        request=saying.request,
        decision=saying.decision,
        reason=saying.reason,
        second=saying.second,
        replaces=saying.replaces,
        made=now(),
    )
    alarm.decisions.append(made)
    _log(session, made, alarm, viewer)
    return made, after_decision(session, alarm, saying.decision, viewer)


def undo(session: Session, decision: Decision, viewer: Person) -> Decision:
    """Take a decision back; nothing happens if that was done.

    Args:
        session: Of a change.
        decision: Which: the last one on its alarm.
        viewer: Who made it.

    Raises:
        AccessError: If somebody else made it.
        ConflictError: If it is not the last one, or the alarm is no question any more.
    """
    if decision.user_id != viewer.user_id:
        msg = (
            f"The decision {decision.id} is somebody else's. Decide otherwise instead."
        )
        raise AccessError(
            msg, code="decision.not_yours", facts={"decision": decision.id}
        )
    if decision.undone is not None:
        return decision
    alarm = decision.alarm
    check_question(session, alarm)
    if get_standing(alarm) is not decision:
        msg = f"The decision {decision.id} was replaced. Undo the one that counts now."
        raise ConflictError(
            msg, code="decision.replaced", facts={"decision": decision.id}
        )
    decision.undone = now()
    payload = {"alarm": alarm.id, "inspection": alarm.scan.inspection_id}
    append(session, "decision.undone", decision.id, payload, actor=viewer.pseudonym)
    return decision


def check_question(session: Session, alarm: Alarm) -> None:
    """Make sure that something may be said of an alarm.

    Raises:
        ConflictError: If its inspection is closed, it was withdrawn, or it was a test.
    """
    inspection = alarm.scan.inspection
    check_open(inspection)
    told = [test.scan_id for test in list_told(session, inspection)]
    if not is_question(alarm, told):
        test = alarm.withdrawn is None
        why = "was a test" if test else "was withdrawn"
        msg = f"The alarm {alarm.id} {why}: there is nothing to decide any more."
        code = "alarm.was_test" if test else "alarm.withdrawn"
        raise ConflictError(msg, code=code, facts={"alarm": alarm.id})


def brief_reason(decision: str, reason: str | None) -> str | None:
    """A reason as it may be kept for ever and handed over: nothing typed by hand.

    Args:
        decision: Which it is of; only those of dismissals are from a list.
        reason: As it was given.

    Example:
        >>> brief_reason("dismiss", "other: a saw"), brief_reason("confirm", "a grip")
        ('other', None)
    """
    if decision != "dismiss" or reason is None:
        return None
    return OTHER.partition(":")[0] if reason.startswith(OTHER) else reason


def _check_reason(saying: Saying, review: ReviewConfig) -> None:
    if saying.decision != "dismiss" or saying.reason in review.reasons:
        return
    typed = (saying.reason or "").removeprefix(OTHER).strip()
    other = "other" in review.reasons and (saying.reason or "").startswith(OTHER)
    if not (other and typed):
        known = ", ".join(review.reasons)
        hint = f", or {OTHER}and what" if "other" in review.reasons else ""
        msg = f"A dismissed alarm needs a reason: {known}{hint}."
        raise StationError(msg, code="decision.needs_reason")


def _check_replaces(saying: Saying, standing: Decision | None) -> None:
    if saying.replaces == (None if standing is None else standing.id):
        return
    facts: dict[str, str] = {}
    if standing is None:
        state = "it has no decision now"
    else:
        facts = {"decision": standing.decision, "by": standing.user.pseudonym}
        state = f"it is {facts['decision']} by {facts['by']} now"
    msg = f"Somebody decided on the alarm meanwhile: {state}. Look at it again."
    raise ConflictError(msg, code="alarm.decided_meanwhile", facts=facts)


def _check_second(standing: Decision | None, viewer: Person) -> None:
    if standing is None or standing.decision != "dismiss" or standing.second:
        msg = "The alarm does not wait for a second word. Decide on it without."
        raise ConflictError(msg, code="second.not_due")
    if standing.user_id == viewer.user_id:
        msg = "The second word must be somebody else's. Ask a colleague."
        raise ConflictError(msg, code="second.own")


def _log(session: Session, made: Decision, alarm: Alarm, viewer: Person) -> None:
    payload = {
        "inspection": alarm.scan.inspection_id,
        "scan": alarm.scan_id,
        "decision": made.id,
        "said": made.decision,
        "reason": brief_reason(made.decision, made.reason),
        "second": made.second,
        "replaces": made.replaces,
    }
    append(session, "alarm.decided", alarm.id, payload, actor=viewer.pseudonym)
