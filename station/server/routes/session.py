"""Log in and out, and change one's password."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from data.errors import AccessError
from station.accounts.letting_in import is_still_right, let_in
from station.accounts.logins import NewLogin, begin_login, end_login, find_login
from station.accounts.passwords import LONGEST
from station.accounts.roles import Role
from station.accounts.users import change_password, get_user
from station.records.tables import Login
from station.server.access import cookie_name, get_login
from station.server.context import Here, Station
from station.server.errors import responses

router: Final = APIRouter(prefix="/api/session", tags=["session"])

Standing = Annotated[Login, Depends(get_login)]
Password = Annotated[str, Field(min_length=1, max_length=LONGEST)]


class Credentials(BaseModel):
    """Who wants in."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(min_length=1, max_length=64)]
    password: Password


class NewPassword(BaseModel):
    """The password until now, and the one from now on."""

    model_config = ConfigDict(extra="forbid", strict=True)

    old: Password
    new: Password


class Who(BaseModel):
    """Who is logged in.

    Attributes:
        pseudonym: What they are called in the log.
        must_change: Whether they must change their password before anything else.
    """

    model_config = ConfigDict(extra="forbid")

    id: str
    name: str
    pseudonym: str
    role: Role
    must_change: bool


class Session(BaseModel):
    """A login.

    Attributes:
        csrf: What requests that change something state in `X-CSRF-Token`.
    """

    model_config = ConfigDict(extra="forbid")

    user: Who
    csrf: str


@router.post("", summary="Log in")
def log_in(
    credentials: Credentials, request: Request, response: Response, station: Here
) -> Session:
    """Begin a login; the answer sets its cookie. A login of that cookie before ends."""
    server = station.config.server
    new = let_in(station.database, credentials.name, credentials.password, server)
    _end_earlier(request, station)
    _set_cookie(response, station, new)
    return _describe(new.login)


@router.get("", summary="Who is logged in")
def read_session(login: Standing) -> Session:
    """Who is logged in, and the token of this login against other sites' requests."""
    return _describe(login)


@router.delete("", status_code=204, summary="Log out")
def log_out(login: Standing, response: Response, station: Here) -> None:
    """End this login."""
    with station.database.changing() as session:
        standing = session.get_one(Login, login.id)
        end_login(session, standing, "logout", actor=login.user.pseudonym)
    server = station.config.server
    response.delete_cookie(
        cookie_name(server), secure=server.tls, httponly=True, samesite="strict"
    )


@router.put("/password", summary="Change one's password", responses=responses(409))
def set_password(
    passwords: NewPassword, login: Standing, response: Response, station: Here
) -> Session:
    """Change one's password: all of one's logins end, and another one begins."""
    server, database = station.config.server, station.database
    if not is_still_right(database, login.user.name, passwords.old, server):
        msg = "The present password is wrong, or the account is locked."
        raise AccessError(msg, code="password.wrong")
    change_password(database, login.user_id, passwords.old, passwords.new)
    with database.changing() as session:
        new = begin_login(session, get_user(session, login.user_id))
    _set_cookie(response, station, new)
    return _describe(new.login)


def _describe(login: Login) -> Session:
    user = login.user
    who = Who(
        id=user.id,
        name=user.name,
        pseudonym=user.pseudonym,
        role=Role(user.role),
        must_change=user.must_change,
    )
    return Session(user=who, csrf=login.csrf)


def _end_earlier(request: Request, station: Station) -> None:
    server = station.config.server
    token = request.cookies.get(cookie_name(server))
    if token is None:
        return
    with station.database.changing() as session:
        earlier = find_login(session, token, server)
        if earlier is not None:
            end_login(session, earlier, "again", actor=earlier.user.pseudonym)


def _set_cookie(response: Response, station: Station, new: NewLogin) -> None:
    server = station.config.server
    response.set_cookie(
        cookie_name(server),
        new.token,
        path="/",
        secure=server.tls,
        httponly=True,
        samesite="strict",
    )
