"""What of the station's settings its pages need."""

from importlib.metadata import version
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from data.truth import LABELS
from station.accounts.roles import EVERYONE
from station.inspections.dispositions import UNDO
from station.server.access import Viewer, allow
from station.server.context import Here

router: Final = APIRouter(prefix="/api/settings", tags=["settings"])

Anyone = Annotated[Viewer, Depends(allow(*EVERYONE))]


class Settings(BaseModel):
    """How the station is set up.

    Attributes:
        version: Of the program.
        site: Which port.
        reasons: What an alarm may be dismissed as; "other" asks for "other: " and what.
        labels: What a drawn box may be taken for.
        four_eyes_score: A dismissed alarm of this score or more needs a second person.
        undo_minutes: How long whoever disposed may undo it.
        idle_minutes: A login ends so long after `GET /api/session` or a change.
        session_hours: Any login ends after so long.
        allow_unsigned: Whether a bundle without a signature may run.
    """

    model_config = ConfigDict(extra="forbid")

    version: str
    site: str
    reasons: list[str]
    labels: list[str]
    four_eyes_score: float | None
    undo_minutes: float
    idle_minutes: float
    session_hours: float
    allow_unsigned: bool


@router.get("", summary="What pages need to know of the settings")
def read_settings(viewer: Anyone, station: Here) -> Settings:
    """Reasons, labels and limits, as `station.toml` has them."""
    del viewer
    config = station.config
    return Settings(
        version=version("cargosight"),
        site=config.site,
        reasons=list(config.review.reasons),
        labels=sorted(LABELS),
        four_eyes_score=config.review.four_eyes_score,
        undo_minutes=UNDO.total_seconds() / 60,
        idle_minutes=config.server.idle_minutes,
        session_hours=config.server.session_hours,
        allow_unsigned=config.detector.allow_unsigned,
    )
