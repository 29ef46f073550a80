"""A dismissed alarm of a high score needs a second person."""

import pytest

from data.errors import ConflictError
from station.config import ReviewConfig
from station.inspections.questions import get_said, needs_second
from station.records.tables import Alarm


@pytest.fixture
def review():
    return ReviewConfig(four_eyes_score=0.7)


@pytest.fixture
def waits(database, passed):
    def ask():
        with database.reading() as session:
            return needs_second(session.get_one(Alarm, passed.alarm), 0.7)

    return ask


def test_a_dismissed_alarm_waits_for_another(ann, ben, passed, waits):
    assert not waits()
    ann.say(passed.alarm, "dismiss")
    assert waits()
    ben.say(passed.alarm, "dismiss", second=True)
    assert not waits()


def test_one_person_is_not_two(ann, passed, waits):
    ann.say(passed.alarm, "dismiss")
    with pytest.raises(ConflictError, match="must be somebody else's"):
        ann.say(passed.alarm, "dismiss", second=True)
    assert waits()


def test_a_second_word_needs_a_dismissal_before_it(ann, ben, passed):
    with pytest.raises(ConflictError, match="does not wait"):
        ben.say(passed.alarm, "dismiss", second=True)
    ann.say(passed.alarm, "confirm")
    with pytest.raises(ConflictError, match="does not wait"):
        ben.say(passed.alarm, "dismiss", second=True)


def test_the_second_person_may_say_otherwise(ann, ben, passed, database):
    ann.say(passed.alarm, "dismiss")
    ben.say(passed.alarm, "confirm", second=True)
    with database.reading() as session:
        assert get_said(session.get_one(Alarm, passed.alarm)) == "confirm"


def test_a_low_score_needs_one_person(ann, passed, waits, database):
    with database.changing() as session:
        session.get_one(Alarm, passed.alarm).score = 0.69
    ann.say(passed.alarm, "dismiss")
    assert not waits()


@pytest.mark.parametrize("score", [0.69, 0.7])
def test_unsure_is_no_way_past_the_second_person(ann, passed, database, score):
    with database.changing() as session:
        session.get_one(Alarm, passed.alarm).score = score
    ann.say(passed.alarm, "unsure")
    if score < 0.7:
        assert ann.dispose(passed.inspection, "released").disposition == "released"
        return
    with pytest.raises(ConflictError, match=r"forbids a release: .* \(unsure\)"):
        ann.dispose(passed.inspection, "released")
    assert ann.dispose(passed.inspection, "searched").disposition == "searched"
