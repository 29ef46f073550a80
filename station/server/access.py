"""Who asks, and whether they may: every route states its roles with `allow`."""

import hmac
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request, WebSocket
from starlette.requests import HTTPConnection

from data.errors import AccessError, NoLoginError, RecordError
from station.accounts.logins import SEEN_EVERY, find_login
from station.accounts.roles import Role
from station.config import ServerConfig
from station.records.moment import now
from station.records.tables import Login
from station.server.context import Here, Station

CSRF_HEADER: Final = "X-CSRF-Token"
"""What requests that may change something state beside their cookie."""

READ_ONLY: Final = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing."""

MOVED: Final = "/api/session"
"""What a page reads when somebody moves. It reads all else by itself too, such as tiles
of a scan that grows: that does not prolong a login."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is logged in.

    Attributes:
        user_id: Identifier of the account.
        name: Of the account.
        pseudonym: In the log and in records that are handed over.
        role: What they do.
        login_id: Identifier of the login.
    """

    user_id: str
    name: str
    pseudonym: str
    role: Role
    login_id: str


def cookie_name(server: ServerConfig) -> str:
    """What the cookie of a login is called.

    Example:
        >>> cookie_name(ServerConfig())
        'cargosight'
    """
    return "__Host-cargosight" if server.tls else "cargosight"


def get_login(request: Request, station: Here) -> Login:
    """The login of a request, of somebody who may have to change their password first.

    Raises:
        NoLoginError: If nobody is logged in.
        AccessError: If the request may change something and does not state the login's
            CSRF token.
    """
    login = _find(request, station)
    if request.method not in READ_ONLY or request.url.path == MOVED:
        _see(login, station)
    stated = request.headers.get(CSRF_HEADER, "")
    if request.method not in READ_ONLY and not hmac.compare_digest(
        stated.encode(), login.csrf.encode()
    ):
        msg = f"The header {CSRF_HEADER} does not belong to this login: load the page."
        raise AccessError(msg, code="login.csrf")
    return login


def get_viewer(login: Annotated[Login, Depends(get_login)]) -> Viewer:
    """Who makes a request.

    Raises:
        NoLoginError: If nobody is logged in.
        AccessError: If they must change their password first.
    """
    return _view(login)


def get_socket_viewer(websocket: WebSocket, station: Station) -> Viewer:
    """Who opens a WebSocket; its page must be one of this station's.

    Raises:
        NoLoginError: If nobody is logged in.
        AccessError: If another site's page opens it, or they must change their password
            first.
    """
    scheme = "https" if station.config.server.tls else "http"
    here = f"{scheme}://{websocket.headers.get('host', '')}"
    if websocket.headers.get("origin") != here:
        msg = "Only pages of this station may do that."
        raise AccessError(msg, code="request.foreign")
    return _view(_find(websocket, station))


def allow(*roles: Role) -> Callable[..., Viewer]:
    """A dependency: who asks, if they have one of some roles.

    Args:
        roles: Which.

    Returns:
        To be used as `viewer: Annotated[Viewer, Depends(allow(*DECIDING))]`; it has the
        attribute `roles`.
    """

    def check(viewer: Annotated[Viewer, Depends(get_viewer)]) -> Viewer:
        if viewer.role not in roles:
            msg = f"This is not for the role {viewer.role}."
            raise AccessError(msg, code="role.not_allowed", facts={"role": viewer.role})
        return viewer

    check.roles = roles  # type: ignore[attr-defined]
    return check


def _view(login: Login) -> Viewer:
    user = login.user
    if user.must_change:
        msg = "Change the password first: it was given by somebody else."
        raise AccessError(msg, code="password.must_change")
    return Viewer(user.id, user.name, user.pseudonym, Role(user.role), login.id)


def _find(connection: HTTPConnection, station: Station) -> Login:
    server = station.config.server
    token = connection.cookies.get(cookie_name(server), "")
    with station.database.reading() as session:
        login = find_login(session, token, server)
    if login is None:
        msg = "Nobody is logged in: log in first."
        raise NoLoginError(msg, code="login.none")
    return login


def _see(login: Login, station: Station) -> None:
    """Write down when a login was last seen; pages go on where that cannot be."""
    at = now()
    if at <= login.seen + SEEN_EVERY:
        return
    with suppress(RecordError), station.database.changing() as session:
        session.get_one(Login, login.id).seen = at
