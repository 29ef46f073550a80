"""Tests of trucks on disk."""

import numpy as np
import pytest

from benchmark.live import trucks
from benchmark.live.trucks import make_trucks, simulate_truck
from data.errors import SuiteError
from data.simulation import Recipe
from tests.benchmark.live.small import write_truck


def test_a_truck_is_a_scan_of_the_standard_height_and_pitch(tmp_path):
    truck = simulate_truck(tmp_path / "a", 3, Recipe(length_m=2.0))
    scan = truck.read()
    assert scan.size == (truck.width, trucks.ROWS)
    assert scan.kind == "dual"
    assert scan.info.pitch_mm == (trucks.PITCH_MM, trucks.PITCH_MM)
    assert scan.transmission("high").max() > 0.9
    assert scan.transmission("high").min() < 0.8


def test_pieces_are_the_columns_of_the_whole(tmp_path):
    truck = write_truck(tmp_path / "a", width=50)
    whole, places = truck.read(), []
    for at, piece in truck.read_pieces(16):
        places.append((at, piece.size[0]))
        for name in ("high", "low"):
            part = getattr(whole, name)[:, at : at + 16]
            np.testing.assert_array_equal(getattr(piece, name), part)
    assert places == [(0, 16), (16, 16), (32, 16), (48, 2)]
    assert whole.high[30, 39] == whole.air[0, 0]
    assert whole.high[30, 45] < whole.air[0, 0] / 2


def test_trucks_are_of_the_mix_and_differ(tmp_path, monkeypatch):
    met = []

    def simulate(path, seed, recipe):
        met.append((path, seed, recipe))
        return path

    monkeypatch.setattr(trucks, "WORKERS", 1)
    monkeypatch.setattr(trucks, "simulate_truck", simulate)
    told: list[tuple[int, int]] = []
    found = make_trucks(
        tmp_path, count=3, seed=1, progress=lambda *step: told.append(step)
    )
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert list(found) == [path for path, _, _ in met]
    assert len({path for path, _, _ in met}) == len({seed for _, seed, _ in met}) == 3
    assert {recipe for _, _, recipe in met} == {Recipe()}


def test_no_truck_is_refused(tmp_path):
    with pytest.raises(SuiteError, match="0 trucks cannot be played"):
        make_trucks(tmp_path, count=0, seed=0, progress=lambda *_: None)
