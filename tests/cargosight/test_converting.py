"""A bundle in another precision: measured, admitted or refused, written whole."""

import json

import pytest
import typer
from typer.testing import CliRunner

from benchmark.suite.sealed import FOLDER, SealedList, SuiteScan, seal_suite
from cargosight.convert_cli import CONVERT_EXAMPLE, bundle_convert
from cargosight.converting import Conversion, convert_bundle
from data.dataset import INDEX, DatasetIndex, IndexedScan, hash_file
from data.errors import BundleError, CargosightError, ExportError, SuiteError
from data.formats import write_scan
from data.truth import Truth, TruthObject
from detector.bundle import read_bundle, write_files
from detector.manifest import SIGNATURE
from detector.pipeline import Detector
from export.precision import admission, points
from export.precision.writing import write_converted
from tests.detector.graphs import make_bundle, make_entry, make_manifest, make_point
from tests.detector.seeing import THING, make_counts
from tests.export.precision.small import BOX, SIDE, make_small_graph

GRAPH = make_small_graph(layers=2)
POINT = make_point()


def make_scans(root, count, *, armed=0):
    """Scans of one tile; the first ones have a firearm where the graph looks."""
    for number in range(count):
        scan = make_counts((SIDE, SIDE), [THING], pitch_mm=(4.0, 4.0))
        write_scan(scan, root / f"{number}.tiff")
        objects = (TruthObject(box=BOX),) if number < armed else ()
        truth = Truth(objects=objects).model_dump_json()
        (root / f"{number}.json").write_text(truth)


def make_dataset(root, split="validation"):
    make_scans(root, 2)
    scans = tuple(
        IndexedScan(scan=f"{n}.tiff", truth=f"{n}.json", split=split) for n in range(2)
    )
    index = DatasetIndex(name="d", seed=0, synthetic=True, scans=scans)
    (root / INDEX).write_text(index.model_dump_json())
    return root


def make_suite(root, armed=3, clean=2, *, role="test", kind="single"):
    make_scans(root / FOLDER, armed + clean, armed=armed)
    scans = tuple(
        SuiteScan(
            scan=f"{n}.tiff",
            truth=f"{n}.json",
            files={
                name: hash_file(root / FOLDER / name)
                for name in (f"{n}.tiff", f"{n}.json")
            },
            inspection=str(n),
            group=str(n),
            part="all",
            kind=kind,
            synthetic=True,
        )
        for n in range(armed + clean)
    )
    content = SealedList(
        name="s", title="t", role=role, origin="o", versions={}, scans=scans
    )
    seal_suite(root, content)
    return root


def make_source(root):
    entry = make_entry(GRAPH, operating_points=(POINT,))
    manifest = make_manifest({"dual": GRAPH}, status="calibrated")
    root.mkdir()
    changed = manifest.model_copy(update={"graphs": {"dual": entry}})
    write_files(changed, root, {entry.file: GRAPH})
    return root


@pytest.fixture
def wish(tmp_path):
    """What is asked for, on three firearms."""
    dataset, suite = make_dataset(tmp_path / "d"), make_suite(tmp_path / "s")
    return Conversion("int8", dataset, suite, threads=1)


@pytest.fixture
def lenient(monkeypatch):
    """Three firearms are enough, and any loss is admitted."""
    monkeypatch.setattr(admission, "LEAST_FIREARMS", 3)
    monkeypatch.setattr(admission, "MOST_LOST", 1.0)
    monkeypatch.setattr(points, "MOST_LOST", 1.0)


def convert(bundle, wish):
    return convert_bundle(bundle, wish, progress=lambda *_: None)


def change(wish, **changes):
    fields = {name: getattr(wish, name) for name in wish.__dataclass_fields__}
    return Conversion(**(fields | changes))


def fail(bundle, wish, error=ExportError):
    with pytest.raises(error) as caught:
        convert(bundle, wish)
    (message,) = str(caught.value).splitlines()
    return message


