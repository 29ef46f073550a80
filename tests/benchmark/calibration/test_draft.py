"""Thresholds keep their promise on the scans they were chosen on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.calibration.draft import draft_operating_point, measure_point
from benchmark.calibration.threshold import UNMEASURED, choose_threshold
from benchmark.metrics.average_precision import JudgedScan

SCORES = st.lists(st.floats(0, 0.99), min_size=1, max_size=60)
NONE = np.zeros((0, 4), np.float32)
GUN = np.array([[10, 10, 50, 40]], np.float32)


def make_scan(score: float, *, armed: bool = False, hit: bool = True) -> JudgedScan:
    box = GUN if hit else GUN + 100
    truth = GUN if armed else NONE
    return JudgedScan(box, np.array([score], np.float32), truth, NONE, "a")


@given(SCORES, st.floats(0, 1))
def test_no_more_clean_scans_alarm_than_wanted(clean, wanted):
    threshold = choose_threshold(clean, wanted)
    alarms = sum(score >= threshold for score in clean)
    assert alarms <= max(wanted * len(clean), 0)


@given(st.integers(0, 998))
def test_a_score_on_a_step_is_silent_though_a_float32_may_lie_under_it(step):
    scores = np.array([step / 1000], np.float32)
    threshold = choose_threshold([float(scores[0])], 0.0)
    assert not (scores >= threshold).any()


@given(SCORES)
def test_a_threshold_much_lower_would_break_the_promise(clean):
    threshold = choose_threshold(clean, 0.0)
    assert threshold - max(clean) <= 0.0011


def test_without_clean_scans_nothing_can_be_promised():
    assert choose_threshold([]) == UNMEASURED


def test_pd_counts_firearms_and_pfa_clean_scans():
    scans = [
        make_scan(0.9, armed=True),
        make_scan(0.9, armed=True, hit=False),
        make_scan(0.3, armed=True),
        make_scan(0.6),
        make_scan(0.1),
    ]
    pd, pfa = measure_point(scans, 0.5)

    assert pd is not None
    assert pd.share == pytest.approx(1 / 3)
    assert pd.trials == 3
    assert pfa is not None
    assert (pfa.share, pfa.trials) == (0.5, 2)


def test_a_scan_with_an_ignored_firearm_is_not_clean():
    unseen = JudgedScan(GUN + 100, np.array([0.9], np.float32), NONE, GUN, "a")
    pd, pfa = measure_point([unseen], 0.5)
    assert pd is None
    assert pfa is None


def test_a_draft_says_that_it_is_not_calibrated():
    scans = [make_scan(0.8, armed=True), make_scan(0.4), make_scan(0.2)]
    point = draft_operating_point(scans, "these")

    assert point.threshold == pytest.approx(0.401)
    assert (point.pd, point.pfa, point.suite) == (1.0, 0.0, "these")
    assert not point.calibrated


def test_a_few_silent_scans_do_not_lower_the_threshold_of_a_draft():
    armed = make_scan(0.8, armed=True)
    few = [armed, *[make_scan(0.125)] * 19]
    assert draft_operating_point(few, "these").threshold == UNMEASURED
    enough = [armed, *[make_scan(0.125)] * 20]
    assert draft_operating_point(enough, "these").threshold == pytest.approx(0.126)
