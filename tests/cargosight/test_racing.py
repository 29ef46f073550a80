"""Tests of `cargosight benchmark speed`: ours and a stated peer, on tiny scans."""

import json
import sys

import pytest

from benchmark.suite.sealed import Suite, read_suite
from cargosight import racing
from cargosight.cli import main
from cargosight.racing import RaceOptions, race_detectors
from data.errors import SuiteError
from data.scan import Scan
from detector.bundle import read_bundle
from tests.benchmark.speed.racers import StatedRacer, find
from tests.cargosight.test_benchmark_cli import make_suite
from tests.detector.graphs import make_bundle
from tests.detector.seeing import make_counts, make_steady_graph
from training.plain import racing as peer_racing


@pytest.fixture
def asked(monkeypatch):
    """Let large scans be small, and a stated peer take 1000 s for each of any."""
    calls = []

    def enter(bundle, folder, *, threads, least_score):
        assert folder.is_dir()
        calls.append((bundle.manifest.name, threads, least_score))
        return StatedRacer("stated", (1000.0,), found=find(0.75))

    def make_large(seed) -> dict[str, Scan]:
        del seed
        return {"huge": make_counts((64, 32), pitch_mm=(4.0, 4.0))}

    monkeypatch.setattr(peer_racing, "SahiRacer", enter)
    monkeypatch.setattr(racing, "make_large", make_large)
    return calls


@pytest.fixture
def bundle(tmp_path):
    make_bundle(tmp_path / "bundle", {"dual": make_steady_graph()})
    return tmp_path / "bundle"


def race(bundle, told=None, **options):
    return race_detectors(
        bundle,
        RaceOptions(**options),
        progress=lambda *step: None if told is None else told.append(step),
    )


def test_both_race_on_the_same_scans(tmp_path, bundle, asked):
    suite = make_suite(tmp_path / "suite", 2, 1)
    told: list[tuple[str, int, int]] = []
    found = race(bundle, told, suite=suite, rounds=2, threads=1)
    assert asked == [("test", 1, 0.1)]
    assert found.ours.name == "test 1"
    assert found.peer is not None
    assert found.speedup is not None
    assert found.peer.name == "stated"
    assert found.peer.pace.total_s == 3000
    assert found.speedup.ratio == pytest.approx(3000 / found.ours.pace.total_s)
    own = found.findings[1]
    assert own.theirs.pd is not None
    assert own.theirs.threshold == 0.25
    assert (own.theirs.pd.hits, own.theirs.pd.trials) == (2, 2)
    assert [each.name for each in found.large] == ["huge"]
    assert found.terms.scans == "3 scans of s"
    assert told == [("racing", n, 3) for n in (1, 2, 3)] + [("large scans", 1, 1)]


def test_the_command_prints_figures_for_programs_and_for_people(
    tmp_path, bundle, asked, capsys
):
    suite = make_suite(tmp_path / "suite", 1, 1)
    words = ["benchmark", "speed", "--suite", str(suite), "--bundle", str(bundle)]
    assert main([*words, "--rounds", "1", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["speedup_over_sahi"] > 1
    assert shown["terms"]["rounds"] == 1
    assert main([*words, "--rounds", "1"]) == 0
    assert "times as fast as the peer" in capsys.readouterr().out
    assert len(asked) == 2


@pytest.mark.usefixtures("asked")
def test_without_its_packages_the_peer_can_be_left_out(
    tmp_path, bundle, monkeypatch, capsys
):
    suite = make_suite(tmp_path / "suite", 1, 0)
    monkeypatch.setitem(sys.modules, "training.plain.racing", None)
    words = ["benchmark", "speed", "--suite", str(suite), "--bundle", str(bundle)]
    assert main(words) == 1
    said = capsys.readouterr().err
    assert "requirements/train.lock" in said
    assert "--no-peer" in said
    assert main([*words, "--no-peer", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["speedup_over_sahi"], shown["peer"]) == (None, None)
    assert shown["beyond_session_ms"] is not None


@pytest.mark.usefixtures("asked")
def test_scans_are_simulated_where_no_suite_is_given(bundle, monkeypatch):
    made = []

    def make(out, *, scans, seed, progress):
        made.append((scans, seed))
        progress(scans, scans)
        make_suite(out, 1, 1)
        return read_suite(out)

    monkeypatch.setattr(racing, "make_course", make)
    found = race(bundle, scans=7, seed=3, rounds=1, peer=False)
    assert made == [(7, 3)]
    assert found.terms.scans == "2 scans of s"


@pytest.mark.usefixtures("asked")
def test_a_suite_that_takes_two_networks_is_refused(tmp_path, bundle, monkeypatch):
    suite = read_suite(make_suite(tmp_path / "suite", 2, 0))
    first, second = suite.scans
    mixed = (first, second.model_copy(update={"kind": "display"}))
    content = suite.content.model_copy(update={"scans": mixed})
    changed = Suite(suite.root, content, suite.seal)
    monkeypatch.setattr(racing, "read_suite", lambda _: changed)
    with pytest.raises(SuiteError, match="two networks"):
        race(bundle, suite=tmp_path / "suite", peer=False)


def test_a_bundle_without_counts_runs_no_large_scan(bundle, asked):
    del asked
    make_bundle(bundle.parent / "shown", {"display": make_steady_graph()})
    opened = read_bundle(bundle.parent / "shown")
    ours = StatedRacer("ours")
    assert racing._race_large(opened, ours, RaceOptions(), lambda *_: None) == ()  # noqa: SLF001
    assert ours.diary == []
