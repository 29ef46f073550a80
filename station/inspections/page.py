"""All that the page of an inspection shows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, Self

from sqlalchemy.orm import Session

from data.station_records.record import FoundRecord
from station.accounts.person import Person
from station.accounts.roles import Role
from station.config import ReviewConfig
from station.inspections.alarms_shown import AlarmShown, Box, Shown, show_alarm
from station.inspections.dispositions import (
    get_disposition,
    list_blocks,
    list_outcomes,
    undoable_until,
)
from station.inspections.findings_shown import (
    BlankShown,
    FindingsShown,
    show_blanks,
)
from station.inspections.manifests import ContainerWarning, Facts, list_warnings
from station.inspections.questions import list_questions, list_told
from station.inspections.referrals import get_referral
from station.records.tables import (
    Disposition,
    Inspection,
    Outcome,
    Referral,
    ScanRow,
    SupervisedTest,
    User,
)
from station.records.tables.states import Chosen, InspectionState, ScanState


class ScanShown(Shown):
    """A view.

    Attributes:
        state: "receiving", "looked", "failed" (nothing could look at it) or "again"
            (the real scan behind a test is being looked at).
        width: px; 0 while it comes in.
        pitch_mm: Pixel pitch (x, y), mm; None if unknown.
        energies_mv: Endpoint energies of the planes, MV.
        synthetic: Whether it is simulated.
        whole: Whether all columns came.
        blanks: What could not be seen, the worst first. Show it first.
        leads: Whether that is the first thing to say.
        findings: The rest of what was found; None if nothing looked.
        bundle: Name, sha256, signed_by, device, operating point of what looked.
        error: Why nothing looked, or not to the end.
        kept: Whether its picture is there.
    """

    id: str
    view: str | None
    scanner: str | None
    state: ScanState
    kind: Literal["dual", "single", "display"]
    width: int
    height: int
    pitch_mm: tuple[float, float] | None
    energies_mv: tuple[float, ...]
    synthetic: bool
    began: datetime
    ended: datetime | None
    whole: bool
    blanks: tuple[BlankShown, ...]
    leads: bool
    findings: FindingsShown | None
    bundle: dict[str, Any] | None
    error: str | None
    kept: bool
    alarms: tuple[AlarmShown, ...]


class BlockShown(Shown):
    """What stands in the way of a disposition: see `dispositions.Block`."""

    kind: Literal["scan", "decision", "second"]
    ids: tuple[str, ...]
    text: str


class DispositionShown(Shown):
    """What became of the container.

    Attributes:
        by: Pseudonym of who said so.
        mine: Whether it was who asks now.
        undoable_until: When they may undo it no more; supervisors always may. None
            where there is an outcome.
    """

    id: str
    disposition: Chosen
    reason: str | None
    by: str
    mine: bool
    made: datetime
    undoable_until: datetime | None

    @classmethod
    def of(cls, made: Disposition, viewer: Person, *, found: bool) -> Self:
        """A disposition as somebody sees it.

        Args:
            made: It.
            viewer: Who looks.
            found: Whether there is an outcome.
        """
        return cls.model_validate(
            {
                "id": made.id,
                "disposition": made.disposition,
                "reason": made.reason,
                "by": made.user.pseudonym,
                "mine": made.user_id == viewer.user_id,
                "made": made.made,
                "undoable_until": None if found else undoable_until(made),
            }
        )


class OutcomeShown(Shown):
    """What the search found.

    Attributes:
        found: All things; places name alarms and scans by their identifiers.
        by: Pseudonym of who said so.
        corrected: How often it was.
    """

    id: str
    found: tuple[FoundRecord, ...]
    by: str
    made: datetime
    corrected: int

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> Self | None:
        """The last of some outcomes, each a correction; None if there are none."""
        if not outcomes:
            return None
        last = outcomes[-1]
        things = [FoundRecord.model_validate(one, strict=False) for one in last.found]
        return cls(
            id=last.id,
            found=tuple(things),
            by=last.user.pseudonym,
            made=last.made,
            corrected=len(outcomes) - 1,
        )


class ReferralShown(Shown):
    """A hold for another agency."""

    id: str
    note: str
    by: str
    made: datetime

    @classmethod
    def of(cls, session: Session, made: Referral | None) -> Self | None:
        """A hold; None if there is none."""
        if made is None:
            return None
        by = session.get_one(User, made.user_id).pseudonym
        return cls(id=made.id, note=made.note, by=by, made=made.made)


class TestShown(Shown):
    """A test that was told, for who was tested and for supervisors."""

    scan: str
    hit: bool
    box: Box
    told: datetime


class InspectionShown(Shown):
    """An inspection.

    Attributes:
        number: What the scanner calls it.
        containers: Container numbers.
        container_warnings: What is wrong with them, one each.
        second_look: Whether a test was told and the real scan must be decided.
        blocks: What stands in the way of a disposition.
        disposition: Released or searched; None as long as that is open.
        outcome: What the search found; None as long as nobody has said.
    """

    id: str
    lane: str
    number: str | None
    containers: tuple[str, ...]
    container_warnings: tuple[ContainerWarning, ...]
    state: InspectionState
    began: datetime
    closed: datetime | None
    second_look: bool
    manifest: Facts | None
    scans: tuple[ScanShown, ...]
    blocks: tuple[BlockShown, ...]
    disposition: DispositionShown | None
    outcome: OutcomeShown | None
    referral: ReferralShown | None
    tests: tuple[TestShown, ...]


def show_inspection(
    session: Session, inspection: Inspection, viewer: Person, review: ReviewConfig
) -> InspectionShown:
    """An inspection as somebody sees it.

    Args:
        session: Of the records.
        inspection: Which.
        viewer: Who looks.
        review: How decisions are made here.
    """
    outcomes = list_outcomes(session, inspection.id)
    made = get_disposition(session, inspection.id)
    alarms = [
        show_alarm(session, alarm, viewer, review.four_eyes_score)
        for alarm in list_questions(session, inspection)
    ]
    return InspectionShown.model_validate(
        {
            "id": inspection.id,
            "lane": inspection.lane,
            "number": inspection.number,
            "containers": inspection.containers,
            "container_warnings": list_warnings(inspection.containers),
            "state": inspection.state,
            "began": inspection.began,
            "closed": inspection.closed,
            "second_look": inspection.second_look,
            "manifest": inspection.manifest,
            "scans": [_show_scan(scan, alarms) for scan in inspection.scans],
            "blocks": [
                BlockShown(kind=block.kind, ids=block.ids, text=block.text)
                for block in list_blocks(session, inspection, review)
            ],
            "disposition": made
            and DispositionShown.of(made, viewer, found=bool(outcomes)),
            "outcome": OutcomeShown.of(outcomes),
            "referral": ReferralShown.of(session, get_referral(session, inspection.id)),
            "tests": [
                _show_test(test)
                for test in list_told(session, inspection)
                if viewer.role is Role.SUPERVISOR or test.user_id == viewer.user_id
            ],
        }
    )


def _show_scan(scan: ScanRow, alarms: list[AlarmShown]) -> dict[str, Any]:
    """Blanks lead: what was not seen must be read before what was."""
    findings = scan.findings
    return {
        "id": scan.id,
        "view": scan.view,
        "scanner": scan.info.get("scanner"),
        "state": scan.state,
        "kind": scan.kind,
        "width": scan.width,
        "height": scan.height,
        "pitch_mm": scan.info.get("pitch_mm"),
        "energies_mv": scan.info.get("energies_mv") or (),
        "synthetic": bool(scan.info.get("synthetic")),
        "began": scan.began,
        "ended": scan.ended,
        "whole": scan.whole,
        "blanks": show_blanks(findings),
        "leads": bool(findings and findings.get("leads")),
        "findings": FindingsShown.of(findings),
        "bundle": scan.bundle,
        "error": scan.error,
        "kept": scan.removed is None,
        "alarms": [alarm for alarm in alarms if alarm.scan == scan.id],
    }


def _show_test(test: SupervisedTest) -> dict[str, Any]:
    return {
        "scan": test.scan_id,
        "hit": test.state == "hit",
        "box": (test.x0, test.y0, test.x1, test.y1),
        "told": test.told,
    }
