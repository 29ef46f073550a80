"""Columns over a WebSocket."""

import json
import time

import pytest
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from station.accounts.tokens import make_token, revoke_token
from station.config import LaneConfig, StationConfig
from station.lanes.messages import PROTOCOL
from station.server.streams import get_streams
from station.spool.assembling import assemble, read_columns
from station.spool.beginning import read_end
from tests.station.conftest import ADDRESS
from tests.station.lanes.talking import ROWS, make_record
from tests.station.spool.columns import read_ended
from tests.station.waiting import wait_until

BEGIN = {"type": "begin", "key": "k1", "kind": "single", "rows": ROWS}


@pytest.fixture
def config(tmp_path):
    lanes = (
        LaneConfig(name="north", source="stream", gone_s=500, abandon_s=1000),
        LaneConfig(name="south", source="stream"),
        LaneConfig(name="files", source="folder", folder=tmp_path),
    )
    return StationConfig(data=tmp_path / "station-data", lane=lanes)


@pytest.fixture
def client(app):
    with TestClient(app, base_url=ADDRESS) as opened:
        yield opened


@pytest.fixture
def token(station):
    with station.database.changing() as session:
        return make_token(session, "north", "test")


def connect(client, token, lane="north", protocols=(PROTOCOL,)):
    return client.websocket_connect(
        f"ws://127.0.0.1:8765/api/lanes/{lane}/stream",
        subprotocols=list(protocols),
        headers={"Authorization": f"Bearer {token}"},
    )


def hear(socket, wanted):
    """The next message of a kind."""
    while (message := socket.receive_json())["type"] != wanted:
        assert message["type"] == "ack", message
    return message


def open_folder(station):
    ((_, folder),) = station.data.list_open("north")
    return folder


def test_columns_come_in_over_a_websocket(client, station, token):
    with connect(client, token.token) as socket:
        assert socket.accepted_subprotocol == PROTOCOL
        socket.send_text(json.dumps(BEGIN))
        assert hear(socket, "ready")["next"] == 0
        for number in range(5):
            socket.send_bytes(make_record(number))
        while hear(socket, "ack")["next"] < 5:
            pass
        socket.send_json({"type": "end", "width": 20})
        assert hear(socket, "ended")["key"] == "k1"
    folder = open_folder(station)
    assert read_ended(folder).width == 20
    high = assemble(read_columns(folder)).high
    assert high is not None
    assert high[0].tolist() == list(range(10, 210, 10))


@pytest.mark.parametrize(
    ("lane", "protocols", "shown", "status"),
    [
        ("north", (PROTOCOL,), "cs_wrong", 401),
        ("south", (PROTOCOL,), None, 401),
        ("nowhere", (PROTOCOL,), None, 401),
        ("north", (), None, 400),
        ("north", ("cargosight.columns.v9",), None, 400),
    ],
)
def test_strangers_and_other_versions_are_refused_before_the_upgrade(
    client, token, lane, protocols, shown, status
):
    with (
        pytest.raises(WebSocketDenialResponse) as refusal,
        connect(client, shown or token.token, lane, protocols),
    ):
        pass
    assert refusal.value.status_code == status
    assert set(refusal.value.json()) == {"detail", "code", "facts"}


def test_a_lane_of_another_source_takes_no_columns(client, station):
    with station.database.changing() as session:
        files = make_token(session, "files", "test").token
    with (
        pytest.raises(WebSocketDenialResponse) as refusal,
        connect(client, files, "files"),
    ):
        pass
    assert refusal.value.status_code == 400


def test_a_newer_connection_closes_the_older_one(client, token):
    with connect(client, token.token) as older:
        older.send_json(BEGIN)
        hear(older, "ready")
        with connect(client, token.token) as newer:
            with pytest.raises(WebSocketDisconnect) as closing:
                older.receive_json()
            assert closing.value.code == 4409
            newer.send_json(BEGIN)
            assert hear(newer, "ready")["next"] == 0


def test_a_token_that_is_revoked_begins_no_further_scan(client, station, token):
    with connect(client, token.token) as socket:
        with station.database.changing() as session:
            revoke_token(session, token.row.id, actor="test")
        socket.send_json(BEGIN)
        with pytest.raises(WebSocketDisconnect) as closing:
            socket.receive_json()
    assert closing.value.code == 4401


def test_a_scanner_that_leaves_amid_a_scan_is_missed_and_its_scan_closed(
    client, station, token
):
    lane = get_streams(client.app).lanes["north"]
    with connect(client, token.token) as socket:
        socket.send_json(BEGIN)
        hear(socket, "ready")
        socket.send_bytes(make_record(0))
        hear(socket, "ack")
    folder = open_folder(station)
    lane.clock = lambda: time.monotonic() + 600
    wait_until(lambda: lane.gone)
    assert read_end(folder) is None
    lane.clock = lambda: time.monotonic() + 1200
    wait_until(lambda: read_end(folder))
    assert read_ended(folder).why == "cut off"
    assert len(read_columns(folder)) == 1


def test_what_is_open_when_the_server_stops_goes_on_at_its_next_start(app, token):
    with (
        TestClient(app, base_url=ADDRESS) as client,
        connect(client, token.token) as socket,
    ):
        socket.send_json(BEGIN)
        hear(socket, "ready")
        socket.send_bytes(make_record(0))
        hear(socket, "ack")
    with (
        TestClient(app, base_url=ADDRESS) as client,
        connect(client, token.token) as socket,
    ):
        socket.send_json(BEGIN)
        assert hear(socket, "ready")["next"] == 1
