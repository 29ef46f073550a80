"""Tests of the commands that measure passes, merging and containers."""

import json

import pytest

from benchmark.merging import measure_merging, merge_scene
from benchmark.speed.ways import measure_ways
from benchmark.suite.sealed import read_suite
from cargosight.cli import main
from data.errors import BundleError
from detector.bundle import read_bundle
from tests.cargosight.test_benchmark_cli import make_suite
from tests.detector.graphs import make_bundle
from tests.detector.seeing import make_steady_graph
from training.plain.joining import join_greedily


def ask(capsys, *words):
    code = main(["benchmark", *map(str, words)])
    return code, capsys.readouterr()


@pytest.fixture
def bundle(tmp_path):
    make_bundle(tmp_path / "bundle", {"dual": make_steady_graph()})
    return tmp_path / "bundle"


def test_passes_are_compared_with_close_looks_everywhere(tmp_path, bundle, capsys):
    suite = make_suite(tmp_path / "suite", 2, 1)
    words = ["passes", suite, "--bundle", bundle, "--score", "0.01", "--score", "0.1"]
    code, said = ask(capsys, *words, "--json")
    assert code == 0
    shown = json.loads(said.out)
    assert shown["scans"] == 3
    assert [way["coarse_score"] for way in shown["ways"]] == [None, 0.01, 0.1]
    first, *others = shown["ways"]
    assert first["speedup"] == 1
    # A graph of squares has no coarse pass: all find the same.
    for way in others:
        assert way["pace"]["megapixels"] == first["pace"]["megapixels"]
        assert way["found"]["ours"]["pd"] == first["found"]["ours"]["pd"]
    code, said = ask(capsys, *words)
    assert "closely everywhere" in said.out
    assert "where a glance has 0.01" in said.out


def test_passes_of_a_graph_that_is_not_there_are_refused(tmp_path, bundle, capsys):
    suite = make_suite(tmp_path / "suite", 1, 1)
    code, said = ask(capsys, "passes", suite, "--bundle", bundle, "--display")
    assert code == 1
    assert "no graph for display scans" in said.err
    with pytest.raises(BundleError, match="no graph for display"):
        measure_ways(
            read_suite(suite),
            read_bundle(bundle),
            kind="display",
            progress=lambda *_: None,
        )


def test_merging_is_measured_with_and_without_the_peer(capsys):
    code, said = ask(capsys, "merging", "--scenes", "3", "--json")
    assert code == 0
    shown = json.loads(said.out)
    assert shown["ours"]["scenes"] == shown["peer"]["scenes"] == 3
    assert shown["ours"]["firearms"]["trials"] == shown["peer"]["firearms"]["trials"]
    code, said = ask(capsys, "merging", "--scenes", "2", "--no-peer")
    assert code == 0
    assert "SAHI" not in said.out


def test_sahi_joins_less_well_than_ours_over_seams():
    figures = [
        measure_merging(60, seed=0, progress=lambda *_: None, merge=merge)
        for merge in (merge_scene, join_greedily)
    ]
    ours, theirs = (figure.firearms for figure in figures)
    assert ours.trials == theirs.trials
    assert ours.hits > theirs.hits > 0.7 * theirs.trials


def test_containers_are_measured(capsys):
    code, said = ask(capsys, "containers", "--cases", "4", "--json")
    assert code == 0
    assert json.loads(said.out)["cases"] == 4
