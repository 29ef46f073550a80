"""Tests of a lane's process when something goes wrong: told of, and gone on from."""

import shutil
from datetime import timedelta

import numpy as np
import pytest

from data.errors import StationError
from detector.container_view import ContainerView
from detector.look import Care
from station.records.moment import now
from station.spool.assembling import assemble
from station.worker import storing
from station.worker.finishing import store_picture
from station.worker.looking import ScanLook
from tests.station.spool.columns import check_same
from tests.station.waiting import wait_until
from tests.station.worker.working import (
    SCAN,
    CutDatabase,
    hurry,
    list_alarms,
    list_due,
)


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    hurry(monkeypatch)


def test_a_database_that_is_gone_while_a_scan_passes_gets_all_of_it_afterwards(
    playing, detector
):
    cut = CutDatabase(playing.database.engine)
    with playing.working(cut) as worker:
        writer = playing.begin()
        playing.push(writer, until=200)
        wait_until(lambda: playing.find(writer.begin.id))
        cut.cut.set()
        playing.push(writer)
        writer.end(writer.begin.began)
        second = playing.play()
        wait_until(lambda: worker.describe().state == "idle")
        wait_until(lambda: not any(playing.config.data.glob("scans/*/*/.*")))
        assert playing.find(second) is None
        cut.cut.clear()
        rows = [playing.wait_for(name) for name in (writer.begin.id, second)]
        wait_until(lambda: playing.count_log("records.back"))
    for row in rows:
        assert (row.state, list_alarms(row)) == ("looked", list_due(detector))
    assert playing.count_log("alarm.raised") == 6
    assert playing.count_log("records.cut") == playing.count_log("records.back") == 1


def test_a_disk_that_is_full_is_told_of_once_and_the_picture_stored_in_the_end(
    playing, monkeypatch
):
    tries = []

    def store(scan, folder):
        tries.append(folder)
        if len(tries) < 3:
            raise OSError(28, "No space left on device")
        return store_picture(scan, folder)

    monkeypatch.setattr(storing, "store_picture", store)
    with playing.working():
        row = playing.wait_for(playing.play())
        wait_until(lambda: playing.count_log("disk.free"))
    assert len(tries) == 3
    assert playing.count_log("disk.full") == playing.count_log("disk.free") == 1
    check_same(playing.read_picture(row), SCAN)


def test_a_lane_that_is_stopped_while_the_disk_is_full_stores_the_picture_next_time(
    playing, monkeypatch, detector
):
    def refuse(*_):
        raise OSError(28, "No space left on device")

    name = playing.play()
    with monkeypatch.context() as patch:
        patch.setattr(storing, "store_picture", refuse)
        patch.setattr(storing.Storer.close, "__defaults__", (0.1,))
        with playing.working():
            wait_until(lambda: playing.count_log("disk.full"))
        assert playing.find(name).ended is None
    with playing.working():
        row = playing.wait_for(name)
    assert list_alarms(row) == list_due(detector)
    check_same(playing.read_picture(row), SCAN)


def test_a_picture_that_cannot_be_made_is_said_and_the_next_scan_is_stored(
    playing, monkeypatch
):
    first, second = playing.play(), playing.play()
    broken = [True]

    def fail_once(columns, width):
        if broken.pop() if broken else False:
            raise MemoryError
        return assemble(columns, width)

    monkeypatch.setattr(storing, "assemble", fail_once)
    with playing.working():
        one, other = playing.wait_for(first), playing.wait_for(second)
    assert (one.state, one.stored, one.inspection.state) == ("failed", None, "waiting")
    assert "MemoryError" in one.error
    assert len(one.alarms) == 3
    assert (playing.config.data / one.folder / "columns.bin").exists()
    assert other.state == "looked"


def test_looking_that_fails_costs_neither_the_scan_nor_the_next_one(playing, runtime):
    with playing.working():
        runtime.error = ZeroDivisionError("of the graph")
        row = playing.wait_for(playing.play())
        runtime.error = None
        other = playing.wait_for(playing.play())
    assert (row.state, other.state) == ("failed", "looked")
    assert "ZeroDivisionError: of the graph" in row.error
    check_same(playing.read_picture(row), SCAN)


@pytest.mark.parametrize("content", [b"", b"/", b"nowhere/else"])
def test_a_pointer_that_is_damaged_and_finds_nothing_is_told_of_once(playing, content):
    opened = playing.data.open_scans("north")
    opened.mkdir(parents=True)
    (opened / ("0" * 32)).write_bytes(content)
    with playing.working():
        row = playing.wait_for(playing.play())
    assert row.state == "looked"
    assert playing.count_log("scan.failed") == 1
    assert list(playing.data.list_open("north")) == []
    assert (playing.config.data / "station.db").exists()


def test_a_scan_whose_beginning_is_damaged_does_not_hold_up_the_next(playing):
    writer = playing.begin()
    (writer.folder / "begin.json").write_bytes(b"{}")
    with playing.working():
        row = playing.wait_for(playing.play())
    assert row.state == "looked"
    [(_, subject, _)] = playing.list_log("scan.failed")
    assert subject == writer.begin.id
    assert writer.folder.exists()


