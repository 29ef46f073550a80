"""Tests of trains: made of trucks, and looked at in two ways."""

import numpy as np
import pytest

from benchmark.live import train
from benchmark.live.train import Train, ride_train
from tests.benchmark.live.small import write_truck
from tests.detector.live_seeing import LiveRuntime, write_bundle


@pytest.fixture
def trucks(tmp_path):
    """The second has half the air of the first, and so lets twice as much through."""
    first = write_truck(tmp_path / "a", 150)
    brighter = write_truck(tmp_path / "b", 90, [(30, 20, 60, 50)])
    levels = {"air": brighter.air / 2, "dark": brighter.dark / 2}
    return first, write_truck(tmp_path / "c", 90, [(30, 20, 60, 50)], **levels)


@pytest.mark.parametrize("columns", [1, 64, 150, 151, 500])
def test_a_train_is_as_long_as_was_asked_and_its_pieces_are_the_whole(trucks, columns):
    made = Train(trucks, columns)
    whole, pieces = made.make_whole(), list(made.make_pieces())
    assert whole.size == (columns, 96)
    for name in ("high", "low"):
        joined = np.hstack([getattr(piece, name) for piece in pieces])
        np.testing.assert_array_equal(joined, getattr(whole, name))
    for piece in pieces:
        np.testing.assert_array_equal(piece.air, whole.air)


def test_trucks_are_tiled_and_show_the_same_transmission(trucks):
    whole = Train(trucks, 390).make_whole().transmission("high")
    first, second = (truck.read().transmission("high") for truck in trucks)
    for start, part in (
        (0, first),
        (150, np.minimum(second, 65335 / 59800)),
        (240, first),
    ):
        shown = whole[:, start : start + part.shape[1]]
        np.testing.assert_allclose(shown, part, atol=1 / 59800)


def test_a_train_is_looked_at_live_and_whole_with_the_same_end(
    tmp_path, trucks, monkeypatch
):
    LiveRuntime(free=True).install(monkeypatch)
    monkeypatch.setattr(train, "_OWN_PROCESS", 1)
    write_bundle(tmp_path / "bundle")
    rides = ride_train(Train(trucks[:1], 600), tmp_path / "bundle", 1)
    assert [(ride.way, ride.alarms, ride.same) for ride in rides] == [
        ("live", 4, True),
        ("whole", 4, True),
    ]
    assert all(0 < ride.before_mb <= ride.peak_mb for ride in rides)
    assert {ride.columns for ride in rides} == {600}


def test_ends_that_differ_are_told_apart(tmp_path, trucks, monkeypatch):
    runtime = LiveRuntime(free=True)
    runtime.install(monkeypatch)
    whole = train._WAYS["whole"]  # noqa: SLF001

    def blind(detector, made):
        runtime.free = None
        monkeypatch.setattr(LiveRuntime, "_find", staticmethod(lambda _: []))
        return whole(detector, made)

    monkeypatch.setitem(train._WAYS, "whole", blind)  # noqa: SLF001
    monkeypatch.setattr(train, "_OWN_PROCESS", 1)
    write_bundle(tmp_path / "bundle")
    rides = ride_train(Train(trucks[:1], 180), tmp_path / "bundle", 1)
    assert [(ride.alarms, ride.same) for ride in rides] == [(1, False), (0, False)]
