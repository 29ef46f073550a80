"""Tests of decisions."""

import json

import pytest

from data.errors import AccessError, ConflictError, StationError
from station.config import ReviewConfig
from station.inspections.questions import get_said, get_standing
from station.records.tables import Alarm, Decision, Entry
from tests.station.inspections.acting import Acting
from tests.station.inspections.passing import BOX, look_again, place_test


def said_of(database, alarm):
    with database.reading() as session:
        return get_said(session.get_one(Alarm, alarm))


def test_a_decision_counts_and_is_in_the_log(ann, passed, database):
    made, told = ann.say(passed.alarm, "confirm")
    assert told is None
    assert said_of(database, passed.alarm) == "confirm"
    with database.reading() as session:
        (entry,) = session.query(Entry).all()
    assert (entry.kind, entry.subject) == ("alarm.decided", passed.alarm)
    assert entry.actor == ann.viewer.pseudonym
    payload = json.loads(entry.payload)
    assert payload["decision"] == made.id
    assert payload["inspection"] == passed.inspection


@pytest.mark.parametrize("reason", [None, "I think so", "other: ", "other:", "Cargo"])
def test_a_dismissal_without_a_reason_of_the_list_is_refused(
    ann, passed, kinds, reason
):
    with pytest.raises(StationError, match="needs a reason: cargo, "):
        ann.say(passed.alarm, "dismiss", reason=reason)
    assert kinds() == []


@pytest.mark.parametrize("reason", ["cargo", "other: a coat hanger"])
def test_a_dismissal_with_a_reason_counts(ann, passed, database, reason):
    ann.say(passed.alarm, "dismiss", reason=reason)
    assert said_of(database, passed.alarm) == "dismiss"


def test_what_was_typed_as_a_reason_is_not_in_the_log(ann, passed, database):
    ann.say(passed.alarm, "dismiss", reason="other: Mr Brown says so")
    with database.reading() as session:
        (entry,) = session.query(Entry).all()
    assert "Brown" not in entry.payload
    assert json.loads(entry.payload)["reason"] == "other"


def test_a_site_without_other_takes_no_reasons_of_ones_own(database, operator, passed):
    review = ReviewConfig(reasons=("cargo", "noise"))
    with pytest.raises(StationError, match=r"needs a reason: cargo, noise\."):
        Acting(database, review, operator).say(
            passed.alarm, "dismiss", reason="other: a saw"
        )


def test_who_did_not_see_the_last_decision_cannot_overwrite_it(
    ann, ben, passed, database
):
    first, _ = ann.say(passed.alarm, "confirm")
    with pytest.raises(ConflictError, match="it is confirm by p-operator-1 now"):
        ben.say(passed.alarm, "dismiss", replaces=None)
    assert said_of(database, passed.alarm) == "confirm"
    ben.say(passed.alarm, "dismiss", replaces=first.id)
    assert said_of(database, passed.alarm) == "dismiss"
    with pytest.raises(ConflictError, match="it is dismiss by p-operator-2 now"):
        ann.say(passed.alarm, "unsure", replaces=first.id)


def test_the_last_decision_counts_even_if_the_clock_went_back(
    ann, ben, passed, database
):
    ann.say(passed.alarm, "confirm")
    later, _ = ben.say(passed.alarm, "dismiss")
    with database.changing() as session:
        row = session.get_one(Decision, later.id)
        row.made = row.made.replace(year=2001)
        row.id = "0" * 32
    assert said_of(database, passed.alarm) == "dismiss"


def test_ones_own_last_decision_can_be_undone(ann, passed, database, kinds):
    first, _ = ann.say(passed.alarm, "confirm")
    second, _ = ann.say(passed.alarm, "unsure")
    with pytest.raises(ConflictError, match="was replaced"):
        ann.undo(first.id)
    ann.undo(second.id)
    assert said_of(database, passed.alarm) == "confirm"
    ann.undo(second.id)
    ann.undo(first.id)
    assert said_of(database, passed.alarm) is None
    assert kinds() == ["alarm.decided"] * 2 + ["decision.undone"] * 2


