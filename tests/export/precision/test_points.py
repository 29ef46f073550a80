"""Operating points of another precision: kept where they hold, else chosen anew."""

import pytest

from data.errors import ExportError
from export.precision.points import carry_point
from tests.benchmark.cases import armed, clean, make_evaluation, make_suite
from tests.detector.graphs import make_point

POINT = make_point(pfa=0.1, pfa_interval=(0.0, 0.2))


def make_cases(found, quiet, loud=0.6):
    """300 armed scans found with a score, 19 clean ones with another, one loud."""
    return [armed(found)] * 300 + [clean(quiet)] * 19 + [clean(loud)]


def carry(root, before, after, *, role="test"):
    suite = make_suite(root / "suite", before, role=role)
    wide = make_evaluation(root / "wide", suite, before, bundle="wide")
    narrow = make_evaluation(root / "narrow", suite, after, bundle="narrow")
    return carry_point(POINT, wide, narrow)


def test_a_threshold_that_holds_stays_and_is_measured_anew(tmp_path):
    point = carry(tmp_path, make_cases(0.9, 0.1), make_cases(0.8, 0.2))
    assert (point.name, point.threshold, point.calibrated) == ("normal", 0.5, True)
    assert (point.pd, point.pfa) == (1.0, 0.05)
    assert point.suite is not None
    assert point.suite.startswith("made up ")


def test_on_a_calibration_suite_it_is_no_longer_calibrated(tmp_path):
    cases = make_cases(0.9, 0.1)
    point = carry(tmp_path, cases, cases, role="calibration")
    assert (point.threshold, point.calibrated) == (0.5, False)


def test_scores_that_sank_move_the_threshold_no_lower_than_they_did(tmp_path):
    after = make_cases(0.45, 0.05, loud=0.47)
    point = carry(tmp_path, make_cases(0.9, 0.1), after)
    assert 0.44 < point.threshold <= 0.45
    assert (point.pd, point.pfa, point.calibrated) == (1.0, 0.05, False)


def test_the_threshold_never_moves_below_the_same_pfa(tmp_path):
    after = make_cases(0.2, 0.3, loud=0.47)
    point = carry(tmp_path, make_cases(0.9, 0.1), after)
    assert 0.3 < point.threshold < 0.31
    assert (point.pd, point.pfa, point.calibrated) == (0.0, 0.05, False)


def test_scores_that_rose_move_the_threshold_up(tmp_path):
    point = carry(tmp_path, make_cases(0.9, 0.1), make_cases(0.95, 0.55, loud=0.8))
    assert 0.55 < point.threshold < 0.6
    assert (point.pd, point.pfa, point.calibrated) == (1.0, 0.05, False)


def test_a_point_needs_clean_scans(tmp_path):
    cases = [armed(0.9)] * 3
    with pytest.raises(ExportError, match="lacks firearms or clean"):
        carry(tmp_path, cases, cases)
