"""The design effect, judged by a second implementation and by drawing."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.statistics import estimate_design_effect

INSPECTIONS = st.lists(
    st.integers(0, 6).flatmap(
        lambda size: st.tuples(st.integers(0, size), st.just(size))
    ),
    min_size=1,
    max_size=30,
)


def reckon(pairs, squared=None):
    """The design effect of sums and sizes, step by step in whole fractions.

    `squared` is the sum of the squared values of firearms: of hits, the hits.
    """
    pairs = [(Fraction(hit), Fraction(size)) for hit, size in pairs if size]
    firearms = sum(size for _, size in pairs)
    if not firearms:
        return 1.0
    share = sum(hit for hit, _ in pairs) / firearms
    hits = sum(hit for hit, _ in pairs)
    variance = Fraction(hits if squared is None else squared) / firearms - share**2
    worst = sum(size * size for _, size in pairs) / firearms
    weight = min(4 * variance, 1) * (len(pairs) - 1)
    if not weight:
        return float(worst)
    squares = sum((hit - share * size) ** 2 for hit, size in pairs)
    clustered = squares * len(pairs) / (len(pairs) - 1) / firearms**2
    measured = max(clustered / (variance / (firearms - 1)), 1)
    return float((worst + weight * measured) / (1 + weight))


def estimate(pairs):
    hits, sizes = np.array(pairs).T
    share = hits.sum() / max(sizes.sum(), 1)
    return float(estimate_design_effect(hits, sizes, share * (1 - share)))


@given(INSPECTIONS)
def test_it_is_that_of_a_second_implementation(pairs):
    assert estimate(pairs) == pytest.approx(reckon(pairs), rel=1e-12)


@given(INSPECTIONS, st.randoms(use_true_random=False))
def test_the_order_of_inspections_and_empty_ones_change_nothing(pairs, random):
    shuffled = [*pairs, (0, 0), (0, 0)]
    random.shuffle(shuffled)
    assert estimate(shuffled) == pytest.approx(estimate(pairs), rel=1e-12)


@given(st.lists(st.booleans(), min_size=1, max_size=50))
def test_firearms_that_are_alone_in_their_inspections_are_independent(found):
    assert estimate([(int(hit), 1) for hit in found]) == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize("hit", [0, 1])
def test_where_all_fare_alike_the_worst_is_taken(hit):
    assert estimate([(4 * hit, 4), (hit, 1), (hit, 1)]) == pytest.approx(18 / 6)


def test_firearms_found_or_missed_together_cost_their_number():
    pairs = [(3, 3), (0, 3)] * 50
    assert estimate(pairs) == pytest.approx(3, rel=0.01)


def test_luck_does_not_make_firearms_worth_more_than_one():
    assert 1 <= estimate([(1, 2)] * 400) < 1.01


def test_many_suites_are_measured_at_once():
    rng = np.random.default_rng(0)
    sizes = rng.integers(0, 5, (3, 2, 8))
    hits = rng.binomial(sizes, 0.6)
    share = hits.sum(-1) / sizes.sum(-1)
    effects = estimate_design_effect(hits, sizes, share * (1 - share))
    for place in np.ndindex(3, 2):
        one = estimate(list(zip(hits[place], sizes[place], strict=True)))
        assert effects[place] == pytest.approx(one)


def test_it_tells_how_much_wider_shares_scatter():
    # Beta-binomial: 1 + (sum of squared sizes / sum of sizes - 1) x correlation.
    rng = np.random.default_rng(1)
    sizes = rng.integers(1, 5, 300)
    chances = rng.beta(0.8 * 4, 0.2 * 4, (400, 300))
    hits = rng.binomial(sizes, chances)
    share = hits.sum(-1) / sizes.sum()
    effects = estimate_design_effect(
        hits, np.broadcast_to(sizes, hits.shape), share * (1 - share)
    )
    expected = 1 + ((sizes**2).sum() / sizes.sum() - 1) * 0.2
    assert effects.mean() == pytest.approx(expected, rel=0.02)
    scatter = share.var() * sizes.sum() / (0.8 * 0.2)
    assert effects.mean() == pytest.approx(scatter, rel=0.15)
