"""What intervals cover, judged by counting out and by what is known to be wrong."""

import json

import numpy as np
import pytest
from scipy.stats import binom  # type: ignore[import-untyped]

from benchmark.statistics import coverage, measure_coverage, wilson_interval
from data.errors import ResultError


@pytest.fixture
def few(monkeypatch):
    """Two sizes and three truths, to be fast."""
    monkeypatch.setattr(coverage, "TRIALS", (25, 250))
    monkeypatch.setattr(coverage, "TRUTHS", (0.1, 0.5, 0.9))


def pick(result, kind, trials):
    return next(r for r in result.rows if (r.kind, r.trials) == (kind, trials))


@pytest.mark.usefixtures("few")
def test_intervals_cover_about_what_they_promise():
    result = measure_coverage(1500, resamples=400, seed=1)
    for kind in coverage.KINDS:
        assert 0.93 < pick(result, kind, 250).mean < 0.97
    assert result.met
    # A few hits of a few inspections: the bootstrap is known to promise too much.
    assert pick(result, "bootstrap", 25).worst < 0.9
    assert pick(result, "clustered", 25).worst > 0.93


@pytest.mark.usefixtures("few")
def test_wilsons_coverage_is_that_of_counting_out():
    result = measure_coverage(4000, resamples=2, seed=2)
    for trials in (25, 250):
        hits = np.arange(trials + 1)
        low, high = wilson_interval(hits, trials)
        exact = [
            binom.pmf(hits, trials, truth)[(low <= truth) & (truth <= high)].sum()
            for truth in (0.1, 0.5, 0.9)
        ]
        row = pick(result, "wilson", trials)
        assert row.mean == pytest.approx(np.mean(exact), abs=0.008)
        assert row.worst == pytest.approx(min(exact), abs=0.012)


@pytest.mark.usefixtures("few")
def test_intervals_that_promise_too_much_fail_the_bar(monkeypatch):
    def forget_inspections(hits, sizes):
        low, high = wilson_interval(hits.sum(-1), sizes.sum(-1))
        return low, high, np.ones(len(low))

    monkeypatch.setattr(coverage, "clustered_bounds", forget_inspections)
    result = measure_coverage(1000, resamples=50, seed=3)
    assert pick(result, "clustered", 250).mean < 0.935
    assert not result.met


@pytest.mark.usefixtures("few")
def test_a_seed_gives_the_same_again_and_every_step_is_told():
    steps = []
    one = measure_coverage(
        30, resamples=20, seed=4, progress=lambda *step: steps.append(step)
    )
    assert one == measure_coverage(30, resamples=20, seed=4)
    assert one != measure_coverage(30, resamples=20, seed=5)
    assert steps == [(done, 6) for done in range(1, 7)]


def test_firearms_of_an_inspection_hang_together_as_stated():
    rng = np.random.default_rng(0)
    sizes = np.full((1, 100_000), 2.0)
    hits = coverage.draw_counts(rng, sizes, (0.3, 0.7))[0]
    assert hits.mean() / 2 == pytest.approx(0.3, abs=0.005)
    agree = np.mean(hits != 1)
    assert agree == pytest.approx(1 - 2 * 0.3 * 0.7 * (1 - 0.2), abs=0.006)
    gained, lost = coverage.draw_counts(rng, sizes, (0.06, 0.02, 0.92))
    assert gained.mean() / 2 == pytest.approx(0.06, abs=0.002)
    assert lost.mean() / 2 == pytest.approx(0.02, abs=0.002)
    assert np.all(gained + lost <= 2)


@pytest.mark.usefixtures("few")
def test_the_figures_are_for_persons_and_for_programs():
    result = measure_coverage(20, resamples=10)
    read = json.loads(result.as_json())
    assert read["repetitions"] == 20
    assert len(read["rows"]) == 10
    text = result.as_text()
    assert len(text.splitlines()) == 12
    assert "correlation of 0.2" in text
    assert text.endswith(("met.", "NOT met."))


def test_the_grid_is_as_wide_as_the_bar_demands():
    assert (coverage.TRUTHS[0], coverage.TRUTHS[-1], len(coverage.TRUTHS)) == (
        0.02,
        0.98,
        19,
    )
    assert coverage.TRIALS == (10, 25, 50, 100, 250, 500, 1000)


@pytest.mark.parametrize(
    ("repetitions", "resamples", "seed"), [(0, 10, 0), (10, 1, 0), (10, 10, -1)]
)
def test_too_little_to_count_is_refused(repetitions, resamples, seed):
    with pytest.raises(ResultError, match="choose"):
        measure_coverage(repetitions, resamples=resamples, seed=seed)
