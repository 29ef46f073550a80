"""The ledger writes down what is counted, and scoring adds it up."""

import numpy as np
import pytest

from benchmark.evaluation.ledger import keep_ledger
from benchmark.evaluation.outcomes import gather_outcomes, list_values
from benchmark.evaluation.scoring import measure_rates, score_ledger
from benchmark.evaluation.slices import describe_pose, slice_ledger
from benchmark.metrics.curves import NEVER
from data.truth import Pose, ScanDefect, TruthObject
from tests.benchmark.cases import (
    ELSEWHERE,
    GUN,
    Case,
    armed,
    clean,
    make_evaluation,
    make_ledger,
    make_suite,
)

DRILL = TruthObject(box=ELSEWHERE, label="harmless", kind="drill")


def test_firearms_misses_and_false_alarms_are_written_down(tmp_path):
    cases = [
        armed(0.9),
        armed(0.3),
        armed(),
        clean(0.8),
        clean(0.2),
        Case((DRILL,), ((ELSEWHERE, 0.7),)),
    ]
    ledger = make_ledger(tmp_path, cases)
    assert [row.found for row in ledger.firearms] == [True, False, False]
    assert [row.score for row in ledger.firearms] == pytest.approx([0.9, 0.3, NEVER])
    assert [row.box for row in ledger.firearms] == [GUN, GUN, None]
    assert [(r.scan, r.alarm, r.near) for r in ledger.false_alarms] == [
        (3, True, None),
        (4, False, None),
        (5, True, "harmless: drill"),
    ]
    pd, pfa = measure_rates(ledger)
    assert pd is not None
    assert pfa is not None
    assert (pd.hits, pd.trials, pfa.hits, pfa.trials) == (1, 3, 2, 3)


def test_a_score_that_equals_the_threshold_is_an_alarm_as_it_was_live(tmp_path):
    # 0.7 as float32 lies under 0.7; the detector compares as float32.
    score = float(np.float32(0.7))
    assert score < 0.7
    ledger = make_ledger(tmp_path, [armed(score), clean(score)], threshold=0.7)
    assert ledger.firearms[0].found
    assert ledger.scans[1].alarms == 1


def test_what_nobody_could_see_neither_counts_nor_punishes(tmp_path):
    hidden = TruthObject(box=GUN, ignore=True)
    ledger = make_ledger(tmp_path, [Case((hidden,), ((GUN, 0.9),)), clean()])
    assert ledger.ignored == 1
    assert not ledger.firearms
    assert not ledger.false_alarms
    pd, pfa = measure_rates(ledger)
    assert pd is None
    assert pfa is not None
    assert pfa.trials == 1  # the other scan: this one is not clean


def test_another_threshold_can_be_tried_on_what_was_found(tmp_path):
    cases = [armed(0.3), clean(0.2)]
    suite = make_suite(tmp_path / "s", cases)
    evaluation = make_evaluation(tmp_path / "e", suite, cases)
    assert not keep_ledger(evaluation).firearms[0].found
    assert keep_ledger(evaluation, 0.25).firearms[0].found
    assert keep_ledger(evaluation, 0.1).scans[1].alarms == 1


def test_all_figures_are_there(tmp_path):
    cases = [armed(0.9), armed(), clean(0.6), clean()]
    card = score_ledger(make_ledger(tmp_path, cases))
    assert card.pd is not None
    assert card.pd.share == 0.5
    assert card.pfa is not None
    assert card.pfa.share == 0.5
    assert card.false_alarms is not None
    assert card.false_alarms.mean == 0.25
    assert card.precision is not None
    assert card.precision.ap50 == pytest.approx(51 / 101)
    assert card.localisation is not None
    assert card.localisation.median_mm == 0
    assert card.timing is not None
    assert card.timing.median_s == 0.2
    assert card.opacity.mean == pytest.approx(0.1)
    assert (card.scans, card.inspections, card.ignored) == (4, 4, 0)
    assert card.froc is not None
    assert card.roc is not None


