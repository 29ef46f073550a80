"""Scans are shared out in fixed shares, with both kinds in every part."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis.strategies import booleans, integers, lists

from data.splits import SPLITS, assign_splits

ARMED = lists(booleans(), max_size=80)
SEEDS = integers(0, 2**32)


@given(ARMED, SEEDS)
def test_every_scan_gets_one_split_and_the_same_one_again(armed, seed):
    splits = assign_splits(armed, seed)
    assert len(splits) == len(armed)
    assert set(splits) <= set(SPLITS)
    assert splits == assign_splits(armed, seed)


@given(lists(booleans(), min_size=3, max_size=80), SEEDS)
def test_no_part_is_empty_from_three_scans_on(armed, seed):
    assert set(assign_splits(armed, seed)) == set(SPLITS)


@given(integers(3, 60), integers(3, 60), SEEDS)
def test_every_part_holds_both_kinds_from_three_of_each_on(armed, clean, seed):
    kinds = [True] * armed + [False] * clean
    met = set(zip(kinds, assign_splits(kinds, seed), strict=True))
    assert met == {(kind, split) for kind in (True, False) for split in SPLITS}


@pytest.mark.parametrize("count", [20, 40, 200])
def test_the_shares_are_70_15_15(count):
    counts = Counter(assign_splits([i % 2 == 0 for i in range(count)], 1))
    assert counts["validation"] == counts["held-out"]
    assert counts["train"] / count == pytest.approx(0.7, abs=0.1)


def test_another_seed_shares_out_otherwise():
    armed = [True] * 30
    assert assign_splits(armed, 0) != assign_splits(armed, 1)
