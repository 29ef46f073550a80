"""Simulated convoys have their containers where truth says, and figures count them."""

import json

import numpy as np
import pytest

from benchmark.containers import compare_containers, measure_containers
from benchmark.convoys import CONVOYS, PITCH_MM, ConvoyScan, draw_convoy
from data.errors import SimulationError
from detector.containers import Container


@pytest.fixture(scope="module")
def few():
    calls = []
    found = measure_containers(
        4, seed=5, progress=lambda done, count: calls.append((done, count))
    )
    return found, calls


def test_each_kind_of_scan_gets_its_figures(few):
    found, calls = few
    assert calls == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [kind.kind for kind in found.kinds] == list(CONVOYS)
    assert [kind.scans for kind in found.kinds] == [1, 1, 1, 1]
    assert found.right == 1
    assert found.kinds[-1].end_median_mm is None
    assert all(kind.end_most_mm < 2 * PITCH_MM for kind in found.kinds[:-1])


def test_figures_are_said_and_written(few):
    found, _ = few
    lines = found.as_text().splitlines()
    assert len(lines) == 1 + len(CONVOYS)
    assert "ends off by" in lines[1]
    assert "ends off by" not in lines[-1]
    assert json.loads(found.as_json())["kinds"][1]["kind"] == "pair"


def test_the_same_seed_draws_the_same_convoy():
    first, second = (draw_convoy(np.random.default_rng(3), "pair") for _ in range(2))
    assert np.array_equal(first.attenuation, second.attenuation)
    assert np.array_equal(first.boxes, second.boxes)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_pair_lies_where_truth_says(seed):
    scan = draw_convoy(np.random.default_rng(seed), "pair")
    (left, top, right, bottom), (after, *_) = scan.boxes
    rows = slice(round(top) + 8, round(bottom) - 12)
    profile = np.median(scan.attenuation[rows], axis=0)
    assert profile[round(left) - 4] < 0.05
    assert profile[round(left) + 2] > 0.5
    assert profile[round(right) - 2] > 0.5
    assert profile[round((right + after) / 2)] < 0.5 * profile[round(right) - 2]
    assert abs((right - left) * PITCH_MM / scan.lengths_mm[0] - 1) < 0.05


def test_goods_without_a_container_have_no_boxes():
    scan = draw_convoy(np.random.default_rng(0), "none")
    assert scan.boxes.shape == (0, 4)
    assert scan.attenuation.max() > 0.5


def test_a_case_with_the_wrong_count_has_no_errors():
    scan = ConvoyScan(
        "single",
        np.zeros((2, 2), np.float32),
        np.array([[0, 0, 200.0, 90]]),
        np.array([6058.0]),
    )
    whole = Container(1, 0, 199, 90, "20 ft")
    right = compare_containers(scan, [whole])
    assert (right.found, right.named) == (1, 1)
    assert right.end_errors_mm == (PITCH_MM, PITCH_MM)
    halves = compare_containers(scan, [whole, whole])
    assert (halves.there, halves.found, halves.end_errors_mm) == (1, 2, ())
    unnamed = compare_containers(scan, [Container(0, 0, 200, 90, "40 ft")])
    assert unnamed.named == 0


@pytest.mark.parametrize(("cases", "seed"), [(3, 0), (8, -1)])
def test_too_few_cases_or_a_negative_seed_are_refused(cases, seed):
    with pytest.raises(SimulationError, match="4 or more"):
        measure_containers(cases, seed=seed)
