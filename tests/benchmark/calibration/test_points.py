"""Operating points are chosen on one suite, measured on another, and then written."""

import pytest

from benchmark.calibration.points import add_point, choose_point, which_graph
from data.errors import SuiteError
from detector.bundle import read_bundle
from tests.benchmark.cases import armed, clean, make_evaluation, make_suite
from tests.detector.graphs import make_bundle, make_point
from tests.detector.seeing import make_steady_graph


def make_pair(root, *, chosen=None, checked=None, roles=("calibration", "test")):
    """Evaluations on a calibration suite and on a test suite."""
    chosen = chosen or [clean(n / 100) for n in range(40)]
    checked = checked or [armed(0.5), armed(0.1), clean(0.9), clean(0.1), clean()]
    found = []
    for name, cases, role in zip("ab", (chosen, checked), roles, strict=True):
        suite = make_suite(root / name, cases, name=name, role=role)
        found.append(make_evaluation(root / f"e{name}", suite, cases))
    return found


def test_a_point_keeps_its_pfa_where_it_was_chosen_and_is_measured_elsewhere(tmp_path):
    point = choose_point(*make_pair(tmp_path), name="normal", wanted_pfa=0.05)
    assert point.threshold == pytest.approx(0.371)  # 2 of 40 lie above
    assert point.calibrated
    assert point.pd == 0.5
    assert point.pfa == pytest.approx(1 / 3)
    assert point.suite is not None
    assert point.suite.startswith("b ")


def test_too_few_clean_inspections_cannot_set_a_pfa(tmp_path):
    pair = make_pair(tmp_path)
    for wanted in (0.01, 0.0, 1.0, -1.0):
        with pytest.raises(SuiteError, match="cannot be set on the 40 clean"):
            choose_point(*pair, name="n", wanted_pfa=wanted)


def test_suites_of_the_wrong_role_and_other_bundles_are_refused(tmp_path):
    pair = make_pair(tmp_path, roles=("test", "test"))
    with pytest.raises(SuiteError, match="calibration suite and measure it"):
        choose_point(*pair, name="n", wanted_pfa=0.05)
    first, second = make_pair(tmp_path / "more")
    other = make_evaluation(
        tmp_path / "o", second.suite, [clean() for _ in second.suite.scans], bundle="x"
    )
    with pytest.raises(SuiteError, match="of different bundles"):
        choose_point(first, other, name="n", wanted_pfa=0.05)


def test_a_suite_without_firearms_or_clean_scans_measures_nothing(tmp_path):
    for place, cases in (("a", [clean(), clean()]), ("b", [armed(0.9)])):
        pair = make_pair(tmp_path / place, checked=cases)
        with pytest.raises(SuiteError, match="lacks firearms or clean"):
            choose_point(*pair, name="n", wanted_pfa=0.05)


POINT = make_point()


def test_a_calibrated_point_comes_first_and_takes_the_drafts_place(tmp_path):
    make_bundle(tmp_path / "b", {"dual": make_steady_graph()})
    bundle = read_bundle(tmp_path / "b")
    manifest = add_point(bundle, "dual", POINT)
    assert manifest.graphs["dual"].operating_points == (POINT,)
    assert manifest.status == "calibrated"


def test_a_bundle_is_calibrated_when_all_of_its_graphs_are(tmp_path):
    graphs = {"dual": make_steady_graph(), "display": make_steady_graph()}
    make_bundle(tmp_path / "b", graphs)
    assert add_point(read_bundle(tmp_path / "b"), "dual", POINT).status == "draft"


def test_a_signed_bundle_is_left_alone(tmp_path):
    make_bundle(tmp_path / "b", {"dual": make_steady_graph()}, status="signed")
    with pytest.raises(SuiteError, match="is signed"):
        add_point(read_bundle(tmp_path / "b"), "dual", POINT)


def test_which_graph_an_evaluation_ran(tmp_path):
    first, _ = make_pair(tmp_path)
    assert which_graph(first) == "dual"
