"""The demo ends with a station open, a page to log in at, and trucks at its scanner."""

import socket
import subprocess
import sys
import threading
import time
import webbrowser
from contextlib import contextmanager
from types import SimpleNamespace

import httpx
import pytest
from sqlalchemy import select

from cargosight.cli import main
from cargosight.demo import opening, own_station, scanner
from cargosight.demo.folder import clear_demo, clear_station
from cargosight.demo.opening import choose_minutes, prepare_station, run_prepared
from cargosight.demo.own_station import Running, make_station
from cargosight.demo.scanner import MOST_WAITING, Scanner
from cargosight.demo.trucks import LOADS, Load, Truck, simulate_trucks
from cargosight.playing.stream import StreamPlayer
from cargosight.station_trials.rig import find_port
from data.container_number import find_fault
from data.errors import DatasetError, StationError, StreamError
from data.formats import read_scan
from detector.bundle import default_bundle_path, read_bundle
from detector.pipeline import Detector
from station.config import ServerConfig
from station.processes.lock import holding
from station.records import open_database
from station.records.tables import ScanRow

TINY = (Load("empty", 1, 1, length_m=2.0),)
PATIENCE_S = 60.0


def say_nothing(what: str, done: int, count: int) -> None:
    """Report no progress."""


@pytest.fixture(scope="module")
def own_port():
    """Stay off the usual port: other tests run beside these."""
    port = find_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(own_station, "ServerConfig", lambda: ServerConfig(port=port))
        yield port


@pytest.fixture(scope="module")
def tiny(tmp_path_factory, own_port):
    """A station with one small truck; it runs in one test only."""
    del own_port
    out = tmp_path_factory.mktemp("tiny") / "demo"
    return prepare_station(out, loads=TINY, progress=say_nothing)


class FakePlayer(StreamPlayer):
    """Plays to nobody, and stops after so many scans."""

    def __init__(self, most, error=None):
        super().__init__("ws://nobody", "token")
        self.closed = False
        self.played = []
        self._most, self._error = most, error

    def play(self, scan, key, number=None):
        """Note what is played."""
        if self._error is not None:
            raise self._error
        self.played.append((scan.info, key, number))
        if len(self.played) == self._most:
            self.stopping.set()

    def close(self):
        """Note it."""
        self.closed = True


def wait_for(condition):
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.05)


def log_in(address, name, password):
    given = {"name": name, "password": password}
    answer = httpx.post(f"{address}/api/session", json=given)
    answer.raise_for_status()
    return answer.json()


def list_scans(prepared):
    database = open_database(prepared.station.config.database_url)
    try:
        with database.reading() as session:
            return [row.key for row in session.scalars(select(ScanRow))]
    finally:
        database.close()


def test_a_newcomer_logs_in_with_what_is_printed_while_a_truck_is_scanned(
    tiny, monkeypatch
):
    shown: list[str] = []
    said: list[str] = []
    stopping = threading.Event()
    monkeypatch.setattr(opening, "show_page", shown.append)
    settings = {"seed": 0, "minutes": None, "stopping": stopping, "say": said.append}
    thread = threading.Thread(target=run_prepared, args=(tiny,), kwargs=settings)
    thread.start()
    try:
        wait_for(lambda: len(said) > 1 or not thread.is_alive())
        address = tiny.station.address
        words = said[1].split()
        password = words[words.index("password") + 1]
        login = log_in(address, "operator", password)
        wait_for(lambda: list_scans(tiny))
        told = tiny.told.read_text()
    finally:
        stopping.set()
        thread.join(PATIENCE_S)

    assert not thread.is_alive()
    assert address in said[1]
    assert shown == [address]
    assert "simulated" in said[1]
    assert (login["user"]["role"], login["user"]["must_change"]) == ("operator", True)
    assert find_fault(told.split()[0]) is None
    assert "empty: " in told
    assert str(tiny.station.file) in said[-1]
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/healthz")


