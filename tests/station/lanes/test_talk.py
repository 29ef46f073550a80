"""What a lane answers a scanner."""

import errno
import os

import pytest
from sqlalchemy import select

from station.lanes.talk import HangUpError, Talk
from station.records import new_id
from station.records.moment import now
from station.records.tables import Entry, Inspection, ScanRow
from station.spool.assembling import assemble, read_columns
from station.spool.beginning import read_begin, read_end
from station.spool.writer import ColumnWriter
from tests.station.lanes.talking import (
    Machine,
    Scanner,
    claim_columns,
    damage,
    kinds,
    list_open,
    make_record,
)
from tests.station.spool.columns import read_ended


@pytest.fixture
def machine(station):
    return Machine(station)


@pytest.fixture
def scanner(machine):
    return Scanner(machine, machine.start())


def counts(folder):
    high = assemble(read_columns(folder)).high
    assert high is not None
    return high[0].tolist()


def events(machine):
    machine.station.reporter.flush()
    with machine.station.database.reading() as session:
        found = session.scalars(select(Entry).order_by(Entry.seq))
        return [(entry.kind, entry.subject) for entry in found]


def test_a_scan_comes_in_whole_and_is_acknowledged(machine, scanner):
    (ready,) = scanner.begin(number="N1", info={"pitch_mm": [4.0, 4.0]})
    assert (ready["type"], ready["key"], ready["next"]) == ("ready", "k1", 0)
    assert scanner.say(*map(make_record, range(3))) == [{"type": "ack", "next": 3}]
    assert scanner.end(width=12) == [{"type": "ended", "key": "k1"}]
    (folder,) = list_open(machine)
    begin = read_begin(folder)
    assert (begin.id, begin.number) == (ready["scan"], "N1")
    assert begin.info.pitch_mm == (4.0, 4.0)
    assert counts(folder) == list(range(10, 130, 10))
    end = read_ended(folder)
    assert (end.width, end.why) == (12, "end")


def test_acknowledged_records_are_on_the_disk_and_others_are_not_named(
    machine, scanner, monkeypatch
):
    synced: list[int] = []
    monkeypatch.setattr(os, "fdatasync", synced.append)
    scanner.begin()
    before = len(synced)
    machine.time += 1
    assert scanner.talk.handle([make_record(0)]) == [{"type": "ack", "next": 1}]
    assert len(synced) == before + 1
    assert scanner.talk.handle([make_record(1)]) == []  # within 0.1 s of the last
    assert len(synced) == before + 1
    assert scanner.talk.pause_s is not None
    assert scanner.talk.pause_s <= 0.25
    machine.time += 0.11
    assert scanner.talk.handle([]) == [{"type": "ack", "next": 2}]
    assert scanner.talk.pause_s is None


def test_after_a_cut_the_scan_goes_on_where_it_was(machine, scanner):
    scanner.begin()
    scanner.say(make_record(0), make_record(1))
    later = Scanner(machine, scanner.talk.lane)
    (ready,) = later.begin()
    assert ready["next"] == 2
    assert later.say(make_record(2)) == [{"type": "ack", "next": 3}]
    assert len(list_open(machine)) == 1


def test_after_a_kill_the_scan_goes_on_and_a_torn_record_comes_again(machine, scanner):
    (ready,) = scanner.begin()
    scanner.say(make_record(0))
    (folder,) = list_open(machine)
    with (folder / "columns.bin").open("ab") as file:
        file.write(make_record(1)[:50])
    later = Scanner(machine, machine.start())
    assert later.begin() == [ready | {"next": 1}]
    later.say(make_record(1))
    assert counts(folder) == list(range(10, 90, 10))


def test_a_connection_must_begin_before_it_sends(machine, scanner):
    scanner.begin()
    scanner.say(make_record(0))
    later = Scanner(machine, scanner.talk.lane)
    (error,) = later.say(make_record(1))
    assert (error["type"], error["next"]) == ("error", None)
    (error,) = Scanner(machine, scanner.talk.lane).end()
    assert (error["type"], error["next"]) == ("error", None)
    assert read_end(list_open(machine)[0]) is None


def test_a_newer_connection_takes_the_lane_over(machine, scanner):
    scanner.begin()
    later = Scanner(machine, scanner.talk.lane)
    with pytest.raises(HangUpError) as refusal:
        scanner.say(make_record(0))
    assert refusal.value.code == 4409
    later.begin()
    assert later.say(make_record(0)) == [{"type": "ack", "next": 1}]


def test_records_that_came_already_are_passed_over(machine, scanner):
    scanner.begin()
    scanner.say(make_record(0), make_record(1))
    assert scanner.say(make_record(0), make_record(1)) == []
    assert counts(list_open(machine)[0]) == list(range(10, 90, 10))


