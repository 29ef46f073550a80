"""What pages are told as it happens."""

import asyncio
import threading
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from data.scan import take_columns
from station.accounts.logins import end_logins
from station.accounts.roles import Role
from station.audit import append
from station.config import ReviewConfig
from station.records.moment import now
from station.records.tables import LaneState, ScanRow, User
from station.server import pages, tailing
from station.server.access import Viewer, cookie_name
from station.spool import begin_scan
from station.supervised.lag import ALL, LAG, write_taken
from station.worker.registering import register_scan
from tests.station.conftest import ADDRESS, SOCKETS
from tests.station.inspections.acting import Acting
from tests.station.inspections.passing import BOX, pass_container, see
from tests.station.tiles.scans import make_begin, make_scan
from tests.station.waiting import wait_until


@pytest.fixture
def server(app):
    """A client whose requests and sockets share one loop."""
    with TestClient(app, base_url=ADDRESS) as opened:
        yield opened


@pytest.fixture
def connect(server, station, client_as):
    """Open a page's socket: `connect(role, after=5)`."""

    def open_socket(role, after=None, origin=ADDRESS):
        cookie = cookie_name(station.config.server)
        client = client_as(role)
        token = client.cookies.get(cookie) or ""
        place = "" if after is None else f"?after={after}"
        headers = {"Origin": origin, "Cookie": f"{cookie}={token}"}
        return server.websocket_connect(f"{SOCKETS}/api/live{place}", headers=headers)

    return open_socket


def write(station, *kinds, **payload):
    """Add entries to the log; the numbers they got."""
    with station.database.changing() as session:
        return [append(session, kind, "s", payload).seq for kind in kinds]


def hear(socket, kind="entry", count=1):
    """The next messages of a type."""
    found: list[dict[str, Any]] = []
    while len(found) < count:
        message = socket.receive_json()
        if message["type"] == kind:
            found.append(message)
    return found


def beat(station, state):
    with station.database.changing() as session:
        session.merge(LaneState(lane="north", state=state, pid=1, beat=now()))


def test_a_page_is_told_where_it_begins_and_then_what_happens(station, connect):
    write(station, "scan.began")
    with connect(Role.OPERATOR) as socket:
        hello = socket.receive_json()
        assert hello["type"] == "hello"
        (seq,) = write(station, "alarm.raised", score=0.9)
        (entry,) = hear(socket)
        assert (entry["seq"], entry["kind"], entry["subject"]) == (
            seq,
            "alarm.raised",
            "s",
        )
        assert entry["payload"] == {"score": 0.9}
        assert (entry["actor"], entry["inspection"]) == ("station", None)
        assert set(entry) == {
            "type",
            "seq",
            "made",
            "kind",
            "actor",
            "subject",
            "inspection",
            "payload",
        }
        assert hello["seq"] < seq


def test_a_page_that_comes_back_is_told_what_it_missed_once_and_in_order(
    station, connect, monkeypatch
):
    monkeypatch.setattr(tailing, "PAGE", 7)
    with connect(Role.OPERATOR) as socket:
        start = socket.receive_json()["seq"]
    first = write(station, *["scan.began"] * 50)
    with connect(Role.OPERATOR, after=start) as socket:
        assert socket.receive_json() == {"type": "hello", "seq": start}
        second = write(station, *["scan.finished"] * 30)
        logins = hear(socket, count=80)
        assert [entry["seq"] for entry in logins] == first + second


def test_entries_that_come_while_others_are_read_are_lost_to_nobody(station, connect):
    with connect(Role.OPERATOR) as socket, connect(Role.QA) as other:
        written = []

        def work():
            for _ in range(40):
                written.extend(write(station, "scan.began", "alarm.raised"))

        thread = threading.Thread(target=work)
        thread.start()
        heard = [hear(one, count=80) for one in (socket, other)]
        thread.join()
        own = [
            [entry["seq"] for entry in part if entry["kind"] != "login.began"]
            for part in heard
        ]
        assert own[0] == written
        assert own[1] == written[: len(own[1])]


@pytest.mark.parametrize("after", [10_000_000, 0])
def test_a_page_that_knows_too_much_or_too_little_begins_at_the_end(
    station, connect, monkeypatch, after
):
    monkeypatch.setattr(pages, "FARTHEST", 5)
    last = write(station, *["scan.began"] * 20)[-1]
    with connect(Role.OPERATOR, after=after) as socket:
        assert socket.receive_json()["seq"] >= last


