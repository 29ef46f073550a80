"""The speed of the simulator is that of whole scans."""

import pytest

from benchmark.simulation import speed
from benchmark.simulation.speed import measure_speed
from data.errors import CargosightError


def test_times_and_sizes_are_those_of_the_scans(monkeypatch):
    monkeypatch.setattr(speed, "FORTY_FEET_M", 2.0)
    calls = []
    found = measure_speed(2, seed=0, progress=lambda *done: calls.append(done))
    assert calls == [(1, 2), (2, 2)]
    assert 0 < found.median_s <= found.ninth_s
    assert 2000 / 3.2 < found.width < 6000 / 3.2
    assert found.peak_mb > 50
    assert f"{found.height} x {found.width} px" in found.as_text()


def test_no_scans_take_no_time():
    with pytest.raises(CargosightError, match="Measure 1 or more"):
        measure_speed(0, seed=0, progress=lambda *_: None)
