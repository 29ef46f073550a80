"""Tests of a lane that meets again what it was done with, or cannot be done with."""

import threading
from pathlib import Path

import pytest

from data.errors import StationError
from station.config import DetectorConfig
from station.records.moment import now
from station.spool.beginning import END, read_begin
from station.worker import finishing, lane, storing
from station.worker.finishing import store_picture, tidy
from station.worker.looking import ScanLook
from tests.detector.live_seeing import take
from tests.station.waiting import wait_until
from tests.station.worker.working import SCAN, STEP, hurry


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    hurry(monkeypatch)


def record_untidied(playing, name, monkeypatch):
    """Be killed after a scan was recorded, and before the lane was done with it.

    Gives back the scan's folder.
    """
    with monkeypatch.context() as patch:
        patch.setattr(storing, "tidy", lambda *_: None)
        with playing.working():
            wait_until(lambda: (row := playing.find(name)) is not None and row.ended)
    folder = playing.config.data / playing.find(name).folder
    playing.data.point_to("north", folder)
    return folder


def test_a_scan_that_was_recorded_is_not_looked_at_again(playing, monkeypatch):
    name = playing.play()
    folder = record_untidied(playing, name, monkeypatch)
    picture = (folder / "scan.tiff").stat()
    looks = []
    monkeypatch.setattr(lane, "ScanLook", lambda *given: looks.append(given))
    with playing.working():
        playing.wait_for(name)
    assert looks == []
    assert (folder / "scan.tiff").stat() == picture
    assert not (folder / "columns.bin").exists()
    assert playing.count_log("alarm.raised") == 3
    assert playing.count_log("scan.finished") == 1


def test_a_scan_that_nothing_looked_at_leaves_no_columns_after_a_restart(
    playing, monkeypatch
):
    playing.config = playing.config.model_copy(update={"detector": DetectorConfig()})
    folder = record_untidied(playing, playing.play(), monkeypatch)
    with playing.working():
        row = playing.wait_for(folder.name)
    assert (row.state, row.error is None) == ("failed", False)
    assert (folder / "scan.tiff").exists()
    assert not (folder / "columns.bin").exists()


def test_a_scan_that_was_damaged_keeps_its_columns_after_a_restart(
    playing, monkeypatch
):
    name = playing.play()
    [folder] = playing.config.data.glob(f"scans/*/{name}")
    content = bytearray((folder / "columns.bin").read_bytes())
    content[len(content) * 3 // 4] ^= 1
    (folder / "columns.bin").write_bytes(content)
    assert record_untidied(playing, name, monkeypatch) == folder
    with playing.working():
        playing.wait_for(name)
    assert (folder / "scan.tiff").exists()
    assert (folder / "columns.bin").read_bytes() == content


def test_a_file_whose_end_is_damaged_does_not_stop_the_lane(playing):
    writer = playing.begin(whole=True)
    playing.push(writer)
    writer.end(now())
    (writer.folder / END).write_bytes(b"{")
    with playing.working():
        row = playing.wait_for(writer.begin.id)
        other = playing.wait_for(playing.play())
    assert (row.state, row.whole) == ("failed", False)
    assert other.state == "looked"


def test_a_picture_is_on_the_disk_before_its_columns_go(playing, monkeypatch):
    done = []

    def sync(handle):
        if Path(f"/proc/self/fd/{handle}").readlink().name == finishing.STORED:
            done.append("synced")

    monkeypatch.setattr("station.worker.finishing.os.fsync", sync)
    monkeypatch.setattr(finishing, "sync_folder", lambda _: done.append("named"))

    def note(*given, **more):
        done.append("tidied")
        tidy(*given, **more)

    monkeypatch.setattr(storing, "tidy", note)
    with playing.working():
        playing.wait_for(playing.play())
    assert done == ["synced", "named", "tidied"]


def test_scans_wait_on_the_disk_and_not_in_memory_while_none_can_be_stored(
    playing, monkeypatch
):
    free = threading.Event()

    def wait(scan, folder):
        assert free.wait(60)
        return store_picture(scan, folder)

    monkeypatch.setattr(storing, "store_picture", wait)
    names = [playing.play() for _ in range(storing.MOST + 3)]
    begun: list[tuple[object, ...]] = []
    monkeypatch.setattr(ScanLook, "finish", _note(ScanLook.finish, begun))
    with playing.working():
        wait_until(lambda: len(begun) > storing.MOST)
        assert not wait_for_more(begun, storing.MOST + 1)
        free.set()
        rows = [playing.wait_for(name) for name in names]
    assert {row.state for row in rows} == {"looked"}


def _note(act, begun):
    def noted(*given):
        begun.append(given)
        act(*given)

    return noted


def wait_for_more(begun, count):
    """Whether more come in a little while."""
    threading.Event().wait(0.3)
    return len(begun) > count


def test_columns_that_never_came_are_said_where_no_pitch_is_known(playing):
    bare = SCAN.info.model_copy(update={"pitch_mm": None})
    writer = playing.begin(info=bare)
    for start in range(0, 640, STEP):
        if not 200 <= start < 320:
            writer.push(take(SCAN, start, start + STEP), start)
    writer.end(now(), width=700)
    with playing.working():
        row = playing.wait_for(writer.begin.id)
    assert row.state == "looked"
    assert row.findings["missing"] == [[200, 320], [640, 700]]
    assert not row.whole
    assert row.findings["leads"]


def test_a_disk_that_is_out_of_reach_for_a_while_costs_no_scan(playing, monkeypatch):
    name = playing.play()
    tries = []

    def fail(folder):
        tries.append(folder)
        if len(tries) < 4:
            try:
                raise OSError(24, "Too many open files")
            except OSError as error:
                raise StationError(str(error)) from error
        return read_begin(folder)

    monkeypatch.setattr(lane, "read_begin", fail)
    with playing.working():
        assert playing.wait_for(name).state == "looked"
    assert playing.count_log("scan.failed") == 1  # it was said, once


def test_a_scan_that_is_damaged_while_it_comes_in_does_not_hold_its_inspection(
    playing,
):
    writer = playing.begin()
    playing.push(writer, until=200)
    with playing.working():
        wait_until(lambda: playing.find(writer.begin.id))
    (writer.folder / "begin.json").write_bytes(b"{")
    with playing.working():
        row = playing.wait_for(writer.begin.id)
    assert (row.state, row.whole, row.inspection.state) == ("failed", False, "waiting")
    assert "begin.json" in row.error
    (_, _, said) = playing.list_log("scan.failed")[0]
    assert said["inspection"] == row.inspection_id
