"""Tests of outcomes of searches."""

import pytest

from data.errors import ConflictError, StationError
from data.station_records.record import FoundRecord, Place
from station.inspections.dispositions import list_outcomes
from tests.station.inspections.passing import (
    BOX,
    ELSEWHERE,
    look_again,
    pass_container,
    place_test,
)


@pytest.fixture
def searched(ann, passed):
    """A container that was searched, its alarm confirmed."""
    ann.say(passed.alarm, "confirm")
    ann.dispose(passed.inspection, "searched")
    return passed


def at(**place):
    """A firearm somewhere."""
    return FoundRecord(kind="pistol", places=(Place(**place),))


def test_only_a_search_has_an_outcome(ann, passed):
    with pytest.raises(ConflictError, match="is not searched"):
        ann.find(passed.inspection)
    ann.say(passed.alarm, "dismiss")
    ann.dispose(passed.inspection, "released")
    with pytest.raises(ConflictError, match="is not searched"):
        ann.find(passed.inspection)


def test_an_outcome_is_kept_and_can_be_corrected(ann, searched, database, kinds):
    first = ann.find(searched.inspection, at(alarm=searched.alarm))
    with pytest.raises(ConflictError, match=f"now it is {first.id}"):
        ann.find(searched.inspection)
    ann.find(searched.inspection, replaces=first.id)
    with database.reading() as session:
        found = [one.found for one in list_outcomes(session, searched.inspection)]
    place = {"alarm": searched.alarm}
    gun = {"label": "firearm", "kind": "pistol", "places": [place]}
    assert found == [[gun], []]
    assert kinds()[-2:] == ["inspection.outcome"] * 2


def test_what_nobody_could_learn_from_is_refused(ann, searched, database, data):
    other = pass_container(database, data)
    wrong = {
        f"{other.alarm} is no alarm and no scan": at(alarm=other.alarm),
        f"{other.scan} is no alarm and no scan": at(scan=other.scan, box=BOX),
        "leaves its scan of 200 x 100 px": at(
            scan=searched.scan, box=(0.0, 0.0, 201.0, 9.0)
        ),
        "needs a scan and a box, or an alarm": at(scan=searched.scan),
        "its label must be": FoundRecord(label="pistol"),
        "has 2 places in": FoundRecord(
            places=(
                Place(alarm=searched.alarm),
                Place(scan=searched.scan, box=ELSEWHERE),
            )
        ),
    }
    for why, thing in wrong.items():
        with pytest.raises(StationError, match=why):
            ann.find(searched.inspection, thing)


def test_a_place_in_a_scan_of_the_inspection_is_taken(ann, searched, database):
    ann.find(searched.inspection, at(scan=searched.scan, box=ELSEWHERE))
    with database.reading() as session:
        (outcome,) = list_outcomes(session, searched.inspection)
    (place,) = outcome.found[0]["places"]
    assert place == {"scan": searched.scan, "box": list(ELSEWHERE)}


def test_the_alarm_of_a_test_is_no_place_where_anything_was_found(
    ann, passed, database
):
    alarm = place_test(database, passed)
    ann.say(passed.alarm, "confirm")
    ann.say(alarm, "confirm")
    look_again(database, passed.scan)
    ann.dispose(passed.inspection, "searched")
    with pytest.raises(StationError, match="is no alarm and no scan of the inspection"):
        ann.find(passed.inspection, at(alarm=alarm))
