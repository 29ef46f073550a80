"""Tests of columns on a disk that fails between two steps of a lane."""

import errno

import pytest

from station.lanes import stream
from station.spool import DataFolder
from station.spool.assembling import assemble, read_columns
from tests.station.lanes.talking import (
    Machine,
    Scanner,
    kinds,
    list_open,
    make_record,
)


@pytest.fixture
def machine(station):
    return Machine(station)


def refuse(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_scan_that_the_disk_did_not_let_begin_is_not_taken_for_ended(
    machine, monkeypatch
):
    scanner = Scanner(machine, machine.start())
    point_to = DataFolder.point_to

    def point_and_refuse(*given):
        point_to(*given)
        refuse()

    with monkeypatch.context() as patch:
        patch.setattr(DataFolder, "point_to", point_and_refuse)
        assert kinds(scanner.begin()) == ["wait"]
        assert scanner.say(wait_s=1) == []
    assert kinds(scanner.say(wait_s=1)) == ["ready", "go"]
    assert kinds(scanner.say(make_record(0))) == ["ack"]
    assert kinds(scanner.end()) == ["ended"]
    (folder,) = list_open(machine)
    assert assemble(read_columns(folder)).size == (4, 6)


def test_a_scan_that_cannot_be_opened_at_the_start_is_gone_on_with_later(
    machine, monkeypatch
):
    lane = machine.start()
    scanner = Scanner(machine, lane)
    scanner.begin()
    scanner.say(make_record(0))
    lane.close()
    with monkeypatch.context() as patch:
        patch.setattr(stream, "resume_scan", refuse)
        again = machine.start()
        scanner = Scanner(machine, again)
        assert kinds(scanner.begin()) == ["wait"]
    (ready, go) = scanner.say(wait_s=1)
    assert (ready["next"], go["next"]) == (1, 1)
    assert kinds(scanner.say(make_record(1))) == ["ack"]
    assert kinds(scanner.end()) == ["ended"]
    (folder,) = list_open(machine)
    assert assemble(read_columns(folder)).size == (8, 6)


def test_a_scan_that_could_not_be_opened_at_the_start_is_watched_later(
    machine, monkeypatch
):
    lane = machine.start()
    Scanner(machine, lane).begin()
    lane.close()
    with monkeypatch.context() as patch:
        patch.setattr(stream, "resume_scan", refuse)
        again = machine.start()
    machine.time += 1000
    again.watch()
    (folder,) = list_open(machine)
    assert (folder / "end.json").exists()


@pytest.mark.parametrize("name", ["key", "number"])
def test_a_name_that_no_database_takes_is_refused(machine, name):
    scanner = Scanner(machine, machine.start())
    (error,) = scanner.begin(**{name: "C\x0017"})
    assert (error["type"], error["next"]) == ("error", None)
    assert list_open(machine) == []
