"""What a search found: the only truth from the field."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from data.errors import ConflictError, StationError
from data.station_records.checking import check_record
from data.station_records.record import FoundRecord, OutcomeRecord
from station.accounts.person import Person
from station.audit import append
from station.inspections.dispositions import get_disposition, list_outcomes
from station.inspections.handing_over import HandedScan, make_record, name_places
from station.inspections.questions import list_questions
from station.records.identifiers import new_id
from station.records.moment import now
from station.records.tables import Inspection, Outcome, User


@dataclass(frozen=True, slots=True)
class Finding:
    """What a search of the whole container found.

    Attributes:
        request: Name of the request.
        found: All things; empty states that there was nothing. Places name alarms and
            scans by their identifiers.
        replaces: Identifier of the outcome that it corrects; None for the first.
    """

    request: str
    found: tuple[FoundRecord, ...]
    replaces: str | None = None


def record_outcome(
    session: Session, inspection: Inspection, finding: Finding, viewer: Person
) -> Outcome:
    """Say what a search found, or correct it.

    Args:
        session: Of a change.
        inspection: Of the container.
        finding: What was found.
        viewer: Who says so.

    Raises:
        ConflictError: If it was not searched, or there is an outcome that is not stated
            as the one to be corrected.
        StationError: If anything in it does not fit the inspection.
    """
    disposition = get_disposition(session, inspection.id)
    if disposition is None or disposition.disposition != "searched":
        msg = f"The inspection {inspection.id} is not searched. Say that first."
        raise ConflictError(
            msg, code="outcome.not_searched", facts={"inspection": inspection.id}
        )
    _check_replaces(session, inspection, finding)
    _check_found(session, inspection, finding, viewer)
    made = Outcome(
        id=new_id(),
        inspection_id=inspection.id,
        user_id=viewer.user_id,
        user=session.get_one(User, viewer.user_id),
        request=finding.request,
        found=[dump_thing(thing) for thing in finding.found],
        replaces=finding.replaces,
        made=now(),
    )
    session.add(made)
    payload = {
        "outcome": made.id,
        "labels": [thing.label for thing in finding.found],
        "replaces": finding.replaces,
    }
    append(
        session, "inspection.outcome", inspection.id, payload, actor=viewer.pseudonym
    )
    return made


def dump_thing(thing: FoundRecord) -> dict[str, Any]:
    """One thing as it is kept."""
    return thing.model_dump(mode="json", exclude_none=True)


def _check_replaces(session: Session, inspection: Inspection, finding: Finding) -> None:
    before = list_outcomes(session, inspection.id)
    standing = before[-1] if before else None
    if finding.replaces != (None if standing is None else standing.id):
        state = "there is none" if standing is None else f"it is {standing.id}"
        msg = f"Somebody changed the outcome meanwhile: now {state}. Look at it again."
        raise ConflictError(msg, code="outcome.changed_meanwhile")


def _check_found(
    session: Session, inspection: Inspection, finding: Finding, viewer: Person
) -> None:
    """Whoever learns from it must be able to read it: their own rules judge it."""
    scans = [scan for scan in inspection.scans if scan.width]
    files = {scan.id: HandedScan(scan.id, scan.id * 2) for scan in scans}
    known = files.keys() | {alarm.id for alarm in list_questions(session, inspection)}
    places = [place for thing in finding.found for place in thing.places]
    problems = [
        f"{name} is no alarm and no scan of the inspection"
        for place in places
        if (name := place.alarm or place.scan) is not None and name not in known
    ]
    record = make_record(session, inspection, "here", files)
    if record is not None and not problems:
        found = tuple(name_places(session, thing, files) for thing in finding.found)
        outcome = OutcomeRecord(found=found, by=viewer.pseudonym, when=now())
        whole = record.model_copy(update={"outcome": outcome})
        problems = [line for line in check_record(whole) if "no bundle" not in line]
    if problems:
        msg = f"The outcome cannot be taken: {'; '.join(problems)}."
        raise StationError(msg, code="outcome.unfit", facts={"problems": len(problems)})
