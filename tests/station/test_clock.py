"""A clock that jumps is told; nothing else is."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from station import clock
from station.audit import append
from station.clock import ClockWatch, compare_with_log
from station.records.tables import Entry


class Clocks:
    """Two clocks that a test sets."""

    def __init__(self):
        self.wall = 1_000_000.0
        self.steady = 50.0

    def pass_by(self, seconds, *, jump=0.0):
        """Let time pass, and set the machine's clock besides."""
        self.wall += seconds + jump
        self.steady += seconds


@pytest.fixture
def clocks():
    """Two clocks."""
    return Clocks()


@pytest.fixture
def watch(station, clocks):
    """Watches them."""
    return ClockWatch(station.reporter, lambda: clocks.wall, lambda: clocks.steady)


def read_jumps(station):
    station.reporter.flush()
    with station.database.reading() as session:
        query = select(Entry.payload).where(Entry.kind == "clock.jumped")
        return list(session.scalars(query.order_by(Entry.seq)))


def test_a_jump_either_way_is_told_once(station, clocks, watch):
    for jump in (3600.0, 0.0, -7200.5, 0.0):
        clocks.pass_by(1.0, jump=jump)
        watch.look()
    assert read_jumps(station) == ['{"by_s":3600.0}', '{"by_s":-7200.5}']


def test_what_a_time_server_corrects_is_no_jump(station, clocks, watch):
    for _ in range(20):
        clocks.pass_by(1.0, jump=0.4)
        watch.look()
    assert read_jumps(station) == []


def test_a_machine_that_slept_has_not_jumped(station, clocks, watch):
    clocks.pass_by(8 * 3600.0)
    watch.look()
    assert read_jumps(station) == []


def test_it_looks_until_it_is_told_to_stop(station, clocks, monkeypatch):
    monkeypatch.setattr(clock, "LOOK_S", 0.001)
    clocks.wall = time.time()
    stopping = threading.Event()

    def read_wall():
        clocks.pass_by(1.0, jump=10.0)
        if clocks.steady > 53:
            stopping.set()
        return clocks.wall

    ClockWatch(station.reporter, read_wall, lambda: clocks.steady).run(stopping)
    assert read_jumps(station) == [f'{{"by_s":{by}}}' for by in (20.0, 10.0)]


def test_the_clock_that_is_used_goes_on_without_being_set():
    first = clock.read_steady()
    assert first <= clock.read_steady() < first + 60


@pytest.mark.parametrize(("behind_s", "told"), [(0, 0), (4, 0), (60, 1)])
def test_a_clock_set_back_during_a_stop_is_told(station, behind_s, told):
    with station.database.changing() as session:
        made = datetime.fromisoformat(append(session, "station.started", "a").made)
    now = made - timedelta(seconds=behind_s)
    compare_with_log(station.database, station.reporter, now)
    assert len(read_jumps(station)) == told


def test_a_clock_set_back_during_a_stop_is_told_once(station):
    with station.database.changing() as session:
        made = datetime.fromisoformat(append(session, "station.started", "a").made)
    for _ in range(2):
        now = made - timedelta(seconds=60)
        compare_with_log(station.database, station.reporter, now)
        assert len(read_jumps(station)) == 1


def test_entries_of_the_start_itself_hide_nothing(station):
    with station.database.changing() as session:
        append(session, "scan.began", "a").made = "2999-01-01T00:00:00+00:00"
        append(session, "station.started", "a")
    compare_with_log(station.database, station.reporter, datetime.now(UTC))
    assert len(read_jumps(station)) == 1


def test_it_compares_with_the_log_before_it_looks(station, clocks):
    stopping = threading.Event()
    stopping.set()
    with station.database.changing() as session:
        append(session, "station.started", "a")
    ClockWatch(station.reporter, lambda: 0.0, lambda: clocks.steady).run(stopping)
    assert len(read_jumps(station)) == 1


def test_an_empty_log_tells_nothing_of_the_clock(station):
    compare_with_log(
        station.database, station.reporter, datetime(2000, 1, 1, tzinfo=UTC)
    )
    assert read_jumps(station) == []


HOUR, YEAR = 3600.0, 365 * 86_400.0
NOW = datetime(2036, 11, 26, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("jumps", "doubted"),
    [
        ([], False),
        ([(NOW - timedelta(hours=2), 10 * YEAR)], True),
        ([(NOW - timedelta(hours=25), 10 * YEAR)], False),
        ([(NOW - timedelta(hours=2), 0.9 * HOUR)], False),
        ([(NOW - timedelta(hours=2), 10 * YEAR), (NOW, -10.0)], True),
        ([(NOW + timedelta(days=3650), 10 * YEAR), (NOW, -10 * YEAR)], False),
        ([(NOW - timedelta(hours=2), -10 * YEAR)], False),
    ],
)
def test_a_clock_that_was_set_far_ahead_is_doubted_for_a_day(
    database, monkeypatch, jumps, doubted
):
    for made, by_s in jumps:
        with database.changing() as session:
            monkeypatch.setattr(
                "station.audit.chain.datetime",
                type("Set", (), {"now": staticmethod(lambda _, at=made: at)}),
            )
            append(session, "clock.jumped", "clock", {"by_s": by_s})
    assert clock.is_in_doubt(database, NOW) == doubted
