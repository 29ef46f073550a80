"""Tests of handing over: what is written is read by those whom it is for."""

import json
from datetime import timedelta

import pytest

from data.errors import StationError
from data.station_records import read_station_records
from data.station_records.record import FoundRecord, Place
from station.inspections.exporting import export_records
from station.inspections.manifests import Facts, set_manifest
from station.records.moment import now
from station.records.tables import Alarm, Inspection, ScanRow
from station.supervised.telling import Told
from tests.station.inspections.acting import Acting
from tests.station.inspections.passing import (
    BOX,
    BUNDLE,
    ELSEWHERE,
    look_again,
    pass_container,
    place_test,
)


@pytest.fixture
def hand_over(database, data, tmp_path):
    """Export, and read it as whoever learns from it does: without any problem."""

    def act(**how):
        out = tmp_path / "handed" / str(len(list(tmp_path.glob("handed/*"))))
        count = export_records(database, data, out, site="KGN", **how)
        lines = (out / "records.jsonl").read_text().splitlines()
        assert len(lines) == count
        read = read_station_records(out)
        assert read.labels.problems == ()
        named = {scan["file"] for line in lines for scan in json.loads(line)["scans"]}
        written = {f"scans/{path.name}" for path in out.glob("scans/*")}
        assert written == named
        return read, [json.loads(line) for line in lines]

    return act


def truth_of(read, scan):
    return {one.file: one.truth for one in read.labels.files}[f"scans/{scan}.tiff"]


def test_a_firearm_that_was_found_becomes_truth(ann, passed, hand_over):
    ann.say(passed.alarm, "confirm")
    ann.dispose(passed.inspection, "searched")
    place = Place(alarm=passed.alarm)
    ann.find(passed.inspection, FoundRecord(kind="pistol", places=(place,)))
    read, (line,) = hand_over()
    (gun,) = truth_of(read, passed.scan).objects
    assert (gun.box, gun.kind) == (BOX, "pistol")
    assert (gun.origin.how, gun.origin.weak) == ("search", False)
    assert line["containers"] == ["CSQU3054383"]
    assert line["bundle"] == {"name": "port-7", "sha256": BUNDLE["sha256"]}
    assert line["operating_point"] == {"name": "normal", "threshold": 0.5}


def test_a_firearm_found_in_a_drawn_box_becomes_truth_there(ann, passed, hand_over):
    ann.say(passed.alarm, "dismiss")
    drawn, _ = ann.draw(passed.scan, ELSEWHERE)
    ann.dispose(passed.inspection, "searched")
    ann.find(passed.inspection, FoundRecord(places=(Place(alarm=drawn.id),)))
    read, _ = hand_over()
    (gun,) = truth_of(read, passed.scan).objects
    assert gun.box == ELSEWHERE


def test_what_was_dismissed_never_becomes_truth(ann, passed, hand_over):
    ann.say(passed.alarm, "confirm")
    ann.say(passed.alarm, "dismiss")
    ann.dispose(passed.inspection, "released")
    read, (line,) = hand_over()
    truth = truth_of(read, passed.scan)
    assert truth.objects == ()
    assert (truth.origin.how, truth.weak) == ("dismissed", True)
    assert [one["decision"] for one in line["decisions"]] == ["confirm", "dismiss"]


def test_the_last_decision_is_the_last_one_though_the_clock_went_back(
    ann, passed, hand_over, database
):
    first, _ = ann.say(passed.alarm, "confirm")
    ann.say(passed.alarm, "dismiss")
    ann.dispose(passed.inspection, "released")
    with database.changing() as session:
        (row,) = [
            one
            for one in session.get_one(Alarm, passed.alarm).decisions
            if one.id == first.id
        ]
        row.made += timedelta(hours=1)
    read, _ = hand_over()
    assert truth_of(read, passed.scan).objects == ()


def test_a_box_that_somebody_else_dismissed_is_not_handed_over(
    ann, passed, hand_over, database, review, colleague
):
    drawn, _ = ann.draw(passed.scan, ELSEWHERE)
    ann.say(passed.alarm, "dismiss")
    Acting(database, review, colleague).say(drawn.id, "dismiss")
    ann.dispose(passed.inspection, "released")
    read, (line,) = hand_over()
    assert "drawn" not in line or line["drawn"] == []
    assert truth_of(read, passed.scan).objects == ()


def test_a_told_test_hands_over_the_real_scan_without_its_firearm(
    ann, passed, hand_over, database
):
    alarm = place_test(database, passed)
    ann.say(alarm, "confirm")
    look_again(database, passed.scan)
    ann.say(passed.alarm, "dismiss")
    ann.dispose(passed.inspection, "released")
    read, (line,) = hand_over()
    assert [one["id"] for one in line["alarms"]] == [passed.alarm]
    assert truth_of(read, passed.scan).objects == ()


def test_a_scan_whose_test_was_not_told_is_left_out(ann, database, data, hand_over):
    passed = pass_container(database, data, views=("side", "top"))
    ann.say(passed.alarm, "dismiss")
    ann.dispose(passed.inspection, "released")
    place_test(database, passed, flagged=False)
    _, (line,) = hand_over()
    files = [scan["file"] for scan in line["scans"]]
    assert files == [f"scans/{passed.scans[1]}.tiff"]
    assert line["alarms"] == []


