"""Accepting a site: every placement followed, all of it kept and on one page."""

import base64
import json
import re

import cv2
import numpy as np
import pytest

from benchmark.acceptance.accepting import AcceptOptions, accept_site
from benchmark.acceptance.baseline import read_baseline
from benchmark.acceptance.crops import HEIGHT_PX, WIDTH_PX, draw_crop
from benchmark.acceptance.open_points import list_open_points
from benchmark.acceptance.page import write_page
from benchmark.acceptance.record import (
    ACCEPTANCE,
    Repeats,
    ShownOutcome,
    read_acceptance,
)
from benchmark.acceptance.repeating import compare_results
from benchmark.evaluation.running import RunOptions
from benchmark.suite.sealed import read_suite
from benchmark.verdict.rule_file import Rule, Rules
from data.errors import DeviceError, ResultError, SuiteError
from detector.bundle import read_bundle
from detector.operating_point import OperatingPoint
from detector.results import BundleName, Result, ResultDetection
from tests.benchmark.acceptance.pages import read_page
from tests.benchmark.acceptance.sites import CLEAN, GUN, make_picture, seal_site
from tests.benchmark.cases import clean, make_suite
from tests.detector.graphs import make_bundle
from tests.detector.seeing import SeeingRuntime, make_display

RULES = Rules(title="Fit", rules=(Rule(metric="pd", least=0.5),))


@pytest.fixture
def bundle(tmp_path):
    make_bundle(tmp_path / "bundle")
    return read_bundle(tmp_path / "bundle")


def accept(root, bundle, suite, **how):
    return accept_site(
        suite,
        bundle,
        root / "out",
        options=AcceptOptions(RunOptions(threads=1, **how), RULES),
        progress=lambda *_: None,
    )


@pytest.fixture
def accepted(tmp_path, bundle, monkeypatch):
    """A bundle that sees whatever is dark, accepted at the small site."""
    SeeingRuntime.replace(monkeypatch)
    return accept(tmp_path, bundle, seal_site(tmp_path))


def test_every_placement_is_followed_through_every_scan(accepted):
    both, hidden, tool = accepted.placements
    assert [shown.file for shown in both.shown] == ["a1-1.tiff", "a1-2.tiff"]
    assert (both.found, both.scores) == (2, pytest.approx((0.9, 0.9)))
    assert both.shown[0].box == pytest.approx(GUN, abs=1.5)
    assert (hidden.found, hidden.scores) == (0, (0.0,))
    assert hidden.shown[0].box is None
    assert (tool.found, tool.shown[0].score) == (1, pytest.approx(0.9))


def test_shares_are_counted_with_their_groups(accepted):
    pd, pfa = accepted.pd, accepted.pfa
    assert (pd.hits, pd.trials, pd.groups) == (2, 3, 2)
    assert (pfa.hits, pfa.trials) == (1, CLEAN + 1)  # the tool
    assert pd.low < pd.share < pd.high


def test_all_that_was_run_is_written_down(tmp_path, accepted, bundle):
    assert accepted.stamp.bundle.sha256 == bundle.sha256
    assert accepted.provider == "CPUExecutionProvider"
    assert "onnxruntime" in accepted.versions
    assert accepted.repeats == Repeats(scans=10, identical=10, same=10, score=0.0)
    assert len(accepted.scans) == CLEAN + 4
    assert accepted.verdict.title == "Fit"
    assert read_acceptance(tmp_path / "out" / ACCEPTANCE) == accepted


def test_what_was_accepted_stays_as_it_was_signed(tmp_path, accepted, bundle):
    suite = read_suite(tmp_path / "suite")
    assert accept(tmp_path, bundle, suite) == accepted
    other = Rules(title="Fit", rules=(Rule(metric="pd", least=0.1),))
    with pytest.raises(ResultError, match="holds another acceptance"):
        accept_site(
            suite,
            bundle,
            tmp_path / "out",
            options=AcceptOptions(RunOptions(threads=1), other),
            progress=lambda *_: None,
        )
    assert read_acceptance(tmp_path / "out" / ACCEPTANCE) == accepted