@pytest.mark.parametrize(
    ("role", "told"),
    [
        (Role.OPERATOR, ["alarm.raised", "disk.full"]),
        (
            Role.SUPERVISOR,
            ["alarm.raised", "test.told", "shadow.finished", "user.created"],
        ),
        (Role.QA, ["alarm.raised", "shadow.finished", "user.created"]),
        (Role.ADMINISTRATOR, ["alarm.raised", "user.created", "token.created"]),
    ],
)
def test_a_page_is_told_what_its_role_may_know(station, connect, role, told):
    kinds = (
        "alarm.raised",
        "test.placed",
        "test.failed",
        "test.told",
        "shadow.finished",
        "login.failed",
        "user.created",
        "token.created",
        "disk.full",
        "station.started",
    )
    with connect(role) as socket:
        socket.receive_json()
        write(station, *kinds)
        heard = []
        while "station.started" not in heard:
            heard += [entry["kind"] for entry in hear(socket)]
    assert set(told) <= set(heard)
    assert not {"test.placed", "test.failed"} & set(heard)
    assert ("test.told" in heard) == (role is Role.SUPERVISOR)
    assert ("login.failed" in heard) == (role is not Role.OPERATOR)
    assert ("shadow.finished" in heard) == (role in (Role.SUPERVISOR, Role.QA))


def test_an_entry_says_who_did_it_and_which_inspection_is_not_as_it_was(
    database, station, connect, user_as
):
    passed = pass_container(database, station.data)
    ann = Acting(database, ReviewConfig(), see(user_as(Role.OPERATOR)))
    with connect(Role.SUPERVISOR) as socket:
        start = socket.receive_json()["seq"]
        made = ann.say(passed.alarm, "dismiss")
        ann.undo(made[0].id)
        ann.withdraw(ann.draw(passed.scan, BOX)[0].id)
        ann.say(passed.alarm, "dismiss")
        ann.dispose(passed.inspection, "released")
        ann.undo_disposition(passed.inspection)
        heard = hear(socket, count=7)
    assert start < heard[0]["seq"]
    assert len({entry["kind"] for entry in heard}) == 6
    assert {entry["actor"] for entry in heard} == {"p-operator-1"}
    assert {entry["inspection"] for entry in heard} == {passed.inspection}


def test_a_growing_scan_says_of_which_inspection_it_is_once_that_is_known(
    station, connect
):
    scan = make_scan("single", width=60, height=8)
    writer = begin_scan(station.data, make_begin(scan))
    writer.push(take_columns(scan, 0, 20))
    with connect(Role.OPERATOR) as socket:
        assert hear(socket, "columns")[0]["inspection"] is None
        with station.database.changing() as session:
            register_scan(session, writer.begin, "scans/here")
        name = hear(socket, "columns")[0]["inspection"]
        writer.push(take_columns(scan, 20, 60))
        assert hear(socket, "columns")[0]["inspection"] == name
    with station.database.reading() as session:
        assert session.get_one(ScanRow, writer.begin.id).inspection_id == name
    writer.close()


def test_columns_are_told_before_the_alarms_on_them(station, connect, monkeypatch):
    monkeypatch.setattr(tailing, "LOOK_S", 0.2)
    scan = make_scan("single", width=60, height=8)
    writer = begin_scan(station.data, make_begin(scan))
    with connect(Role.OPERATOR) as socket:
        assert hear(socket, "columns")[0]["width"] == 0
        for end in range(10, 61, 10):
            writer.push(take_columns(scan, end - 10, end))
            write(station, "alarm.raised", x1=end)
            known, alarm = 0, None
            while alarm is None:
                message = socket.receive_json()
                known = message.get("width", known)
                alarm = message.get("payload")
            assert known == alarm["x1"] == end
    writer.close()


def test_a_page_sees_scans_grow_and_lanes_change(station, connect):
    scan = make_scan("single", width=60, height=8)
    writer = begin_scan(station.data, make_begin(scan))
    writer.push(take_columns(scan, 0, 20))
    beat(station, "idle")
    with connect(Role.OPERATOR) as socket:
        said = {
            "type": "columns",
            "lane": "north",
            "scan": writer.begin.id,
            "inspection": None,  # nobody has registered it
        }
        assert hear(socket, "columns") == [said | {"width": 20}]
        writer.push(take_columns(scan, 20, 60), at=30)
        assert hear(socket, "columns") == [said | {"width": 70}]
        beat(station, "scanning")
        states = []
        while "scanning" not in states:
            states += [lane["state"] for lane in hear(socket, "lane")]
    writer.close()


