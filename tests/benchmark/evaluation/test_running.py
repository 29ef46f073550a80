"""Bundles are run on sealed suites, and what they found is kept whole."""

import numpy as np
import pytest

from benchmark.evaluation import running
from benchmark.evaluation.ledger import keep_ledger
from benchmark.evaluation.record import (
    RECORD,
    place_result,
    read_evaluation,
    shown_by,
)
from benchmark.evaluation.running import RunOptions, run_suite
from benchmark.suite.sealed import FOLDER, SealedList, Suite, SuiteScan, seal_suite
from data.dataset import hash_file
from data.display import to_display
from data.errors import BundleError, DatasetError, ResultError, SuiteError
from data.formats import read_scan, write_scan
from data.truth import Truth, TruthObject
from detector.bundle import read_bundle, write_files
from detector.seen import SEEN, shorten, to_text
from tests.benchmark.cases import clean, make_suite
from tests.detector.graphs import make_bundle
from tests.detector.seeing import THING, make_counts, make_steady_graph


@pytest.fixture
def bundle(tmp_path):
    graphs = {"dual": make_steady_graph(), "display": make_steady_graph()}
    make_bundle(tmp_path / "bundle", graphs)
    return read_bundle(tmp_path / "bundle")


@pytest.fixture
def suite(tmp_path):
    return seal(tmp_path, Truth())


def seal(tmp_path, truth, count=3):
    """Scans of one energy, 32 px."""
    scans = []
    for number in range(count):
        stem = tmp_path / "suite" / FOLDER / str(number)
        files = (stem.with_suffix(".tiff"), stem.with_suffix(".truth.json"))
        counts = make_counts((32, 32), [THING], pitch_mm=(4.0, 4.0), low=False)
        write_scan(counts, files[0])
        files[1].write_text(truth.model_dump_json())
        scans.append(
            SuiteScan(
                scan=files[0].name,
                truth=files[1].name,
                files={path.name: hash_file(path) for path in files},
                inspection=str(number),
                group=str(number),
                part="all",
                kind="single",
                synthetic=True,
            )
        )
    content = SealedList(
        name="s", title="t", role="test", origin="o", versions={}, scans=tuple(scans)
    )
    return seal_suite(tmp_path / "suite", content)


def test_everything_found_is_kept_with_where_it_comes_from(tmp_path, suite, bundle):
    told = []
    found = run_suite(
        suite, bundle, tmp_path / "e", progress=lambda *done: told.append(done)
    )
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert len(found.results) == 3
    assert all(len(result.detections) == 1 for result in found.results.values())
    assert found.stamp.suite.seal == suite.seal
    assert found.stamp.bundle.sha256 == bundle.sha256
    assert read_evaluation(tmp_path / "e", suite) == found


def test_an_interrupted_run_goes_on_without_doing_anything_twice(
    tmp_path, suite, bundle, monkeypatch
):
    read = read_scan

    def fail(path):
        if path.name == "1.tiff":
            raise KeyboardInterrupt
        return read(path)

    monkeypatch.setattr(running, "read_scan", fail)
    with pytest.raises(KeyboardInterrupt):
        run_suite(suite, bundle, tmp_path / "e")
    with pytest.raises(ResultError, match="no finished evaluation"):
        read_evaluation(tmp_path / "e", suite)
    seen = []

    def note(path):
        seen.append(path.name)
        return read(path)

    monkeypatch.setattr(running, "read_scan", note)
    run_suite(suite, bundle, tmp_path / "e")
    assert seen == ["1.tiff", "2.tiff"]
    seen.clear()
    run_suite(suite, bundle, tmp_path / "e")
    assert not seen


def test_a_folder_goes_on_with_the_same_arguments_only(tmp_path, suite, bundle):
    run_suite(suite, bundle, tmp_path / "e")
    with pytest.raises(ResultError, match="Choose a new folder"):
        run_suite(suite, bundle, tmp_path / "e", options=RunOptions(rendered=True))
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "mine").write_text("")
    with pytest.raises(DatasetError, match="holds other things"):
        run_suite(suite, bundle, tmp_path / "f")


def test_scans_may_be_shown_rendered_to_the_display_graph(tmp_path, suite, bundle):
    found = run_suite(suite, bundle, tmp_path / "e", options=RunOptions(rendered=True))
    assert found.stamp.rendered
    assert all(r.opaque_fraction is None for r in found.results.values())
    assert found.point("single") == found.stamp.points["display"]


