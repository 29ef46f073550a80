"""Scans that share a key or form a pair are one group, and nothing else is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import integers, lists, none, one_of, sampled_from, tuples

from data.duplicates import join_pairs, join_scans, list_largest
from data.errors import DatasetError

VALUES = one_of(none(), sampled_from("abcdef"), lists(sampled_from("abcdef")))
COUNT = 9
KEYS = lists(lists(VALUES, min_size=COUNT, max_size=COUNT), max_size=3)
PAIRS = lists(tuples(integers(0, COUNT - 1), integers(0, COUNT - 1)), max_size=5)


def spread(value):
    return set(value) if isinstance(value, list) else {value} - {None}


@given(KEYS, PAIRS)
def test_groups_are_what_can_be_reached_over_links(keys, pairs):
    linked = np.eye(COUNT, dtype=bool)
    for i in range(COUNT):
        for j in range(COUNT):
            shared = any(spread(key[i]) & spread(key[j]) for key in keys)
            linked[i, j] |= shared or (i, j) in pairs or (j, i) in pairs
    reached = np.linalg.matrix_power(linked.astype(int), COUNT) > 0
    groups = join_scans(COUNT, keys, pairs)
    assert (reached == (groups[:, None] == groups[None])).all()


@given(KEYS, PAIRS)
def test_groups_are_numbered_as_they_appear(keys, pairs):
    groups = join_scans(COUNT, keys, pairs).tolist()
    assert list(dict.fromkeys(groups)) == list(range(max(groups) + 1))


def test_values_of_two_kinds_of_key_never_meet():
    assert join_scans(2, [["a", None], [None, "a"]]).tolist() == [0, 1]


def test_blank_text_and_none_join_nothing():
    assert join_scans(4, [["", "", " ", None]]).tolist() == [0, 1, 2, 3]


def test_each_of_several_firearms_joins():
    firearms = [("a", "b"), ["c"], {"b", "c"}, frozenset(), ()]
    assert join_scans(5, [firearms]).tolist() == [0, 0, 0, 1, 2]


def test_pairs_join_whatever_their_strength():
    assert join_pairs(4, [(0, 3, 0.5), (1, 3, 1.0)]).tolist() == [0, 0, 1, 0]


def test_the_largest_groups_come_first_and_lone_scans_not_at_all():
    largest = list_largest(np.array([0, 1, 1, 2, 3, 3, 3]), most=5)
    assert [group.members for group in largest] == [(4, 5, 6), (1, 2)]
    assert len(list_largest(np.array([0, 1, 1, 2, 3, 3, 3]), most=1)) == 1


def test_a_key_of_another_length_and_a_pair_of_no_scan_are_refused():
    with pytest.raises(DatasetError, match="2 values for 3 scans"):
        join_scans(3, [["a", "b"]])
    with pytest.raises(DatasetError, match=r"\(0, 3\)"):
        join_scans(3, [], [(0, 3)])


def test_no_scans_are_no_groups():
    assert join_scans(0, [[]]).tolist() == []
    assert list_largest(join_scans(0, [])) == []
