"""Tests of lanes that are played to and summed up."""

import json
from dataclasses import replace

import pytest

from benchmark.live import LiveOptions, measure_live, measuring
from benchmark.live.playing import Pace
from benchmark.live.train import Ride
from detector.lane import Lane, LaneLimits
from tests.benchmark.live.small import QuickClock, write_truck
from tests.detector.live_seeing import LiveRuntime, write_bundle

OPTIONS = LiveOptions(Pace(columns_per_second=100.0, seconds=7.5), threads=1)


@pytest.fixture
def runtime(monkeypatch):
    runtime = LiveRuntime(free=True)
    runtime.install(monkeypatch)
    return runtime


@pytest.fixture
def bundle(tmp_path):
    write_bundle(tmp_path / "bundle")
    return tmp_path / "bundle"


@pytest.fixture
def trucks(tmp_path):
    return (
        write_truck(tmp_path / "a", 300, [(40, 20, 74, 50), (180, 20, 280, 50)]),
        write_truck(tmp_path / "b", 200, []),
    )


def measure(bundle, trucks, options=OPTIONS, progress=lambda *_: None):
    return measure_live(bundle, trucks, options, progress=progress, clock=QuickClock())


@pytest.mark.usefixtures("runtime")
def test_trucks_are_played_in_turn_and_compared_with_their_finished_scans(
    bundle, trucks
):
    told: dict[str, tuple[int, int]] = {}
    found = measure(bundle, trucks, progress=lambda w, *n: told.__setitem__(w, n))
    assert found.trucks.played == 3  # of 300, 200 and 300 columns
    assert (found.trucks.same, found.trucks.different) == (3, 0)
    assert (found.trucks.failed, found.trucks.less) == (0, 0)
    assert (found.delays.count, found.strain.columns) == (4, 800)
    assert (found.strain.lost, found.strain.care_changes) == (0, 0)
    assert found.strain.seconds == pytest.approx(8)
    assert 0 < found.strain.most_waiting <= 800
    assert 0 < found.before.now_mb <= found.after.peak_mb
    assert told == {"playing, s": (8, 8), "comparing": (3, 3)}
    assert found.terms.operating_point == "draft >= 0.25"
    assert found.train == ()


@pytest.mark.usefixtures("runtime")
def test_lanes_begin_with_different_trucks(bundle, trucks):
    options = replace(OPTIONS, lanes=2, pace=Pace(100.0, 0.01))
    found = measure(bundle, trucks, options)
    assert (found.trucks.played, found.trucks.same) == (2, 2)
    assert found.strain.columns == 300 + 200
    assert found.delays.count == 2


@pytest.mark.usefixtures("runtime")
@pytest.mark.parametrize(("least", "count"), [(0.6, 4), (0.8, 2), (1.0, 0)])
def test_the_least_score_says_what_is_counted(bundle, trucks, least, count):
    found = measure(bundle, trucks, replace(OPTIONS, least_score=least))
    assert found.delays.count == count
    assert found.trucks.same == 3
    assert found.terms.operating_point == f"least score >= {least:g}"
    assert ("Lower --least-score" in found.as_text()) is (count == 0)


def test_other_alarms_than_those_of_the_finished_scan_are_counted(
    bundle, trucks, runtime, monkeypatch
):
    def blind(what, done, count):
        assert done <= count
        if what == "playing, s":
            monkeypatch.setattr(runtime, "_find", lambda _: [])

    found = measure(bundle, trucks, progress=blind)
    assert (found.trucks.same, found.trucks.different) == (1, 2)


def test_trucks_that_fail_are_counted(bundle, trucks, runtime):
    runtime.error = RuntimeError("no luck")
    found = measure(bundle, trucks)
    assert (found.trucks.played, found.trucks.failed) == (3, 2)
    assert (found.trucks.same, found.trucks.different) == (1, 0)


@pytest.mark.usefixtures("runtime")
def test_trucks_that_were_not_looked_at_closely_are_no_evidence(
    bundle, trucks, monkeypatch
):
    limits = LaneLimits(coarse=0, none=0)

    def open_lane(detector, listener):
        return Lane(detector, listener, limits)

    monkeypatch.setattr(measuring, "Lane", open_lane)
    found = measure(bundle, trucks)
    assert (found.trucks.less, found.trucks.same) == (2, 1)
    assert found.strain.care_changes == 1


@pytest.mark.usefixtures("runtime")
def test_a_truck_that_cannot_be_read_ends_the_measuring(bundle, trucks):
    trucks[1].path.unlink()
    with pytest.raises(FileNotFoundError):
        measure(bundle, trucks)


@pytest.mark.usefixtures("runtime")
def test_all_is_said_to_people_and_to_programs(bundle, trucks, monkeypatch):
    rides = (Ride("live", 900, 10.0, 20.0, 3, same=False),)
    asked = []

    def ride(train, *_):
        asked.append(train.columns)
        return rides

    monkeypatch.setattr(measuring, "ride_train", ride)
    found = measure(bundle, trucks, replace(OPTIONS, train=900))
    assert asked == [900]
    said = found.as_text()
    assert "1 lanes of 100 columns/s, 2 different trucks" in said
    assert "3 played: 3 with the alarms of the finished scan, 0 with others" in said
    assert "of 4 alarms" in said
    assert "900 columns live: 20 MB at most" in said
    assert "3 alarms, NOT the same both ways" in said
    figures = json.loads(found.as_json())
    assert figures["trucks"]["same"] == 3
    assert figures["train"][0]["peak_mb"] == 20
    assert set(figures["delays"]) == {"count", "early", "p50", "p95", "p99", "most"}
