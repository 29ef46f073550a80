"""Tests of telling whoever decided that it was a test."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from station.accounts.roles import Role
from station.records.moment import now
from station.records.tables import (
    Alarm,
    Entry,
    Inspection,
    ScanRow,
    SupervisedTest,
)
from station.spool import DataFolder
from station.supervised.recording import Placed, is_test, record_placed
from station.supervised.telling import (
    after_decision,
    before_disposition,
    forget_old,
)
from tests.station.inspections.passing import (
    BOX,
    ELSEWHERE,
    make_alarm,
    pass_container,
    see,
)

PLACED = Placed("pistol/one", ELSEWHERE, new=True)


@pytest.fixture
def passed(database, config):
    """A container with two views, an alarm, and a test in its first view."""
    made = pass_container(database, DataFolder(config.data), views=("side", "top"))
    with database.changing() as session:
        record_placed(session, made.scan, PLACED)
    return made


@pytest.fixture
def ann(user_as):
    """An operator."""
    return see(user_as(Role.OPERATOR))


def add_alarm(session, scan, box, **known):
    alarm = make_alarm(scan, box, test=known.pop("test", False))
    for name, value in known.items():
        setattr(alarm, name, value)
    session.add(alarm)
    session.flush()
    return alarm


def close(session, inspection, viewer):
    return before_disposition(session, inspection, viewer)


def read(database, table, name):
    with database.reading() as session:
        return session.get_one(table, name)


def read_test(database):
    with database.reading() as session:
        return session.scalars(select(SupervisedTest)).one()


def list_entries(database, kind):
    with database.reading() as session:
        return list(session.scalars(select(Entry).where(Entry.kind == kind)))


def decide(database, scan, box, said, viewer, **known):
    with database.changing() as session:
        alarm = add_alarm(session, scan, box, **known)
        return alarm.id, after_decision(session, alarm, said, viewer)


@pytest.mark.parametrize("said", ["confirm", "unsure"])
def test_who_points_at_the_firearm_finds_it(said, passed, ann, database):
    alarm, told = decide(database, passed.scan, ELSEWHERE, said, ann, test=True)
    assert (told.hit, told.scan, told.box) == (True, passed.scan, ELSEWHERE)
    assert "test" in told.text
    test = read_test(database)
    assert (test.state, test.user_id, test.flagged) == ("hit", ann.user_id, True)
    assert test.told is not None
    assert read(database, Alarm, alarm).test


def test_a_box_that_was_drawn_on_the_firearm_finds_it_and_is_no_question_after(
    passed, ann, database
):
    known = {"drawn_by": ann.user_id, "score": None}
    box = (105.0, 52.0, 128.0, 75.0)
    alarm, told = decide(database, passed.scan, box, "drawn", ann, **known)
    assert told.hit
    assert read(database, Alarm, alarm).test
    assert not read_test(database).flagged


def test_who_dismisses_its_alarm_misses_it(passed, ann, database):
    _, told = decide(database, passed.scan, ELSEWHERE, "dismiss", ann, test=True)
    assert not told.hit
    assert read_test(database).state == "missed"


@pytest.mark.parametrize("said", ["confirm", "dismiss", "unsure", "drawn"])
def test_what_is_said_of_another_place_tells_nothing(said, passed, ann, database):
    _, told = decide(database, passed.scan, BOX, said, ann)
    assert told is None
    _, told = decide(database, passed.scans[1], ELSEWHERE, said, ann)
    assert told is None
    assert read_test(database).state == "open"
    assert list_entries(database, "test.told") == []


def test_the_real_scan_is_looked_at_then_and_other_alarms_stand(passed, ann, database):
    decide(database, passed.scan, ELSEWHERE, "confirm", ann, test=True)
    assert read(database, ScanRow, passed.scan).state == "again"
    assert read(database, ScanRow, passed.scans[1]).state == "looked"
    assert read(database, Inspection, passed.inspection).second_look
    assert not read(database, Alarm, passed.alarm).test


def test_nobody_is_told_twice(passed, ann, database):
    decide(database, passed.scan, ELSEWHERE, "dismiss", ann, test=True)
    _, told = decide(database, passed.scan, ELSEWHERE, "confirm", ann, test=True)
    assert told is None
    assert read_test(database).state == "missed"
    assert len(list_entries(database, "test.told")) == 1


def test_the_log_says_neither_who_was_tested_nor_how_it_went(passed, ann, database):
    decide(database, passed.scan, ELSEWHERE, "dismiss", ann, test=True)
    (placed,) = list_entries(database, "test.placed")
    (told,) = list_entries(database, "test.told")
    test = read_test(database)
    assert (placed.actor, placed.subject) == ("lane:north", passed.scan)
    assert (told.actor, told.subject) == ("station", passed.scan)
    payload = {"test": test.id, "inspection": passed.inspection}
    assert json.loads(told.payload) == payload


def test_who_closes_an_inspection_with_an_open_test_has_missed_it(
    passed, ann, database
):
    second = Placed("rifle/two", BOX, new=True)
    with database.changing() as session:
        record_placed(session, passed.scans[1], second)
    with database.changing() as session:
        inspection = session.get_one(Inspection, passed.inspection)
        told = close(session, inspection, ann)
        assert before_disposition(session, inspection, ann) is None
    assert (told.hit, told.scan) == (False, passed.scan)
    with database.reading() as session:
        tests = session.scalars(select(SupervisedTest)).all()
    assert [test.state for test in tests] == ["missed", "missed"]
    assert not any(test.flagged for test in tests)


def test_an_inspection_without_a_test_is_closed_as_ever(ann, database, config):
    passed = pass_container(database, DataFolder(config.data))
    with database.changing() as session:
        inspection = session.get_one(Inspection, passed.inspection)
        assert before_disposition(session, inspection, ann) is None


def test_a_test_is_recorded_once_however_often_its_scan_is_looked_at(passed, database):
    again = Placed("pistol/one", ELSEWHERE, new=False)
    with database.changing() as session:
        record_placed(session, passed.scan, again)
    assert read_test(database).thing == "pistol/one"


def test_before_it_is_told_no_number_of_the_log_is_missing_for_anybody(
    passed, ann, database
):
    assert not list_entries(database, "test.placed")
    decide(database, passed.scan, ELSEWHERE, "dismiss", ann, test=True)
    assert len(list_entries(database, "test.placed")) == 1


def test_who_was_tested_is_forgotten_in_time_and_what_came_of_it_is_not(
    passed, ann, database
):
    decide(database, passed.scan, ELSEWHERE, "confirm", ann, test=True)
    with database.changing() as session:
        assert forget_old(session, now() + timedelta(days=29), 30) == 0
    assert read_test(database).user_id == ann.user_id
    with database.changing() as session:
        assert forget_old(session, now() + timedelta(days=31), 30) == 1
        assert forget_old(session, now() + timedelta(days=31), 30) == 0
    test = read_test(database)
    assert (test.user_id, test.state) == (None, "hit")


def test_a_box_is_of_a_test_by_its_middle_or_by_what_they_share():
    assert is_test((110, 55, 112, 57), PLACED)
    assert is_test((60, 50, 130, 70), PLACED)
    assert not is_test((60, 10, 105, 55), PLACED)
    assert not is_test((130.5, 50, 160, 70), PLACED)
    assert not is_test(BOX, PLACED)
