"""Holm's adjustment, judged by closed testing."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.statistics import holm
from data.errors import ResultError

VALUES = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.01, 0.05, 1.0, np.nan]))


def close_tests(values):
    """Each p value as the greatest Bonferroni value of any group of tests it is in."""
    tested = [place for place, value in enumerate(values) if not np.isnan(value)]
    adjusted = [np.nan] * len(values)
    for place in tested:
        groups = (
            group
            for size in range(1, len(tested) + 1)
            for group in combinations(tested, size)
            if place in group
        )
        bounds = (len(group) * min(values[k] for k in group) for group in groups)
        adjusted[place] = min(1.0, max(bounds))
    return adjusted


@given(st.lists(VALUES, max_size=7))
def test_it_is_the_closure_of_bonferronis_test(values):
    assert holm(values) == pytest.approx(close_tests(values), nan_ok=True)


@given(st.lists(VALUES, max_size=20))
def test_it_keeps_the_order_and_never_lowers_a_value(values):
    given_, adjusted = np.array(values, float), holm(values)
    tested = ~np.isnan(given_)
    assert np.array_equal(np.isnan(adjusted), ~tested)
    assert np.all(adjusted[tested] >= given_[tested])
    ordered = adjusted[tested][np.argsort(given_[tested], kind="stable")]
    assert np.all(np.diff(ordered) >= 0)


def test_what_was_not_tested_costs_the_others_nothing():
    alone, among = holm([0.01, 0.2]), holm([np.nan, 0.01, np.nan, 0.2])
    assert among[[1, 3]].tolist() == alone.tolist()


def test_the_values_given_are_left_as_they_were():
    values = np.array([0.03, 0.01])
    holm(values)
    assert values.tolist() == [0.03, 0.01]


@pytest.mark.parametrize("wrong", [-0.1, 1.5])
def test_what_is_no_p_value_is_refused(wrong):
    with pytest.raises(ResultError, match="from 0 to 1"):
        holm([0.5, wrong])
