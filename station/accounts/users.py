"""Accounts: made, changed, closed; never deleted, for the records name them."""

import re
import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.errors import ConflictError, NoSuchRecordError, StationError
from station.accounts.logins import end_logins
from station.accounts.passwords import check_new, hash_password, make_one_time
from station.accounts.roles import Role
from station.audit import SYSTEM, append
from station.records import Database, new_id
from station.records.moment import now
from station.records.tables import User

NAME: Final = r"^[a-z0-9][a-z0-9._-]{0,63}$"
"""What accounts are called."""

FIRST: Final = "administrator"
"""What the first account of a station is called."""


@dataclass(frozen=True, slots=True)
class Given:
    """An account with a password that somebody else hands over.

    Attributes:
        user: The account.
        password: For one time: it must be changed first of all. Nowhere kept.
    """

    user: User
    password: str


def add_user(
    database: Database, name: str, role: Role, *, actor: str = SYSTEM
) -> Given:
    """Make an account.

    Args:
        database: The records.
        name: Small letters, digits, ".", "_" and "-".
        role: What they do.
        actor: Pseudonym of who makes it.

    Raises:
        StationError: If the name is none.
        ConflictError: If somebody is called so.
    """
    if not re.fullmatch(NAME, name):
        msg = (
            f"{name!r} cannot be the name of an account: take small letters, digits, "
            "'.', '_' and '-', 64 at most."
        )
        raise StationError(msg, code="account.name")
    password = make_one_time()
    user = _make(name, role, password)
    with database.changing() as session:
        if session.scalar(select(User.id).where(User.name == name)):
            msg = f"There is an account {name} already: choose another name."
            raise ConflictError(msg, code="account.taken", facts={"name": name})
        _add(session, user, actor)
    return Given(user, password)


def add_first_administrator(database: Database) -> Given | None:
    """Make the first account of a station; None if there are accounts already.

    Args:
        database: The records.

    Returns:
        The account. Whoever calls shows its password, once.
    """
    with database.reading() as session:
        if session.scalar(select(User.id).limit(1)):
            return None
    password = make_one_time()
    user = _make(FIRST, Role.ADMINISTRATOR, password)
    with database.changing() as session:
        if session.scalar(select(User.id).limit(1)):
            return None
        _add(session, user, SYSTEM)
    return Given(user, password)


def find_user(session: Session, name: str) -> User:
    """An account by its name.

    Raises:
        NoSuchRecordError: If there is none.
    """
    user = session.scalar(select(User).where(User.name == name))
    if user is None:
        msg = f"There is no account {name}. Check its name."
        raise NoSuchRecordError(msg, code="account.unknown", facts={"account": name})
    return user


def get_user(session: Session, user_id: str) -> User:
    """An account by its identifier.

    Raises:
        NoSuchRecordError: If there is none.
    """
    user = session.get(User, user_id)
    if user is None:
        msg = f"There is no account {user_id!r}. Load the list again."
        raise NoSuchRecordError(msg, code="account.unknown", facts={"account": user_id})
    return user


def list_users(session: Session) -> list[User]:
    """All accounts, by name."""
    return list(session.scalars(select(User).order_by(User.name)))


def change_user(
    session: Session,
    user: User,
    *,
    role: Role | None = None,
    active: bool | None = None,
    actor: str,
) -> None:
    """Give someone another role, or close or open an account; its logins end.

    Args:
        session: Of `Database.changing`.
        user: Of this session.
        role: The new one; None for the one it has.
        active: Whether it may log in; None for as it is.
        actor: Pseudonym of who does that.

    Raises:
        ConflictError: If no administrator would be left.
    """
    role = Role(user.role) if role is None else role
    active = user.active if active is None else active
    if (role, active) == (user.role, user.active):
        return
    if (role, active) != (Role.ADMINISTRATOR, True):
        _keep_administrator(session, user)
    why = "role" if active else "closed"
    user.role, user.active = str(role), active
    payload = {"role": str(role), "active": active}
    append(session, "user.changed", user.id, payload, actor=actor)
    end_logins(session, user, why, actor=actor)


def reset_password(database: Database, name: str, *, actor: str = SYSTEM) -> Given:
    """Give someone a password for one time; a lock is taken off, their logins end.

    Args:
        database: The records.
        name: Of the account.
        actor: Pseudonym of who does that; the machine's owner is "station".

    Raises:
        NoSuchRecordError: If there is no such account.
    """
    password = make_one_time()
    stored = hash_password(password)
    with database.changing() as session:
        user = find_user(session, name)
        _set_password(session, user, stored, given=True, actor=actor)
    return Given(user, password)


def change_password(database: Database, user_id: str, old: str, new: str) -> None:
    """Set one's own password; all of one's logins end.

    Args:
        database: The records.
        user_id: Whose.
        old: The one until now: known to be right.
        new: The one from now on.

    Raises:
        StationError: If it may not be chosen.
        ConflictError: If somebody else set another one meanwhile.
    """
    with database.reading() as session:
        before = get_user(session, user_id)
    check_new(new, before.name)
    if old == new:
        msg = "The new password is the old one: choose another."
        raise StationError(msg, code="password.same")
    stored = hash_password(new)
    with database.changing() as session:
        user = get_user(session, user_id)
        if user.password_hash != before.password_hash:
            msg = "The password was set by somebody else meanwhile: log in again."
            raise ConflictError(msg, code="password.changed_meanwhile")
        _set_password(session, user, stored, given=False, actor=user.pseudonym)


def _make(name: str, role: Role, password: str) -> User:
    return User(
        id=new_id(),
        name=name,
        role=str(role),
        pseudonym=f"p-{secrets.token_hex(6)}",
        password_hash=hash_password(password),
        must_change=True,
        created=now(),
    )


def _add(session: Session, user: User, actor: str) -> None:
    session.add(user)
    payload = {"role": user.role, "pseudonym": user.pseudonym}
    append(session, "user.created", user.id, payload, actor=actor)


def _set_password(
    session: Session, user: User, stored: str, *, given: bool, actor: str
) -> None:
    user.password_hash, user.must_change = stored, given
    user.failures, user.locked_until = 0, None
    payload = {"password": "reset" if given else "changed"}
    append(session, "user.changed", user.id, payload, actor=actor)
    end_logins(session, user, "password", actor=actor)


def _keep_administrator(session: Session, user: User) -> None:
    others = session.scalar(
        select(func.count())
        .select_from(User)
        .where(User.role == Role.ADMINISTRATOR.value, User.active, User.id != user.id)
    )
    if user.role == Role.ADMINISTRATOR and user.active and not others:
        msg = f"{user.name} is the last administrator: make another one first."
        raise ConflictError(
            msg, code="account.last_administrator", facts={"name": user.name}
        )