def test_an_acceptance_that_was_changed_is_refused(tmp_path, accepted):
    place = tmp_path / "out" / ACCEPTANCE
    content = json.loads(place.read_text())
    content["acceptance"]["placements"][1]["shown"][0]["alarm"] = True
    place.write_text(json.dumps(content))
    with pytest.raises(ResultError, match="was changed since it was sealed"):
        read_acceptance(place)
    place.write_text("{}")
    with pytest.raises(ResultError, match="is no acceptance"):
        read_acceptance(place)
    place.unlink()
    with pytest.raises(ResultError, match="benchmark accept"):
        read_acceptance(place)
    assert accepted.placements[1].found == 0


def test_a_device_that_is_not_there_accepts_nothing(tmp_path, bundle):
    with pytest.raises(DeviceError):
        accept(tmp_path, bundle, seal_site(tmp_path), device="tensorrt")
    assert not (tmp_path / "out" / ACCEPTANCE).exists()


def test_any_other_suite_is_refused(tmp_path, bundle):
    suite = make_suite(tmp_path / "suite", [clean()])
    with pytest.raises(SuiteError, match="no site's suite"):
        accept(tmp_path, bundle, suite)


def test_the_baseline_is_one_clean_pass_of_each_container(tmp_path, bundle):
    clean_passes = [
        {"file": f"c{number:02d}.tiff", "container": f"box {number // 2}"}
        for number in range(CLEAN)
    ]
    suite = seal_site(tmp_path, clean=clean_passes, least_clean=2)
    with pytest.raises(ResultError, match="clean passes of 22 containers"):
        read_baseline(accept(tmp_path, bundle, suite))


def test_the_baseline_holds_the_figures_of_clean_passes_only(accepted):
    rows = read_baseline(accepted)
    assert len(rows.alarms) == CLEAN
    assert rows.alarms.sum() == 0
    assert rows.columns["highest"].tolist() == [0.01] * CLEAN
    assert rows.columns["air"].mean() == pytest.approx(1, abs=0.01)


def test_what_is_not_settled_is_said(accepted):
    text = "\n".join(accepted.open_points)
    for part in (
        "The verdict is not a pass: cannot tell.",
        "The bundle test 1 is a draft",
        "The operating point draft (0.250) was not calibrated",
        "1 firearms stand for all",
        "spoilt.tiff (the lorry stopped)",
    ):
        assert part in text
    assert "No confusers" not in text
    assert "simulated" not in text


def test_what_is_settled_is_no_open_point(accepted):
    point = OperatingPoint(
        name="draft",
        threshold=0.25,
        pd=0.9,
        pd_interval=(0.8, 0.95),
        pfa=0.01,
        pfa_interval=(0.0, 0.05),
        suite="s",
        calibrated=True,
    )
    bundle = accepted.stamp.bundle.model_copy(update={"status": "signed"})
    stamp = accepted.stamp.model_copy(
        update={"points": {"dual": point}, "bundle": bundle}
    )
    kinds = ("pistol", "rifle", "revolver", "shotgun", "carbine")
    first, tool = accepted.sheet.pieces
    pieces = [first.model_copy(update={"id": kind}) for kind in kinds]
    sheet = accepted.sheet.model_copy(
        update={"left_out": (), "pieces": (first, *pieces, tool)}
    )
    verdict = accepted.verdict.model_copy(update={"answer": "pass"})
    changes = {"stamp": stamp, "sheet": sheet, "verdict": verdict}
    assert list_open_points(accepted.model_copy(update=changes)) == ()


def test_a_station_that_answers_otherwise_the_second_time_is_an_open_point(accepted):
    repeats = Repeats(scans=10, identical=3, same=8, score=0.4)
    slow = accepted.scans[0].model_copy(update={"elapsed_s": 30.0})
    changes = {"repeats": repeats, "scans": (slow,), "synthetic": 1}
    text = " ".join(list_open_points(accepted.model_copy(update=changes)))
    assert "2 of 10 scans gave other alarms" in text
    assert "1 scans took over 10 s" in text
    assert "1 of 1 scans are simulated" in text


def make_result(*rows):
    """Results of a scan: (left edge, score, alarm) of each detection."""
    return Result(
        scan="s",
        width=99,
        height=99,
        opaque_fraction=0.0,
        elapsed_s=1.0,
        bundle=BundleName(name="b", sha256="0" * 64),
        operating_point="draft",
        detections=tuple(
            ResultDetection(
                box=(x0, 1.0, x0 + 10, 9.0), score=score, label="firearm", alarm=alarm
            )
            for x0, score, alarm in rows
        ),
    )