def test_the_station_is_private_and_has_the_two_accounts_that_are_told(tiny):
    assert tiny.station.config.data.stat().st_mode & 0o077 == 0
    text = "\n".join(opening.describe(tiny, 10))
    for given in (tiny.station.operator, tiny.station.administrator):
        assert given.user.name in text
        assert given.password in text
        assert given.user.must_change
    assert "after 10 min" in text
    assert "by itself" not in "\n".join(opening.describe(tiny, None))


def test_a_page_that_was_not_built_is_told(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "BUILT", tmp_path / "none")
    assert "make page" in "\n".join(opening.describe(tiny, None))


def test_a_port_that_is_taken_gives_way_to_another(tmp_path, own_port):
    with socket.create_server(("127.0.0.1", own_port)):
        made = make_station(tmp_path)
    assert made.config.server.port != own_port
    assert str(made.config.server.port) in made.address


def test_a_station_that_ends_by_itself_is_told_with_its_last_words(tmp_path):
    log = tmp_path / "station.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", "print('no room'); raise SystemExit(1)"], stdout=file
        )
        started = Running(process, log)
        with pytest.raises(StationError, match=r"ended: no room See .*station\.log"):
            started.wait_ready(f"http://127.0.0.1:{find_port()}", threading.Event())
        started.stop()


def test_a_demo_that_still_runs_is_left_alone(tmp_path):
    out = tmp_path / "demo"
    data = clear_station(out) / "data"
    with holding(data, "station"):
        for clear in (clear_demo, clear_station):
            with pytest.raises(StationError, match="still runs"):
                clear(out)
    assert data.exists()
    clear_demo(out)
    assert not data.exists()


def test_a_new_station_keeps_what_else_the_demo_made(tmp_path):
    clear_demo(tmp_path / "demo")
    kept = tmp_path / "demo" / "run"
    kept.mkdir()
    (clear_station(tmp_path / "demo") / "old").touch()
    assert list(clear_station(tmp_path / "demo").iterdir()) == []
    assert kept.exists()


