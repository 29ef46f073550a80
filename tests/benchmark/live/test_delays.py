"""Tests of the journal of a lane, and of the delays that are read off it."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.live.delays import Delays, list_delays, measure_delays, sum_delays
from benchmark.live.journal import Journal
from detector.detections import Detections
from detector.lane import Alarmed, Begun, CareChanged, Failed, Finished
from detector.live import LiveAlarm
from detector.look import Care
from detector.operating_point import OperatingPoint
from detector.pipeline import Findings
from tests.benchmark.live.small import QuickClock, write_truck

POINT = OperatingPoint(name="p", threshold=0.5)


@pytest.fixture
def clock():
    return QuickClock()


@pytest.fixture
def journal(tmp_path, clock):
    """Of one truck whose 40 columns were handed over at 1, 2, 3 and 4 s."""
    journal = Journal(clock.now)
    journal.begin(write_truck(tmp_path / "a", width=40))
    for piece in (1, 2, 3, 4):
        journal.hand(10 * piece, float(piece), 0)
    return journal


def show(journal, at, number, x1, score=0.9, raised=True):
    journal.now.__self__.moment = at
    box = np.array([0, 0, x1, 5], np.float32)
    alarm = LiveAlarm(number, box, score, 0, raised=raised, coarse=False)
    journal(Alarmed(0, (alarm,)))


def finish(journal, scores=(0.9, 0.4), missing=(), **parts):
    found = Detections(
        np.zeros((len(scores), 4), np.float32),
        np.array(scores, np.float32),
        np.zeros(len(scores), np.int64),
    )
    findings = Findings(found, POINT, None, None, 1.0, **parts)
    journal(Finished(0, findings, missing))


@pytest.mark.parametrize(
    ("x1", "handed"), [(0.5, 1), (10, 1), (10.1, 2), (19, 2), (31, 4), (40, 4), (41, 4)]
)
def test_a_column_is_handed_over_with_its_piece(journal, x1, handed):
    assert journal.passages[0].handed(x1) == handed


def test_a_delay_is_from_the_last_column_of_the_final_box_to_the_first_alarm(journal):
    show(journal, 2.5, 0, 15)
    show(journal, 3.5, 0, 25, raised=False)
    show(journal, 7.0, 1, 8)
    assert list_delays(journal.passages[0]) == [2.5 - 3, 7 - 1]
    assert journal.passages[0].shown[0].box[2] == 25


def test_delays_are_summed_up_and_early_alarms_count_as_none(journal):
    show(journal, 2.5, 0, 25)
    for number in range(1, 101):
        show(journal, 1 + number / 100, number, 9)
    found = measure_delays(journal.passages)
    assert (found.count, found.early) == (101, 1)
    taken = [0.0, *(number / 100 for number in range(1, 101))]
    shares = (found.p50, found.p95, found.p99, found.most)
    assert shares == pytest.approx(np.quantile(taken, [0.5, 0.95, 0.99, 1]))


@given(st.lists(st.floats(-10, 100), min_size=1))
def test_shares_of_delays_are_in_order(delays):
    found = sum_delays(delays)
    assert (found.count, found.most) == (len(delays), max(*delays, 0.0))
    assert found.early == len([one for one in delays if one < 0])
    steps: list[Any] = [0.0, found.p50, found.p95, found.p99, found.most]
    assert steps == sorted(steps)


def test_without_alarms_there_is_no_delay(journal):
    none = Delays(0, 0, None, None, None, None)
    assert measure_delays(journal.passages) == sum_delays([]) == none


def test_a_finished_truck_has_alarms_and_was_seen_whole(journal):
    journal(Begun(0))
    finish(journal)
    (passage,) = journal.passages
    assert passage.found is not None
    assert passage.found.scores.tolist() == [np.float32(0.9)]
    assert passage.whole
    assert passage.error is None


@pytest.mark.parametrize(
    "less",
    [
        {"coarse": np.ones((1, 4), np.float32)},
        {"missed": np.ones((1, 4), np.float32)},
        {"missing": ((3, 9),)},
    ],
)
def test_a_truck_that_was_looked_at_less_closely_was_not_seen_whole(journal, less):
    finish(journal, **less)
    assert not journal.passages[0].whole


def test_failures_and_changes_of_care_are_noted(journal):
    journal(CareChanged(0, Care.COARSE, 10))
    journal(CareChanged(0, Care.FULL, 0))
    journal(Failed(0, "why"))
    assert journal.care_changes == 2
    assert journal.passages[0].error == "why"