@pytest.mark.parametrize(
    ("rows", "identical", "same", "score"),
    [
        ([(5.0, 0.9, True), (40.0, 0.1, False)], True, True, 0.0),
        ([(5.5, 0.895, True), (41.0, 0.1, False)], False, True, 0.005),
        ([(5.0, 0.9, True)], False, True, 0.0),
        ([(7.0, 0.9, True)], False, False, 0.0),
        ([(5.0, 0.7, True)], False, False, 0.2),
        ([(5.0, 0.9, True), (40.0, 0.9, True)], False, False, 0.0),
        ([], False, False, 0.9),
    ],
)
def test_results_agree_if_their_alarms_do(rows, identical, same, score):
    first = make_result((5.0, 0.9, True), (40.0, 0.1, False))
    found = compare_results(first, make_result(*rows))
    assert (found.identical, found.same) == (identical, same)
    assert found.score == pytest.approx(score)


def test_two_scans_without_alarms_agree():
    assert compare_results(make_result(), make_result((1.0, 0.1, False))).same


def test_the_page_shows_all_and_is_bound_to_the_files(tmp_path, accepted):
    told = []
    suite = seal_site(tmp_path / "same")
    place = tmp_path / "page.html"
    write_page(accepted, suite, place, progress=lambda *done: told.append(done))
    assert told == [(1, 3), (2, 3), (3, 3)]
    page = read_page(place)
    for part in (
        accepted.seal,
        accepted.stamp.suite.seal,
        accepted.stamp.bundle.sha256,
        accepted.evaluation_sha256,
        "CANNOT TELL",
        "CPUExecutionProvider",
        "2 of 2 scans",
        "missed",
        "false alarm",
        "0.00 m along",
        "behind rice",
        *accepted.sheet.signers,
        "spoilt.tiff (the lorry stopped)",
        *accepted.open_points,
    ):
        assert part in page.text, part
    assert page.tags["img"] == 3


def test_nothing_that_people_wrote_becomes_markup(tmp_path, accepted):
    write_page(accepted, seal_site(tmp_path / "same"), tmp_path / "page.html")
    page = read_page(tmp_path / "page.html")
    assert "Kingston, lane <2>" in page.text
    assert "replica & <b>holster</b>" in page.text
    assert page.tags["b"] == 1 + len(accepted.placements)


def test_the_page_needs_nothing_from_elsewhere(tmp_path, accepted):
    write_page(accepted, seal_site(tmp_path / "same"), tmp_path / "page.html")
    page = read_page(tmp_path / "page.html")
    assert len(page.sources) == 3
    assert all(source.startswith("data:image/jpeg;base64,") for source in page.sources)
    assert not re.search(r"url\(|@import|<script", (tmp_path / "page.html").read_text())


def draw(scan, box, met=None):
    """The crop of a box, decoded to BGR."""
    x0, y0, x1, y1 = map(float, box)
    shown = ShownOutcome(
        file="f",
        scan="s",
        truth=(x0, y0, x1, y1),
        score=None,
        box=met,
        alarm=False,
        ignored=False,
    )
    start, coded = draw_crop(scan, shown).split(",")
    assert start == "data:image/jpeg;base64"
    raw = np.frombuffer(base64.b64decode(coded), np.uint8)
    picture = cv2.imdecode(raw, cv2.IMREAD_COLOR)
    assert picture is not None
    return picture.astype(int)


@pytest.mark.parametrize("box", [(0, 0, 5, 5), (59, 27, 64, 32), (0, 0, 64, 32), GUN])
@pytest.mark.parametrize(
    "scan", [make_picture(0, [GUN]), make_display((64, 32), [GUN])], ids=str
)
def test_a_crop_is_drawn_wherever_the_piece_lies(scan, box):
    assert draw(scan, box).shape == (HEIGHT_PX, WIDTH_PX, 3)


def test_a_crop_has_the_piece_in_blue_and_what_met_it_in_red():
    plain = draw(make_picture(0, [GUN]), GUN)
    blue, red = plain[..., 0] - plain[..., 2], plain[..., 2] - plain[..., 0]
    assert (blue > 120).sum() > 100
    assert not (red > 100).any()
    met = draw(make_picture(0, [GUN]), GUN, (10.0, 8.0, 20.0, 14.0))
    assert ((met[..., 2] - met[..., 0]) > 100).sum() > 100
