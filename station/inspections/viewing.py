"""Who looked at what."""

from sqlalchemy.orm import Session

from station.accounts.person import Person
from station.audit import append
from station.records.tables import Inspection


def record_view(
    session: Session, inspection: Inspection, scan: str | None, viewer: Person
) -> int:
    """Write down that somebody opened an inspection.

    Args:
        session: Of a change.
        inspection: Which.
        scan: Identifier of the scan that they looked at; None for all.
        viewer: Who.

    Returns:
        Number of the entry in the log.
    """
    payload = {"scan": scan, "second_look": inspection.second_look}
    entry = append(
        session, "inspection.viewed", inspection.id, payload, actor=viewer.pseudonym
    )
    return entry.seq
