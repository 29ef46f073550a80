"""Inspections: which there are, and all that is known of one."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from station.inspections.alarms_shown import Shown
from station.inspections.answering import Asked, answer_once
from station.inspections.finding import check_part, find
from station.inspections.listing import Queue, Wanted, Which, list_inspections
from station.inspections.manifests import (
    ContainerNumber,
    ContainerWarning,
    Facts,
    Line,
    list_warnings,
    set_manifest,
)
from station.inspections.page import InspectionShown, ReferralShown, show_inspection
from station.inspections.referrals import lift_referral, make_referral
from station.inspections.viewing import record_view
from station.records.tables import Inspection, Referral, ScanRow
from station.records.tables.states import Chosen
from station.server.context import Here
from station.server.errors import responses
from station.server.routes.asking import (
    Body,
    Deciding,
    Id,
    Moment,
    PathId,
    Reading,
    Request,
    Supervising,
)

router: Final = APIRouter(prefix="/api/inspections", tags=["inspections"])


class WantedInspections(BaseModel):
    """Which inspections are asked for: see `station.inspections.listing.Wanted`."""

    model_config = ConfigDict(extra="forbid")

    state: Which = "open"
    lane: Annotated[str | None, Field(pattern=r"^[a-z0-9_-]{1,32}$")] = None
    search: Annotated[Line | None, Field(max_length=64)] = None
    since: Moment | None = None
    until: Moment | None = None
    disposition: Chosen | None = None
    found: bool | None = None
    referred: bool | None = None
    before: Id | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class View(Body):
    """What somebody looks at.

    Attributes:
        scan: Which scan; None for all.
    """

    scan: Id | None = None


class Viewed(Shown):
    """That it was written down: the number of the entry in the log."""

    entry: int


class Manifest(Facts):
    """Facts of a manifest, and the container numbers.

    Attributes:
        request: Name of the request.
        containers: The container numbers, corrected; None to leave them.
    """

    request: Request
    containers: Annotated[list[ContainerNumber], Field(max_length=8)] | None = None


class Stated(Shown):
    """What is known now.

    Attributes:
        container_warnings: What is wrong with the container numbers, one each.
    """

    containers: tuple[str, ...]
    container_warnings: tuple[ContainerWarning, ...]
    manifest: Facts | None


class Hold(Body):
    """A hold for another agency.

    Attributes:
        note: Why.
    """

    note: Line


class Held(Shown):
    """The hold that stands; None if there is none."""

    referral: ReferralShown | None


@router.get("", summary="Inspections", responses=responses(404))
def read_inspections(
    viewer: Reading, station: Here, wanted: Annotated[WantedInspections, Query()]
) -> Queue:
    """Open ones the oldest first, others the newest first, page by page."""
    del viewer
    with station.database.reading() as session:
        return list_inspections(
            session,
            Wanted(**wanted.model_dump()),
            station.config.review.four_eyes_score,
        )


@router.get("/{inspection_id}", summary="An inspection", responses=responses(404))
def read_inspection(
    inspection_id: PathId, viewer: Reading, station: Here
) -> InspectionShown:
    """All that is known of an inspection: what could not be seen comes first."""
    with station.database.reading() as session:
        inspection = find(session, Inspection, inspection_id)
        return show_inspection(session, inspection, viewer, station.config.review)


@router.post(
    "/{inspection_id}/views",
    status_code=201,
    summary="Say that it is looked at",
    responses=responses(404, 409),
)
def view_inspection(
    inspection_id: PathId, view: View, viewer: Reading, station: Here
) -> Viewed:
    """Write down in the log that somebody opened an inspection."""
    with station.database.changing() as session:

        def act() -> Viewed:
            inspection = find(session, Inspection, inspection_id)
            if view.scan is not None:
                check_part(find(session, ScanRow, view.scan), inspection)
            return Viewed(entry=record_view(session, inspection, view.scan, viewer))

        asked = Asked(view.request, f"view {inspection_id}", view, viewer)
        return answer_once(session, asked, Viewed, act)


@router.put(
    "/{inspection_id}/manifest",
    summary="State the manifest",
    responses=responses(404, 409),
)
def state_manifest(
    inspection_id: PathId, manifest: Manifest, viewer: Deciding, station: Here
) -> Stated:
    """State the facts of the manifest; names of people have no place in it."""
    with station.database.changing() as session:

        def act() -> Stated:
            inspection = find(session, Inspection, inspection_id)
            stated: dict[str, Any] = manifest.model_dump(
                exclude={"request", "containers"}
            )
            numbers = manifest.containers
            set_manifest(
                session,
                inspection,
                Facts(**stated),
                None if numbers is None else tuple(numbers),
                viewer,
            )
            return _describe(inspection)

        asked = Asked(manifest.request, f"manifest {inspection_id}", manifest, viewer)
        return answer_once(session, asked, Stated, act)


@router.post(
    "/{inspection_id}/referral",
    status_code=201,
    summary="Refer it",
    responses=responses(404, 409),
)
def refer(
    inspection_id: PathId, hold: Hold, viewer: Supervising, station: Here
) -> Held:
    """Hold an inspection for another agency: its scans are kept while that stands."""
    with station.database.changing() as session:

        def act() -> Held:
            inspection = find(session, Inspection, inspection_id)
            made = make_referral(session, inspection, hold.note, viewer)
            return Held(referral=ReferralShown.of(session, made))

        asked = Asked(hold.request, f"refer {inspection_id}", hold, viewer)
        return answer_once(session, asked, Held, act)


@router.delete(
    "/{inspection_id}/referral/{referral_id}",
    summary="Lift a referral",
    responses=responses(404, 409),
)
def lift(
    inspection_id: PathId, referral_id: PathId, viewer: Supervising, station: Here
) -> Held:
    """Lift a hold; nothing happens if that was done."""
    with station.database.changing() as session:
        referral = find(session, Referral, referral_id)
        check_part(referral, find(session, Inspection, inspection_id))
        lift_referral(session, referral, viewer)
    return Held(referral=None)


def _describe(inspection: Inspection) -> Stated:
    facts = inspection.manifest
    return Stated(
        containers=tuple(inspection.containers),
        container_warnings=list_warnings(inspection.containers),
        manifest=None if facts is None else Facts.model_validate(facts),
    )
