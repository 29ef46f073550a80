"""Tests of dispositions: alarms cannot be skipped."""

from datetime import timedelta

import pytest

from data.errors import AccessError, ConflictError
from station.config import ReviewConfig
from station.inspections.dispositions import (
    get_disposition,
    list_blocks,
    list_outcomes,
)
from station.records.moment import now
from station.records.tables import Disposition, Entry, Inspection, ScanRow
from station.supervised.telling import Told
from tests.station.inspections.acting import Acting
from tests.station.inspections.passing import (
    BOX,
    ELSEWHERE,
    look_again,
    pass_container,
    place_test,
)


def state_of(database, passed):
    with database.reading() as session:
        return session.get_one(Inspection, passed.inspection).state


@pytest.mark.parametrize("disposition", ["released", "searched"])
def test_an_undecided_alarm_stops_every_disposition(
    ann, database, data, disposition, kinds
):
    passed = pass_container(database, data, boxes=(BOX, ELSEWHERE))
    ann.say(passed.alarm, "dismiss")
    with pytest.raises(ConflictError, match="1 alarm without a decision") as caught:
        ann.dispose(passed.inspection, disposition)
    assert passed.alarms[1] in str(caught.value)
    assert passed.alarm not in str(caught.value)
    assert state_of(database, passed) == "waiting"
    ann.say(passed.alarms[1], "unsure")
    ann.dispose(passed.inspection, disposition)
    assert state_of(database, passed) == disposition
    assert kinds()[-1] == "inspection.disposed"


@pytest.mark.parametrize("state", ["receiving", "again"])
def test_a_scan_that_is_not_looked_at_stops_every_disposition(
    ann, database, data, state
):
    passed = pass_container(database, data, views=("side", "top"), boxes=())
    with database.changing() as session:
        session.get_one(ScanRow, passed.scans[1]).state = state
    with pytest.raises(ConflictError, match="1 scan still coming in or looked at"):
        ann.dispose(passed.inspection, "released")


def test_a_scan_that_nothing_could_look_at_stops_nothing(ann, database, data):
    passed = pass_container(database, data, boxes=())
    with database.changing() as session:
        session.get_one(ScanRow, passed.scan).state = "failed"
    ann.dispose(passed.inspection, "released")
    assert state_of(database, passed) == "released"


def test_four_eyes_stop_a_disposition_until_a_second_person_spoke(
    database, operator, colleague, passed
):
    review = ReviewConfig(four_eyes_score=0.7)
    ann = Acting(database, review, operator)
    ben = Acting(database, review, colleague)
    ann.say(passed.alarm, "dismiss")
    with database.reading() as session:
        row = session.get_one(Inspection, passed.inspection)
        (block,) = list_blocks(session, row, review)
    assert (block.kind, block.ids) == ("second", (passed.alarm,))
    with pytest.raises(ConflictError, match="1 alarm without a second word"):
        ann.dispose(passed.inspection, "released")
    ben.say(passed.alarm, "dismiss", second=True)
    ann.dispose(passed.inspection, "released")


def test_a_confirmed_alarm_forbids_a_release_but_for_a_supervisor_with_a_reason(
    ann, boss, passed, database
):
    ann.say(passed.alarm, "confirm")
    with pytest.raises(ConflictError, match="have a supervisor release it"):
        ann.dispose(passed.inspection, "released", "looks harmless")
    with pytest.raises(ConflictError, match="State why"):
        boss.dispose(passed.inspection, "released")
    made = boss.dispose(passed.inspection, "released", "permit was shown")
    assert made.reason == "permit was shown"
    with database.reading() as session:
        entry = session.query(Entry).filter_by(kind="inspection.disposed").one()
    assert passed.alarm in entry.payload
    assert "permit" not in entry.payload


def test_a_drawn_box_forbids_a_release_too(ann, passed):
    ann.say(passed.alarm, "dismiss")
    drawn, _ = ann.draw(passed.scan, ELSEWHERE)
    with pytest.raises(ConflictError, match=f"forbids a release: {drawn.id} .confirm"):
        ann.dispose(passed.inspection, "released")
    ann.withdraw(drawn.id)
    ann.dispose(passed.inspection, "released")


def test_a_second_disposition_is_refused(ann, ben, passed):
    ann.say(passed.alarm, "confirm")
    ann.dispose(passed.inspection, "searched")
    with pytest.raises(ConflictError, match="is closed: searched"):
        ben.dispose(passed.inspection, "searched")


def test_its_maker_may_undo_a_disposition_for_a_while(ann, passed, database, kinds):
    ann.say(passed.alarm, "confirm")
    made = ann.dispose(passed.inspection, "searched")
    ann.undo_disposition(passed.inspection)
    assert state_of(database, passed) == "waiting"
    with database.reading() as session:
        assert session.get_one(Inspection, passed.inspection).closed is None
        assert get_disposition(session, passed.inspection) is None
    assert kinds()[-1] == "disposition.undone"
    again = ann.dispose(passed.inspection, "searched")
    assert again.id != made.id


def test_after_15_minutes_only_a_supervisor_undoes_it(ann, boss, passed, database):
    ann.say(passed.alarm, "dismiss")
    made = ann.dispose(passed.inspection, "released")
    with database.changing() as session:
        row = session.get_one(Disposition, made.id)
        row.made = now() - timedelta(minutes=15, seconds=1)
    with pytest.raises(ConflictError, match="Ask a supervisor"):
        ann.undo_disposition(passed.inspection)
    boss.undo_disposition(passed.inspection)
    assert state_of(database, passed) == "waiting"


def test_another_operator_cannot_undo_it(ann, ben, passed):
    ann.say(passed.alarm, "dismiss")
    ann.dispose(passed.inspection, "released")
    with pytest.raises(AccessError, match="Only whoever disposed"):
        ben.undo_disposition(passed.inspection)


def test_an_outcome_makes_a_disposition_stand(ann, boss, passed):
    ann.say(passed.alarm, "confirm")
    ann.dispose(passed.inspection, "searched")
    ann.find(passed.inspection)
    for person in (ann, boss):
        with pytest.raises(ConflictError, match="the disposition stands"):
            person.undo_disposition(passed.inspection)


@pytest.mark.parametrize("disposition", ["released", "searched"])
def test_a_test_that_nobody_found_is_told_in_place_of_the_disposition(
    ann, passed, database, kinds, disposition
):
    place_test(database, passed, flagged=False)
    ann.say(passed.alarm, "dismiss")
    told = ann.dispose(passed.inspection, disposition)
    assert isinstance(told, Told)
    assert not told.hit
    assert state_of(database, passed) == "waiting"
    assert kinds() == ["alarm.decided", "test.placed", "test.told"]
    with pytest.raises(ConflictError, match="still coming in or looked at"):
        ann.dispose(passed.inspection, disposition)
    look_again(database, passed.scan)
    ann.dispose(passed.inspection, disposition)
    assert state_of(database, passed) == disposition


def test_an_undecided_alarm_is_asked_for_before_a_test_is_told(ann, passed, database):
    place_test(database, passed, flagged=False)
    with pytest.raises(ConflictError, match="without a decision"):
        ann.dispose(passed.inspection, "released")
    with database.reading() as session:
        assert not session.query(Entry).count()
        assert list_outcomes(session, passed.inspection) == []
