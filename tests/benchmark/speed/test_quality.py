"""Tests of whether the faster one finds as much."""

import pytest

from benchmark.speed.quality import compare_findings
from tests.benchmark.speed.racers import find, make_heat, make_lap

LABELS = ("firearm",)


def see(ours, theirs, **what):
    """A scan with one lap of each, with detections of these scores."""
    return make_heat(
        (make_lap(found=find(*ours)),), (make_lap(found=find(*theirs)),), **what
    )


def make_race(armed, clean, ours=(0.9,), theirs=(0.9,)):
    """Armed scans in which both find something, and clean ones without alarms."""
    with_firearms = [see(ours, theirs, firearms=1, name=f"a{n}") for n in range(armed)]
    return with_firearms + [see((), (), name=f"c{n}") for n in range(clean)]


def compare(heats, labels=LABELS, threshold=0.5, least=0.1):
    return compare_findings(heats, labels, threshold, least)


def test_each_has_the_threshold_that_its_clean_scans_allow():
    heats = [
        see((0.8,), (0.6,), firearms=1, name="a"),
        see((0.7,), (0.2,), name="b"),
    ]
    equal, own = compare(heats)
    assert (equal.ours.threshold, equal.theirs.threshold) == pytest.approx(
        (0.701, 0.201), abs=2e-3
    )
    assert equal.ours.pfa.share == equal.theirs.pfa.share == 0
    assert equal.ours.pd.share == equal.theirs.pd.share == 1
    assert own.ours.threshold == own.theirs.threshold == 0.5
    assert (own.ours.pfa.share, own.theirs.pfa.share) == (1, 0)
    assert own.pfa.difference == 1


def test_no_threshold_lies_below_what_was_kept():
    equal, own = compare([see((), ()), see((), (), firearms=1)], threshold=0.01)
    met = [s.threshold for c in (equal, own) for s in (c.ours, c.theirs)]
    assert met == pytest.approx([0.1] * 4)


def test_many_alike_are_not_worse_and_few_cannot_tell():
    many, few = compare(make_race(150, 150))[1], compare(make_race(10, 10))[1]
    assert many.pd_answer.startswith("not worse")
    assert many.pfa_answer.startswith("not worse")
    assert few.pd_answer.startswith("cannot tell: 10 firearms, some ")
    assert few.pfa_answer.startswith("cannot tell: 10 clean scans, some ")


def test_what_finds_less_is_worse_and_what_finds_more_is_not():
    lost = make_race(100, 5, ours=())
    won = make_race(100, 5, theirs=())
    assert compare(lost)[1].pd_answer == "worse"
    assert compare(lost)[1].pd.difference == -1
    assert compare(won)[1].pd_answer.startswith("not worse")


def test_what_alarms_on_clean_scans_is_worse():
    heats = [see((0.9,), (), name=f"c{n}") for n in range(60)]
    own = compare(heats)[1]
    assert own.pfa_answer == "worse"
    assert own.pd_answer == "cannot tell: no firearms"
    assert own.ours.pd is None


def test_only_firearms_count_and_one_alarm_meets_one():
    heats = [see((0.9,), (0.9, 0.8), firearms=2)]
    both = compare(heats)[1]
    assert (both.ours.pd.hits, both.theirs.pd.hits) == (1, 2)
    others = compare(heats, labels=("knife",))[1]
    assert (others.ours.pd.hits, others.theirs.pd.hits) == (0, 0)
    assert others.pfa_answer == "cannot tell: no clean scans"
