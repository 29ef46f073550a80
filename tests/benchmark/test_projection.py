"""Projection meets the bar that plain multiplication misses, and says so."""

import json

import pytest

from benchmark.projection import NAMES, run_projection_benchmark
from data.errors import SimulationError


@pytest.fixture(scope="module")
def few():
    calls = []
    found = run_projection_benchmark(
        12, seed=3, progress=lambda done, count: calls.append((done, count))
    )
    return found, calls


def overall(found, name):
    return next(row for row in found.overall if row.name == name)


def test_projection_is_true_and_multiplication_is_not(few):
    found, calls = few
    assert calls[-1] == (12, 12)
    ours, plain = overall(found, "projection"), overall(found, "multiplication")
    assert abs(ours.bias) < 0.05
    assert ours.rmse < 0.03
    assert plain.bias > 0.15
    assert plain.rmse > 3 * ours.rmse


def test_the_table_has_every_method_and_background(few):
    found, _ = few
    assert [row.name for row in found.overall] == list(NAMES)
    high = [
        row for row in found.rows if (row.plane, row.name) == ("high", "projection")
    ]
    assert [row.insertions for row in high] == [3, 3, 3, 3]
    assert {row.low for row in found.rows} == {0.0, 1.0, 2.0, 3.0}
    read = json.loads(found.as_json())
    assert read["insertions"] == 12
    assert len(found.as_text().splitlines()) == 2 + len(found.rows) + len(NAMES)


def test_the_verdict_is_that_of_the_overall_row(few):
    found, _ = few
    ours = overall(found, "projection")
    assert found.met == (abs(ours.bias) <= 0.03 and ours.rmse <= 0.02)
    assert ("NOT met" in found.as_text()) == (not found.met)


def test_the_same_seed_finds_the_same():
    assert run_projection_benchmark(4, seed=1) == run_projection_benchmark(4, seed=1)


@pytest.mark.parametrize(("insertions", "seed"), [(3, 0), (10, -1)])
def test_too_few_or_a_negative_seed_are_refused(insertions, seed):
    with pytest.raises(SimulationError, match="4 or more"):
        run_projection_benchmark(insertions, seed=seed)