def test_a_folder_of_somebody_else_gets_no_station(tmp_path):
    (tmp_path / "mine.txt").touch()
    with pytest.raises(DatasetError, match="holds other things"):
        clear_station(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.fixture
def faked(monkeypatch):
    """A station and a scanner that do nothing."""

    @contextmanager
    def run(made):
        del made
        yield SimpleNamespace(wait_ready=lambda *_: None, check=lambda: None)

    fake = SimpleNamespace(error=None, finish=lambda: done.append(True))
    done: list[bool] = []
    monkeypatch.setattr(opening, "running", run)
    monkeypatch.setattr(opening, "Scanner", lambda *_: fake)
    monkeypatch.setattr(opening, "show_page", lambda _: None)
    return SimpleNamespace(scanner=fake, done=done)


def run_faked(prepared, minutes):
    run_prepared(
        prepared,
        seed=0,
        minutes=minutes,
        stopping=threading.Event(),
        say=lambda _: None,
    )


def test_it_ends_by_itself_when_its_time_is_over(tiny, faked):
    run_faked(tiny, 0.001)
    assert faked.done == [True]


def test_a_scanner_that_gives_up_ends_it_and_says_why(tiny, faked):
    faked.scanner.error = StreamError("The station was not reached.")
    with pytest.raises(StreamError, match="not reached"):
        run_faked(tiny, None)
    assert faked.done == [True]


@pytest.fixture
def trucks(tiny):
    return tiny.trucks


def test_trucks_come_round_each_time_as_another_container(trucks, tmp_path):
    player, told = FakePlayer(3), tmp_path / "trucks.txt"
    one = Scanner(player, trucks, 0, told, lambda: 0, pause_s=0)
    assert player.stopping.wait(PATIENCE_S)
    one.finish()
    numbers = [info.containers[0] for info, _, _ in player.played]
    assert len(set(numbers)) == 3
    assert [find_fault(number) for number in numbers] == [None] * 3
    assert len({key for _, key, _ in player.played}) == 3
    assert all(info.synthetic for info, _, _ in player.played)
    assert [line.split()[0] for line in told.read_text().splitlines()] == numbers
    assert player.closed


def test_no_truck_drives_up_while_many_wait(trucks, tmp_path):
    asked = threading.Event()

    def count_waiting():
        asked.set()
        return MOST_WAITING

    player = FakePlayer(9)
    one = Scanner(player, trucks, 0, tmp_path / "t", count_waiting, pause_s=0)
    assert asked.wait(PATIENCE_S)
    one.finish()
    assert len(player.played) == 1
    assert scanner.PAUSE_S > 0


def test_a_station_that_refuses_is_remembered(trucks, tmp_path):
    player = FakePlayer(1, StreamError("refused"))
    one = Scanner(player, trucks, 0, tmp_path / "t", lambda: 0)
    one.finish()
    assert str(one.error) == "refused"


def test_the_first_truck_is_armed_and_has_an_alarm(tmp_path):
    (truck,) = simulate_trucks(tmp_path, LOADS[:1], progress=say_nothing)
    scan = read_scan(truck.path)
    found = Detector(read_bundle(default_bundle_path()), threads=1).detect(scan)
    assert 1 <= len(found.alarms) <= 3
    assert truck.firearms
    assert scan.kind == "dual"
    assert scan.info.pitch_mm == (4.0, 4.0)
    assert scan.size[1] <= 1400
    assert {load.firearms for load in LOADS} == {0, 2}


def test_a_truck_says_what_a_search_would_find(tmp_path):
    assert Truck(tmp_path, "sacks", ()).tell() == "sacks: no firearm"
    assert Truck(tmp_path, "bags", ("rifle", "pistol")).tell() == "bags: rifle, pistol"


@pytest.mark.parametrize(
    ("terminal", "asked", "minutes"),
    [(False, None, 10), (False, 3, 3), (True, None, None), (True, 3, 3)],
)
def test_it_stays_open_where_somebody_can_end_it(monkeypatch, terminal, asked, minutes):
    for name in ("stdin", "stdout"):
        fake = SimpleNamespace(isatty=lambda: terminal)
        monkeypatch.setattr(sys, name, fake)
    assert choose_minutes(asked) == minutes


@pytest.mark.parametrize("desktop", [True, False])
def test_a_browser_is_asked_only_at_a_desktop_and_may_fail(monkeypatch, desktop):
    asked = threading.Event()

    def open_page(address):
        assert address == "http://here"
        asked.set()
        raise webbrowser.Error

    monkeypatch.setattr(webbrowser, "open", open_page)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("DISPLAY", raising=False)
    if desktop:
        monkeypatch.setenv("DISPLAY", ":0")
    assert opening.show_page("http://here") == desktop
    assert asked.wait(PATIENCE_S if desktop else 0.2) == desktop


@pytest.fixture
def parts(monkeypatch):
    """Which parts of the demo were run."""
    ran: list[str] = []

    def run_miniature(*_, **__):
        ran.append("miniature")
        return ["looked at"]

    monkeypatch.setattr("cargosight.demo.miniature.run_miniature", run_miniature)
    monkeypatch.setattr(opening, "prepare_station", lambda *_, **__: "prepared")
    monkeypatch.setattr(
        opening, "run_prepared", lambda prepared, **_: ran.append(prepared)
    )
    return ran


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ["miniature", "prepared"]),
        (["--no-station"], ["miniature"]),
        (["--station-only"], ["prepared"]),
    ],
)
def test_either_part_can_be_left_out(parts, words, expected):
    assert main(["demo", *words]) == 0
    assert parts == expected


def test_both_cannot_be_left_out(parts, capsys):
    assert main(["demo", "--station-only", "--no-station"]) == 2
    assert "nothing to do" in capsys.readouterr().err
    assert parts == []
