"""Tests of calibrating a bundle: its manifest learns what it does not see."""

import pytest

from benchmark.evaluation.running import RunOptions
from cargosight import calibrating
from cargosight.calibrating import Wish, calibrate_bundle, cut_evaluation
from data.errors import SuiteError
from data.truth import TruthObject
from detector.bundle import read_bundle
from detector.manifest import SIGNATURE, Slice
from detector.operating_point import OperatingPoint
from tests.benchmark.cases import (
    GUN,
    Case,
    armed,
    clean,
    make_evaluation,
    make_suite,
)
from tests.detector.graphs import make_bundle


def gun(score, **known):
    """A scan with a firearm of which something is known."""
    return Case((TruthObject(box=GUN, **known),), ((GUN, score),))


CHECKED = [
    *(gun(0.9, kind="pistol", attenuation_around=0.5) for _ in range(3)),
    *(gun(0.2, kind="rifle", attenuation_around=7.0) for _ in range(8)),
    clean(0.1),
    clean(),
]
CHOSEN = [clean(number / 100) for number in range(40)]


def fake_runs(monkeypatch, root):
    """Evaluations that are there already, in place of those that a network makes."""
    cases = {"c": CHOSEN, "t": CHECKED}

    def run_suite(suite, _, out, **__):
        return make_evaluation(out, suite, cases[suite.name])

    monkeypatch.setattr(calibrating, "run_suite", run_suite)
    make_suite(root / "c", CHOSEN, name="c", role="calibration")
    make_suite(root / "t", CHECKED, name="t")
    return root / "c", root / "t"


def calibrate(bundle, suites, out, **wish):
    return calibrate_bundle(
        bundle,
        suites,
        out,
        wish=Wish(**wish),
        options=RunOptions(),
        progress=lambda *_: None,
    )


def test_a_calibrated_bundle_says_what_was_found_of_which_firearms(
    tmp_path, monkeypatch
):
    make_bundle(tmp_path / "b")
    suites = fake_runs(monkeypatch, tmp_path)
    point = calibrate(tmp_path / "b", suites, tmp_path / "out")
    assert 0.2 < point.threshold < 0.9
    entry = read_bundle(tmp_path / "b").manifest.graphs["dual"]
    assert entry.operating_points[0] == point
    counts = {(each.by, each.name): (each.found, each.of) for each in entry.slices}
    assert counts == {
        ("attenuation around", "0 to 1"): (3, 3),
        ("attenuation around", "5 and more"): (0, 8),
        ("kind of firearm", "pistol"): (3, 3),
        ("kind of firearm", "rifle"): (0, 8),
    }
    curve = [(point.threshold, point.pd, point.pfa) for point in entry.curve]
    assert curve == [
        pytest.approx(wanted, abs=1e-5)
        for wanted in ((0.1, 1, 0.5), (0.2, 1, 0), (0.9, 3 / 11, 0))
    ]
    card = (tmp_path / "b" / "card.md").read_text(encoding="utf-8")
    assert "| 5 and more | 0 of 8 | 0% |" in card
    assert "    - kind of firearm: rifle (0 of 8, 32%)" in card


def test_slices_are_counted_at_the_point_and_not_at_the_one_that_was_run(tmp_path):
    cases = [gun(0.3, kind="pistol"), gun(0.8, kind="pistol"), gun(0.8, kind="rifle")]
    suite = make_suite(tmp_path / "s", cases)
    evaluation = make_evaluation(tmp_path / "e", suite, cases)
    found = []
    for threshold in (0.2, 0.5, 0.9):
        point = OperatingPoint(name="p", threshold=threshold)
        slices = cut_evaluation(evaluation, point)
        found.append([(each.name, each.found, each.of) for each in slices])
    assert found == [
        [("pistol", 2, 2), ("rifle", 1, 1)],
        [("pistol", 1, 2), ("rifle", 1, 1)],
        [("pistol", 0, 2), ("rifle", 0, 1)],
    ]


def test_a_name_too_long_for_a_manifest_is_cut(tmp_path):
    cases = [gun(0.3, kind="p" * 200), gun(0.8, kind="rifle")]
    suite = make_suite(tmp_path / "s", cases)
    evaluation = make_evaluation(tmp_path / "e", suite, cases)
    slices = cut_evaluation(evaluation, OperatingPoint(name="p", threshold=0.5))
    assert [each.name for each in slices] == ["p" * 64, "rifle"]
    assert all(isinstance(each, Slice) for each in slices)


@pytest.mark.parametrize("how", ["status", "signature"])
def test_a_signed_bundle_is_refused_before_anything_is_run(tmp_path, monkeypatch, how):
    status = "signed" if how == "status" else "calibrated"
    make_bundle(tmp_path / "b", status=status)
    if how == "signature":
        (tmp_path / "b" / SIGNATURE).write_bytes(b"{}")
    before = {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()}
    suites = fake_runs(monkeypatch, tmp_path)
    with pytest.raises(SuiteError, match="is signed: nothing of it may change"):
        calibrate(tmp_path / "b", suites, tmp_path / "out")
    after = {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()}
    assert after == before
    assert not (tmp_path / "out").exists()


def test_a_site_may_set_a_point_of_its_own_for_a_signed_bundle(tmp_path, monkeypatch):
    make_bundle(tmp_path / "b", status="signed")
    before = (tmp_path / "b" / "manifest.json").read_bytes()
    suites = fake_runs(monkeypatch, tmp_path)
    station = tmp_path / "station.toml"
    calibrate(tmp_path / "b", suites, tmp_path / "out", station=station)
    assert "[operating_points.dual]" in station.read_text()
    assert (tmp_path / "b" / "manifest.json").read_bytes() == before


def test_firearms_of_which_nothing_is_known_make_no_slices(tmp_path):
    cases = [armed(0.9), clean()]
    suite = make_suite(tmp_path / "s", cases)
    evaluation = make_evaluation(tmp_path / "e", suite, cases)
    assert cut_evaluation(evaluation, OperatingPoint(name="p", threshold=0.5)) == ()
