"""Hold an inspection for another agency: its scans are kept while the hold stands."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.errors import ConflictError
from station.accounts.person import Person
from station.audit import append
from station.inspections.finding import find
from station.records.identifiers import new_id
from station.records.moment import now
from station.records.tables import Inspection, Referral


def make_referral(
    session: Session, inspection: Inspection, note: str, viewer: Person
) -> Referral:
    """Hold an inspection.

    Args:
        session: Of a change.
        inspection: Which.
        note: Why, for people; it is not in the log.
        viewer: Who.

    Raises:
        ConflictError: If it is held already.
    """
    if get_referral(session, inspection.id) is not None:
        msg = f"The inspection {inspection.id} is referred already. Lift that first."
        raise ConflictError(
            msg, code="referral.standing", facts={"inspection": inspection.id}
        )
    made = Referral(
        id=new_id(),
        inspection_id=inspection.id,
        user_id=viewer.user_id,
        note=note,
        made=now(),
    )
    session.add(made)
    payload = {"referral": made.id}
    append(session, "referral.made", inspection.id, payload, actor=viewer.pseudonym)
    return made


def lift_referral(session: Session, referral: Referral, viewer: Person) -> Referral:
    """Lift a hold; nothing happens if that was done.

    Args:
        session: Of a change.
        referral: Which.
        viewer: Who.
    """
    if referral.lifted is not None:
        return referral
    referral.lifted = now()
    inspection = find(session, Inspection, referral.inspection_id)
    payload = {"referral": referral.id}
    append(session, "referral.lifted", inspection.id, payload, actor=viewer.pseudonym)
    return referral


def get_referral(session: Session, inspection_id: str) -> Referral | None:
    """The hold that stands; None if there is none."""
    query = select(Referral).where(
        Referral.inspection_id == inspection_id, Referral.lifted.is_(None)
    )
    return session.scalar(query)
