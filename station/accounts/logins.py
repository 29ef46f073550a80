"""Logins: from the password to the logout."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from station.audit import SYSTEM, append
from station.config import ServerConfig
from station.records import new_id
from station.records.moment import now
from station.records.tables import Login, User

SEEN_EVERY: Final = timedelta(seconds=30)
"""A login's last request is written down this often at most."""


@dataclass(frozen=True, slots=True)
class NewLogin:
    """A login that just began.

    Attributes:
        login: It.
        token: What the cookie holds, 256 bits of chance; nowhere kept.
    """

    login: Login
    token: str


def begin_login(session: Session, user: User) -> NewLogin:
    """Let someone in whose password was right.

    Args:
        session: Of `Database.changing`.
        user: Who, of this session.
    """
    token = secrets.token_urlsafe(32)
    began = now()
    login = Login(
        id=new_id(),
        user_id=user.id,
        token_sha256=hash_token(token),
        csrf=secrets.token_urlsafe(32),
        began=began,
        seen=began,
        user=user,
    )
    session.add(login)
    append(session, "login.began", login.id, {"user": user.id}, actor=user.pseudonym)
    return NewLogin(login, token)


def find_login(session: Session, token: str, limits: ServerConfig) -> Login | None:
    """The login of a cookie; None if there is none, or it has ended.

    Args:
        session: Of `Database.reading` or `Database.changing`.
        token: What the cookie holds.
        limits: How long logins last.
    """
    login = session.scalar(select(Login).where(Login.token_sha256 == hash_token(token)))
    return login if login is not None and lasts(login, limits) else None


def lasts(login: Login, limits: ServerConfig) -> bool:
    """Whether a login is neither ended nor too old.

    Args:
        login: With its user.
        limits: How long logins last.
    """
    if login.ended is not None or not login.user.active:
        return False
    idle = timedelta(minutes=limits.idle_minutes)
    length = timedelta(hours=limits.session_hours)
    at = now()
    return at < login.seen + idle and at < login.began + length


def end_login(session: Session, login: Login, why: str, *, actor: str) -> None:
    """End a login; one that has ended stays as it is.

    Args:
        session: Of `Database.changing`.
        login: Of this session.
        why: "logout", "again", "password", "role", "closed" or "time".
        actor: Pseudonym of who ends it.
    """
    if login.ended is None:
        login.ended = now()
        payload = {"user": login.user_id, "why": why}
        append(session, "login.ended", login.id, payload, actor=actor)


def end_logins(session: Session, user: User, why: str, *, actor: str) -> None:
    """End all logins of someone; see `end_login`."""
    standing = select(Login).where(Login.user_id == user.id, Login.ended.is_(None))
    for login in session.scalars(standing):
        end_login(session, login, why, actor=actor)


def end_timed_out(session: Session, limits: ServerConfig) -> None:
    """Mark those logins as ended that are too old.

    Args:
        session: Of `Database.changing`.
        limits: How long logins last.
    """
    at = now()
    too_old = or_(
        Login.seen <= at - timedelta(minutes=limits.idle_minutes),
        Login.began <= at - timedelta(hours=limits.session_hours),
    )
    for login in session.scalars(select(Login).where(Login.ended.is_(None), too_old)):
        end_login(session, login, "time", actor=SYSTEM)


def hash_token(token: str) -> str:
    """SHA-256 of a token: all of it that is kept.

    Example:
        >>> len(hash_token("x"))
        64
    """
    return hashlib.sha256(token.encode()).hexdigest()
