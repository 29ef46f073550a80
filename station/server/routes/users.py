"""Accounts: for administrators."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from station.accounts.roles import KEEPING, Role
from station.accounts.users import (
    NAME,
    Given,
    add_user,
    change_user,
    get_user,
    list_users,
    reset_password,
)
from station.records.moment import now
from station.records.tables import User
from station.server.access import Viewer, allow
from station.server.context import Here
from station.server.errors import responses

router: Final = APIRouter(prefix="/api/users", tags=["accounts"])

Keeper = Annotated[Viewer, Depends(allow(*KEEPING))]
SomeRole = Annotated[Role, Field(strict=False)]


class NewUser(BaseModel):
    """An account to be made."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(pattern=NAME)]
    role: SomeRole


class Change(BaseModel):
    """What is to be changed of an account; what is not stated stays."""

    model_config = ConfigDict(extra="forbid", strict=True)

    role: SomeRole | None = None
    active: bool | None = None


class Account(BaseModel):
    """An account.

    Attributes:
        active: Whether it may log in.
        must_change: Whether its password is one that somebody else gave.
        locked: Whether too many wrong passwords were tried of late.
    """

    model_config = ConfigDict(extra="forbid")

    id: str
    name: str
    pseudonym: str
    role: Role
    active: bool
    must_change: bool
    locked: bool
    created: datetime


class GivenPassword(BaseModel):
    """An account and a password for one time: it is not shown again."""

    model_config = ConfigDict(extra="forbid")

    user: Account
    password: str


@router.get("", summary="All accounts")
def read_users(viewer: Keeper, station: Here) -> list[Account]:
    """All accounts by name, closed ones too."""
    del viewer
    with station.database.reading() as session:
        return [_describe(user) for user in list_users(session)]


@router.post("", status_code=201, summary="Make an account", responses=responses(409))
def make_user(new: NewUser, viewer: Keeper, station: Here) -> GivenPassword:
    """Make an account; the answer holds a password for one time."""
    given = add_user(station.database, new.name, new.role, actor=viewer.pseudonym)
    return _describe_given(given)


@router.patch("/{user_id}", summary="Change an account", responses=responses(404, 409))
def edit_user(user_id: str, change: Change, viewer: Keeper, station: Here) -> Account:
    """Give someone another role, or close or open an account; its logins end."""
    with station.database.changing() as session:
        user = get_user(session, user_id)
        change_user(
            session,
            user,
            role=change.role,
            active=change.active,
            actor=viewer.pseudonym,
        )
    return _describe(user)


@router.post(
    "/{user_id}/password", summary="Reset a password", responses=responses(404)
)
def give_password(user_id: str, viewer: Keeper, station: Here) -> GivenPassword:
    """Give someone a password for one time; a lock is taken off, their logins end."""
    with station.database.reading() as session:
        name = get_user(session, user_id).name
    given = reset_password(station.database, name, actor=viewer.pseudonym)
    return _describe_given(given)


def _describe_given(given: Given) -> GivenPassword:
    return GivenPassword(user=_describe(given.user), password=given.password)


def _describe(user: User) -> Account:
    return Account(
        id=user.id,
        name=user.name,
        pseudonym=user.pseudonym,
        role=Role(user.role),
        active=user.active,
        must_change=user.must_change,
        locked=user.locked_until is not None and now() < user.locked_until,
        created=user.created,
    )
