"""What becomes of a container, and what a search found."""

from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.orm import Session

from data.errors import StationError
from data.station_records.record import FoundRecord
from data.truth import FIREARM
from station.inspections.alarms_shown import Shown, ToldShown
from station.inspections.answering import Asked, answer_once
from station.inspections.dispositions import (
    Disposing,
    dispose,
    list_outcomes,
    undo_disposition,
)
from station.inspections.finding import check_part, find
from station.inspections.manifests import Line
from station.inspections.outcomes import Finding, record_outcome
from station.inspections.page import DispositionShown, OutcomeShown
from station.records.tables import Disposition, Inspection
from station.records.tables.states import Chosen, InspectionState
from station.server.access import Viewer
from station.server.context import Here
from station.server.errors import responses
from station.server.routes.asking import Body, Deciding, Id, PathId
from station.supervised.telling import Told

router: Final = APIRouter(prefix="/api/inspections", tags=["inspections"])

Finite = Annotated[float, Field(allow_inf_nan=False)]


class Dispose(Body):
    """What shall become of a container.

    Attributes:
        reason: Why a supervisor releases it although an alarm was confirmed.
    """

    disposition: Chosen
    reason: Line | None = None


class Disposed(Shown):
    """What became of it.

    Attributes:
        state: Of the inspection now.
        disposition: None if nothing was disposed, as there was a test.
        told: The test: the real scan must be looked at and decided on.
    """

    state: InspectionState
    disposition: DispositionShown | None
    told: ToldShown | None


class PlaceStated(BaseModel):
    """Where a thing shows: an alarm, or a scan and a box in it.

    Attributes:
        box: x0, y0, x1, y1, px of the scan.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    alarm: Id | None = None
    scan: Id | None = None
    box: Annotated[list[Finite], Field(min_length=4, max_length=4)] | None = None


class Thing(BaseModel):
    """A thing that was found.

    Attributes:
        label: "firearm", or what else it is.
        kind: What it is more closely, such as "pistol".
        firearm: Which firearm it is, such as its exhibit number.
        places: Where it shows, one for each scan.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    label: Line = FIREARM
    kind: Line | None = None
    firearm: Line | None = None
    places: Annotated[list[PlaceStated], Field(max_length=20)] = Field(
        default_factory=list
    )


class Found(Body):
    """What a search of the whole container found.

    Attributes:
        found: All things; empty states that there was nothing.
        replaces: Identifier of the outcome that it corrects; None for the first.
    """

    found: Annotated[list[Thing], Field(max_length=100)]
    replaces: Id | None = None


@router.post(
    "/{inspection_id}/disposition",
    status_code=201,
    summary="Release or search",
    responses=responses(404, 409),
)
def dispose_of(
    inspection_id: PathId, body: Dispose, viewer: Deciding, station: Here
) -> Disposed:
    """Release or search a container, once nothing stands in the way.

    If it was a test that nobody found, nothing is disposed, and `told` says so.
    """
    with station.database.changing() as session:

        def act() -> Disposed:
            inspection = find(session, Inspection, inspection_id)
            wanted = Disposing(body.request, body.disposition, body.reason)
            review = station.config.review
            made = dispose(session, inspection, wanted, viewer, review)
            told = made if isinstance(made, Told) else None
            shown = None
            if not isinstance(made, Told):
                shown = DispositionShown.of(made, viewer, found=False)
            return _describe(inspection, shown, told)

        asked = Asked(body.request, f"dispose {inspection_id}", body, viewer)
        return answer_once(session, asked, Disposed, act)


@router.delete(
    "/{inspection_id}/disposition/{disposition_id}",
    summary="Undo a disposition",
    responses=responses(404, 409),
)
def undo(
    inspection_id: PathId, disposition_id: PathId, viewer: Deciding, station: Here
) -> Disposed:
    """Undo a disposition: its maker for 15 minutes, a supervisor until an outcome."""
    with station.database.changing() as session:
        inspection = find(session, Inspection, inspection_id)
        made = find(session, Disposition, disposition_id)
        check_part(made, inspection)
        undo_disposition(session, made, viewer)
        return _describe(inspection, None, None)


@router.post(
    "/{inspection_id}/outcome",
    status_code=201,
    summary="Say what the search found",
    responses=responses(404, 409),
)
def state_outcome(
    inspection_id: PathId, body: Found, viewer: Deciding, station: Here
) -> OutcomeShown:
    """Say what a search found, or correct it: the last one counts."""
    with station.database.changing() as session:
        asked = Asked(body.request, f"outcome {inspection_id}", body, viewer)
        return answer_once(
            session,
            asked,
            OutcomeShown,
            lambda: _record(session, inspection_id, body, viewer),
        )


def _record(
    session: Session, inspection_id: str, body: Found, viewer: Viewer
) -> OutcomeShown:
    inspection = find(session, Inspection, inspection_id)
    try:
        things = tuple(
            FoundRecord.model_validate_json(thing.model_dump_json())
            for thing in body.found
        )
    except ValidationError as error:
        first = error.errors()[0]["msg"].removeprefix("Value error, ")
        msg = f"The outcome cannot be taken: {first}."
        raise StationError(msg, code="outcome.form") from error
    finding = Finding(body.request, things, body.replaces)
    record_outcome(session, inspection, finding, viewer)
    session.flush()
    shown = OutcomeShown.of(list_outcomes(session, inspection_id))
    assert shown is not None  # noqa: S101 - it was just recorded
    return shown


def _describe(
    inspection: Inspection, shown: DispositionShown | None, told: Told | None
) -> Disposed:
    return Disposed.model_validate(
        {
            "state": inspection.state,
            "disposition": shown,
            "told": ToldShown.of(told),
        }
    )
