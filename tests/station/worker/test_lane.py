"""Tests of a lane's process: what comes in is looked at, recorded and stored."""

import pytest

from data.formats import read_scan
from station.config import LaneConfig
from station.spool import DataFolder
from station.worker.finishing import STORED
from tests.detector.live_seeing import every
from tests.detector.seeing import make_counts, make_display
from tests.station.spool.columns import check_same
from tests.station.waiting import wait_until
from tests.station.worker.working import (
    MM,
    SCAN,
    DyingDatabase,
    list_alarms,
    list_due,
)


def check_whole(playing, row, detector, scan=SCAN):
    """Fail unless a scan was looked at, stored and recorded, and is done with."""
    folder = playing.config.data / row.folder
    assert (row.state, row.error, row.whole) == ("looked", None, True)
    assert (row.width, row.height) == scan.size
    assert list_alarms(row) == list_due(detector, scan)
    assert row.inspection.state == "waiting"
    stored = read_scan(folder / row.stored)
    check_same(stored, scan)
    assert row.size_bytes == (folder / STORED).stat().st_size
    assert not (folder / "columns.bin").exists()
    assert list(playing.data.list_open("north")) == []


def test_a_scan_is_looked_at_stored_and_recorded(playing, detector):
    with playing.working():
        writer = playing.begin(number="truck 17")
        for at, piece in every(37, SCAN):
            writer.push(piece, at)
        wait_until(lambda: playing.count_log("alarm.raised") >= 2)
        assert playing.find(writer.begin.id).state == "receiving"
        playing.push(writer)
        writer.end(writer.begin.began, width=SCAN.size[0])
        row = playing.wait_for(writer.begin.id)
    check_whole(playing, row, detector)
    assert row.inspection.number == "truck 17"
    assert row.bundle["sha256"] == detector.bundle.sha256
    log = playing.list_log()
    kinds = [kind for kind, _, _ in log if kind not in {"alarm.grew", "bundle.loaded"}]
    assert kinds == ["scan.began", *["alarm.raised"] * 3, "scan.finished"]
    [(_, subject, said)] = playing.list_log("scan.finished")
    assert (subject, said["alarms"], said["sha256"]) == (row.id, 3, row.sha256)
    assert said["inspection"] == row.inspection_id
    raised = {name for _, name, _ in playing.list_log("alarm.raised")}
    assert raised == {alarm.id for alarm in row.alarms}


def test_a_whole_file_waits_for_its_end_and_is_then_looked_at_at_once(
    playing, detector
):
    with playing.working():
        playing.wait_for(playing.play())
        writer = playing.begin(whole=True, original="scan.tiff")
        playing.push(writer)
        playing.wait_for(playing.play())
        assert playing.find(writer.begin.id) is None
        writer.end(writer.begin.began)
        row = playing.wait_for(writer.begin.id)
    check_whole(playing, row, detector)


def test_a_file_that_a_kill_left_half_taken_in_is_dropped_at_the_next_start(playing):
    writer = playing.begin(whole=True, original="scan.tiff")
    playing.push(writer, until=80)
    writer.close()
    with playing.working():
        playing.wait_for(playing.play())
    assert not list(playing.data.list_open("north"))
    assert playing.find(writer.begin.id) is None
    assert not writer.folder.exists()


def test_scans_are_looked_at_in_the_order_in_which_they_began(playing):
    names = [playing.play() for _ in range(3)]
    with playing.working():
        for name in names:
            playing.wait_for(name)
    assert [subject for _, subject, _ in playing.list_log("scan.finished")] == names


@pytest.mark.parametrize("cut", [0, 1, 80, 130, 333, 600, 640])
def test_a_scan_that_a_stop_cuts_anywhere_is_gone_on_with(playing, detector, cut):
    writer = playing.begin()
    playing.push(writer, until=cut)
    with playing.working() as worker:
        wait_until(lambda: playing.find(writer.begin.id))
        wait_until(lambda: worker.describe().state == "scanning")
    assert playing.find(writer.begin.id).state == "receiving"
    playing.push(writer)
    writer.end(writer.begin.began)
    with playing.working():
        row = playing.wait_for(writer.begin.id)
    check_whole(playing, row, detector)
    assert playing.count_log("alarm.raised") == 3
    assert playing.count_log("scan.began") == 1


@pytest.mark.parametrize("changes", range(1, 8))
def test_a_lane_that_is_killed_between_any_changes_loses_and_doubles_nothing(
    playing, detector, changes, monkeypatch
):
    monkeypatch.setattr("station.worker.lane.beat", lambda *_: None)
    name = playing.play()
    dying = DyingDatabase(playing.database.engine, changes)
    with playing.working(dying):
        wait_until(lambda: dying.left[0] < 0)
    with playing.working():
        row = playing.wait_for(name)
    check_whole(playing, row, detector)
    for kind, count in (("scan.began", 1), ("alarm.raised", 3), ("scan.finished", 1)):
        assert playing.count_log(kind) == count


def test_columns_that_are_missing_are_named_and_the_scan_is_not_whole(playing):
    writer = playing.begin()
    playing.push(writer, until=480)
    writer.end(writer.begin.began, width=500)
    cut_off = playing.play(why="cut off")
    with playing.working():
        row, other = playing.wait_for(writer.begin.id), playing.wait_for(cut_off)
    assert (row.state, row.whole, row.width) == ("looked", False, 500)
    assert row.findings["missing"] == [[480, 500]]
    assert row.findings["leads"]
    (missing,) = [
        one for one in row.findings["blanks"] if one["code"] == "blank.missing"
    ]
    assert missing["facts"] == {"columns": 20, "start": 480, "end": 500}
    assert "20 columns never came" in missing["text"]
    assert (other.state, other.whole) == ("looked", False)


def test_a_scan_without_a_column_is_recorded_as_failed(playing):
    writer = playing.begin()
    writer.end(writer.begin.began, why="cut off")
    with playing.working():
        row = playing.wait_for(writer.begin.id)
    assert (row.state, row.stored, row.width) == ("failed", None, 0)
    assert row.inspection.state == "waiting"
    assert row.error


def test_what_stands_still_is_looked_at(playing, monkeypatch):
    monkeypatch.setattr("station.worker.looking.STILL_S", 0.0)
    writer = playing.begin()
    playing.push(writer, until=80)  # too few columns for a strip
    with playing.working():
        wait_until(lambda: playing.count_log("alarm.raised"))
    assert playing.find(writer.begin.id).state == "receiving"
    writer.close()


def test_a_scan_of_no_known_pitch_is_looked_at_as_a_whole(playing, detector):
    scan = make_counts((400, 140), [(40, 80, 76, 110)])
    with playing.working():
        row = playing.wait_for(playing.play(scan))
    check_whole(playing, row, detector, scan)


def test_a_picture_is_taken_in_as_counts_are(playing, detector):
    scan = make_display((500, 140), [(40, 80, 76, 110)], pitch_mm=MM)
    with playing.working():
        row = playing.wait_for(playing.play(scan))
    check_whole(playing, row, detector, scan)


def test_each_lane_looks_at_its_own_scans(playing, config, database):
    lanes = (*config.lane, LaneConfig(name="south", source="stream"))
    playing.config = config.model_copy(update={"lane": lanes})
    name = playing.play(lane="south")
    other = playing.play()
    with playing.working(lane="south"):
        playing.wait_for(name)
    assert playing.find(other) is None
    assert [one for one, _ in DataFolder(config.data).list_open("north")] == [other]
    with database.reading():
        assert playing.find(name).lane == "south"
