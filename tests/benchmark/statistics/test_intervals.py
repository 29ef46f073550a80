"""Intervals of a share, judged by scipy and by a second implementation."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest  # type: ignore[import-untyped]

from benchmark.statistics import (
    clustered_bounds,
    clustered_interval,
    wilson_interval,
)
from data.errors import ResultError
from tests.benchmark.statistics.test_design_effect import INSPECTIONS, reckon

CONFIDENCES = st.floats(0, 0.999)


def draw_case(rng, number):
    """A case of hits and trials: every fourth all hit, every fourth none."""
    trials = int(rng.integers(1, 400))
    return [trials, 0, *rng.integers(0, trials + 1, 2)][number % 4], trials


def test_200_cases_are_scipys_wilson_intervals():
    rng = np.random.default_rng(0)
    for number in range(200):
        hits, trials = draw_case(rng, number)
        confidence = float(rng.choice([0.8, 0.9, 0.95, 0.99]))
        low, high = wilson_interval(hits, trials, confidence)
        test = binomtest(int(hits), trials)
        expected = test.proportion_ci(confidence, method="wilson")
        assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-12)


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=8))
def test_many_intervals_hold_their_shares_in_0_to_1(pairs):
    counts = np.array(pairs, int).reshape(-1, 2)
    trials = counts.sum(1)
    low, high = wilson_interval(counts[:, 0], trials)
    some = trials > 0
    share = counts[some, 0] / trials[some]
    assert np.all((low[some] <= share) & (share <= high[some]))
    assert np.all((low >= 0) & (high <= 1))
    assert np.all((low[~some] == 0) & (high[~some] == 1))


@given(INSPECTIONS, CONFIDENCES)
def test_a_clustered_interval_is_wilsons_of_fewer_trials(pairs, confidence):
    hits, sizes = np.array(pairs).T
    found = clustered_interval(hits, sizes, confidence)
    if found is None:
        assert not any(size for _, size in pairs)
        return
    effect, z = reckon(pairs), NormalDist().inv_cdf((1 + confidence) / 2)
    trials = found.trials / effect
    middle = (found.share + z * z / 2 / trials) / (1 + z * z / trials)
    under = found.share * (1 - found.share) / trials + (z / 2 / trials) ** 2
    reach = z * math.sqrt(under) / (1 + z * z / trials)
    assert found.low == pytest.approx(middle - reach, abs=1e-7)
    assert found.high == pytest.approx(middle + reach, abs=1e-7)
    assert found.design_effect == pytest.approx(effect)
    assert 0 <= found.low <= found.share <= found.high <= 1


@given(INSPECTIONS, CONFIDENCES, CONFIDENCES)
def test_more_confidence_never_makes_an_interval_shorter(pairs, one, other):
    hits, sizes = np.array(pairs).T
    inner, outer = (clustered_bounds(hits, sizes, c)[:2] for c in sorted([one, other]))
    assert outer[0] <= inner[0] + 1e-12
    assert outer[1] >= inner[1] - 1e-12


@given(st.lists(st.booleans(), min_size=1, max_size=99))
def test_independent_firearms_have_wilsons_interval(found):
    hits = np.array(found, int)
    clustered = clustered_interval(hits, np.ones_like(hits))
    low, high = wilson_interval(hits.sum(), len(hits))
    assert clustered is not None
    assert (clustered.low, clustered.high) == pytest.approx((float(low), float(high)))
    assert clustered.inspections == clustered.trials == len(hits)


def test_one_inspection_says_no_more_than_one_firearm():
    found = clustered_interval([6], [6])
    assert found is not None
    low, high = wilson_interval(1, 1)
    assert (found.low, found.high) == pytest.approx((float(low), float(high)))


def test_what_holds_together_is_less_sure():
    together = clustered_interval([4, 0] * 20, [4, 4] * 20)
    apart = clustered_interval([2, 2] * 20, [4, 4] * 20)
    assert together is not None
    assert apart is not None
    assert together.high - together.low > 1.85 * (apart.high - apart.low)


def test_of_no_firearms_there_is_no_share():
    assert clustered_interval([], []) is None
    assert clustered_interval([0, 0], [0, 0]) is None


@pytest.mark.parametrize(
    ("hits", "trials", "confidence"),
    [(2, 1, 0.95), (-1, 3, 0.95), (1, 2, 1.0), (1, 2, -0.1), (np.nan, 2, 0.95)],
)
def test_counts_and_confidences_that_are_none_are_refused(hits, trials, confidence):
    with pytest.raises(ResultError):
        wilson_interval(hits, trials, confidence)
    with pytest.raises(ResultError):
        clustered_bounds([hits], [trials], confidence)
