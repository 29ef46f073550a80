"""Two pipelines are compared on the same scans, at the same Pfa."""

import json

import pytest

from benchmark import compare_folders
from data.errors import ResultError
from tests.benchmark.folders import make_dataset, make_results

ARMED = [True] * 6 + [False] * 20
QUIET: list[float | None] = [0.1] * 20


@pytest.fixture
def truth(tmp_path):
    around = [0.5, 0.5, 2.0, 3.0, 4.9, 5.0, *[0.0] * 20]
    return make_dataset(tmp_path / "dataset", ARMED, around=around)


@pytest.fixture
def weak(tmp_path):
    """Finds the first two firearms, and is alarmed by two clean scans."""
    found = [0.6, 0.6, 0.2, 0.2, None, None, 0.9, 0.3, *QUIET[2:]]
    return make_results(tmp_path / "weak", found, by="weak")


@pytest.fixture
def strong(tmp_path):
    """Finds all firearms but the last; its scores are on another scale."""
    found = [0.05, 0.05, 0.05, 0.04, 0.04, None, 0.09, 0.02, *[0.01] * 18]
    return make_results(tmp_path / "strong", found, by="strong")


def test_each_has_its_own_threshold_for_the_same_pfa(weak, strong, truth):
    found = compare_folders(weak, strong, truth, split="validation")
    assert (found.first.threshold, found.second.threshold) == (0.301, 0.021)
    assert found.first.pfa is not None
    assert found.first.pfa.hits == 1
    assert found.first.pfa == found.second.pfa
    assert found.first.pd is not None
    assert found.second.pd is not None
    assert (found.first.pd.hits, found.second.pd.hits) == (2, 5)
    assert found.pd is not None
    assert (found.pd.gained, found.pd.lost) == (3, 0)
    assert found.pd.difference == pytest.approx(0.5)
    assert (found.first.pipeline, found.second.pipeline) == ("weak", "strong")


def test_a_lower_pfa_costs_firearms(weak, strong, truth):
    found = compare_folders(weak, strong, truth, split="validation", pfa=0.0)
    assert (found.first.threshold, found.second.threshold) == (0.901, 0.091)
    assert found.pd is not None
    assert (found.pd.gained, found.pd.lost) == (0, 0)


def test_firearms_behind_much_are_counted_apart_from_and_below(weak, strong, truth):
    found = compare_folders(weak, strong, truth, split="validation", behind=(2.0, 5.0))
    assert found.first.pd_behind is not None
    assert found.second.pd_behind is not None
    assert (found.first.pd_behind.hits, found.first.pd_behind.trials) == (0, 3)
    assert found.second.pd_behind.hits == 3
    assert found.pd_behind is not None
    assert found.pd_behind.difference == 1.0
    assert "Pd behind 2 to 5 nepers  +100.0 points" in found.as_text()
    assert json.loads(found.as_json())["pd_behind"]["gained"] == 3


def test_precision_is_compared_over_the_same_draws(weak, strong, truth):
    """Whatever is drawn, a pipeline differs from itself by nothing."""
    found = compare_folders(weak, weak, truth, split="validation")
    assert found.ap50 is None  # all draws agree: they tell nothing
    assert "AP50     cannot tell" in found.as_text()
    apart = compare_folders(weak, strong, truth, split="validation")
    assert apart.ap50 is not None
    assert apart.ap50.difference == apart.second.ap50 - apart.first.ap50 > 0
    assert apart.ap50.low <= apart.ap50.difference <= apart.ap50.high


def test_nothing_behind_so_much_is_said(weak, strong, truth):
    found = compare_folders(weak, strong, truth, split="validation", behind=(8.0, 9.0))
    assert (found.first.pd_behind, found.pd_behind) == (None, None)
    assert "Pd behind 8 to 9 nepers  not measured: no firearms" in found.as_text()


@pytest.mark.parametrize(
    ("armed", "said"),
    [([True, True], "No scan is clean"), ([False, False], "no firearm to find")],
)
def test_without_firearms_or_clean_scans_nothing_is_compared(tmp_path, armed, said):
    truth = make_dataset(tmp_path / "dataset", armed)
    results = make_results(tmp_path / "results", [0.9, 0.9])
    with pytest.raises(ResultError, match=said):
        compare_folders(results, results, truth, split="validation")