def test_of_clean_scans_alone_there_is_a_pfa_and_nothing_else(tmp_path):
    card = score_ledger(make_ledger(tmp_path, [clean(0.9), clean()]))
    assert (card.pd, card.froc, card.roc, card.precision) == (None,) * 4
    assert card.pfa is not None


def test_slices_tell_scanners_defects_and_firearms_apart(tmp_path):
    pistol = TruthObject(box=GUN, kind="pistol", attenuation_in_front=2.5)
    rifle = TruthObject(box=GUN, kind="rifle", attenuation_in_front=0.5)
    blur = (ScanDefect(kind="blur", severity=3),)
    cases = [
        Case((pistol,), ((GUN, 0.9),), scanner="a", defects=blur),
        Case((rifle,), (), scanner="a"),
        Case((rifle,), (), scanner="b"),
        clean(0.9, scanner="b"),
    ]
    ledger = make_ledger(tmp_path, cases)
    found = {
        (each.dimension, each.value): (
            each.pd and (each.pd.hits, each.pd.trials),
            each.pfa and (each.pfa.hits, each.pfa.trials),
        )
        for each in slice_ledger(ledger)
    }
    assert found["kind of firearm", "pistol"] == ((1, 1), None)
    assert found["kind of firearm", "rifle"] == ((0, 2), None)
    assert found["attenuation in front", "2 to 3"] == ((1, 1), None)
    assert found["scanner", "a"] == ((1, 2), None)
    assert found["scanner", "b"] == ((0, 1), (1, 1))
    assert found["defect", "blur 3"] == ((1, 1), None)
    assert found["defect", "none"] == ((0, 2), (1, 1))
    assert ("concealment", "unknown") not in found
    assert all(each.says_little for each in slice_ledger(ledger))


def test_outcomes_of_a_slice_are_those_of_its_rows(tmp_path):
    cases = [
        armed(0.9, scanner="a", group="g"),
        clean(0.8, scanner="a", group="g"),
        armed(scanner="b"),
        clean(scanner="b"),
    ]
    ledger = make_ledger(tmp_path, cases)
    whole, part = gather_outcomes(ledger), gather_outcomes(ledger, "scanner", "a")
    assert list_values(ledger, "scanner") == ["a", "b"]
    assert whole.found.tolist() == [True, False]
    assert whole.alarmed.tolist() == [True, False]
    assert part.found.tolist() == [True]
    assert part.alarmed.tolist() == [True]
    assert part.groups == whole.groups == 3
    assert part.firearm_homes.tolist() == part.clean_homes.tolist()
    pistols = gather_outcomes(ledger, "kind of firearm", "unknown")
    assert len(pistols.found) == 2
    assert not len(pistols.loudest)


def test_an_inspection_with_a_firearm_in_one_view_is_clean_in_none(tmp_path):
    cases = [armed(0.9, inspection="i"), clean(0.9, inspection="i")]
    outcomes = gather_outcomes(make_ledger(tmp_path, cases))
    assert not len(outcomes.loudest)


@pytest.mark.parametrize(
    ("turns", "word"),
    [
        ((30.0, 0.0, 0.0), "broadside"),
        ((30.0, 0.0, 180.0), "broadside"),
        ((0.0, 0.0, 45.0), "turned"),
        ((0.0, 50.0, 45.0), "edge-on"),
        ((0.0, 0.0, -90.0), "edge-on"),
        ((0.0, 80.0, 0.0), "end-on"),
        ((0.0, -80.0, 90.0), "end-on"),
    ],
)
def test_a_pose_in_a_word(turns, word):
    heading, elevation, roll = turns
    pose = Pose(heading_deg=heading, elevation_deg=elevation, roll_deg=roll)
    assert describe_pose(pose) == word
    assert describe_pose(None) == "unknown"
