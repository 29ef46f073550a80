"""Tests of changes of the records: in order, until they are made."""

import threading

import pytest
from sqlalchemy import select, text

from data.errors import RecordError
from station.audit import append
from station.audit.reporter import Reporter
from station.records.tables import Entry, LaneState
from station.worker.beat import State, write_state
from station.worker.recorder import Recorder
from tests.station.waiting import PATIENCE_S, wait_until
from tests.station.worker.working import CutDatabase


@pytest.fixture
def reporter(database):
    made = Reporter(database)
    yield made
    made.close()


@pytest.fixture
def make_recorder(database, reporter):
    """Makes recorders, and lets go of them."""
    made = []

    def make(on=None):
        made.append(Recorder(on or database, reporter, "north"))
        return made[-1]

    yield make
    for one in made:
        one.close()


def say(subject):
    return lambda session: append(session, "scan.began", subject).subject


def list_said(database, kind="scan.began"):
    with database.reading() as session:
        query = select(Entry.subject).where(Entry.kind == kind).order_by(Entry.seq)
        return list(session.scalars(query))


def test_changes_are_made_in_order_and_what_they_gave_is_told(make_recorder, database):
    recorder = make_recorder()
    told: list[str | None] = []
    for number in range(20):
        recorder.put(say(str(number)), told.append)
    recorder.put(None, told.append)
    recorder.flush()
    wanted = [str(number) for number in range(20)]
    assert list_said(database) == wanted
    assert told == [*wanted, None]
    assert recorder.waiting == 0


def test_a_change_that_the_database_refuses_for_ever_does_not_hold_up_the_next(
    make_recorder, database, reporter
):
    def refuse(session):
        append(session, "scan.began", "refused")
        session.execute(text("insert into audit_head values (1, 2, 'x')"))

    recorder = make_recorder()
    told: list[str] = []
    recorder.put(refuse, told.append)
    recorder.put(say("next"), told.append)
    recorder.flush()
    reporter.flush()
    assert list_said(database) == told == ["next"]
    assert list_said(database, "scan.failed") == ["north"]


def test_an_event_that_the_database_refuses_for_ever_does_not_hold_up_the_next(
    database, reporter
):
    reporter.report(None, "refused")
    reporter.report("disk.full", "north")
    reporter.flush()
    assert list_said(database, "disk.full") == ["north"]


def test_a_cut_is_told_of_once_and_nothing_is_lost(make_recorder, database, reporter):
    cut = CutDatabase(database.engine)
    recorder = make_recorder(cut)
    cut.cut.set()
    for number in range(5):
        recorder.put(say(str(number)))
    wait_until(lambda: list_said(database, "records.cut"))
    assert list_said(database) == []
    cut.cut.clear()
    recorder.flush()
    reporter.flush()
    assert list_said(database) == list("01234")
    assert list_said(database, "records.cut") == ["north"]
    assert list_said(database, "records.back") == ["north"]


def test_a_recorder_that_is_closed_while_the_records_are_gone_gives_up(
    make_recorder, database
):
    cut = CutDatabase(database.engine)
    told: list[str] = []
    cut.cut.set()
    recorder = make_recorder(cut)
    recorder.put(say("0"), told.append)
    recorder.close(timeout_s=0.05)
    cut.cut.clear()
    wait_until(lambda: recorder.waiting <= 1)
    assert (list_said(database), told) == ([], [])


def test_whoever_asks_for_a_change_does_not_wait(make_recorder):
    held, recorder = threading.Event(), make_recorder()
    recorder.put(lambda _: held.wait(PATIENCE_S))
    for number in range(100):
        recorder.put(say(str(number)))
    assert recorder.waiting >= 100
    held.set()
    recorder.flush()


def test_how_a_lane_is_can_be_written_though_the_records_are_gone(database):
    cut = CutDatabase(database.engine)
    write_state(cut, "north", State("scanning", 12, "", {"name": "b"}))
    cut.cut.set()
    write_state(cut, "north", State("idle"))
    with pytest.raises(RecordError), cut.changing():
        pass
    with database.reading() as session:
        found = session.get_one(LaneState, "north")
    assert (found.state, found.behind, found.bundle) == ("scanning", 12, {"name": "b"})