def left_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_too_few_firearms_show_a_table_and_write_nothing(tmp_path, wish):
    bundle = make_source(tmp_path / "b")
    before = left_in(tmp_path)
    converted = convert(bundle, wish)
    rows = converted.record.rows
    assert list(rows) == ["fp32", "fp16", "int8"]
    answers = [row.admission.answer for row in rows.values()]
    assert answers == ["admitted", "cannot tell", "cannot tell"]
    assert {row.admission.pd for row in rows.values()} == {1.0}
    assert rows["fp32"].tile_ratio == rows["fp32"].scan_ratio == 1.0
    assert rows["fp32"].closeness.score == 0.0 < rows["int8"].closeness.score
    with pytest.raises(ExportError, match="int8: cannot tell: 3 visible firearms, 500"):
        write_converted(converted, tmp_path / "new")
    assert left_in(tmp_path) == before


@pytest.mark.usefixtures("lenient")
@pytest.mark.parametrize("precision", ["fp16", "int8"])
def test_what_is_admitted_becomes_a_bundle_that_runs(tmp_path, wish, precision):
    bundle = make_source(tmp_path / "b")
    out = tmp_path / "new" / "bundle"
    converted = convert(bundle, change(wish, precision=precision))
    manifest = write_converted(converted, out)
    assert read_bundle(out).manifest == manifest
    assert left_in(out.parent) == ["bundle"]
    entry = manifest.graphs["dual"]
    assert (entry.precision, entry.parity, entry.slices) == (precision, None, ())
    assert entry.curve == ()
    assert entry.sha256 != read_bundle(bundle).manifest.graphs["dual"].sha256
    record = json.loads((out / "precision.json").read_text())["dual"]
    assert record["wanted"] == precision
    assert record["kept_float"][0] == "conv0"
    assert record["rows"][precision]["admission"]["answer"] == "admitted"
    assert precision in (out / "card.md").read_text()
    scan = make_counts((SIDE, SIDE), [THING], pitch_mm=(4.0, 4.0))
    assert len(Detector(read_bundle(out), threads=1).detect(scan).alarms)


@pytest.mark.usefixtures("lenient")
def test_points_are_measured_anew_and_stay_calibrated_on_a_test_suite(tmp_path, wish):
    bundle = make_source(tmp_path / "b")
    manifest = write_converted(convert(bundle, wish), tmp_path / "new")
    (point,) = manifest.graphs["dual"].operating_points
    assert (point.name, point.threshold, point.pd, point.pfa) == ("normal", 0.5, 1, 1)
    assert point.suite is not None
    assert point.suite.startswith("s ")
    assert (point.calibrated, manifest.status) == (True, "calibrated")

    suite = make_suite(tmp_path / "c", role="calibration")
    manifest = write_converted(
        convert(bundle, change(wish, suite=suite)), tmp_path / "other"
    )
    (point,) = manifest.graphs["dual"].operating_points
    assert (point.calibrated, manifest.status) == (False, "draft")


@pytest.mark.usefixtures("lenient")
def test_the_rest_of_a_bundle_comes_along(tmp_path, wish):
    bundle = tmp_path / "b"
    graphs = {"dual": GRAPH, "display": GRAPH}
    manifest = make_bundle(bundle, graphs)
    parity = b'{"dual": [1], "display": [2]}'
    write_files(manifest, bundle, {"parity.json": parity})
    first = tmp_path / "first"
    write_converted(convert(bundle, wish), first)
    assert json.loads((first / "parity.json").read_text()) == {"display": [2]}
    graphs_now = read_bundle(first).manifest.graphs
    assert graphs_now["display"] == read_bundle(bundle).manifest.graphs["display"]
    shown = change(wish, kind="display", precision="fp16")
    second = write_converted(convert(first, shown), tmp_path / "second")
    found = {kind: entry.precision for kind, entry in second.graphs.items()}
    assert found == {"dual": "int8", "display": "fp16"}
    record = json.loads((tmp_path / "second" / "precision.json").read_text())
    assert sorted(record) == ["display", "dual"]


@pytest.mark.usefixtures("lenient")
def test_a_graph_that_is_narrow_already_is_refused(tmp_path, wish):
    write_converted(convert(make_source(tmp_path / "b"), wish), tmp_path / "new")
    assert "is int8 already" in fail(tmp_path / "new", wish)


def test_a_signed_bundle_is_refused(tmp_path, wish):
    make_bundle(tmp_path / "b", {"dual": GRAPH}, status="signed")
    assert "is signed. Convert its draft" in fail(tmp_path / "b", wish)
    bundle = make_source(tmp_path / "other")
    (bundle / SIGNATURE).write_bytes(b"{}")
    assert "is signed. Convert its draft" in fail(bundle, wish)


