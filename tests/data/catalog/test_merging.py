"""What comes in, and what is there: the stronger word stays."""

import pytest

from data.catalog.history import History
from data.catalog.merging import NewRow, merge_rows
from tests.data.catalog.made import frame_of, make_row

STRONG = {"truth_sha256": "a" * 64, "firearms": 1, "weak": False}
WEAK = {"truth_sha256": "b" * 64, "firearms": 0, "weak": True}


def old(**columns):
    return frame_of(make_row(1, **columns)).row(0, named=True)


def new(number=1, *, stated=(), empty=False, **columns):
    return NewRow(make_row(number, **columns), frozenset(stated), empty)


def merge(before, *coming, history=None):
    return merge_rows(before, coming, history or History())


def test_a_weak_label_does_not_replace_a_strong_one():
    merged = merge([old(**STRONG, split="held-out")], new(**WEAK))
    (row,) = merged.rows
    assert (row["truth_sha256"], row["weak"]) == ("a" * 64, False)
    assert merged.notes == ("scan0001 keeps its labels: the new ones are weak",)
    assert merged.changed == 0


def test_a_strong_label_replaces_a_weak_one():
    (row,) = merge([old(**WEAK)], new(**STRONG)).rows
    assert (row["firearms"], row["weak"]) == (1, False)


def test_of_two_labels_that_come_in_the_strong_one_is_taken():
    for coming in ((new(**STRONG), new(**WEAK)), (new(**WEAK), new(**STRONG))):
        merged = merge([], *coming)
        assert merged.rows[0]["firearms"] == 1
        assert len(merged.notes) == 1
        assert not merged.failures


def test_two_strong_labels_that_differ_are_refused():
    other = STRONG | {"truth_sha256": "c" * 64}
    (failure,) = merge([], new(**STRONG), new(**other)).failures
    assert "the same scan with different labels" in failure


def test_what_files_say_does_not_replace_what_was_stated():
    before = old(scanner="S1", container="REAL9", site="KCT")
    (row,) = merge([before], new(scanner="vendor", container="FILE1")).rows
    assert (row["scanner"], row["container"], row["site"]) == ("S1", "REAL9", "KCT")
    (row,) = merge([before], new(scanner="S2", stated=["scanner"])).rows
    assert (row["scanner"], row["container"]) == ("S2", "REAL9")


def test_a_scan_that_was_held_out_once_is_held_out_when_it_comes_back():
    sha256 = make_row(1)["sha256"]
    past = History(held_out=frozenset({sha256}))
    (row,) = merge([], new(), history=past).rows
    assert row["split"] == "held-out"


@pytest.mark.parametrize("how", ["now", "before"])
def test_what_was_learned_from_here_cannot_come_as_held_out(how):
    sha256 = make_row(1)["sha256"]
    past = History(learned=frozenset({sha256} if how == "before" else ()))
    olds = [old(split="train" if how == "now" else None)]
    merged = merge(olds, new(split="held-out"), history=past)
    assert "was learned from here" in merged.failures[0]


def test_a_scan_with_firearms_is_not_stated_to_be_empty():
    merged = merge([old(**STRONG)], new(empty=True, truth_sha256="d" * 64))
    assert merged.failures == ("scan0001 holds 1 firearms: not empty",)


def test_history_never_forgets_what_was_held_out():
    past = History().add({"a": "held-out", "b": "train", "c": "validation"})
    past = past.add({"a": None, "b": None, "c": "train", "d": "train"})
    assert past.held_out == {"a"}
    assert past.learned == {"b", "c", "d"}


def test_firearms_that_were_stated_are_not_forgotten_by_new_labels():
    (row,) = merge([old(firearm_ids=["G1"])], new(**STRONG)).rows
    assert row["firearm_ids"] == ["G1"]
    (row,) = merge([old(firearm_ids=["G1"])], new(**STRONG, firearm_ids=["G2"])).rows
    assert row["firearm_ids"] == ["G2"]


def test_a_weak_scan_is_no_validation_scan():
    (row,) = merge([], new(**WEAK, split="validation")).rows
    assert row["split"] is None
