"""Rates know what hangs together, and say nothing of nothing."""

import numpy as np
import pytest

from benchmark.metrics.matching import match_detections
from benchmark.metrics.rates import (
    Home,
    Tally,
    any_compute,
    mean_compute,
    pd_firearm_update,
    pd_inspection_update,
    pfa_compute,
    pfa_update,
    rate_compute,
)


def matching(found, missed, extra=0):
    """A matching with so many truths found and missed, and mistaken alarms."""
    places = np.arange(found + missed + extra, dtype=np.float32) * 20
    every = np.stack([places, places, places + 10, places + 10], axis=1)
    alarms = np.concatenate([every[:found], every[found + missed :]])
    scores = np.ones(len(alarms), np.float32)
    return match_detections(alarms, scores, every[: found + missed])


def alone(number):
    return Home(f"i{number}", f"i{number}")


def test_of_nothing_there_is_no_rate():
    assert rate_compute(Tally()) is None
    assert any_compute(Tally()) is None
    assert pfa_compute(Tally()) is None
    assert mean_compute(Tally()) is None


def test_pd_counts_every_firearm_and_every_inspection_with_one():
    firearms = inspections = Tally()
    cases = (matching(2, 1), matching(0, 3, extra=2), matching(0, 0, extra=4))
    for number, case in enumerate(cases):
        firearms = pd_firearm_update(firearms, alone(number), case)
        inspections = pd_inspection_update(inspections, alone(number), case)
    found, hit = rate_compute(firearms), any_compute(inspections)
    assert found is not None
    assert hit is not None
    assert (found.hits, found.trials, found.groups) == (2, 6, 2)
    assert (hit.hits, hit.trials) == (1, 2)


def test_pfa_counts_clean_inspections_once_however_many_alarms_they_raise():
    tally = Tally()
    for number, (alarms, truths) in enumerate(((0, 0), (7, 0), (1, 0), (3, 2), (0, 1))):
        tally = pfa_update(tally, alone(number), alarms, truths)
    rate = pfa_compute(tally)
    assert rate is not None
    assert (rate.hits, rate.trials) == (2, 3)


def test_one_view_with_a_firearm_soils_the_whole_inspection():
    views = Home("a", "a")
    tally = pfa_update(pfa_update(Tally(), views, 1, 0), views, 0, 1)
    assert pfa_compute(tally) is None


def test_firearms_of_one_container_say_less_than_as_many_alone():
    together = apart = Tally()
    for number in range(40):
        case = matching(4, 0) if number % 2 else matching(0, 4)
        together = pd_firearm_update(together, alone(number), case)
        for part in range(4):
            one = matching(1, 0) if number % 2 else matching(0, 1)
            apart = pd_firearm_update(apart, alone(4 * number + part), one)
    wide, narrow = rate_compute(together), rate_compute(apart)
    assert wide is not None
    assert narrow is not None
    assert wide.share == narrow.share
    ratio = (wide.high - wide.low) / (narrow.high - narrow.low)
    assert ratio == pytest.approx(2, rel=0.1)


def test_groups_may_hold_several_inspections():
    tally = Tally()
    for number in range(30):
        home = Home(f"i{number}", f"g{number // 3}")
        case = matching(1, 0) if number // 3 % 2 else matching(0, 1)
        tally = pd_inspection_update(tally, home, case)
    rate = any_compute(tally)
    assert rate is not None
    assert (rate.hits, rate.trials, rate.groups) == (15, 30, 10)


def test_where_nothing_happened_the_mean_may_still_not_be_nothing():
    tally = Tally()
    for number in range(50):
        tally = tally.add(alone(number), 0, 1)
    mean = mean_compute(tally)
    assert mean is not None
    assert (mean.mean, mean.low) == (0, 0)
    assert mean.high == pytest.approx(3.689 / 50, abs=1e-4)