@pytest.mark.parametrize("rate", [0.5])
def test_where_there_are_test_scans_widths_come_late_too(station, connect):
    scan = make_scan("single", width=20, height=8)
    writer = begin_scan(station.data, make_begin(scan))
    writer.push(scan)
    with connect(Role.OPERATOR) as socket:
        assert hear(socket, "columns")[0]["width"] == 0
        write_taken(writer.folder, ALL)
        writer.push(scan, at=LAG + 5)
        assert hear(socket, "columns")[0]["width"] == 25
    writer.close()


def test_whoever_decides_nothing_is_told_of_no_columns(station, connect):
    scan = make_scan("single", width=20, height=8)
    writer = begin_scan(station.data, make_begin(scan))
    writer.push(scan)
    with connect(Role.ADMINISTRATOR) as socket:
        assert socket.receive_json()["type"] == "hello"
        write(station, "scan.began")
        kinds = [socket.receive_json()["type"] for _ in range(2)]
        assert "columns" not in kinds
    writer.close()


def test_strangers_and_pages_of_others_are_refused(connect):
    for role, origin, status in [
        (None, ADDRESS, 401),
        (Role.OPERATOR, "http://other.example", 403),
    ]:
        with (
            pytest.raises(WebSocketDenialResponse) as refusal,
            connect(role, origin=origin),
        ):
            pass
        assert refusal.value.status_code == status


def test_when_a_login_ends_its_pages_close(station, connect, user_as):
    with connect(Role.OPERATOR) as socket:
        socket.receive_json()
        with station.database.changing() as session:
            user = session.get_one(User, user_as(Role.OPERATOR).id)
            end_logins(session, user, "closed", actor="test")
        with pytest.raises(WebSocketDisconnect) as closing:
            hear(socket, "never")
    assert closing.value.code == 4401


def test_a_page_closes_when_its_login_is_too_old(connect, monkeypatch):
    monkeypatch.setattr(pages, "LOGIN_S", 0.1)
    monkeypatch.setattr(pages, "lasts", lambda *_: False)
    with (
        connect(Role.OPERATOR) as socket,
        pytest.raises(WebSocketDisconnect) as closing,
    ):
        hear(socket, "never")
    assert closing.value.code == 4401


def test_nothing_is_read_while_no_page_is_open(app, station, connect):
    tail = pages.get_tail(app)
    with connect(Role.OPERATOR) as socket:
        socket.receive_json()
        follower: Any = tail._task  # noqa: SLF001 - what reads
    wait_until(follower.done)
    before = tail.head
    write(station, "scan.began")
    assert tail.head == before
    with connect(Role.OPERATOR) as socket:
        assert socket.receive_json()["seq"] > before


class _Stuck:
    """A page's socket that takes one message and then no more."""

    def __init__(self):
        self.taken = []
        self.code = None

    async def send_json(self, message):
        if self.taken:
            await asyncio.sleep(60)
        self.taken.append(message)

    async def receive(self):
        await asyncio.sleep(60)

    async def close(self, code, _reason):
        self.code = code


def test_a_page_that_takes_nothing_is_given_up(app, station, monkeypatch):
    monkeypatch.setattr(pages, "SEND_S", 0.05)
    socket = _Stuck()
    viewer = Viewer("u", "u", "p", Role.OPERATOR, "l")
    page = pages.Page(cast("Any", socket), viewer, station, pages.get_tail(app))

    async def serve():
        async with asyncio.timeout(10):
            await page.serve(None)

    asyncio.run(serve())
    assert [message["type"] for message in socket.taken] == ["hello"]
    assert socket.code == 4408


def test_a_page_is_sent_away_while_the_records_are_out_of_reach(app, station):
    path = station.config.data / "station.db"
    station.database.close()
    path.rename(path.with_suffix(".away"))
    path.mkdir()
    socket = _Stuck()
    viewer = Viewer("u", "u", "p", Role.OPERATOR, "l")
    page = pages.Page(cast("Any", socket), viewer, station, pages.get_tail(app))
    asyncio.run(page.serve(None))
    assert socket.code == 1013
    path.rmdir()
    path.with_suffix(".away").rename(path)