def test_nobody_undoes_what_another_said(ann, ben, passed):
    made, _ = ann.say(passed.alarm, "confirm")
    with pytest.raises(AccessError, match="somebody else's"):
        ben.undo(made.id)


def test_nothing_is_decided_or_undone_once_the_inspection_is_closed(ann, passed):
    made, _ = ann.say(passed.alarm, "dismiss")
    ann.dispose(passed.inspection, "released")
    for act in (lambda: ann.say(passed.alarm, "confirm"), lambda: ann.undo(made.id)):
        with pytest.raises(ConflictError, match="is closed: released"):
            act()


def test_a_test_is_told_once_and_is_no_question_after(ann, passed, database):
    alarm = place_test(database, passed)
    made, told = ann.say(alarm, "dismiss")
    assert told is not None
    assert (told.hit, told.scan) == (False, passed.scan)
    with pytest.raises(ConflictError, match="was a test"):
        ann.say(alarm, "confirm", replaces=made.id)
    with pytest.raises(ConflictError, match="was a test"):
        ann.undo(made.id)
    look_again(database, passed.scan)
    _, told = ann.say(passed.alarm, "confirm")
    assert told is None


def test_a_drawn_box_is_confirmed_until_somebody_says_otherwise(
    ann, ben, passed, database
):
    drawn, _ = ann.draw(passed.scan, BOX)
    assert said_of(database, drawn.id) == "confirm"
    ben.say(drawn.id, "dismiss")
    assert said_of(database, drawn.id) == "dismiss"
    with database.reading() as session:
        standing = get_standing(session.get_one(Alarm, drawn.id))
    assert standing is not None
    assert standing.user_id == ben.viewer.user_id


@pytest.mark.parametrize(
    "box",
    [
        (10.0, 10.0, 10.0, 20.0),
        (20.0, 10.0, 10.0, 20.0),
        (-1.0, 10.0, 10.0, 20.0),
        (10.0, 10.0, 201.0, 20.0),
        (10.0, 10.0, 20.0, 101.0),
    ],
)
def test_a_box_that_is_empty_or_leaves_its_scan_is_refused(ann, passed, kinds, box):
    with pytest.raises(StationError, match="is empty or leaves its scan"):
        ann.draw(passed.scan, box)
    assert kinds() == []


def test_only_who_drew_a_box_withdraws_it(ann, ben, passed, kinds):
    drawn, _ = ann.draw(passed.scan, BOX)
    with pytest.raises(AccessError, match="not drawn by you"):
        ben.withdraw(drawn.id)
    with pytest.raises(AccessError, match="not drawn by you"):
        ann.withdraw(passed.alarm)
    ann.withdraw(drawn.id)
    ann.withdraw(drawn.id)
    assert kinds() == ["alarm.drawn", "alarm.withdrawn"]
    with pytest.raises(ConflictError, match="was withdrawn"):
        ann.say(drawn.id, "confirm")


def test_drawing_where_the_firearm_of_a_test_is_finds_it(ann, passed, database):
    place_test(database, passed, BOX, flagged=False)
    drawn, told = ann.draw(passed.scan, BOX)
    assert told is not None
    assert told.hit
    with pytest.raises(ConflictError, match="was a test"):
        ann.withdraw(drawn.id)


def test_a_box_that_somebody_else_decided_on_is_not_withdrawn(ann, ben, passed):
    drawn, _ = ann.draw(passed.scan, BOX)
    said, _ = ben.say(drawn.id, "confirm")
    with pytest.raises(ConflictError, match="Somebody else decided"):
        ann.withdraw(drawn.id)
    ben.undo(said.id)
    assert ann.withdraw(drawn.id).withdrawn is not None
