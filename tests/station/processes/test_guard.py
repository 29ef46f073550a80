"""Tests of what starts processes again: soon, but not over and over."""

import os
import socket
import subprocess
import sys
import threading

import pytest

from data.errors import StationError
from station.config import ServerConfig, StationConfig
from station.processes import guard
from station.processes.child import main
from station.processes.effective import write_effective
from station.processes.guard import LONGEST_S, PATIENCE_S, STEADY_S, Child, reach
from station.records import open_database


class FakeProcess:
    """A process that a test ends."""

    def __init__(self):
        self.code = None
        self.stubborn = False
        self.told = []

    def poll(self):
        """What it died of."""
        return self.code

    def wait(self, timeout=None):
        """Be gone, or not in time."""
        self.told.append(("wait", timeout))
        if self.stubborn and timeout is not None:
            raise subprocess.TimeoutExpired(str(self), timeout)

    def terminate(self):
        """Note it."""
        self.told.append("terminate")

    def kill(self):
        """Note it."""
        self.told.append("kill")


@pytest.fixture
def world(monkeypatch):
    """A clock, and processes that were started."""
    made = type("World", (), {"at": 1000.0, "started": [], "commands": []})()

    def start(command):
        made.commands.append(command)
        made.started.append(FakeProcess())
        return made.started[-1]

    monkeypatch.setattr("station.processes.guard.subprocess.Popen", start)
    monkeypatch.setattr("station.processes.guard.time.monotonic", lambda: made.at)
    return made


@pytest.fixture
def child(tmp_path, world):
    del world
    made = Child("lane:north", tmp_path / "effective.json")
    made.start()
    return made


def die(world, child):
    """Die, and say how long it takes until it is started again, s."""
    world.started[-1].code = -9
    count, died = len(world.started), world.at
    assert child.look() == -9
    while len(world.started) == count:
        assert child.look() is None
        world.at += 0.05
    return world.at - died


def test_a_process_is_started_with_its_name_and_whose_it_is(child, world):
    [command] = world.commands
    words = [child.name, str(child.place), str(os.getpid())]
    assert command == [sys.executable, "-m", "station.processes.child", *words]


def test_a_process_that_lives_is_let_be(child, world):
    assert [child.look() for _ in range(3)] == [None] * 3
    assert len(world.started) == 1


def test_what_dies_after_a_while_is_started_again_at_once_whenever_it_does(
    child, world
):
    for _ in range(5):
        world.at += STEADY_S + 1
        assert die(world, child) < 0.1


def test_what_dies_over_and_over_is_started_more_and_more_seldom(child, world):
    waits = [die(world, child) for _ in range(9)]
    assert waits[0] < 0.1
    assert waits == sorted(waits)
    assert LONGEST_S <= waits[-1] < LONGEST_S + 0.2
    world.at += STEADY_S + 1
    assert die(world, child) < 0.1


def test_a_process_that_cannot_be_started_now_is_started_later(
    child, world, monkeypatch
):
    def refuse(_):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    world.started[-1].code = -9
    assert child.look() == -9
    with monkeypatch.context() as patch:
        patch.setattr("station.processes.guard.subprocess.Popen", refuse)
        assert child.look() is None
    assert child.look() is None
    assert len(world.started) == 1
    world.at += LONGEST_S
    child.look()
    assert len(world.started) == 2


def test_a_process_is_asked_to_stop_and_waited_for(child, world):
    child.stop()
    child.wait(world.at + PATIENCE_S)
    assert world.started[0].told == ["terminate", ("wait", PATIENCE_S)]


def test_a_process_that_does_not_stop_is_killed(child, world):
    world.started[0].stubborn = True
    child.wait(world.at - 1)
    assert world.started[0].told == [("wait", 0.01), "kill", ("wait", None)]


def test_a_process_that_is_dead_need_not_stop(child, world):
    world.started[0].code = 1
    child.look()
    child.stop()
    child.wait(world.at)
    assert world.started[0].told == []


def test_a_lane_that_there_is_not_is_said_in_one_line(config, capsys, monkeypatch):
    monkeypatch.setattr("station.processes.child._listen", lambda _: None)
    code = main(["lane:south", str(write_effective(config)), "1"])
    assert code == 1
    said = capsys.readouterr().err
    assert said.startswith("cargosight station: lane:south: There is no lane south.")
    assert said.count("\n") == 1


def test_a_port_that_another_program_has_is_told_before_anything_starts(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        config = StationConfig(data=tmp_path, server=ServerConfig(port=port))
        with pytest.raises(StationError, match=f"port {port}"):
            guard.run_station(config)
    assert not (tmp_path / "station.db").exists()


def test_a_station_waits_for_a_database_that_is_not_up_yet(postgres, postgres_url):
    database, stop = open_database(postgres_url), threading.Event()
    reached = []
    thread = threading.Thread(target=lambda: reached.append(reach(database, stop)))
    postgres.kill()
    try:
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
    finally:
        postgres.start()
    thread.join(60)
    database.close()
    assert reached == [True]


def test_who_waits_for_a_database_can_be_stopped(postgres):
    database, stop = open_database(postgres.url("nowhere")), threading.Event()
    stop.set()
    assert not reach(database, stop)
    database.close()
