"""Tests of leaks, copies, parts and scanners."""

from dataclasses import replace

import numpy as np
import pytest

from benchmark.audit.copies import NearPair, find_copies
from benchmark.audit.labels import find_poor_parts
from benchmark.audit.leaks import find_leaks
from benchmark.audit.scanners import find_scanner_faults
from tests.benchmark.audit.readings import BOX, find, make_entry, make_reading


def read(name, split="train", **more):
    return make_reading(make_entry(name, split, **more))


@pytest.mark.parametrize(
    ("key", "first", "second"),
    [
        ("leak-group", {"group": "g"}, {"group": "g"}),
        ("leak-container", {"container": "c"}, {"container": "c"}),
        ("leak-inspection", {"inspection": "i"}, {"inspection": "i"}),
        ("leak-firearm", {"firearms": ("a", "b")}, {"firearms": ("b",)}),
    ],
)
def test_what_is_in_two_parts_leaks_and_in_one_part_does_not(key, first, second):
    across = [read("a", **first), read("b", "held-out", **second)]
    leak = find(find_leaks(across), key)
    assert leak.outcome == "mend"
    assert leak.items[0].scans == (0, 1)
    assert "1 in train, 1 in held-out" in leak.items[0].says
    for split in ("train", None):
        beside = [read("a", **first), read("b", split, **second)]
        assert find(find_leaks(beside), key).outcome == "fine"


def test_a_firearm_that_only_the_truth_names_leaks_too_and_is_shown():
    box = replace(BOX, firearm="F7")
    readings = [
        make_reading(make_entry("a"), boxes=[box]),
        make_reading(make_entry("b", "validation"), boxes=[BOX, box]),
    ]
    (item,) = find(find_leaks(readings), "leak-firearm").items
    assert [shot.boxes for shot in item.shots] == [(box.box,), (box.box,)]


def test_containers_that_only_scans_name_leak_too():
    readings = [
        replace(read(name, split), containers=("CSQU3054383", other))
        for name, split, other in (("a", "train", "X"), ("b", "held-out", "Y"))
    ]
    assert len(find(find_leaks(readings), "leak-container").items) == 1


def test_what_nobody_names_is_not_checked():
    finding = find(find_leaks([read("a")]), "leak-inspection")
    assert finding.outcome == "not checked"
    assert "inspection" in finding.unchecked


def test_copies_are_parted_by_whether_they_cross_a_split():
    readings = [
        replace(read(name, split), pixels=pixels)
        for name, split, pixels in (
            ("a", "train", "1"),
            ("b", "train", "1"),
            ("c", "train", "2"),
            ("d", "held-out", "2"),
            ("e", "held-out", "3"),
        )
    ]
    findings = find_copies(readings, [NearPair(0, 1, 9.0), NearPair(2, 3, 9.0)])
    scans = {f.check.key: [i.scans for i in f.items] for f in findings}
    assert scans["copies-within"] == [(0, 1)]
    assert scans["copies-across"] == [(2, 3)]
    assert not scans["near-across"]  # told once is enough
    assert not scans["near-within"]


def test_near_duplicates_are_joined_and_the_strongest_pair_across_is_shown():
    readings = [read("a"), read("b"), read("c", "held-out"), read("d"), read("e")]
    pairs = [
        NearPair(0, 1, 99.0),
        NearPair(1, 2, 5.0),
        NearPair(0, 2, 7.0),
        NearPair(3, 4, 4.0),
    ]
    findings = find_copies(readings, pairs)
    (item,) = find(findings, "near-across").items
    assert item.scans == (0, 1, 2)
    assert [shot.scan for shot in item.shots] == [0, 2]
    assert [i.scans for i in find(findings, "near-within").items] == [(3, 4)]


def test_near_duplicates_cross_a_split_even_by_way_of_scans_of_no_part():
    readings = [read("a"), read("b", None), read("c", "held-out")]
    pairs = [NearPair(0, 1, 5.0), NearPair(1, 2, 5.0)]
    (item,) = find(find_copies(readings, pairs), "near-across").items
    assert item.scans == (0, 1, 2)


