"""Tests of a lane's process whose bundle is none, gone, another, or without a graph."""

import pytest

from detector.bundle import read_bundle, write_files
from detector.scale import Scale
from detector.switching import Trust, use_bundle
from station.config import DetectorConfig
from station.records.moment import now
from station.records.tables import Inspection
from tests.detector.graphs import make_bundle, make_entry, make_graph
from tests.detector.live_seeing import SIDE, write_bundle
from tests.detector.seeing import make_display
from tests.station.spool.columns import check_same
from tests.station.waiting import wait_until
from tests.station.worker.working import MM, SCAN, hurry


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    hurry(monkeypatch)


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
    check_same(playing.read_picture(row), SCAN)
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
    check_same(playing.read_picture(row), picture)
    assert other.state == "looked"


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
        assert playing.read_state().code in ("lane.starting", "lane.bundle")
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
