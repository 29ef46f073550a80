"""Whether the station is well: for those who watch over it."""

import shutil
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Header, Request, Response
from prometheus_client import generate_latest
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from data.errors import NoLoginError, RecordError
from station.accounts.tokens import METRICS, check_lane_token
from station.lanes.intake import GB
from station.records.moment import now
from station.records.tables import LaneState
from station.server.context import Here, Station
from station.server.lanes_shown import is_fresh
from station.server.metrics import Metrics

router: Final = APIRouter(tags=["health"])

TEXT: Final = "text/plain"
FIGURES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The figures.",
        "content": {TEXT: {"schema": {"type": "string"}}},
    }
}

_BEARER: Final = "bearer "


class Health(BaseModel):
    """Whether all is well; what is not is for those who are logged in."""

    model_config = ConfigDict(extra="forbid")

    status: Literal["ok", "degraded"]


@router.get(
    "/healthz",
    summary="Whether the station is well",
    responses={503: {"model": Health, "description": "Something is not well."}},
)
def read_health(station: Here, response: Response) -> Health:
    """Whether records are reached, all lanes run and look, and there is disk."""
    if _is_well(station):
        return Health(status="ok")
    response.status_code = 503
    return Health(status="degraded")


@router.get(
    "/metrics",
    summary="Figures of the station, for Prometheus",
    response_class=Response,
    responses=FIGURES,
)
def read_metrics(
    station: Here,
    request: Request,
    authorization: Annotated[str, Header()] = "",
) -> Response:
    """Figures; whoever asks shows a token made for "metrics" (`Bearer`)."""
    _check_token(station, authorization)
    metrics = request.app.state.metrics
    assert isinstance(metrics, Metrics)  # noqa: S101 - put there by make_app
    return Response(generate_latest(metrics.registry), media_type=TEXT)


def _is_well(station: Station) -> bool:
    least = station.config.retention.least_free_gb * GB
    at = now()
    try:
        with station.database.reading() as session:
            states = session.scalars(select(LaneState)).all()
        free = shutil.disk_usage(station.data.root).free
    except (RecordError, OSError):
        return False
    fresh = {
        state.lane for state in states if is_fresh(state, at) and state.state != "down"
    }
    return free >= least and fresh >= {lane.name for lane in station.config.lane}


def _check_token(station: Station, authorization: str) -> None:
    token = authorization[len(_BEARER) :].strip()
    with station.database.reading() as session:
        shown = authorization.lower().startswith(_BEARER)
        if not shown or not check_lane_token(session, METRICS, token):
            msg = f"Show a token that was made for {METRICS!r}, as a Bearer."
            raise NoLoginError(msg, code="token.wrong")
