"""Tests of rates and their intervals, judged by scipy and by drawing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest  # type: ignore[import-untyped]

from benchmark.metrics.matching import match_detections
from benchmark.metrics.rates import (
    Tally,
    pd_firearm_update,
    pd_scan_update,
    pfa_update,
    rate_compute,
)


@given(st.integers(1, 5000), st.data())
def test_the_interval_is_scipys_wilson_interval(trials, data):
    hits = data.draw(st.integers(0, trials))
    rate = rate_compute(Tally(hits, trials))
    assert rate is not None
    expected = binomtest(hits, trials).proportion_ci(method="wilson")
    assert rate.share == hits / trials
    assert rate.low == pytest.approx(expected.low, abs=1e-9)
    assert rate.high == pytest.approx(expected.high, abs=1e-9)
    assert 0 <= rate.low <= rate.share <= rate.high <= 1


def test_of_nothing_there_is_no_rate():
    assert rate_compute(Tally()) is None


def test_the_interval_holds_the_true_share_about_95_times_of_100():
    drawn = np.random.default_rng(5).binomial(250, 0.9, size=4000)
    rates = [rate_compute(Tally(int(hits), 250)) for hits in drawn]
    held = np.mean([rate.low <= 0.9 <= rate.high for rate in rates if rate])
    assert 0.935 < held < 0.965


def matching(found, missed, extra=0):
    """A matching with so many truths found and missed, and mistaken alarms."""
    places = np.arange(found + missed + extra, dtype=np.float32) * 20
    every = np.stack([places, places, places + 10, places + 10], axis=1)
    alarms = np.concatenate([every[:found], every[found + missed :]])
    scores = np.ones(len(alarms), np.float32)
    return match_detections(alarms, scores, every[: found + missed])


def test_pd_counts_every_firearm_and_every_scan_with_one():
    firearms = scans = Tally()
    for case in (matching(2, 1), matching(0, 3, extra=2), matching(0, 0, extra=4)):
        firearms = pd_firearm_update(firearms, case)
        scans = pd_scan_update(scans, case)
    assert firearms == Tally(2, 6)
    assert scans == Tally(1, 2)


def test_pfa_counts_clean_scans_once_however_many_alarms_they_raise():
    tally = Tally()
    for alarms, truths in ((0, 0), (7, 0), (1, 0), (3, 2), (0, 1)):
        tally = pfa_update(tally, alarms, truths)
    assert tally == Tally(2, 3)