@pytest.mark.parametrize("wrong", [damage(make_record(1)), b"CSC1", b""])
def test_after_a_damaged_record_those_on_their_way_are_passed_over(
    machine, scanner, wrong
):
    scanner.begin()
    replies = scanner.say(
        make_record(0), wrong, make_record(2), make_record(3), {"type": "end"}
    )
    assert kinds(replies) == ["error", "ack"]
    assert replies[0]["next"] == 1
    assert kinds(scanner.say(*map(make_record, range(1, 4)))) == ["ack"]
    assert kinds(scanner.end()) == ["ended"]
    assert counts(list_open(machine)[0]) == list(range(10, 170, 10))


def test_a_missing_record_is_asked_for_once(scanner):
    scanner.begin()
    replies = scanner.say(make_record(0), make_record(2), make_record(3))
    assert kinds(replies) == ["error", "ack"]
    assert replies[0]["next"] == 1
    assert "1 was due" in replies[0]["why"]


@pytest.mark.parametrize(
    "said",
    [
        {"type": "begin", "key": "", "kind": "single", "rows": 6},
        {"type": "begin", "key": "k", "kind": "triple", "rows": 6},
        {"type": "begin", "key": "k", "kind": "single", "rows": 0},
        {"type": "begin", "key": "k", "kind": "single", "rows": 6, "more": 1},
        {
            "type": "begin",
            "key": "k",
            "kind": "single",
            "rows": 6,
            "info": {"pitch_mm": [0, 0]},
        },
        {"type": "end", "width": -1},
        {"type": "sing"},
        [],
        {"type": "begin", "key": "x" * 70_000, "kind": "single", "rows": 6},
    ],
)
def test_messages_that_do_not_follow_the_protocol_are_errors_and_lose_nothing(
    scanner, said
):
    scanner.begin()
    replies = scanner.say(make_record(0), said, make_record(1))
    assert kinds(replies) == ["error", "ack"]
    assert "\n" not in replies[0]["why"]
    assert replies[1]["next"] == 2


def test_whoever_sends_nothing_but_errors_is_hung_up_on(scanner):
    scanner.begin()
    with pytest.raises(HangUpError) as refusal:
        scanner.say(*[damage(make_record(0))] * 30)
    assert refusal.value.code == 4400


@pytest.mark.parametrize("at", [100_005, 249_999, 4_000_000_000])
def test_columns_far_beyond_the_scan_are_refused(scanner, at):
    scanner.begin()
    scanner.say(make_record(0))
    (error,) = scanner.say(claim_columns(make_record(1), at))
    assert (error["type"], error["next"]) == ("error", 1)


def test_the_next_scan_ends_the_one_that_is_open(machine, scanner):
    scanner.begin()
    scanner.say(make_record(0))
    (ready,) = scanner.begin("k2")
    assert (ready["key"], ready["next"]) == ("k2", 0)
    first, second = list_open(machine)
    assert read_ended(first).why == "next"
    assert read_end(second) is None


def test_a_key_that_has_ended_is_never_taken_again(machine, scanner):
    scanner.begin()
    scanner.end()
    ended = [{"type": "ended", "key": "k1"}]
    assert scanner.begin() == ended  # waits to be looked at
    (folder,) = list_open(machine)
    machine.station.data.be_done("north", folder.name)
    assert scanner.begin() == ended  # was looked at
    assert Scanner(machine, machine.start()).begin() == ended  # after a kill
    assert kinds(scanner.say(make_record(0))) == []


def test_a_key_that_only_the_records_know_is_not_taken_again(machine, scanner):
    inspection = Inspection(id=new_id(), lane="north", began=now())
    scan = ScanRow(
        id=new_id(),
        inspection=inspection,
        lane="north",
        key="old",
        folder="scans/x",
        kind="single",
        height=6,
        info={},
        began=now(),
    )
    with machine.station.database.changing() as session:
        session.add(scan)
    assert scanner.begin("old") == [{"type": "ended", "key": "old"}]


def test_a_scan_is_taken_in_though_the_records_are_out_of_reach(machine, scanner):
    machine.station.database.close()
    path = machine.station.config.data / "station.db"
    path.rename(path.with_suffix(".away"))
    path.mkdir()
    assert kinds(scanner.begin()) == ["ready"]
    assert kinds(scanner.say(make_record(0))) == ["ack"]
    assert kinds(scanner.end()) == ["ended"]
    assert kinds(scanner.begin()) == ["ended"]
    path.rmdir()
    path.with_suffix(".away").rename(path)


def test_an_open_scan_of_another_size_is_not_gone_on_with(scanner):
    scanner.begin()
    (error,) = scanner.begin(rows=7)
    assert error["type"] == "error"
    assert "another key" in error["why"]


