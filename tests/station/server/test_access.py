"""Who opens a WebSocket."""

import pytest
from fastapi import WebSocket
from starlette.websockets import WebSocketDisconnect

from data.errors import AccessError
from station.accounts.roles import Role
from station.records.tables import User
from station.server.access import get_socket_viewer
from tests.station.conftest import ADDRESS, SOCKETS

OWN = {"Origin": ADDRESS}


@pytest.fixture
def who(app, station):
    """Open a WebSocket that says who opened it, with some headers."""

    @app.websocket("/who")
    async def answer(websocket: WebSocket):
        try:
            viewer = get_socket_viewer(websocket, station)
        except AccessError as error:
            await websocket.close(4401, str(error))
            return
        await websocket.accept()
        await websocket.send_json([viewer.name, viewer.role])

    def open_socket(client, headers):
        with client.websocket_connect(f"{SOCKETS}/who", headers=headers) as socket:
            return socket.receive_json()

    return open_socket


def refuse(who, client, headers):
    """Why a WebSocket is refused."""
    with pytest.raises(WebSocketDisconnect) as caught:
        who(client, headers)
    return caught.value.reason


def test_a_page_of_the_station_opens_one_with_its_cookie(who, client_as):
    assert who(client_as(Role.QA), OWN) == ["qa-1", "qa"]


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "http://evil.example"}, {"Origin": "https://127.0.0.1:8765"}],
)
def test_pages_of_other_sites_open_none_whatever_cookie_they_bring(
    who, client_as, headers
):
    assert "Only pages" in refuse(who, client_as(Role.QA), headers)


def test_a_stranger_opens_none(who, client_as):
    assert "Nobody is logged in" in refuse(who, client_as(None), OWN)


def test_who_must_change_their_password_opens_none(who, client_as, database):
    client = client_as(Role.QA)
    with database.changing() as session:
        session.query(User).one().must_change = True
    assert "Change the password first" in refuse(who, client, OWN)
