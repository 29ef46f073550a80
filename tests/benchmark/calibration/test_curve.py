"""What a bundle finds at other thresholds than its own."""

import pytest

from benchmark.calibration.curve import measure_curve
from benchmark.evaluation.ledger import keep_ledger
from benchmark.evaluation.scoring import measure_rates
from detector.manifest import MOST_CURVE_POINTS
from tests.benchmark.cases import armed, clean, make_evaluation, make_suite


def measure(root, cases):
    suite = make_suite(root / "s", cases)
    evaluation = make_evaluation(root / "e", suite, cases)
    return evaluation, measure_curve(evaluation)


def test_a_curve_has_a_point_at_each_score_that_changes_anything(tmp_path):
    cases = [armed(0.9), armed(0.3), armed(), clean(0.6), clean(0.1), clean()]
    evaluation, curve = measure(tmp_path, cases)
    found = [(point.threshold, point.pd, point.pfa) for point in curve]
    wanted = [
        (0.1, 2 / 3, 2 / 3),
        (0.3, 2 / 3, 1 / 3),
        (0.6, 1 / 3, 1 / 3),
        (0.9, 1 / 3, 0),
    ]
    assert found == [pytest.approx(one, abs=1e-5) for one in wanted]
    pd, pfa = measure_rates(keep_ledger(evaluation, 0.6))
    assert pd is not None
    assert pfa is not None
    assert curve[2].pd_interval == pytest.approx((pd.low, pd.high), abs=1e-5)
    assert curve[2].pfa_interval == pytest.approx((pfa.low, pfa.high), abs=1e-5)


def test_a_curve_of_many_scores_is_thinned_out_from_end_to_end(tmp_path):
    scores = [round(0.1 + number / 100, 4) for number in range(80)]
    cases = [*(armed(score) for score in scores), clean(0.05)]
    _, curve = measure(tmp_path, cases)
    assert len(curve) == MOST_CURVE_POINTS
    thresholds = [point.threshold for point in curve]
    assert thresholds == sorted(thresholds)
    assert (curve[0].threshold, curve[-1].threshold) == pytest.approx((0.05, 0.89))
    assert [point.pd for point in curve] == sorted((p.pd for p in curve), reverse=True)


@pytest.mark.parametrize("cases", [[armed(0.5)], [clean(0.5)]])
def test_without_firearms_or_clean_scans_there_is_no_curve(tmp_path, cases):
    assert measure(tmp_path, cases)[1] == ()
