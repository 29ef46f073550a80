"""Let in who has the right password, and lock accounts that somebody guesses at.

A stranger learns nothing of which accounts there are: whatever is wrong, the answer is
the same and takes as long. Passwords are hashed outside of any change of the records,
for that takes its time; what was found is looked at again inside.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.errors import NoLoginError
from station.accounts.logins import NewLogin, begin_login, end_timed_out
from station.accounts.passwords import hash_password, is_outdated, is_right
from station.audit import SYSTEM, append
from station.config import ServerConfig
from station.records import Database
from station.records.moment import now
from station.records.tables import User


@dataclass(frozen=True, slots=True)
class _Known:
    stored: str | None
    right: bool
    renewed: str | None


def let_in(
    database: Database, name: str, password: str, limits: ServerConfig
) -> NewLogin:
    """Begin a login.

    Args:
        database: The records.
        name: Of the account.
        password: Of it.
        limits: When accounts are locked, and how long logins last.

    Raises:
        NoLoginError: If there is no such account, the password is wrong, or the account
            is locked or closed: nobody is told which.
        BusyError: If too many people log in at once.
    """
    known = _look_up(database, name, password)
    with database.changing() as session:
        user = _check(session, name, known, limits)
        new = begin_login(session, user) if user is not None else None
        end_timed_out(session, limits)
    if new is None:
        msg = "The name or the password is wrong, or the account is locked."
        raise NoLoginError(msg, code="login.wrong")
    return new


def is_still_right(
    database: Database, name: str, password: str, limits: ServerConfig
) -> bool:
    """Whether someone who is logged in knows their password; wrong ones count.

    Args:
        database: The records.
        name: Of the account.
        password: Of it.
        limits: When accounts are locked.

    Raises:
        BusyError: If too many people log in at once.
    """
    known = _look_up(database, name, password)
    with database.changing() as session:
        return _check(session, name, known, limits) is not None


def _look_up(database: Database, name: str, password: str) -> _Known:
    with database.reading() as session:
        user = _find(session, name)
        stored = user.password_hash if user else None
    right = is_right(password, stored)
    outdated = right and stored is not None and is_outdated(stored)
    return _Known(stored, right, hash_password(password) if outdated else None)


def _check(
    session: Session, name: str, known: _Known, limits: ServerConfig
) -> User | None:
    user = _find(session, name)
    if user is None:
        append(session, "login.failed", "unknown")
        return None
    locked = user.locked_until is not None and now() < user.locked_until
    right = known.right and user.password_hash == known.stored
    if locked or not right or not user.active:
        _fail(session, user, limits, locked=locked)
        return None
    user.failures, user.locked_until = 0, None
    user.password_hash = known.renewed or user.password_hash
    return user


def _fail(session: Session, user: User, limits: ServerConfig, *, locked: bool) -> None:
    append(session, "login.failed", user.id)
    if locked:
        return
    user.failures += 1
    if user.failures >= limits.lock_after:
        user.failures = 0
        user.locked_until = now() + timedelta(minutes=limits.lock_minutes)
        payload = {"minutes": limits.lock_minutes}
        append(session, "login.locked", user.id, payload, actor=SYSTEM)


def _find(session: Session, name: str) -> User | None:
    return session.scalar(select(User).where(User.name == name.lower()))