def test_a_full_disk_makes_the_scanner_wait_and_nothing_is_lost(machine, scanner):
    scanner.begin()
    scanner.say(make_record(0))
    machine.free = 0
    replies = scanner.say(make_record(1), make_record(2), {"type": "end"}, wait_s=1)
    assert replies == [{"type": "wait", "why": "disk full"}]
    assert scanner.say({"type": "ping"}, wait_s=1) == [{"type": "pong"}]
    machine.free = 1e12
    assert scanner.say(wait_s=1) == [{"type": "go", "next": 1}]
    assert kinds(scanner.say(make_record(1), make_record(2))) == ["ack"]
    assert kinds(scanner.end()) == ["ended"]
    assert counts(list_open(machine)[0]) == list(range(10, 130, 10))
    assert events(machine) == [("disk.full", "north"), ("disk.free", "north")]


def test_what_is_begun_or_ended_on_a_full_disk_is_so_once_there_is_room(
    machine, scanner
):
    machine.free = 0
    assert kinds(scanner.begin()) == ["wait"]
    machine.free = 1e12
    assert kinds(scanner.say(wait_s=1)) == ["ready", "go"]
    scanner.say(make_record(0))
    machine.free = 0
    assert kinds(scanner.end()) == ["wait"]
    machine.free = 1e12
    go, ended = scanner.say(wait_s=1)
    assert (go, ended["type"]) == ({"type": "go", "next": 1}, "ended")
    assert scanner.end() == []  # a scanner that says it again


@pytest.mark.parametrize("broken", ["_write", "sync"])
def test_a_disk_that_takes_nothing_is_waited_for(machine, scanner, monkeypatch, broken):
    scanner.begin()
    scanner.say(make_record(0))

    def refuse(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(ColumnWriter, broken, refuse)
        replies = scanner.say(make_record(1), make_record(2), wait_s=0.1)
        assert kinds(replies) == ["wait"]
        assert kinds(scanner.say(make_record(1), wait_s=0.1)) == []
    due = scanner.say(wait_s=1)[-1]["next"]
    scanner.say(*[make_record(number) for number in range(due, 3)])
    assert kinds(scanner.end()) == ["ended"]
    assert counts(list_open(machine)[0]) == list(range(10, 130, 10))
    assert events(machine) == [("disk.full", "north"), ("disk.free", "north")]


def test_silence_amid_a_scan_is_reported_and_its_end_too(machine, scanner):
    lane = scanner.talk.lane
    scanner.begin()
    scanner.say(make_record(0))
    machine.time += 9
    lane.watch()
    assert not lane.gone
    machine.time += 2
    lane.watch()
    lane.watch()
    assert lane.gone
    assert events(machine) == [("lane.gone", "north")]
    scanner.say({"type": "ping"})
    assert not lane.gone
    machine.time += 121
    lane.watch()
    (folder,) = list_open(machine)
    assert read_ended(folder).why == "cut off"
    assert events(machine)[1:] == [
        ("lane.back", "north"),
        ("lane.gone", "north"),
        ("scan.cut_off", folder.name),
    ]
    (error,) = scanner.say(make_record(1), make_record(2))
    assert (error["type"], error["next"]) == ("error", None)
    assert scanner.begin() == [{"type": "ended", "key": "k1"}]


def test_a_scan_that_a_kill_left_open_is_watched_too(machine, scanner):
    scanner.begin()
    lane = machine.start()
    machine.time += 121
    lane.watch()
    assert read_ended(list_open(machine)[0]).why == "cut off"


def test_nobody_is_missed_between_scans_or_while_the_disk_is_full(machine, scanner):
    lane = scanner.talk.lane
    machine.time += 1000
    lane.watch()
    scanner.begin()
    machine.free = 0
    scanner.say(make_record(0))
    for _ in range(20):
        machine.time += 5
        scanner.say()
        lane.watch()
    assert [kind for kind, _ in events(machine)] == ["disk.full"]


def test_the_silent_scanner_of_a_full_disk_does_not_stop_the_watch(
    machine, scanner, monkeypatch
):
    scanner.begin()

    def refuse(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    machine.time += 121
    with monkeypatch.context() as patched:
        patched.setattr(ColumnWriter, "sync", refuse)
        scanner.talk.lane.watch()
    scanner.talk.lane.watch()
    assert read_ended(list_open(machine)[0]).why == "cut off"


def test_a_token_that_was_revoked_begins_no_scan(machine):
    lane = machine.start()
    talk = Talk(lane, allowed=lambda: False)
    with pytest.raises(HangUpError) as refusal:
        talk.handle(['{"type": "begin", "key": "k", "kind": "single", "rows": 6}'])
    assert refusal.value.code == 4401


def test_a_scan_that_is_damaged_on_the_disk_holds_up_no_other(machine, scanner):
    scanner.begin()
    (folder,) = list_open(machine)
    (folder / "begin.json").write_text("{")
    later = Scanner(machine, machine.start())
    assert kinds(later.begin("k2")) == ["ready"]
