"""The gate: passed, failed, and what cannot be told."""

import numpy as np
import pytest

from benchmark.evaluation.outcomes import Outcomes
from detector.runtime import FixedRuntime
from export.precision.admission import judge_loss
from export.precision.closeness import compare_graphs
from export.precision.speed import time_tiles

CLEAN = np.linspace(0.0, 0.99, 100)


def make_outcomes(scores, clean=CLEAN):
    """Firearms that were met with a score each, alone in their scans."""
    scores = np.asarray(scores, float)
    homes = np.arange(len(scores))
    none = np.zeros(0, np.intp)
    return Outcomes(
        scores=scores,
        found=scores >= 0.5,
        firearm_homes=homes,
        firearm_inspections=homes,
        loudest=np.asarray(clean, float),
        alarmed=np.asarray(clean) >= 0.5,
        clean_homes=len(scores) + np.arange(len(clean)),
        mistakes=none,
        scan_homes=none,
        judged=(),
        groups=len(scores) + len(clean),
    )


def make_scores(found, missed):
    return [0.9] * found + [0.1] * missed


BEFORE = make_scores(600, 100)


def test_a_precision_that_finds_the_same_is_admitted():
    found = judge_loss(make_outcomes(BEFORE), make_outcomes(BEFORE), 0.2)
    assert found.answer == "admitted"
    assert (found.loss, found.gained, found.lost) == (0.0, 0, 0)
    assert found.firearms == 700
    assert found.pd == pytest.approx(600 / 700)
    assert found.pfa == pytest.approx(0.2)
    assert found.loss_bound is not None
    assert 0 < found.loss_bound < 0.01


def test_one_that_loses_three_in_a_hundred_is_refused_with_the_figures():
    after = make_scores(579, 121)
    found = judge_loss(make_outcomes(BEFORE), make_outcomes(after), 0.2)
    assert (found.answer, found.lost, found.gained) == ("refused", 21, 0)
    assert "loses 3.00 points" in found.reason
    assert "21 firearms lost, 0 gained, of 700 in 700 groups" in found.reason
    assert "larger suite" not in found.reason


def test_a_loss_below_the_limit_that_might_be_above_it_is_refused():
    after = make_scores(596, 104)
    found = judge_loss(make_outcomes(BEFORE), make_outcomes(after), 0.2)
    assert found.loss is not None
    assert found.loss_bound is not None
    assert found.loss < 0.01 < found.loss_bound
    assert found.answer == "refused"
    assert "a larger suite might show it" in found.reason


def test_499_firearms_cannot_tell_and_500_can():
    few, enough = (make_outcomes(make_scores(n, 0)) for n in (499, 500))
    found = judge_loss(few, few, 0.2)
    assert found.answer == "cannot tell"
    assert "499 visible firearms, 500 are needed" in found.reason
    assert found.loss == 0.0
    assert judge_loss(enough, enough, 0.2).answer == "admitted"


def test_each_is_judged_at_its_own_threshold_for_the_pfa():
    halved = make_outcomes(np.array(BEFORE) / 2, CLEAN / 2)
    found = judge_loss(make_outcomes(BEFORE), halved, 0.2)
    assert found.answer == "admitted"
    assert found.pd == pytest.approx(600 / 700)


def test_louder_clean_scans_cost_firearms():
    found = judge_loss(make_outcomes(BEFORE), make_outcomes(BEFORE, CLEAN + 0.2), 0.2)
    assert found.answer == "refused"
    assert found.pd == 0.0


@pytest.mark.parametrize(
    ("scores", "clean"), [([], CLEAN), (BEFORE, []), ([0.1] * 600, CLEAN)]
)
def test_nothing_to_lose_or_no_clean_scan_cannot_tell(scores, clean):
    outcomes = make_outcomes(scores, clean)
    assert judge_loss(outcomes, outcomes, 0.2).answer == "cannot tell"


def test_answers_are_held_against_those_at_their_place():
    boxes = [[0, 0, 10, 10, 0.9, 0], [40, 40, 60, 60, 0.5, 0], [0, 0, 9, 9, 0.05, 0]]
    moved = [[40, 41, 60, 60, 0.4, 0], [1, 0, 10, 10, 0.89, 1]]
    wide, narrow = (
        FixedRuntime(np.array([rows], np.float32)) for rows in (boxes, moved)
    )
    found = compare_graphs(wide, narrow, np.zeros((3, 3, 32, 32), np.uint8))
    assert (found.tiles, found.answers, found.unmatched) == (3, 6, 3)
    assert found.score == pytest.approx(0.1)
    assert found.box_px == 1.0


class OfDevice(FixedRuntime):
    """A runtime of a device that is best given six tiles at once."""

    batch = 6

    def __init__(self):
        super().__init__(np.zeros((1, 1, 6), np.float32))
        self.counts = []

    def run(self, tiles):
        """Answer, see `detector.runtime.Runtime`."""
        self.counts.append(len(tiles))
        return super().run(tiles)


def test_graphs_are_given_as_many_tiles_as_their_device_is_best_given():
    tiles = np.zeros((8, 3, 32, 32), np.uint8)
    found = OfDevice()
    compare_graphs(FixedRuntime(np.zeros((1, 1, 6), np.float32)), found, tiles)
    assert found.counts == [6, 2]
    timed, moments = OfDevice(), iter(np.cumsum([0, 9, 0, 0.6, 0, 0.6]))
    runtimes = {"a": timed}
    ms = time_tiles(runtimes, tiles, rounds=2, clock=lambda: float(next(moments)))
    assert timed.counts == [6, 6, 6]
    assert ms == {"a": pytest.approx(100)}


def test_graphs_take_turns_and_the_median_turn_counts():
    moments = iter(np.cumsum([0, 9, 0, 9, 0, 0.2, 0, 0.4, 0, 0.2, 0, 0.4]))
    runtimes = {name: FixedRuntime(np.zeros((1, 1, 6), np.float32)) for name in "ab"}
    tiles = np.zeros((8, 3, 32, 32), np.uint8)
    found = time_tiles(runtimes, tiles, rounds=2, clock=lambda: float(next(moments)))
    assert found == {"a": pytest.approx(50), "b": pytest.approx(100)}
