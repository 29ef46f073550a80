"""People, logins, tokens."""

from datetime import datetime

from sqlalchemy import (
    ForeignKey,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from station.records.tables.base import Id, Table


class User(Table):
    """Someone who may log in.

    Attributes:
        role: "operator", "supervisor", "qa" or "administrator".
        pseudonym: What they are called in the log and in records handed over.
        must_change: Whether the password was given by another and must be changed.
        failures: Wrong passwords since the last right one.
    """

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    pseudonym: Mapped[str] = mapped_column(String(32), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created: Mapped[datetime]


class Login(Table):
    """A login: from the password to the logout.

    Attributes:
        token_sha256: Of what the cookie holds; the cookie itself is nowhere kept.
        csrf: What requests that change something must state besides.
        seen: The last request.
    """

    __tablename__ = "logins"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    csrf: Mapped[str] = mapped_column(String(64))
    began: Mapped[datetime]
    seen: Mapped[datetime]
    ended: Mapped[datetime | None]
    user: Mapped[User] = relationship(lazy="joined")


class LaneToken(Table):
    """What a scanner shows to send to a lane."""

    __tablename__ = "lane_tokens"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    lane: Mapped[str] = mapped_column(String(32), index=True)
    note: Mapped[str] = mapped_column(String(200))
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    created: Mapped[datetime]
    revoked: Mapped[datetime | None]