def test_a_scan_that_must_be_looked_at_again_is_left_out(
    ann, passed, database, hand_over
):
    place_test(database, passed, flagged=False)
    ann.say(passed.alarm, "dismiss")
    assert isinstance(ann.dispose(passed.inspection, "released"), Told)
    with database.changing() as session:
        row = session.get_one(Inspection, passed.inspection)
        row.state, row.closed = "released", now()
    assert hand_over()[1] == []


@pytest.mark.usefixtures("passed")
def test_open_inspections_are_not_handed_over(hand_over):
    assert hand_over()[1] == []


def test_what_was_typed_and_the_manifest_are_not_handed_over(
    ann, passed, database, hand_over, operator
):
    with database.changing() as session:
        row = session.get_one(Inspection, passed.inspection)
        facts = Facts(goods="Brown's furniture", seal="S-4711")
        set_manifest(session, row, facts, None, operator)
    ann.say(passed.alarm, "dismiss", reason="other: Mr Brown says so")
    ann.dispose(passed.inspection, "released", "Brown was called")
    _, (line,) = hand_over()
    text = json.dumps(line)
    assert "Brown" not in text
    assert "4711" not in text
    assert ann.viewer.pseudonym in text
    assert f'"{ann.viewer.name}"' not in text
    assert ann.viewer.user_id not in text


def test_a_box_that_sticks_out_of_its_scan_is_cut(ann, passed, database, hand_over):
    with database.changing() as session:
        session.get_one(Alarm, passed.alarm).x1 = 204.0
    ann.say(passed.alarm, "confirm")
    ann.dispose(passed.inspection, "searched")
    _, (line,) = hand_over()
    assert line["alarms"][0]["box"] == [10.0, 10.0, 200.0, 30.0]


@pytest.mark.parametrize("harm", ["changed", "gone", "removed", "doubled"])
def test_a_scan_whose_file_is_not_what_was_stored_is_left_out(
    ann, database, data, hand_over, harm, caplog
):
    passed = pass_container(database, data, views=("side", "top"), boxes=())
    ann.dispose(passed.inspection, "released")
    with database.changing() as session:
        row = session.get_one(ScanRow, passed.scans[1])
        other = session.get_one(ScanRow, passed.scan)
        path = data.root / row.folder / "scan.tiff"
        if harm == "changed":
            path.write_bytes(b"another")
        elif harm == "gone":
            path.unlink()
        elif harm == "removed":
            row.stored = None
        else:
            path.write_bytes((data.root / other.folder / "scan.tiff").read_bytes())
            row.sha256 = other.sha256
    _, (line,) = hand_over()
    assert [scan["file"] for scan in line["scans"]] == [f"scans/{passed.scan}.tiff"]
    assert bool(caplog.records) == (harm != "removed")


def test_since_hands_over_what_was_closed_or_found_from_then_on(
    ann, database, data, hand_over
):
    old, found, new = (pass_container(database, data, boxes=()) for _ in range(3))
    for one, became in ((old, "released"), (found, "searched"), (new, "released")):
        ann.dispose(one.inspection, became)
    ann.find(found.inspection)
    with database.changing() as session:
        for one in (old, found):
            row = session.get_one(Inspection, one.inspection)
            row.closed -= timedelta(days=2)
    _, lines = hand_over(since=now() - timedelta(days=1))
    assert [line["inspection"] for line in lines] == [found.inspection, new.inspection]
    assert len(hand_over()[1]) == 3


def test_a_folder_that_is_there_is_not_written_to(database, data, tmp_path):
    (tmp_path / "there").mkdir()
    with pytest.raises(StationError, match="is there already"):
        export_records(database, data, tmp_path / "there")


@pytest.mark.parametrize(("scanner", "width"), [("", 200), ("S" * 300, 250_000)])
def test_what_a_scanner_says_stops_no_outcome_and_no_export(
    ann, passed, database, hand_over, scanner, width
):
    with database.changing() as session:
        row = session.get_one(ScanRow, passed.scan)
        row.info, row.width = {**row.info, "scanner": scanner}, width
        row.inspection.containers = ["X" * 300]
    ann.say(passed.alarm, "confirm")
    ann.dispose(passed.inspection, "searched")
    ann.find(passed.inspection)
    _, (line,) = hand_over()
    assert line["scans"][0].get("scanner") == (scanner[:200] or None)


def test_what_cannot_be_recorded_does_not_keep_the_rest_back(
    ann, passed, database, data, hand_over, caplog
):
    other = pass_container(database, data)
    for one in (passed, other):
        ann.say(one.alarm, "dismiss")
        ann.dispose(one.inspection, "released")
    with database.changing() as session:
        session.get_one(ScanRow, passed.scan).width = 10**6
    _, (line,) = hand_over()
    assert line["inspection"] == other.inspection
    assert f"{passed.inspection} is left out" in caplog.text
