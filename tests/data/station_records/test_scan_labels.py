"""Property tests of the rules: no record loses a search outcome, or hides weakness."""

import json
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from data.station_records.checking import check_record
from data.station_records.record import InspectionRecord
from data.station_records.scan_labels import label_scan
from tests.data.station_records.records import (
    decide,
    draw,
    make_alarm,
    make_record,
    make_scan,
    search,
)

SEARCH = ("search", False)
FILES = ("a.tiff", "b.tiff")
files = st.sampled_from(FILES)
edges = st.integers(0, 12).map(lambda step: 5.0 * step)
boxes = st.builds(lambda x, y: [x, y, x + 30.0, y + 20.0], edges, edges)
decisions = st.sampled_from(["confirm", "dismiss", "unsure", None])


@st.composite
def records(draw_):
    """Any record that has nothing wrong in it."""
    count = draw_(st.integers(0, 4))
    alarms = [make_alarm(str(n), draw_(files), draw_(boxes)) for n in range(count)]
    said = [draw_(decisions) for _ in alarms]
    whole = make_record(
        scans=[make_scan(file, test=draw_(st.booleans())) for file in FILES],
        alarms=alarms,
        decisions=[decide(s, str(n)) for n, s in enumerate(said) if s],
        drawn=[draw(box, draw_(files)) for box in draw_(st.lists(boxes, max_size=2))],
    )
    end = draw_(st.sampled_from(["released", "open", "pending", "searched"]))
    if end == "open":
        whole["disposition"] = None
    if end in {"pending", "searched"}:
        things = draw_(st.lists(found_things(alarms), max_size=3))
        whole |= search(*things)
    if end == "pending":
        whole["outcome"] = None
    record = InspectionRecord.model_validate_json(json.dumps(whole))
    assert check_record(record) == []
    return record


def say(origin):
    """How it is known, and whether that is weak."""
    return origin.how, origin.weak


@st.composite
def found_things(draw_, alarms):
    """Something found: at an alarm, in a box, or nobody says where."""
    label = draw_(st.sampled_from(["firearm", "narcotics"]))
    where = draw_(st.sampled_from(["alarm", "box", "nowhere"]))
    places = []
    if where == "alarm" and alarms:
        places = [{"alarm": draw_(st.sampled_from(alarms))["id"]}]
    if where == "box":
        places = [{"scan": draw_(files), "box": draw_(boxes)}]
    return {"label": label, "places": places}


@settings(max_examples=60)
@given(records())
def test_no_rule_loses_what_a_search_found(record):
    for scan in record.scans:
        told = label_scan(record, scan)
        if record.outcome is None or scan.test:
            continue
        things = record.outcome.found
        if told.truth is None:
            assert told.needs_box
            continue
        shown = Counter(thing.label for thing in told.truth.objects)
        assert {say(thing.origin) for thing in told.truth.objects} <= {SEARCH}
        assert not any(thing.ignore for thing in told.truth.objects)
        placed = [t.label for t in things if record.boxes_in(scan.file, t)]
        assert shown == Counter(placed)
        everything = shown + Counter(told.truth.cargo)
        assert everything == Counter(thing.label for thing in things)
        assert say(told.truth.origin) == SEARCH


@settings(max_examples=60)
@given(records())
def test_what_nobody_searched_is_weak_or_left_out(record):
    for scan in record.scans:
        truth = label_scan(record, scan).truth
        if truth is None or record.outcome is not None:
            continue
        assert not record.searched
        origins = [truth.origin, *(thing.origin for thing in truth.objects)]
        assert all(say(origin)[1] for origin in origins)


@settings(max_examples=60)
@given(records())
def test_every_dismissal_without_a_search_is_weak_and_says_so(record):
    last = record.last_decisions()
    for scan in record.scans:
        truth = label_scan(record, scan).truth
        mine = [alarm for alarm in record.alarms if alarm.scan == scan.file]
        dismissed = [
            alarm
            for alarm in mine
            if alarm.id in last and last[alarm.id].decision == "dismiss"
        ]
        if truth is None or record.outcome is not None or not dismissed:
            continue
        assert say(truth.origin) == ("dismissed", True)
        kept = len(mine) - len(dismissed)
        drawn = sum(each.scan == scan.file for each in record.drawn)
        assert len(truth.objects) == kept + drawn


@settings(max_examples=60)
@given(records())
def test_no_test_scan_and_no_unanswered_alarm_becomes_a_label(record):
    last = record.last_decisions()
    for scan in record.scans:
        told = label_scan(record, scan)
        mine = [alarm for alarm in record.alarms if alarm.scan == scan.file]
        unanswered = any(alarm.id not in last for alarm in mine)
        if scan.test or (unanswered and record.outcome is None):
            assert told.truth is None
            assert told.why
