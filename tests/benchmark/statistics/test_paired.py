"""Two bundles on the same firearms, judged by brute force and published figures."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar  # type: ignore[import-untyped]
from scipy.stats import binom, binomtest, chi2, norm  # type: ignore[import-untyped]

from benchmark.statistics import (
    clustered_mcnemar,
    mcnemar,
    paired_bounds,
    paired_difference,
)
from data.errors import ResultError
from tests.benchmark.statistics.test_design_effect import reckon

COUNTS = st.integers(0, 60)
PAIRS = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.integers(0, 9)), min_size=1, max_size=40
)


def test_200_cases_are_scipys_exact_test():
    rng = np.random.default_rng(0)
    for number in range(200):
        gained, lost = (int(count) for count in rng.integers(0, 60, 2))
        lost = [lost, gained, 0][number % 3]
        expected = binomtest(gained, gained + lost).pvalue if gained + lost else 1.0
        assert mcnemar(gained, lost).exact == pytest.approx(expected, rel=1e-9)


@given(COUNTS, COUNTS)
def test_mid_p_counts_what_is_as_extreme_by_half(gained, lost):
    both = gained + lost
    chances = binom.pmf(np.arange(both + 1), both, 0.5)
    apart = np.abs(2 * np.arange(both + 1) - both)
    expected = chances[apart > abs(gained - lost)].sum()
    expected += chances[apart == abs(gained - lost)].sum() / 2
    found = mcnemar(gained, lost).mid_p
    assert found == pytest.approx(expected if both else 1.0, rel=1e-9)


def test_the_published_example_comes_out():
    # Bentur et al. 2009, in Fagerland, Lydersen and Laake 2013 and 2014.
    test = mcnemar(gained=7, lost=1)
    assert (round(test.exact, 4), round(test.mid_p, 4)) == (0.0703, 0.0391)
    first = np.array([1] * 2 + [0] * 19)
    second = np.array([1, 0] + [1] * 7 + [0] * 12)
    found = paired_difference(first, second, np.arange(21))
    assert found is not None
    assert (round(found.low, 3), round(found.high, 3)) == (0.026, 0.517)


def toss_all(gained, lost):
    """Exact and mid-p values of the test over every way to swap the bundles."""
    steps = np.array(gained) - np.array(lost)
    sums = [abs(np.dot(signs, steps)) for signs in product([-1, 1], repeat=len(steps))]
    seen = abs(steps.sum())
    exact = np.mean([s >= seen for s in sums])
    return exact, exact - np.mean([s == seen for s in sums]) / 2


def test_200_cases_are_those_of_every_toss():
    rng = np.random.default_rng(1)
    for number in range(200):
        gained, lost = rng.integers(0, 4, (2, number % 10))
        found = clustered_mcnemar(gained, lost)
        if not np.any(gained - lost):
            assert (found.exact, found.mid_p) == (1, 1)
            continue
        assert (found.exact, found.mid_p) == pytest.approx(toss_all(gained, lost))


@given(COUNTS, COUNTS)
def test_with_one_firearm_an_inspection_the_tests_agree(gained, lost):
    ones, none = np.ones(gained + lost, int), np.zeros(gained + lost, int)
    ones[gained:] = 0
    none[gained:] = 1
    found, expected = clustered_mcnemar(ones, none), mcnemar(gained, lost)
    assert found.exact == pytest.approx(expected.exact, rel=1e-9)
    assert found.mid_p == pytest.approx(expected.mid_p, rel=1e-9)


def test_with_many_inspections_it_is_the_test_of_yang():
    rng = np.random.default_rng(2)
    gained, lost = rng.binomial(3, 0.1, 4000), rng.binomial(3, 0.092, 4000)
    steps = gained - lost
    expected = chi2.sf(steps.sum() ** 2 / (steps**2).sum(), 1)
    assert 0.005 < expected < 0.5
    assert clustered_mcnemar(gained, lost).mid_p == pytest.approx(expected, rel=0.01)


def test_a_plain_test_of_clustered_firearms_errs_where_this_does_not():
    rng = np.random.default_rng(3)
    plain = clustered = 0
    for _ in range(600):
        # Inspections of four firearms that are gained or lost together.
        fate = rng.choice([-4, 0, 4], 60, p=[0.15, 0.7, 0.15])
        gained, lost = np.maximum(fate, 0), np.maximum(-fate, 0)
        plain += mcnemar(int(gained.sum()), int(lost.sum())).exact < 0.05
        clustered += clustered_mcnemar(gained, lost).exact < 0.05
    assert plain > 0.2 * 600
    assert clustered < 0.06 * 600


def fit_best(gained, lost, firearms, difference):
    """Score statistic with the discordance of the greatest likelihood."""

    def doubt(losing):
        shares = (losing + difference, losing, 1 - 2 * losing - difference)
        counts = (gained, lost, firearms - gained - lost)
        return -sum(
            n * math.log(max(p, 1e-300))
            for n, p in zip(counts, shares, strict=True)
            if n
        )

    least, most = max(0.0, -difference), (1 - difference) / 2
    found = minimize_scalar(
        doubt, bounds=(least, most), method="bounded", options={"xatol": 1e-12}
    )
    variance = (2 * found.x + difference - difference**2) * firearms
    return (gained - lost - firearms * difference) / math.sqrt(variance)


def test_at_the_ends_of_an_interval_the_best_fit_is_just_excluded():
    rng = np.random.default_rng(4)
    for number in range(200):
        firearms = int(rng.integers(3, 200))
        gained, lost, _ = rng.multinomial(firearms, [0.15, 0.1, 0.75])
        lost = [lost, 0][number % 5 == 0]
        confidence = float(rng.choice([0.8, 0.95, 0.99]))
        fates = np.array([1] * gained + [-1] * lost + [0] * (firearms - gained - lost))
        low, high, effect = paired_bounds(
            fates > 0, fates < 0, np.ones(firearms), confidence
        )
        z = norm.ppf((1 + confidence) / 2)
        assert effect == pytest.approx(1)
        assert fit_best(gained, lost, firearms, low) == pytest.approx(z, rel=1e-4)
        assert fit_best(gained, lost, firearms, high) == pytest.approx(-z, rel=1e-4)


def test_firearms_in_inspections_have_the_interval_of_fewer_alone():
    rng = np.random.default_rng(7)
    for _ in range(200):
        sizes = rng.integers(1, 6, rng.integers(2, 60))
        gained = rng.binomial(sizes, 0.15)
        lost = rng.binomial(sizes - gained, 0.1)
        low, high, effect = paired_bounds(gained, lost, sizes)
        steps = [int(step) for step in gained - lost]
        pairs = list(zip(steps, [int(size) for size in sizes], strict=True))
        expected = reckon(pairs, squared=int(gained.sum() + lost.sum()))
        assert effect == pytest.approx(expected)
        more, less, all_ = (part.sum() / expected for part in (gained, lost, sizes))
        if gained.any() or lost.any():
            assert fit_best(more, less, all_, low) == pytest.approx(1.96, rel=1e-4)
            assert fit_best(more, less, all_, high) == pytest.approx(-1.96, rel=1e-4)


@given(PAIRS, st.floats(0, 0.99), st.floats(0, 0.99))
def test_an_interval_holds_its_difference_and_grows_with_confidence(pairs, one, other):
    first, second, inspections = np.array(pairs).T
    inner, outer = (
        paired_difference(first, second, inspections, c) for c in sorted([one, other])
    )
    assert inner is not None
    assert outer is not None
    assert -1 <= outer.low <= inner.low + 1e-12
    assert inner.low <= inner.difference <= inner.high
    assert inner.high <= outer.high + 1e-12 <= 1 + 2e-12
    assert outer.low <= outer.lower + 1e-12
    assert outer.upper <= outer.high + 1e-12
    assert inner.difference == pytest.approx((inner.gained - inner.lost) / len(pairs))
    assert inner.difference == pytest.approx(np.mean(second) - np.mean(first))


@given(PAIRS, st.randoms(use_true_random=False))
def test_order_and_names_of_inspections_change_nothing(pairs, random):
    shuffled = pairs.copy()
    random.shuffle(shuffled)
    found = paired_difference(*np.array(pairs).T)
    first, second, inspections = np.array(shuffled).T
    other = paired_difference(first, second, [f"c{9 - k}" for k in inspections])
    assert found is not None
    assert other is not None
    assert found.inspections == other.inspections
    assert (other.low, other.high, other.lower, other.upper) == pytest.approx(
        (found.low, found.high, found.lower, found.upper), abs=1e-9
    )
    assert other.error == pytest.approx(found.error)


@given(PAIRS)
def test_swapping_the_bundles_turns_the_interval_round(pairs):
    first, second, inspections = np.array(pairs).T
    found = paired_difference(first, second, inspections)
    swapped = paired_difference(second, first, inspections)
    assert found is not None
    assert swapped is not None
    assert (swapped.low, swapped.high) == pytest.approx((-found.high, -found.low))
    assert (swapped.gained, swapped.lost) == (found.lost, found.gained)


def test_one_sided_bounds_are_the_ends_of_a_narrower_interval():
    rng = np.random.default_rng(5)
    first, second = rng.random((2, 300)) < 0.8
    inspections = rng.integers(0, 120, 300)
    found = paired_difference(first, second, inspections, 0.95)
    wide = paired_difference(first, second, inspections, 0.9)
    half = paired_difference(first, second, inspections, 0.4)
    assert found is not None
    assert wide is not None
    assert half is not None
    assert (found.lower, found.upper) == pytest.approx((wide.low, wide.high))
    assert half.lower == pytest.approx(half.difference)


def test_the_error_is_that_of_leaving_inspections_out_by_turns():
    # With equal sizes the jackknife of a mean is the same in full.
    rng = np.random.default_rng(6)
    first, second = rng.random((2, 120)) < 0.7
    inspections = np.repeat(np.arange(40), 3)
    found = paired_difference(first, second, inspections)
    fates = second.astype(float) - first
    left = np.array([fates[inspections != k].mean() for k in range(40)])
    jackknife = math.sqrt(39 / 40 * ((left - left.mean()) ** 2).sum())
    assert found is not None
    assert found.error == pytest.approx(jackknife)


def test_bundles_that_agree_are_still_not_known_to_be_equal():
    same = np.ones(100, bool)
    alone = paired_difference(same, same, np.arange(100))
    together = paired_difference(same, same, np.arange(100) // 4)
    assert alone is not None
    assert together is not None
    z = norm.ppf(0.975)
    assert alone.high == pytest.approx(z**2 / (100 + z**2))
    assert together.high == pytest.approx(z**2 / (25 + z**2))
    assert alone.low == pytest.approx(-alone.high)


def test_one_inspection_says_little_and_has_no_error():
    found = paired_difference([0] * 5, [1] * 5, ["a"] * 5)
    assert found is not None
    assert (found.difference, found.error, found.inspections) == (1, None, 1)
    assert found.low < 0
    assert found.design_effect == pytest.approx(5)


def test_of_no_firearms_there_is_no_difference():
    assert paired_difference([], [], []) is None
    low, high, _ = paired_bounds([0, 0], [0, 0], [0, 0])
    assert (low, high) == pytest.approx((-1, 1))


def test_what_does_not_fit_together_is_refused():
    with pytest.raises(ResultError, match="give one of each"):
        paired_difference([True], [True, False], [1, 2])
    with pytest.raises(ResultError, match="confidence"):
        paired_difference([True], [True], [1], 1.0)
    with pytest.raises(ResultError, match="below 0"):
        mcnemar(-1, 2)
    with pytest.raises(ResultError, match="count them again"):
        clustered_mcnemar([1, 2], [1])
    with pytest.raises(ResultError, match="count them again"):
        clustered_mcnemar([1, -2], [1, 0])
