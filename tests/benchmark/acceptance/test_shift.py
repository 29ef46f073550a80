"""Shifts are found if they matter and chance does not explain them, and only then."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp  # type: ignore[import-untyped]

from benchmark.acceptance.shift import (
    BLINDEST,
    Counts,
    Sample,
    blind_gap,
    control_limits,
    count_outside,
    find_count_p,
    find_margin,
    find_outside_p,
    find_p,
    find_shift_p,
    scans_needed,
    weigh_alike,
)


def draw(count, seed=0, centre=0.0, spread=1.0):
    return np.random.default_rng(seed).normal(centre, spread, count)


@pytest.mark.parametrize(("first", "second"), [(20, 30), (60, 200), (61, 1000)])
@pytest.mark.parametrize("shift", [-0.6, 0.0, 0.4])
def test_without_a_margin_p_is_that_of_scipys_one_sided_tests(first, second, shift):
    one, two = draw(first, 1), draw(second, 2, shift)
    sides = [
        ks_2samp(two, one, alternative=side, method="asymp").pvalue
        for side in ("less", "greater")
    ]
    found = find_shift_p(weigh_alike(one), weigh_alike(two), 0.0)
    assert found == pytest.approx(min(1.0, 2 * min(sides)), rel=1e-9)


def test_p_is_as_small_as_it_says_no_more_often_than_it_says():
    pairs = [
        (weigh_alike(draw(60, 2 * n)), weigh_alike(draw(200, 2 * n + 1)))
        for n in range(2000)
    ]
    for find in (find_shift_p, find_outside_p, find_p):
        p = np.array([find(*pair, 0.0) for pair in pairs])
        for level in (0.2, 0.05, 0.01):
            assert np.mean(p <= level) <= level + 3 * math.sqrt(level / 2000)


def test_a_shift_that_does_not_matter_is_not_found_however_many_scans_there_are():
    many = weigh_alike(draw(200_000, 1)), weigh_alike(draw(200_000, 2, 0.25))
    assert find_shift_p(*many, 0.0) < 1e-100
    assert find_shift_p(*many, 0.3) == 1.0


@pytest.mark.parametrize("way", [-1, 1])
def test_a_shift_that_matters_is_found_both_ways(way):
    found = weigh_alike(draw(100, 2, 1.5 * way))
    assert find_shift_p(weigh_alike(draw(60, 1)), found, 0.3) < 1e-4


def test_a_fault_of_some_scans_is_found_though_the_median_stays():
    mixed = np.concatenate([draw(120, 2), draw(80, 3, 10)])
    assert abs(np.median(mixed) - 0) < 1
    assert find_shift_p(weigh_alike(draw(100, 1)), weigh_alike(mixed), 0.3) < 1e-4


@pytest.mark.parametrize("outside", [0, 1, 4, 10])
def test_p_of_values_beyond_all_others_is_a_matter_of_counting(outside):
    """By brute force: every way to deal 6 of 16 ranks to the baseline is as likely."""
    deals = list(itertools.combinations(range(16), 6))
    as_many = sum(15 - max(deal) >= outside for deal in deals) / len(deals)
    found = np.concatenate([np.full(10 - outside, 3.0), np.full(outside, 9.0)])
    p = find_outside_p(weigh_alike(np.arange(6.0)), weigh_alike(found), 1.0)
    assert p == pytest.approx(min(1.0, 2 * as_many))


def test_values_beyond_are_counted_on_either_side_and_past_the_margin_only():
    baseline = weigh_alike(np.array([0.0, 1.0]))
    found = weigh_alike(np.array([-3.0, -0.5, 0.5, 1.5, 2.5, 9.0]))
    assert count_outside(baseline, found, 0.0) == (2, 3)
    assert count_outside(baseline, found, 1.0) == (1, 2)


def test_a_fault_of_a_fifth_of_few_scans_is_found_and_an_outlier_is_not():
    baseline = weigh_alike(draw(60, 1))
    some = np.concatenate([draw(48, 2), draw(12, 3, 10)])
    one = np.concatenate([draw(59, 2), draw(1, 3, 10)])
    assert find_shift_p(baseline, weigh_alike(some), 0.3) > 0.01
    assert find_p(baseline, weigh_alike(some), 0.3) < 1e-3
    assert find_p(baseline, weigh_alike(one), 0.3) > 0.5


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(1, 4)), min_size=1))
@settings(max_examples=60, deadline=None)
def test_a_weight_is_like_seeing_a_value_that_often(pairs):
    values, weights = (np.array(side, np.float64) for side in zip(*pairs, strict=True))
    weighed = Sample(values, weights)
    often = weigh_alike(np.repeat(values, weights.astype(int)))
    assert weighed.median() == often.median()
    assert weighed.sigma() == often.sigma()
    assert weighed.size <= len(values) + 1e-9


def test_equal_weights_do_not_change_what_a_sample_is_worth():
    assert Sample(draw(50), np.full(50, 7.0)).size == pytest.approx(50)
    assert Sample(draw(50), np.array([1.0] + [1e-9] * 49)).size == pytest.approx(1)


def test_the_margin_is_what_matters_or_a_share_of_the_usual_spread():
    baseline = weigh_alike(draw(5000, spread=2.0))
    assert find_margin(baseline, 0.1) == pytest.approx(0.6, rel=0.05)
    assert find_margin(baseline, 1.0) == 1.0


@pytest.mark.parametrize("baseline", [20, 60, 300])
def test_what_is_needed_is_the_fewest_that_leave_no_large_gap_unfound(baseline):
    needed = scans_needed(baseline, 0.001)
    if needed is None:
        assert blind_gap(baseline, 10**9, 0.001) > BLINDEST * 0.999
        return
    assert blind_gap(baseline, needed, 0.001) <= BLINDEST
    assert blind_gap(baseline, needed - 1, 0.001) > BLINDEST


def test_some_baselines_are_too_small_for_any_number_of_scans():
    assert scans_needed(10, 0.001) is None
    assert scans_needed(60, 0.001) is not None


def predict(baseline, scans):
    """Chance of each number of hits, by summing over the unknown share."""
    share = (np.arange(20000) + 0.5) / 20000
    prior = share ** (baseline.hits - 0.5) * (1 - share) ** (
        baseline.scans - baseline.hits - 0.5
    )
    prior /= prior.sum()
    return np.array(
        [
            (math.comb(scans, k) * share**k * (1 - share) ** (scans - k) * prior).sum()
            for k in range(scans + 1)
        ]
    )


@pytest.mark.parametrize(("hits", "scans"), [(3, 60), (1, 40), (30, 60)])
@pytest.mark.parametrize("found", [0, 2, 9, 30])
def test_p_of_counts_is_a_sum_over_all_shares_that_the_baseline_allows(
    hits, scans, found
):
    chances = predict(Counts(hits, scans), 30)
    sides = (chances[: found + 1].sum(), chances[found:].sum())
    p = find_count_p(Counts(hits, scans), Counts(found, 30))
    assert p == pytest.approx(min(1.0, 2 * min(sides)), rel=1e-3, abs=1e-9)


@given(
    hits=st.integers(0, 60),
    scans=st.integers(1, 300),
    level=st.sampled_from([0.001, 0.01, 0.1]),
)
@settings(max_examples=60, deadline=None)
def test_within_the_control_limits_no_count_is_a_finding(hits, scans, level):
    baseline = Counts(hits, 60)
    fewest, most = control_limits(baseline, scans, level)
    for inside in (fewest, most):
        assert find_count_p(baseline, Counts(inside, scans)) > level
    if most < scans:
        assert find_count_p(baseline, Counts(most + 1, scans)) <= level
    if fewest > 0:
        assert find_count_p(baseline, Counts(fewest - 1, scans)) <= level


def test_of_no_scans_no_share_alarms():
    assert Counts(0, 0).share == 0
