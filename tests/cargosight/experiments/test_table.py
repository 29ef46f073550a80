"""The table says what arms came to, how sure that is, and what was not done."""

import pytest

from benchmark.statistics import clustered_interval, paired_difference
from cargosight.experiments.results import ArmResult, Results
from cargosight.experiments.table import compare_arms, make_table, pool_pd
from tests.cargosight.experiments.plans import GROUPS, make_plan

PLAIN = (1, 1, 1, 1, 0, 0, 0, 0)
LARGE = (1, 1, 1, 1, 1, 1, 0, 0)


def make_row(arm="plain", seed=0, hits=PLAIN, **changes):
    whole = {
        "arm": arm,
        "seed": seed,
        "pd": sum(hits) / max(len(hits), 1),
        "pfa": 0.05,
        "clean": 20,
        "threshold": 0.3,
        "ap50": 0.4 + seed / 10,
        "ap50_95": 0.2,
        "hits": hits,
        "behind": [None] * len(hits),
        "groups": GROUPS,
        "seconds": 60.0,
        "checkpoint_sha256": "0" * 64,
    }
    return ArmResult.model_validate(whole | changes)


def make_results(*rows, **plan):
    return Results(plan=make_plan(**plan), rows=rows)


def cells(table, arm):
    (line,) = [line for line in table.splitlines() if line.startswith(f"| {arm} |")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_row_tells_pd_of_all_seeds_and_of_each_and_what_is_gained():
    rows = [make_row(seed=0), make_row(seed=1, hits=LARGE)]
    rows += [make_row("large", seed, LARGE, seconds=90.0 + seed) for seed in (0, 1)]
    table = make_table(make_results(*rows))
    name, pd, seeds, ap50, more, seconds = cells(table, "plain")
    assert (name, seeds, ap50, more, seconds) == (
        "plain",
        "0.500, 0.750",
        "0.450",
        "-",
        "60",
    )
    assert pd.startswith("0.625 (0.")
    assert cells(table, "large")[4].startswith("+0.125 (-0.")
    assert cells(table, "large")[5] == "90"


def test_pd_of_all_seeds_counts_a_scan_once():
    twice = pool_pd([make_row(seed=0), make_row(seed=1)])
    # The first scan has two firearms, and each of the others one; seeds double them.
    other = clustered_interval([4, 2, 2, 0, 0, 0, 0], [4, 2, 2, 2, 2, 2, 2])
    assert twice == other
    once = pool_pd([make_row()])
    assert once is not None
    assert twice is not None
    assert twice.high - twice.low == pytest.approx(once.high - once.low, rel=0.2)


def test_the_difference_is_of_the_same_firearms_and_seeds():
    first = {0: make_row(), 1: make_row(seed=1)}
    second = {1: make_row("large", 1, LARGE), 2: make_row("large", 2, PLAIN)}
    found = compare_arms(first, second)
    assert found == paired_difference(PLAIN, LARGE, GROUPS)
    assert compare_arms(first, {2: make_row(seed=2)}) is None
    others = make_row("large", 1, LARGE, groups=GROUPS[::-1])
    assert compare_arms(first, {1: others}) is None


def test_what_cannot_be_told_is_not_told():
    blind = make_row("large", pd=None)
    table = make_table(make_results(make_row(), blind))
    assert cells(table, "large")[1:3] == ["cannot tell", "-, -"]
    assert cells(table, "large")[4] == "-"
    assert cells(table, "plain")[2] == "0.500, -"
    mixed = pool_pd([make_row(hits=LARGE), make_row(seed=1, pd=None)])
    assert mixed is not None
    assert mixed.share == 0.75
    assert pool_pd([make_row(hits=(), groups=(), behind=(), pd=0.0)]) is None


def test_arms_that_were_not_run_say_so():
    table = make_table(make_results())
    for arm in ("plain", "large"):
        assert cells(table, arm) == [arm, "not run", "-", "-", "-", "-"]


def test_every_group_has_a_table_and_a_first_arm_of_its_own():
    arms = [
        {"name": "plain", "group": "First"},
        {"name": "large", "group": "Second"},
        {"name": "huge", "group": "Second"},
    ]
    rows = [make_row(), make_row("large", hits=LARGE), make_row("huge", hits=LARGE)]
    table = make_table(make_results(*rows, arms=arms))
    assert table.index("### First") < table.index("| plain |")
    assert table.index("### Second") < table.index("| difference to large |")
    assert cells(table, "large")[4] == "-"
    assert cells(table, "huge")[4].startswith("+0.000 (")
    widths = {line.count("|") for line in table.splitlines() if line.startswith("|")}
    assert widths == {7}


def test_the_caption_says_what_was_trained_and_measured():
    table = make_table(make_results(make_row()))
    assert table.startswith(
        "## What is better?\n\n2 arms, each trained with seed 0 and 1"
    )
    assert "A training is of 50 steps. " in table
    assert "3 simulated scans that no arm learned from, 20 of them clean" in table
    assert "with 8 firearms" in table
    assert "no more than 5 % of the clean scans" in table
    own = [{"name": "plain"}, {"name": "large", "settings": {"steps": 9}}]
    assert "50 steps, some arms of others" in make_table(make_results(arms=own))
