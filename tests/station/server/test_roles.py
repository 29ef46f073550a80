"""Every route for every role: who may, may; whoever may not is refused first of all.

The roles of a route are found where it states them, with `allow`. A route that states
none must be named here, with what it asks for instead.
"""

import re

import pytest
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.websockets import WebSocketDisconnect

from station.accounts.roles import EVERYONE, Role
from station.server.app import ROUTERS
from station.server.routes.page import PLACES
from tests.station.conftest import SOCKETS as SOCKET_ADDRESS

PAGE = {  # the page itself, which holds no data
    ("GET", "/assets/{name}"),
    ("GET", "/icon.svg"),
    *(("GET", place) for place in PLACES),
}
OPEN = {
    ("GET", "/healthz"),  # says no more than that the station is well
    ("POST", "/api/session"),  # asks for a name and a password
} | PAGE
LOGGED_IN = {  # for those too who must change their password first
    ("DELETE", "/api/session"),
    ("GET", "/api/session"),
    ("PUT", "/api/session/password"),
}
BY_TOKEN = {("GET", "/metrics")}

ROUTES = [
    (method, route)
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods or ())
]
SOCKETS = [
    route
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIWebSocketRoute)
]


STATED = [
    place
    for place in ROUTES
    if (place[0], place[1].path) not in OPEN | LOGGED_IN | BY_TOKEN
]
CHANGING = [
    place
    for place in ROUTES
    if place[0] != "GET" and (place[0], place[1].path) not in OPEN
]


def name(value):
    return f"{value[0]} {value[1].path}" if isinstance(value, tuple) else value.path


def find_roles(dependant):
    """The roles that `allow` states among the dependencies of a route; None if none."""
    roles = getattr(dependant.call, "roles", None)
    found = [find_roles(part) for part in dependant.dependencies]
    return next((one for one in [roles, *found] if one is not None), None)


def fill(path):
    """A path with something for each of its parameters."""
    return re.sub(r"{[^}]*}", "0", path)


def ask(client, method, route):
    return client.request(method, fill(route.path))


@pytest.mark.parametrize("place", ROUTES, ids=name)
def test_a_route_states_its_roles_or_is_known_to_ask_for_something_else(place):
    method, route = place
    stated = find_roles(route.dependant) is not None
    assert stated != ((method, route.path) in OPEN | LOGGED_IN | BY_TOKEN)


@pytest.mark.parametrize("place", ROUTES, ids=name)
def test_a_stranger_is_refused(client_as, place):
    method, route = place
    answer = ask(client_as(None), method, route)
    if (method, route.path) in OPEN:
        assert answer.status_code not in (401, 403)
    else:
        assert answer.status_code == 401
        assert list(answer.json()) == ["detail", "code", "facts"]


@pytest.mark.parametrize("place", STATED, ids=name)
def test_only_the_roles_of_a_route_get_through(client_as, place):
    method, route = place
    roles = find_roles(route.dependant)
    for role in EVERYONE:
        status = ask(client_as(role), method, route).status_code
        assert (status == 403) == (role not in roles), role
        assert status != 401


@pytest.mark.parametrize("place", STATED, ids=name)
def test_who_must_change_their_password_can_do_nothing_else(client_as, database, place):
    method, route = place
    client = client_as(find_roles(route.dependant)[0])
    with database.changing() as session:
        session.connection().exec_driver_sql("UPDATE users SET must_change = 1")
    answer = ask(client, method, route)
    assert answer.status_code == 403
    assert "Change the password first" in answer.json()["detail"]


@pytest.mark.parametrize("place", CHANGING, ids=name)
def test_what_may_change_something_asks_for_the_token_of_the_login(client_as, place):
    method, route = place
    client = client_as((find_roles(route.dependant) or EVERYONE)[0])
    del client.headers["X-CSRF-Token"]
    answer = ask(client, method, route)
    assert answer.status_code == 403
    assert "X-CSRF-Token" in answer.json()["detail"]


@pytest.mark.parametrize("route", SOCKETS, ids=name)
def test_a_stranger_opens_no_socket(client_as, route):
    client = client_as(None)
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect(SOCKET_ADDRESS + fill(route.path)) as socket,
    ):
        socket.receive_text()


def test_all_that_the_application_answers_is_in_the_matrix(app, client_as):
    described = {
        (method.upper(), path)
        for path, methods in app.openapi()["paths"].items()
        for method in methods
    }
    known = {(method, route.path) for method, route in ROUTES}
    assert described <= known
    documents = {("GET", "/docs"), ("GET", "/openapi.json")}
    assert known - described <= documents | PAGE
    for path in ("/redoc", "/docs/oauth2-redirect"):
        assert client_as(Role.ADMINISTRATOR).get(path).status_code == 404


@pytest.mark.parametrize("role", EVERYONE)
def test_whoever_is_logged_in_reads_what_the_api_is(client_as, role):
    client = client_as(role)
    schema = client.get("/openapi.json").json()
    page = client.get("/docs").text
    for path in schema["paths"]:
        assert path in page
    assert "<script" not in page
