"""One test of a whole station in processes of its own: killed, and up again."""

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

import httpx
import psutil
import pytest
from sqlalchemy import select

from data.errors import StationError
from station.config import DetectorConfig, ServerConfig
from station.processes.effective import write_effective
from station.processes.lock import holding
from station.records import open_database
from station.records.tables import Entry
from tests.station.waiting import PATIENCE_S, wait_until

RUN = """
import sys
from pathlib import Path
from station.processes.effective import read_effective
from station.processes.guard import run_station
run_station(read_effective(Path(sys.argv[1])))
"""


def find_free_port():
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return made.getsockname()[1]


@pytest.fixture
def config(config):
    """A station that can be reached at a port that nobody has."""
    server = ServerConfig(port=find_free_port())
    detector = DetectorConfig(allow_unsigned=True)
    return config.model_copy(update={"server": server, "detector": detector})


@contextmanager
def running(config):
    """A station in a process of its own; whatever it leaves is killed."""
    place = write_effective(config)
    command = [sys.executable, "-c", RUN, str(place)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    with (config.data / "said.log").open("ab") as said:
        process = subprocess.Popen(  # noqa: S603 - our own words
            command, env=environment, stdout=said, stderr=said
        )
    made = psutil.Process(process.pid)
    known: list[psutil.Process] = []
    try:
        yield process, lambda: find_children(made, known)
    finally:
        process.kill()
        process.wait()
        for child in known:
            if child.is_running():
                child.kill()


def find_children(guard, known):
    """The processes of a station, by name."""
    found = {}
    for child in guard.children():
        try:
            words = child.cmdline()
        except psutil.Error:
            continue
        if "station.processes.child" in words:
            found[words[words.index("station.processes.child") + 1]] = child
    known += found.values()
    return found


def is_well(config):
    try:
        answer = httpx.get(f"http://127.0.0.1:{config.server.port}/healthz", timeout=5)
    except httpx.HTTPError:
        return False
    return answer.status_code == 200


def list_log(config, kind):
    """What the first entry of a kind says of each subject."""
    database = open_database(config.database_url)
    try:
        with database.reading() as session:
            query = select(Entry).where(Entry.kind == kind).order_by(Entry.seq)
            found = reversed(session.scalars(query).all())
            return {one.subject: json.loads(one.payload) for one in found}
    finally:
        database.close()


def test_a_station_is_up_again_after_any_kill_and_stops_when_it_is_told(config):
    names = {"server", "lane:north"}
    with running(config) as (station, find):
        wait_until(lambda: is_well(config))
        first = find()
        assert set(first) == names
        assert list_log(config, "station.started") != {}
        with pytest.raises(StationError), holding(config.data, "station", wait_s=0):
            pytest.fail("two stations run on one folder")
        for child in first.values():
            child.kill()
        psutil.wait_procs(first.values(), PATIENCE_S)
        wait_until(lambda: set(find()) == names and is_well(config))
        second = find()
        assert {child.pid for child in second.values()}.isdisjoint(
            child.pid for child in first.values()
        )
        restarted = wait_until(
            lambda: len(told := list_log(config, "process.restarted")) == 2 and told
        )
        assert restarted == {name: {"code": -signal.SIGKILL} for name in names}
        station.terminate()
        assert station.wait(PATIENCE_S) == 0
        assert not any(child.is_running() for child in second.values())
        with holding(config.data, "station", wait_s=0):
            pass


def test_no_process_outlives_what_guards_it_though_it_is_killed_at_once(config):
    with running(config) as (station, find):
        found = wait_until(lambda: len(found := find()) == 2 and found)
        station.kill()
        station.wait()
        _, alive = psutil.wait_procs(found.values(), PATIENCE_S)
        assert alive == []
    for name in ("server", "lane:north"):
        with holding(config.data, name, wait_s=0):
            pass
