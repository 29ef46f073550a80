"""Drawing inspections anew, judged by a second implementation and by scipy."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import bootstrap, t  # type: ignore[import-untyped]

from benchmark.statistics import (
    bootstrap_weights,
    percentile_bounds,
    percentile_interval,
    wilson_interval,
)
from data.errors import ResultError


def draw_shares(seed, inspections=20, repetitions=300):
    """Samples of a share, their weights, and the share."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 5, inspections)
    hits = rng.binomial(sizes, rng.uniform(0.1, 0.9))
    hits[:2] = 0, sizes[1]
    weights = bootstrap_weights(inspections, repetitions, seed)
    return weights @ hits / (weights @ sizes), weights, hits.sum() / sizes.sum()


def reckon(samples, weights, estimate, confidence):
    """The interval as the papers write it, in loops."""
    draws, inspections = weights.shape
    normal = NormalDist()
    below = sum((s < estimate) + (s == estimate) / 2 for s in samples) / draws
    bias = normal.inv_cdf(below)
    mean = sum(samples) / draws
    influences = [
        sum((w - 1) * (s - mean) for w, s in zip(column, samples, strict=True)) / draws
        for column in weights.T
    ]
    deviation = math.sqrt(sum((s - mean) ** 2 for s in samples) / draws)
    skew = sum(u**3 for u in influences) / 6 / deviation**3
    reach = math.sqrt(inspections / (inspections - 1)) * t.ppf(
        (1 + confidence) / 2, inspections - 1
    )
    return tuple(
        np.quantile(samples, normal.cdf(bias + (bias + z) / (1 - skew * (bias + z))))
        for z in (-reach, reach)
    )


@pytest.mark.parametrize("seed", range(20))
def test_it_is_that_of_a_second_implementation(seed):
    samples, weights, share = draw_shares(seed)
    for confidence in (0.5, 0.8, 0.95):
        found = percentile_interval(samples, weights, share, confidence)
        assert found is not None
        expected = reckon(samples, weights, share, confidence)
        assert (found.low, found.high) == pytest.approx(expected, abs=1e-9)


def test_the_mean_of_something_skewed_has_scipys_interval():
    values = np.random.default_rng(3).exponential(1.0, 150)
    weights = bootstrap_weights(len(values), 20_000, 3)
    ours = percentile_interval(weights @ values / 150, weights, values.mean())
    theirs = bootstrap(
        (values,), np.mean, n_resamples=20_000, method="BCa", rng=3
    ).confidence_interval
    assert ours is not None
    width = theirs.high - theirs.low
    assert ours.low == pytest.approx(theirs.low, abs=0.04 * width)
    assert ours.high == pytest.approx(theirs.high, abs=0.04 * width)
    # The mean lies off the middle, as it should of something skewed.
    assert ours.high - values.mean() > 1.05 * (values.mean() - ours.low)


def test_of_many_independent_firearms_it_is_about_wilsons():
    found = np.arange(1000) < 850
    weights = bootstrap_weights(1000, 10_000, 0)
    interval = percentile_interval(weights @ found / 1000, weights, 0.85)
    low, high = wilson_interval(850, 1000)
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx(
        (float(low), float(high)), abs=0.002
    )


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**40))
def test_as_many_inspections_are_drawn_as_there_are(clusters, repetitions, seed):
    weights = bootstrap_weights(clusters, repetitions, seed)
    assert weights.shape == (repetitions, clusters)
    assert np.all(weights.sum(axis=1) == clusters)
    assert weights.min() >= 0
    assert np.array_equal(weights, bootstrap_weights(clusters, repetitions, seed))


def test_inspections_are_drawn_as_often_and_scatter_as_they_should():
    weights = bootstrap_weights(10, 20_000, 1)
    assert weights.mean(0) == pytest.approx(np.ones(10), abs=0.03)
    assert weights.var(0) == pytest.approx(np.full(10, 0.9), abs=0.05)
    assert not np.array_equal(weights, bootstrap_weights(10, 20_000, 2))


@given(st.integers(0, 500), st.floats(0, 0.99), st.floats(0, 0.99))
def test_more_confidence_never_makes_an_interval_shorter(seed, one, other):
    samples, weights, share = draw_shares(seed, inspections=12, repetitions=60)
    inner, outer = (
        percentile_interval(samples, weights, share, c) for c in sorted([one, other])
    )
    assert inner is not None
    assert outer is not None
    assert samples.min() <= outer.low <= inner.low + 1e-12
    assert inner.high - 1e-12 <= outer.high <= samples.max()


def test_the_order_of_inspections_changes_nothing():
    samples, weights, share = draw_shares(4)
    order = np.random.default_rng(0).permutation(weights.shape[1])
    one = percentile_interval(samples, weights, share)
    other = percentile_interval(samples, weights[:, order], share)
    assert one is not None
    assert other is not None
    assert (one.low, one.high) == pytest.approx((other.low, other.high), abs=1e-12)


def test_draws_without_a_value_are_left_out():
    samples, weights, share = draw_shares(5)
    some = np.arange(len(samples)) % 3 > 0
    holey = np.where(some, samples, np.nan)
    assert percentile_interval(holey, weights, share) == percentile_interval(
        samples[some], weights[some], share
    )


def test_draws_that_agree_tell_nothing():
    weights = bootstrap_weights(5, 50, 0)
    assert percentile_interval(np.ones(50), weights, 1.0) is None
    assert percentile_interval(np.full(50, np.nan), weights, 1.0) is None


def test_many_quantities_are_measured_at_once():
    samples, weights, share = draw_shares(6)
    both = np.stack([samples, samples**2], axis=1)
    low, high = percentile_bounds(both, weights, np.array([share, share**2]))
    for column, estimate in enumerate([share, share**2]):
        one = percentile_interval(both[:, column], weights, estimate)
        assert one is not None
        assert (low[column], high[column]) == pytest.approx((one.low, one.high))


@pytest.mark.parametrize("inspections", [1, 2, 3])
def test_few_inspections_reach_to_the_ends_of_the_draws(inspections):
    weights = bootstrap_weights(inspections, 500, 0)
    samples = weights @ np.arange(inspections) / inspections + weights[:, 0] / 9
    samples[0] += 1e-9
    found = percentile_interval(samples, weights, float(samples.mean()), 0.999)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((samples.min(), samples.max()))


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ResultError, match="0 inspections"):
        bootstrap_weights(0, 10, 0)
    with pytest.raises(ResultError, match="0 draws"):
        bootstrap_weights(10, 0, 0)
    with pytest.raises(ResultError, match="one for each draw"):
        percentile_interval([0.1, 0.2], bootstrap_weights(3, 3, 0), 0.1)
    with pytest.raises(ResultError, match="confidence"):
        percentile_interval([0.1, 0.2], bootstrap_weights(3, 2, 0), 0.1, 1.0)
