"""Tokens of scanners: for administrators."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from data.errors import NoSuchRecordError
from station.accounts.roles import KEEPING
from station.accounts.tokens import METRICS, list_tokens, make_token, revoke_token
from station.records.tables import LaneToken
from station.server.access import Viewer, allow
from station.server.context import Here, Station
from station.server.errors import responses

router: Final = APIRouter(prefix="/api/tokens", tags=["accounts"])

Keeper = Annotated[Viewer, Depends(allow(*KEEPING))]


class NewToken(BaseModel):
    """A token to be made.

    Attributes:
        lane: Name of the lane it is for, or "metrics" to read the figures.
        note: What it is for.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    lane: Annotated[str, Field(min_length=1, max_length=32)]
    note: Annotated[str, Field(max_length=200)] = ""


class Token(BaseModel):
    """What is kept of a token.

    Attributes:
        revoked: Since when it counts no longer.
    """

    model_config = ConfigDict(extra="forbid")

    id: str
    lane: str
    note: str
    created: datetime
    revoked: datetime | None


class ShownToken(BaseModel):
    """A token that was just made: its secret is not shown again."""

    model_config = ConfigDict(extra="forbid")

    token: Token
    secret: str


@router.get("", summary="All tokens")
def read_tokens(viewer: Keeper, station: Here) -> list[Token]:
    """All tokens, the newest first, those that were revoked too."""
    del viewer
    with station.database.reading() as session:
        return [_describe(row) for row in list_tokens(session)]


@router.post("", status_code=201, summary="Make a token", responses=responses(404))
def add_token(new: NewToken, viewer: Keeper, station: Here) -> ShownToken:
    """Make a token for one lane; the answer holds it, once."""
    _check_lane(station, new.lane)
    with station.database.changing() as session:
        made = make_token(session, new.lane, new.note, actor=viewer.pseudonym)
    return ShownToken(token=_describe(made.row), secret=made.token)


@router.delete(
    "/{token_id}",
    status_code=204,
    summary="Revoke a token",
    responses=responses(404),
)
def drop_token(token_id: str, viewer: Keeper, station: Here) -> None:
    """Let a token count no longer."""
    with station.database.changing() as session:
        revoke_token(session, token_id, actor=viewer.pseudonym)


def _check_lane(station: Station, name: str) -> None:
    known = [lane.name for lane in station.config.lane]
    if name not in (*known, METRICS):
        msg = f"There is no lane {name!r}. This station has: {', '.join(known)}."
        raise NoSuchRecordError(msg, code="lane.unknown", facts={"lane": name})


def _describe(row: LaneToken) -> Token:
    return Token(
        id=row.id,
        lane=row.lane,
        note=row.note,
        created=row.created,
        revoked=row.revoked,
    )
