"""Tests of labels out of what a station handed over."""

import json
from datetime import UTC, datetime

import pytest

from data.errors import TruthError
from data.station_records import read_station_records
from tests.data.station_records.records import (
    BOX,
    ELSEWHERE,
    EVENING,
    MORNING,
    decide,
    draw,
    hand_over,
    make_alarm,
    make_record,
    make_scan,
    search,
)

GUN_AT_ALARM = {"label": "firearm", "kind": "pistol", "places": [{"alarm": "1"}]}
GUN_AT_BOX = {"places": [{"scan": "scans/a.tiff", "box": ELSEWHERE}]}


def read(tmp_path, *records, **how):
    return read_station_records(hand_over(tmp_path, *records, **how))


def read_one(tmp_path, **changes):
    """The truth of the one scan of one record."""
    found = read(tmp_path, make_record(**changes))
    assert not found.labels.problems
    assert not found.left_out
    (labelled,) = found.labels.files
    return labelled.truth, found


def read_left_out(tmp_path, **changes):
    found = read(tmp_path, make_record(**changes))
    assert not found.labels.problems
    assert not found.labels.files
    (left,) = found.left_out
    return left, found


def test_what_a_search_found_at_an_alarm_is_truth(tmp_path):
    truth, found = read_one(
        tmp_path,
        alarms=[make_alarm()],
        decisions=[decide("confirm")],
        **search(GUN_AT_ALARM),
    )
    (gun,) = truth.objects
    assert (gun.box, gun.label, gun.kind) == (tuple(BOX), "firearm", "pistol")
    origin = gun.origin
    assert (origin.how, origin.by, origin.when) == ("search", "team-2", EVENING)
    assert (origin.bundle, origin.score, origin.weak) == ("port-7", 0.8, False)
    assert truth.origin.how == "search"
    assert not truth.weak
    assert not found.notes


def test_what_a_search_found_in_a_drawn_box_is_truth_of_no_bundle(tmp_path):
    truth, _ = read_one(tmp_path, **search(GUN_AT_BOX | {"firearm": "exhibit 9"}))
    (gun,) = truth.objects
    assert (gun.box, gun.firearm) == (tuple(ELSEWHERE), "KGN/exhibit 9")
    assert (gun.origin.how, gun.origin.bundle) == ("search", None)


def test_a_search_that_found_nothing_states_that_there_is_nothing(tmp_path):
    truth, _ = read_one(
        tmp_path, alarms=[make_alarm()], decisions=[decide("dismiss")], **search()
    )
    assert truth.objects == ()
    assert (truth.origin.how, truth.weak) == ("search", False)


def test_a_firearm_without_a_box_leaves_its_scan_out_and_asks_for_one(tmp_path):
    left, _ = read_left_out(tmp_path, **search({"label": "firearm"}))
    assert left.needs_box
    assert "1 firearm" in left.why
    assert str(left).startswith("records.jsonl:1: scans/a.tiff: ")


def test_a_firearm_seen_in_one_view_asks_for_its_box_in_the_other(tmp_path):
    scans = [make_scan(), make_scan("scans/b.tiff", view="top")]
    found = read(tmp_path, make_record(scans=scans, **search(GUN_AT_BOX)))
    assert [one.file for one in found.labels.files] == ["scans/a.tiff"]
    assert [(one.file, one.needs_box) for one in found.left_out] == [
        ("scans/b.tiff", True)
    ]


def test_other_goods_that_were_found_without_a_place_are_cargo(tmp_path):
    truth, _ = read_one(tmp_path, **search({"label": "narcotics"}))
    assert (truth.objects, truth.cargo) == ((), ("narcotics",))


def test_a_confirmed_alarm_without_a_search_is_weak(tmp_path):
    truth, found = read_one(
        tmp_path, alarms=[make_alarm()], decisions=[decide("confirm")]
    )
    (gun,) = truth.objects
    assert (gun.origin.how, gun.origin.weak, gun.ignore) == ("confirmed", True, False)
    assert (gun.origin.by, gun.origin.bundle, gun.origin.score) == (
        "op-4",
        "port-7",
        0.8,
    )
    assert ["released unsearched" in note.what for note in found.notes] == [True]


def test_a_dismissed_alarm_without_a_search_is_no_object_and_weak(tmp_path):
    truth, _ = read_one(tmp_path, alarms=[make_alarm()], decisions=[decide("dismiss")])
    assert truth.objects == ()
    assert (truth.origin.how, truth.origin.weak) == ("dismissed", True)


def test_a_drawn_box_without_a_search_is_weak(tmp_path):
    truth, _ = read_one(tmp_path, drawn=[draw()])
    (gun,) = truth.objects
    assert (gun.origin.how, gun.origin.weak, gun.origin.bundle) == ("drawn", True, None)
    assert truth.weak


def test_an_alarm_that_nobody_was_sure_of_neither_counts_nor_misses(tmp_path):
    truth, _ = read_one(tmp_path, alarms=[make_alarm()], decisions=[decide("unsure")])
    (gun,) = truth.objects
    assert gun.ignore
    assert gun.origin.weak