def test_copies_of_near_duplicates_belong_to_them():
    readings = [read("a"), read("b"), read("c", "held-out")]
    readings[2] = replace(readings[2], pixels="b")
    (item,) = find(find_copies(readings, [NearPair(0, 1, 5.0)]), "near-across").items
    assert item.scans == (0, 1, 2)
    assert [shot.scan for shot in item.shots] == [0, 2]


def test_near_duplicates_of_one_known_group_are_fine():
    readings = [read("a", group="g"), read("b", group="g"), read("c", group="h")]
    findings = find_copies(readings, [NearPair(0, 1, 5.0)])
    assert find(findings, "near-within").outcome == "fine"
    findings = find_copies(readings, [NearPair(0, 2, 5.0)])
    assert find(findings, "near-within").outcome == "look"


def test_a_part_needs_firearms_and_clean_scans():
    readings = [
        make_reading(make_entry("a"), boxes=[BOX]),
        make_reading(make_entry("b")),
        make_reading(make_entry("c", "validation"), boxes=[BOX]),
    ]
    says = [i.says for i in find(find_poor_parts(readings), "part-poor").items]
    assert says == ["validation: no clean scan among 1", "held-out: no scan at all"]


def test_weak_labels_matter_where_networks_are_judged():
    weak = [replace(read("a", split), weak=True) for split in ("train", "held-out")]
    (item,) = find(find_poor_parts(weak), "weak-held-out").items
    assert item.scans == (1,)


def follow(levels, **more):
    readings = [
        make_reading(make_entry(f"s{n:02d}"), quality={"air": air}, day=n, **more)
        for n, air in enumerate(levels)
    ]
    return find(find_scanner_faults(readings), "air-drift")


def test_air_that_drifts_is_found_and_air_that_scatters_is_not():
    scatter = np.random.default_rng(2).normal(1, 0.01, 30)
    assert follow(scatter).outcome == "fine"
    drift = follow(scatter - np.linspace(0, 0.06, 30))
    assert drift.outcome == "look"
    assert "air changed by -3.6%" in drift.items[0].says
    assert "2026-01-01 to 2026-01-30" in drift.items[0].says


def test_air_is_followed_in_order_of_time_not_of_names():
    days = np.random.default_rng(3).permutation(30)
    readings = [
        make_reading(make_entry(f"s{n:02d}"), quality={"air": 1 + 0.002 * day}, day=day)
        for n, day in enumerate(days.tolist())
    ]
    assert find(find_scanner_faults(readings), "air-drift").outcome == "look"


def test_too_few_dated_scans_tell_nothing_of_drift():
    assert follow([1.0, 0.9, 0.8]).outcome == "not checked"


def test_air_counts_are_followed_where_no_file_states_the_air():
    readings = [
        make_reading(
            make_entry(f"s{n:02d}"),
            quality={"air_counts": 40_000.0 - 300 * n},
            day=n,
            air_stated=False,
        )
        for n in range(12)
    ]
    assert find(find_scanner_faults(readings), "air-drift").outcome == "look"


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("air-off", {"quality": {"air": 0.9}}),
        ("dead-rows", {"quality": {"dead_rows": 2 / 160}}),
        ("noisy", {"quality": {"noise": 0.05}}),
        ("opaque", {"opaque": 0.7}),
    ],
)
def test_a_scan_that_is_unlike_the_others_is_found(key, change):
    usual = [make_reading(make_entry(f"s{n}")) for n in range(9)]
    assert find(find_scanner_faults(usual), key).outcome == "fine"
    odd = make_reading(make_entry("odd"), **change)
    (item,) = find(find_scanner_faults([*usual, odd]), key).items
    assert item.scans == (9,)


def test_scans_of_unknown_scanners_are_not_measured_by_each_other():
    readings = [
        make_reading(make_entry(f"s{n}"), quality={"noise": noise}, scanner=None)
        for n, noise in enumerate([0.01] * 9 + [0.05])
    ]
    assert find(find_scanner_faults(readings), "noisy").outcome != "look"
