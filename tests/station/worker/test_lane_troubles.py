"""Tests of a lane's process when something goes wrong: told of, and gone on from."""

import shutil
from datetime import timedelta

import numpy as np
import pytest

from data.errors import StationError
from data.formats import read_scan
from detector.bundle import read_bundle, write_files
from detector.container_view import ContainerView
from detector.look import Care
from detector.scale import Scale
from detector.switching import Trust, use_bundle
from station.config import DetectorConfig
from station.records.moment import now
from station.records.tables import Inspection
from station.spool.assembling import assemble
from station.worker import beat, lane, storing
from station.worker.finishing import store_picture
from station.worker.looking import ScanLook
from tests.detector.graphs import make_bundle, make_entry, make_graph
from tests.detector.live_seeing import SIDE, write_bundle
from tests.detector.seeing import make_display
from tests.station.spool.columns import check_same
from tests.station.worker.working import (
    MM,
    SCAN,
    CutDatabase,
    list_alarms,
    list_due,
    wait_until,
)


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Look for bundles, and say how the lane is, without a pause."""
    monkeypatch.setattr(lane, "REFRESH_S", 0.0)
    monkeypatch.setattr(beat, "BEAT_S", 0.02)
    monkeypatch.setattr(storing, "PAUSE_S", 0.02)


def read_picture(playing, row):
    return read_scan(playing.config.data / row.folder / row.stored)


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
    check_same(read_picture(playing, row), SCAN)


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
    check_same(read_picture(playing, row), SCAN)


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


def test_without_a_bundle_that_may_run_scans_are_kept_and_said_to_be_unseen(playing):
    playing.config = playing.config.model_copy(update={"detector": DetectorConfig()})
    with playing.working():
        row = playing.wait_for(playing.play())
        wait_until(lambda: (now_is := playing.read_state()) and now_is.state == "down")
    assert row.state == "failed"
    assert row.inspection.state == "waiting"
    assert "cargosight station use" in row.error
    assert row.alarms == []
    assert row.bundle is None
    check_same(read_picture(playing, row), SCAN)
    assert playing.count_log("lane.down") == 1
    assert playing.count_log("lane.up") == 0
    assert playing.count_log("scan.failed") == 1


def write_dual_bundle(root):
    """A bundle that looks at counts alone."""
    manifest = make_bundle(root)
    changes = {"tile_side": SIDE, "tile_overlap": 32, "scale": Scale(pitch_mm=4.0)}
    entry = make_entry(make_graph(), **changes)
    write_files(manifest.model_copy(update={"graphs": {"dual": entry}}), root, {})


def test_a_scan_that_the_bundle_has_no_graph_for_is_kept_and_said_to_be_unseen(
    playing, tmp_path, monkeypatch
):
    bundle = tmp_path / "dual"
    write_dual_bundle(bundle)
    monkeypatch.setattr("station.worker.bundles.default_bundle_path", lambda: bundle)
    picture = make_display((300, 140), [(40, 80, 76, 110)], pitch_mm=MM)
    with playing.working():
        row, other = (playing.wait_for(playing.play(s)) for s in (picture, SCAN))
        assert playing.read_state().state != "down"
    assert (row.state, row.alarms) == ("failed", [])
    assert "display" in row.error
    check_same(read_picture(playing, row), picture)
    assert other.state == "looked"


def test_looking_that_fails_costs_neither_the_scan_nor_the_next_one(playing, runtime):
    with playing.working():
        runtime.error = ZeroDivisionError("of the graph")
        row = playing.wait_for(playing.play())
        runtime.error = None
        other = playing.wait_for(playing.play())
    assert (row.state, other.state) == ("failed", "looked")
    assert "ZeroDivisionError: of the graph" in row.error
    check_same(read_picture(playing, row), SCAN)


def test_another_bundle_is_picked_up_between_scans(playing, tmp_path, detector):
    site, trust = playing.config.data, Trust(allow_unsigned=True)
    second = tmp_path / "second"
    write_bundle(second)
    manifest = read_bundle(second).manifest
    place = second / "manifest.json"
    renamed = manifest.model_copy(update={"name": "second"})
    place.write_text(renamed.model_dump_json())
    with playing.working():
        first = playing.wait_for(playing.play())
        use_bundle(second, site, trust=trust)
        wait_until(lambda: playing.count_log("bundle.loaded") == 2)
        row = playing.wait_for(playing.play())
        wait_until(lambda: (playing.read_state().bundle or {}).get("name") == "second")
    assert first.bundle["sha256"] == detector.bundle.sha256
    assert row.bundle["sha256"] == read_bundle(second).sha256


def test_a_lane_is_up_again_once_a_bundle_may_run(playing, tmp_path):
    site = playing.config.data
    gone = tmp_path / "gone"
    write_bundle(gone)
    use_bundle(gone, site, trust=Trust(allow_unsigned=True))
    away = gone.rename(tmp_path / "away")
    with playing.working():
        wait_until(lambda: playing.read_state() and playing.read_state().detail)
        assert playing.read_state().state == "down"
        away.rename(gone)
        wait_until(lambda: playing.count_log("lane.up"))
        row = playing.wait_for(playing.play())
    assert row.state == "looked"
    kinds = [kind for kind, _, _ in playing.list_log("lane.down", "lane.up")]
    assert kinds == ["lane.down", "lane.up"]


def test_what_nothing_looked_at_is_looked_at_once_a_bundle_may_run(playing, detector):
    allowed = playing.config
    nothing = allowed.model_copy(update={"detector": DetectorConfig()})
    playing.config = nothing
    with playing.working():
        unseen = playing.wait_for(playing.play())
        closed = playing.wait_for(playing.play())
    with playing.database.changing() as session:
        session.get_one(Inspection, closed.inspection_id).closed = now()
    playing.config = allowed
    with playing.working():
        wait_until(lambda: playing.find(unseen.id).state == "looked")
    row = playing.find(unseen.id)
    assert len(row.alarms) == 3
    assert row.bundle["sha256"] == detector.bundle.sha256
    assert (row.error, row.inspection.state) == (None, "waiting")
    assert playing.find(closed.id).state == "failed"


def test_a_bundle_whose_loading_fails_unforeseen_takes_the_lane_down_and_no_more(
    playing, monkeypatch
):
    def fail(_):
        raise ZeroDivisionError

    monkeypatch.setattr("station.worker.bundles._warm", fail)
    with playing.working():
        row = playing.wait_for(playing.play())
    assert row.state == "failed"
    assert "ZeroDivisionError" in row.error


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
