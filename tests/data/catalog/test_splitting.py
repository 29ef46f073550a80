"""Share a dataset out: what belongs together stays together."""

from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.catalog.history import History
from data.catalog.splitting import Shares, split_catalog
from tests.data.catalog.made import frame_of, make_row

NAMES = st.none() | st.sampled_from(["a", "b", "c", "d", "e"])

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "container": st.none() | st.sampled_from(["C1", "C2", "C1+C3"]),
            "inspection": st.none() | st.integers(0, 9).map(str),
            "group": NAMES,
            "firearm_ids": st.none() | st.lists(NAMES.filter(bool), max_size=2),
            "split": st.none() | st.sampled_from(["train", "validation", "held-out"]),
            "weak": st.booleans(),
            "firearms": st.integers(0, 2),
            "scanner": st.none() | st.sampled_from(["S1", "S2"]),
        }
    ),
    max_size=25,
)


def build(rows):
    return frame_of(*(make_row(number, **row) for number, row in enumerate(rows)))


def joined(a, b):
    """Whether two rows say themselves that they belong together."""
    containers = [set((row["container"] or "").split("+")) - {""} for row in (a, b)]
    firearms = [set(row["firearm_ids"] or ()) for row in (a, b)]
    alike = any(a[name] and a[name] == b[name] for name in ("inspection", "group"))
    return alike or bool(containers[0] & containers[1] or firearms[0] & firearms[1])


@given(ROWS, st.integers(0, 9), st.booleans())
def test_nothing_that_belongs_together_is_split_up(rows, seed, afresh):
    frame = build(rows)
    shares = Shares(validation=0.3, held_out=0.3, seed=seed)
    after = split_catalog(frame, [], shares, afresh=afresh).frame
    olds = frame.rows(named=True)
    news = after.rows(named=True)
    for i, a in enumerate(olds):
        for j, b in enumerate(olds[:i]):
            if joined(a, b):
                assert news[i]["together"] == news[j]["together"]
                parts = {news[i]["split"], news[j]["split"]} - {None}
                assert len(parts) <= 1


@given(ROWS, st.integers(0, 9), st.booleans(), st.booleans())
def test_what_is_held_out_stays_so_and_nothing_learned_from_joins_it(
    rows, seed, afresh, again
):
    frame = build(rows)
    shares = Shares(validation=0.3, held_out=0.3, seed=seed)
    past = History().add(dict(frame.select("sha256", "split").rows()))
    after = split_catalog(frame, [], shares, afresh=afresh).frame
    if again:  # what was left out at first is not forgotten
        after = split_catalog(after, [], shares, history=past, afresh=afresh).frame
    for before, now in zip(frame["split"], after["split"], strict=True):
        assert (now == "held-out") or before != "held-out"
        assert now != "held-out" or before in {None, "held-out"}


def test_what_is_left_out_of_all_parts_is_what_shows_what_is_held_out():
    rows = [
        make_row(1, group="a", split="train"),
        make_row(2, group="a", split="held-out"),
        make_row(3, split="train"),
    ]
    dealt = split_catalog(frame_of(*rows), [], Shares())
    assert dealt.frame["split"].to_list() == [None, "held-out", "train"]
    assert dealt.left_out == 1


def test_dealing_afresh_leaves_nothing_out():
    frame = split_catalog(frame_of(*(make_row(n) for n in range(60))), [], Shares())
    again = split_catalog(frame.frame, [], Shares(seed=4), afresh=True)
    assert again.left_out == 0
    assert again.frame["split"].to_list() != frame.frame["split"].to_list()


def test_weak_labels_are_there_to_learn_from():
    rows = [make_row(n, weak=n % 2 == 0) for n in range(40)]
    dealt = split_catalog(frame_of(*rows), [], Shares())
    parts = dict(dealt.frame.select("name", "split").rows())
    assert all(parts[f"scan{n:04d}"] == "train" for n in range(0, 40, 2))
    assert list(parts.values()).count("held-out") == 6


@given(ROWS, st.integers(0, 9))
def test_weak_labels_are_never_newly_measured_on(rows, seed):
    frame = build(rows)
    after = split_catalog(frame, [], Shares(seed=seed)).frame
    for row, split in zip(frame.rows(named=True), after["split"], strict=True):
        if row["weak"] and row["split"] != "held-out":
            assert split in {None, "train"}


def test_near_duplicates_go_together():
    frame = frame_of(*(make_row(n) for n in range(40)))
    pairs = [(n, n + 1) for n in range(0, 39, 2)]
    after = split_catalog(frame, pairs, Shares(validation=0.3, held_out=0.3)).frame
    splits = after["split"].to_list()
    assert all(splits[a] == splits[b] for a, b in pairs)
    assert after["together"].n_unique() == 20


def test_groups_are_dealt_alike_over_scanners_cargo_and_labels():
    random = np.random.default_rng(3)
    rows = [
        make_row(
            n,
            scanner=str(random.choice(["S1", "S2", "S3"], p=[0.7, 0.2, 0.1])),
            cargo=str(random.choice(["tyres", "rice"])),
            firearms=int(random.integers(2)),
            group=f"g{n // int(random.integers(1, 5))}",
        )
        for n in range(2000)
    ]
    dealt = split_catalog(frame_of(*rows), [], Shares())
    counts: dict[object, Counter[str]] = defaultdict(Counter)
    for row in dealt.frame.rows(named=True):
        for stratum in (row["scanner"], row["cargo"], row["firearms"]):
            counts[stratum][row["split"]] += 1
    for count in counts.values():
        whole = count.total()
        assert count["held-out"] / whole == pytest.approx(0.15, abs=0.01)
        assert count["validation"] / whole == pytest.approx(0.15, abs=0.01)
    assert dealt.left_out == 0


def test_the_same_seed_deals_alike_and_another_one_otherwise():
    frame = frame_of(*(make_row(n) for n in range(60)))
    one, same, other = (split_catalog(frame, [], Shares(seed=s)) for s in (1, 1, 2))
    assert one.frame.equals(same.frame)
    assert not one.frame.equals(other.frame)


def test_who_has_a_part_keeps_it_and_newcomers_fill_up():
    frame = frame_of(*(make_row(n) for n in range(40)))
    first = split_catalog(frame, [], Shares()).frame
    more = frame_of(*first.rows(named=True), *(make_row(n) for n in range(40, 80)))
    second = split_catalog(more, [], Shares()).frame
    assert second["split"][:40].to_list() == first["split"].to_list()
    assert second["split"].to_list().count("held-out") == 12


def test_a_container_in_a_scan_of_two_joins_both():
    rows = [make_row(1, container="A"), make_row(2, container="B+A"), make_row(3)]
    one, same, other = split_catalog(frame_of(*rows), [], Shares()).frame["together"]
    assert one == same != other


def test_shares_that_leave_nothing_are_refused():
    with pytest.raises(ValueError, match="leave nothing to train on"):
        Shares(validation=0.5, held_out=0.5)