@pytest.mark.parametrize("rendered", [True, False])
def test_what_no_rendering_shows_is_missed_in_counts_alone(tmp_path, bundle, rendered):
    """At 6 nepers, 0.02 more are under a level whatever the grey curve."""
    seen = TruthObject(box=(1, 1, 9, 9), attenuation_around=0.5, contrast=0.3)
    hidden = seen.model_copy(update={"attenuation_around": 6.0, "contrast": 0.02})
    suite = seal(tmp_path, Truth(objects=(seen, hidden)))
    options = RunOptions(rendered=rendered)
    ledger = keep_ledger(run_suite(suite, bundle, tmp_path / "e", options=options))
    assert len(ledger.firearms) == (3 if rendered else 6)
    assert ledger.ignored == (3 if rendered else 0)
    assert all(row.truth.attenuation_around == 0.5 for row in ledger.firearms[::2])


def test_what_fades_hangs_on_the_curve_that_each_scan_was_shown_with(tmp_path, bundle):
    """The grey of a thing in the picture tells its curve."""
    thing = TruthObject(box=(1, 1, 9, 9), attenuation_around=3.5, contrast=0.09)
    suite = seal(tmp_path, Truth(objects=(thing,)), count=12)
    options = RunOptions(rendered=True)
    found = run_suite(suite, bundle, tmp_path / "e", options=options)
    ignored, faded = [], []
    for number, scan in enumerate(suite.scans):
        counts = read_scan(suite.path(scan))
        shown = to_display(counts, shown_by(number)).display
        level = counts.transmission("high").min()
        assert shown is not None
        gamma = np.log(level) / np.log(shown.min() / 255)
        faded.append(255 * np.exp(-3.5 / gamma) * -np.expm1(-0.09 / gamma) < 1)
        ignored.append(found.truth(number).objects[0].ignore)
    assert ignored == faded
    assert len(set(ignored)) == 2


def test_renderings_with_other_curves_are_not_read(tmp_path, suite, bundle):
    out = tmp_path / "e"
    run_suite(suite, bundle, out, options=RunOptions(rendered=True))
    text = (out / RECORD).read_text()
    (out / RECORD).write_text(text.replace('"curves": 2', '"curves": 1'))
    with pytest.raises(ResultError, match="other grey curves"):
        read_evaluation(out, suite)


def test_an_operating_point_that_is_not_there_is_refused(tmp_path, suite, bundle):
    with pytest.raises(ResultError, match="has no operating point 'strict'"):
        run_suite(suite, bundle, tmp_path / "e", options=RunOptions(point="strict"))
    assert not (tmp_path / "e").exists()


def test_a_bundle_without_the_graph_is_refused(tmp_path, suite):
    make_bundle(tmp_path / "b", {"display": make_steady_graph()})
    with pytest.raises(BundleError, match="no graph for"):
        run_suite(suite, read_bundle(tmp_path / "b"), tmp_path / "e")


@pytest.mark.parametrize("source", [None, "f" * 64])
def test_a_bundle_that_has_learned_from_the_suite_is_refused(
    tmp_path, suite, bundle, source
):
    """Sealing writes files anew: where they came from tells it too."""
    first = suite.scans[0].model_copy(update={"source_sha256": source})
    rows = (first, *suite.scans[1:])
    content = suite.content.model_copy(update={"scans": rows})
    names = to_text([shorten(source or first.files[first.scan])])
    write_files(bundle.manifest, bundle.root, {SEEN: names.encode()})
    known = Suite(suite.root, content, suite.seal)
    with pytest.raises(SuiteError, match=r"has learned from 0\.tiff .*of the suite"):
        run_suite(known, read_bundle(bundle.root), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_changed_results_and_other_suites_are_found(tmp_path, suite, bundle):
    run_suite(suite, bundle, tmp_path / "e")
    other = make_suite(tmp_path / "other", [clean()])
    with pytest.raises(ResultError, match="of another suite"):
        read_evaluation(tmp_path / "e", other)
    path = place_result(tmp_path / "e", "1.tiff")
    path.write_text(path.read_text().replace("0.75", "0.74"))
    with pytest.raises(ResultError, match="missing or was changed"):
        read_evaluation(tmp_path / "e", suite)
    (tmp_path / "e" / RECORD).write_text("{}")
    with pytest.raises(ResultError, match="no evaluation"):
        read_evaluation(tmp_path / "e", suite)


def test_the_seed_of_a_rendering_is_the_scans_number(tmp_path, suite, bundle):
    first = run_suite(suite, bundle, tmp_path / "a", options=RunOptions(rendered=True))
    again = run_suite(suite, bundle, tmp_path / "b", options=RunOptions(rendered=True))
    for name, result in first.results.items():
        assert np.array_equal(
            result.scores("firearm"), again.results[name].scores("firearm")
        )