@pytest.mark.parametrize("precision", ["fp32", "fp64", ""])
def test_an_unknown_precision_is_refused(tmp_path, wish, precision):
    message = fail(make_source(tmp_path / "b"), change(wish, precision=precision))
    assert f"no precision {precision!r}" in message


def test_a_dataset_without_validation_scans_is_refused(tmp_path, wish):
    dataset = make_dataset(tmp_path / "train", split="train")
    message = fail(make_source(tmp_path / "b"), change(wish, dataset=dataset))
    assert "has no validation scans" in message


def test_a_kind_that_bundle_or_suite_lack_is_refused(tmp_path, wish):
    bundle = make_source(tmp_path / "b")
    assert "no graph" in fail(bundle, change(wish, kind="display"), BundleError)
    suite = make_suite(tmp_path / "shown", kind="display")
    assert "display scans" in fail(bundle, change(wish, suite=suite), SuiteError)


@pytest.mark.usefixtures("lenient")
@pytest.mark.parametrize("error", [OSError(28, "full"), KeyboardInterrupt()])
def test_writing_that_is_cut_short_leaves_nothing(tmp_path, wish, monkeypatch, error):
    converted = convert(make_source(tmp_path / "b"), wish)
    before = left_in(tmp_path)

    def break_off(*_, **__):
        raise error

    monkeypatch.setattr("export.precision.writing.read_bundle", break_off)
    with pytest.raises(type(error)):
        write_converted(converted, tmp_path / "new")
    assert left_in(tmp_path) == before


def test_kept_work_is_not_done_twice(tmp_path, wish, monkeypatch):
    bundle = make_source(tmp_path / "b")
    kept = change(wish, work=tmp_path / "work")
    first = convert(bundle, kept).record
    monkeypatch.setattr("benchmark.evaluation.running._detect", None)
    again = convert(bundle, kept).record
    assert again.rows["int8"].admission == first.rows["int8"].admission


def run(*words):
    """Exit code and both outputs of the command alone."""
    app = typer.Typer()
    app.command(epilog=CONVERT_EXAMPLE)(bundle_convert)
    done = CliRunner().invoke(app, [str(word) for word in words])
    if isinstance(done.exception, CargosightError):
        return 1, done.stdout, str(done.exception)
    return done.exit_code, done.stdout, done.stderr


def list_words(bundle, wish):
    options = ("--calibrate", wish.dataset, "--suite", wish.suite, "--threads", 1)
    return (bundle, "--precision", "int8", *options)


def test_the_command_shows_the_table_on_trial(tmp_path, wish):
    words = list_words(make_source(tmp_path / "b"), wish)
    code, said, _ = run(*words, "--try")
    assert code == 0
    lines = said.splitlines()
    assert [line.split()[0] for line in lines[2:5]] == ["fp32", "fp16", "int8"]
    assert "ms/tile" in lines[1]
    assert "int8: cannot tell: 3 visible firearms" in lines[-1]
    code, said, _ = run(*words, "--try", "--json")
    assert (code, set(json.loads(said)["rows"])) == (0, {"fp32", "fp16", "int8"})


def test_the_command_refuses_in_one_line_with_the_figures(tmp_path, wish):
    words = list_words(make_source(tmp_path / "b"), wish)
    out = tmp_path / "new"
    code, said, error = run(*words, "--out", out)
    assert (code, out.exists()) == (1, False)
    assert "ms/tile" in said
    assert "3 visible firearms, 500 are needed" in error
    assert len(error.splitlines()) == 1
    out.mkdir()
    assert "is there already" in run(*words, "--out", out)[2]
    assert run(*words)[0] == 2


@pytest.mark.usefixtures("lenient")
def test_the_command_writes_what_is_admitted(tmp_path, wish):
    out = tmp_path / "new"
    code, said, _ = run(*list_words(make_source(tmp_path / "b"), wish), "--out", out)
    assert code == 0
    assert "normal >= 0.50, Pd 100%" in said.splitlines()[-1]
    assert read_bundle(out).manifest.graphs["dual"].precision == "int8"
