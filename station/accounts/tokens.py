"""Tokens: what scanners show, each to send to one lane."""

import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.errors import NoSuchRecordError
from station.accounts.logins import hash_token
from station.audit import SYSTEM, append
from station.records import new_id
from station.records.moment import now
from station.records.tables import LaneToken

PREFIX: Final = "cs_"
"""What tokens begin with, so that one in a wrong place is known for what it is."""

METRICS: Final = "metrics"
"""In place of a lane: whoever shows this one may read the figures of the station."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made.

    Attributes:
        row: What is kept of it.
        token: It: shown once, nowhere kept.
    """

    row: LaneToken
    token: str


def make_token(
    session: Session, lane: str, note: str, *, actor: str = SYSTEM
) -> NewToken:
    """Make a token.

    Args:
        session: Of `Database.changing`.
        lane: Name of the lane that it is for, or `METRICS`.
        note: What it is for.
        actor: Pseudonym of who makes it.
    """
    token = PREFIX + secrets.token_urlsafe(32)
    row = LaneToken(
        id=new_id(), lane=lane, note=note, token_sha256=hash_token(token), created=now()
    )
    session.add(row)
    append(session, "token.created", row.id, {"lane": lane}, actor=actor)
    return NewToken(row, token)


def check_lane_token(session: Session, lane: str, token: str) -> bool:
    """Whether a token lets its owner send to a lane.

    Args:
        session: Of `Database.reading`.
        lane: Name of the lane, or `METRICS`.
        token: What was shown.
    """
    row = session.scalar(
        select(LaneToken).where(LaneToken.token_sha256 == hash_token(token))
    )
    return row is not None and row.revoked is None and row.lane == lane


def list_tokens(session: Session) -> list[LaneToken]:
    """All tokens, the newest first, those that were revoked too."""
    return list(session.scalars(select(LaneToken).order_by(LaneToken.id.desc())))


def revoke_token(session: Session, token_id: str, *, actor: str) -> None:
    """Let a token count no longer; one that was revoked stays so.

    Args:
        session: Of `Database.changing`.
        token_id: Its identifier.
        actor: Pseudonym of who does that.

    Raises:
        NoSuchRecordError: If there is none.
    """
    row = session.get(LaneToken, token_id)
    if row is None:
        msg = f"There is no token {token_id!r}. Load the list again."
        raise NoSuchRecordError(msg, code="token.unknown", facts={"token": token_id})
    if row.revoked is None:
        row.revoked = now()
        append(session, "token.revoked", row.id, {"lane": row.lane}, actor=actor)