def test_the_last_decision_on_an_alarm_counts(tmp_path):
    said = [decide("dismiss", when=EVENING), decide("confirm", when=MORNING)]
    truth, _ = read_one(tmp_path, alarms=[make_alarm()], decisions=said)
    assert truth.objects == ()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (
            {
                "alarms": [make_alarm(), make_alarm("2")],
                "decisions": [decide("confirm")],
            },
            "nobody answered alarm 2",
        ),
        ({}, "nobody said anything"),
        (
            {"disposition": search()["disposition"], "drawn": [draw()]},
            "does not yet say what was found",
        ),
        ({"scans": [make_scan(test=True)], **search()}, "never truth"),
    ],
)
def test_scans_of_which_nothing_is_known_are_left_out_and_say_why(
    tmp_path, changes, why
):
    left, _ = read_left_out(tmp_path, **changes)
    assert why in left.why
    assert not left.needs_box


@pytest.mark.parametrize(
    ("said", "found", "note"),
    [
        ({"decisions": [decide("dismiss")]}, [GUN_AT_ALARM], "was dismissed, but"),
        (
            {"decisions": [decide("dismiss")]},
            [{"places": [{"scan": "scans/a.tiff", "box": [11.0, 10.0, 41.0, 30.0]}]}],
            "was dismissed, but",
        ),
        ({"decisions": [decide("confirm")]}, [], "was confirmed, but"),
        ({"decisions": [decide("confirm")]}, [GUN_AT_BOX], "was confirmed, but"),
        ({"drawn": [draw()]}, [], "was drawn, but"),
        ({"decisions": [decide("dismiss")]}, [{}], "nobody says where"),
    ],
)
def test_where_people_and_the_search_disagree_the_search_wins_and_it_is_noted(
    tmp_path, said, found, note
):
    got = read(tmp_path, make_record(alarms=[make_alarm()], **said, **search(*found)))
    (told,) = got.notes
    assert note in told.what
    assert told.place == "records.jsonl:1"
    for one in got.labels.files:
        assert len(one.truth.objects) == len(found)
        assert all(thing.origin.how == "search" for thing in one.truth.objects)


def test_where_people_and_the_search_agree_nothing_is_noted(tmp_path):
    _, found = read_one(
        tmp_path,
        alarms=[make_alarm(), make_alarm("2", box=[150.0, 60.0, 170.0, 80.0])],
        decisions=[decide("confirm"), decide("dismiss", "2")],
        drawn=[draw()],
        **search(GUN_AT_ALARM, GUN_AT_BOX),
    )
    assert not found.notes


def test_what_else_is_known_comes_under_the_names_of_a_catalog(tmp_path):
    _, found = read_one(tmp_path, drawn=[draw()])
    assert found.facts["scans/a.tiff"] == {
        "scanner": "S1",
        "site": "KGN",
        "container": "CSQU3054383",
        "inspection": "KGN/I1",
        "view": None,
        "acquired": datetime(2026, 3, 4, 8, tzinfo=UTC),
    }


def test_all_that_is_wrong_is_listed_with_file_and_line(tmp_path):
    wrong = make_record(
        "I2",
        scans=[make_scan("scans/b.tiff")],
        alarms=[make_alarm(scan="scans/b.tiff", box=[0.0, 0.0, 900.0, 9.0])],
        decisions=[decide("confirm", "7")],
        outcome=search()["outcome"],
    )
    manifest = make_record("I3") | {"consignee": "A. Person"}
    good = make_record(drawn=[draw()])
    lines = [json.dumps(good), "", json.dumps(wrong), "{", json.dumps(manifest)]
    found = read(tmp_path, good, wrong, lines=lines)
    said = [str(problem) for problem in found.labels.problems]
    assert [line.partition(": ")[0] for line in said] == [
        "records.jsonl:3",
        "records.jsonl:3",
        "records.jsonl:3",
        "records.jsonl:4",
        "records.jsonl:5",
    ]
    assert "leaves its scan of 200 x 100 px" in said[0]
    assert "alarm 7, which is not there" in said[1]
    assert "disposition is not searched" in said[2]
    assert "consignee" in said[4]
    assert "A. Person" not in said[4]
    assert [one.file for one in found.labels.files] == ["scans/a.tiff"]


def test_a_file_that_was_changed_or_is_not_there_is_a_problem(tmp_path):
    changed = make_record(drawn=[draw()])
    gone = make_record("I2", scans=[make_scan("scans/b.tiff")])
    hand_over(tmp_path, changed, gone)
    (tmp_path / "scans" / "a.tiff").write_bytes(b"other")
    (tmp_path / "scans" / "b.tiff").unlink()
    found = read_station_records(tmp_path / "records.jsonl")
    first, second = (problem.what for problem in found.labels.problems)
    assert "its hash differs" in first
    assert "cannot be read" in second
    assert not found.labels.files


def test_a_scan_of_two_inspections_goes_to_the_one_that_was_searched(tmp_path):
    weak = make_record(drawn=[draw()])
    sure = make_record("I2", **search())
    found = read(tmp_path, weak, sure)
    (labelled,) = found.labels.files
    assert labelled.truth.origin.how == "search"
    (problem,) = found.labels.problems
    assert str(problem).startswith("records.jsonl:1: scans/a.tiff belongs to")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_outcome_is_kept_whichever_record_of_an_inspection_comes_last(
    tmp_path, order
):
    records = [make_record(drawn=[draw()]), make_record(**search())]
    found = read(tmp_path, *(records[number] for number in order))
    (labelled,) = found.labels.files
    assert labelled.truth.origin.how == "search"
    assert len(found.notes) == 1


def test_a_folder_without_records_is_refused(tmp_path):
    with pytest.raises(TruthError, match=r"has no records\.jsonl"):
        read_station_records(tmp_path)
