"""The command that plays trucks to live lanes."""

import json

import pytest

from cargosight.cli import main
from tests.benchmark.live.small import write_truck
from tests.detector.live_seeing import LiveRuntime, write_bundle


@pytest.fixture
def asked(monkeypatch):
    """What trucks were asked for; small ones come."""
    asked = {}

    def make(out, *, progress, **wishes):
        asked.update(wishes)
        progress(1, 1)
        return (write_truck(out / "a", 200),)

    monkeypatch.setattr("benchmark.live.trucks.make_trucks", make)
    LiveRuntime(free=True).install(monkeypatch)
    return asked


def test_trucks_pass_and_it_is_said_what_came_of_it(tmp_path, capsys, asked):
    write_bundle(tmp_path / "bundle")
    words = ["benchmark", "live", "--bundle", str(tmp_path / "bundle")]
    words += ["--minutes", "0.01", "--trucks", "3", "--seed", "5", "--threads", "1"]
    assert main([*words, "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert asked == {"count": 3, "seed": 5}
    assert figures["terms"]["columns_per_second"] == 700
    assert figures["trucks"]["played"] == figures["delays"]["count"] > 0
    assert main(words) == 0
    assert "with the alarms of the finished scan" in capsys.readouterr().out