def test_a_scan_whose_folder_is_gone_does_not_hold_up_the_next(playing):
    writer = playing.begin()
    shutil.rmtree(writer.folder)
    with playing.working():
        assert playing.wait_for(playing.play()).state == "looked"
    assert list(playing.data.list_open("north")) == []


def test_a_scan_whose_end_is_damaged_is_recorded_as_far_as_it_can_be_read(playing):
    writer = playing.begin()
    playing.push(writer)
    writer.end(now())
    (writer.folder / "end.json").write_bytes(b"{")
    with playing.working():
        row, other = (playing.wait_for(n) for n in (writer.begin.id, playing.play()))
    assert (row.state, row.whole) == ("failed", False)
    assert "end.json" in row.error
    assert (writer.folder / "columns.bin").exists()
    assert other.state == "looked"


def test_a_scan_whose_columns_are_damaged_is_recorded_as_far_as_it_can_be_read(
    playing,
):
    writer = playing.begin()
    playing.push(writer)
    writer.end(now(), width=640)
    place = writer.folder / "columns.bin"
    content = bytearray(place.read_bytes())
    content[len(content) * 3 // 4] ^= 1
    place.write_bytes(content)
    with playing.working():
        row, other = (playing.wait_for(n) for n in (writer.begin.id, playing.play()))
    assert (row.state, row.whole, row.width) == ("failed", False, 640)
    assert "damaged" in row.error
    assert row.findings["missing"] == [[440, 640]]
    assert len(row.alarms) == 2
    assert place.read_bytes() == content
    assert other.state == "looked"


def test_a_disk_that_cannot_be_read_ends_one_scan_and_not_the_lane(
    playing, monkeypatch
):
    writer = playing.begin()
    playing.push(writer)
    writer.end(now())
    with monkeypatch.context() as patch:

        def fail(*_):
            raise OSError(5, "Input/output error")

        patch.setattr("station.worker.looking.ColumnReader.read", fail)
        with playing.working():
            row = playing.wait_for(writer.begin.id)
    assert row.state == "failed"
    assert "Input/output error" in row.error
    assert (writer.folder / "columns.bin").exists()


def test_a_test_that_cannot_be_chosen_costs_no_scan(playing, monkeypatch, detector):
    def fail(*_):
        msg = "There is no secret."
        raise StationError(msg)

    monkeypatch.setattr("station.worker.supervising.Supervision.choose", fail)
    with playing.working():
        row = playing.wait_for(playing.play())
    assert list_alarms(row) == list_due(detector)
    assert playing.count_log("test.failed") == 1


def test_the_cab_is_masked_with_what_was_found(playing, monkeypatch):
    lanes = (playing.config.lane[0].model_copy(update={"mask_cab": "left"}),)
    playing.config = playing.config.model_copy(update={"lane": lanes})
    asked = []

    def mask(scan, containers, side, boxes):
        assert scan.size == SCAN.size
        asked.append((containers, side, boxes))
        return None if len(asked) == 1 else (SCAN, (0, 90))

    monkeypatch.setattr(storing, "mask_cab", mask)
    with playing.working():
        row = playing.wait_for(playing.play())
        playing.wait_for(playing.play())
        wait_until(lambda: playing.count_log("cab.masked") == 2)
    containers, side, boxes = asked[0]
    assert side == "left"
    assert all(isinstance(one, ContainerView) for one in containers)
    assert boxes.dtype == np.float32
    assert sorted(map(tuple, boxes)) == sorted(alarm.box for alarm in row.alarms)
    said = [payload for _, _, payload in playing.list_log("cab.masked")]
    assert said[0]["columns"] is None
    assert said[1]["columns"] == [0, 90]


def test_a_lane_that_is_behind_says_so_and_only_glances(playing, monkeypatch):
    settings = playing.config.detector.model_copy(update={"coarse_behind": 100})
    playing.config = playing.config.model_copy(update={"detector": settings})
    told, step = [], ScanLook.step

    def tell(look):
        moved = step(look)
        told.append((look.behind > 100, look.care))
        return moved

    monkeypatch.setattr(ScanLook, "step", tell)
    name = playing.play()
    with playing.working():
        row = playing.wait_for(name)
    assert row.state == "looked"
    assert (
        {(True, Care.COARSE)}
        <= set(told)
        <= {
            (True, Care.COARSE),
            (False, Care.FULL),
        }
    )


def test_a_clock_that_jumps_back_loses_nothing(playing):
    first = playing.play(began=now() + timedelta(hours=5), number="7")
    second = playing.play(began=now() - timedelta(days=3), number="7")
    with playing.working():
        rows = [playing.wait_for(name) for name in (first, second)]
    assert [row.state for row in rows] == ["looked", "looked"]
    assert rows[0].inspection_id != rows[1].inspection_id
