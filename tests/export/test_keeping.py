"""Tests of exporting one graph anew, with the others of a bundle as they are."""

import json
import shutil

import pytest

from benchmark.calibration.points import add_point
from data.errors import BundleError, ExportError
from detector.bundle import read_bundle, write_files
from detector.encoding import Encoding
from detector.manifest import Manifest
from detector.run import read_run, write_run
from detector.seen import SEEN, is_whole, read_seen, to_text
from export.bundling import export_bundle
from export.keeping import keep_graphs
from tests.detector.graphs import make_point

POINT = make_point(threshold=0.321)


@pytest.fixture
def display_run(small, tmp_path):
    """A run on renderings."""
    folder = tmp_path / "display-run"
    shutil.copytree(small.run, folder)
    changes = {"encoding": Encoding.DISPLAY, "planes": "display"}
    write_run(read_run(folder).model_copy(update=changes), folder)
    return folder


@pytest.fixture
def calibrated(small, tmp_path):
    """A bundle with a graph for counts that is calibrated."""
    folder = tmp_path / "old"
    shutil.copytree(small.bundle, folder)
    bundle = read_bundle(folder)
    write_files(add_point(bundle, "dual", POINT), folder, {})
    return folder


def export(run, out, keep):
    return export_bundle([run], out, keep=keep, progress=lambda *_: None)


def change(folder, **changes):
    """Change a bundle's manifest."""
    manifest = read_bundle(folder).manifest
    write_files(manifest.model_copy(update=changes), folder, {})


def fail(run, out, keep, error=ExportError):
    with pytest.raises(error) as caught:
        export(run, out, keep)
    assert not out.exists()
    (message,) = str(caught.value).splitlines()
    return message


def test_the_other_graph_comes_along_with_all_that_is_known_of_it(
    display_run, calibrated, tmp_path
):
    out = tmp_path / "new"
    manifest = export(display_run, out, calibrated)
    old, new = read_bundle(calibrated), read_bundle(out)
    assert new.manifest == manifest
    assert sorted(manifest.graphs) == ["display", "dual"]
    assert manifest.graphs["dual"] == old.manifest.graphs["dual"]
    assert manifest.graphs["dual"].operating_points[0].threshold == 0.321
    assert new.graph_for("dual")[1]() == old.graph_for("dual")[1]()
    parity, before = (
        json.loads((folder / "parity.json").read_text()) for folder in (out, calibrated)
    )
    assert sorted(parity) == ["display", "dual"]
    assert parity["dual"] == before["dual"]
    assert "score >= 0.321" in (out / "card.md").read_text()


def test_what_comes_out_is_calibrated_once_the_new_graph_is(
    display_run, calibrated, tmp_path
):
    assert read_bundle(calibrated).manifest.status == "calibrated"
    out = tmp_path / "new"
    manifest = export(display_run, out, calibrated)
    assert manifest.status == "draft"
    assert add_point(read_bundle(out), "display", POINT).status == "calibrated"


def test_a_graph_of_the_same_encoding_is_replaced(small, calibrated, tmp_path):
    both = tmp_path / "both"
    run = tmp_path / "display-run"
    shutil.copytree(small.run, run)
    changes = {"encoding": Encoding.DISPLAY, "planes": "display", "seed": 7}
    write_run(read_run(run).model_copy(update=changes), run)
    export(run, both, calibrated)
    write_run(read_run(run).model_copy(update={"seed": 8}), run)
    manifest = export(run, tmp_path / "new", both)
    assert manifest.graphs["display"].seed == 8
    assert manifest.graphs["dual"].operating_points[0].threshold == 0.321


def test_what_either_has_learned_from_is_known(display_run, calibrated, tmp_path):
    for folder, name in ((display_run, "a" * 16), (calibrated, "b" * 16)):
        (folder / SEEN).write_text(to_text([name], whole=folder is display_run))
    contents = {SEEN: (calibrated / SEEN).read_bytes()}
    write_files(_unlisted(calibrated), calibrated, contents)
    export(display_run, tmp_path / "new", calibrated)
    assert read_seen(tmp_path / "new") == frozenset({"a" * 16, "b" * 16})
    assert not is_whole(tmp_path / "new")


def _unlisted(folder):
    """A bundle's manifest as it is in the file, whatever lies beside it."""
    return Manifest.model_validate_json((folder / "manifest.json").read_bytes())


def test_a_graph_that_learned_from_real_scans_makes_the_bundle_one_that_did(
    display_run, calibrated, tmp_path
):
    assert export(display_run, tmp_path / "first", calibrated).synthetic_only
    change(calibrated, synthetic_only=False)
    assert not export(display_run, tmp_path / "second", calibrated).synthetic_only


def test_nothing_to_keep_is_refused(small, calibrated, tmp_path):
    message = fail(small.run, tmp_path / "new", calibrated)
    assert "has graphs for dual alone" in message
    assert "Leave out --keep" in message


def test_other_labels_are_refused(display_run, calibrated, tmp_path):
    change(calibrated, labels=("knife",))
    message = fail(display_run, tmp_path / "new", calibrated)
    assert "finds knife, what was trained finds firearm" in message


def test_what_was_made_for_running_is_refused(display_run, calibrated, tmp_path):
    entry = read_bundle(calibrated).manifest.graphs["dual"]
    change(calibrated, graphs={"dual": entry.model_copy(update={"precision": "int8"})})
    assert "made for running" in fail(display_run, tmp_path / "new", calibrated)


@pytest.mark.parametrize(
    ("text", "kept"), [(b'{"dual": 3}', 3), (b"[1]", None), (b"no JSON", None)]
)
def test_a_parity_of_another_version_goes_on_as_it_is(
    display_run, calibrated, tmp_path, text, kept
):
    manifest = read_bundle(calibrated).manifest
    write_files(manifest, calibrated, {"parity.json": text})
    export(display_run, tmp_path / "new", calibrated)
    parity = json.loads((tmp_path / "new" / "parity.json").read_text())
    assert parity.get("dual") == kept
    assert "display" in parity


def test_a_parity_that_was_changed_since_is_refused(calibrated):
    bundle = read_bundle(calibrated)
    (calibrated / "parity.json").write_text("{}")
    with pytest.raises(BundleError, match="its sha256 differs"):
        keep_graphs(bundle, {"display"}, ("firearm",))


def test_what_is_signed_next_counts_on(display_run, calibrated, tmp_path):
    change(calibrated, counter=7)
    assert export(display_run, tmp_path / "new", calibrated).counter == 7


def test_a_bundle_that_was_changed_is_refused(display_run, calibrated, tmp_path):
    (calibrated / "card.md").write_text("changed")
    fail(display_run, tmp_path / "new", calibrated, BundleError)
    fail(display_run, tmp_path / "new", tmp_path / "nowhere", BundleError)


def test_a_bundle_without_a_parity_comes_along(display_run, calibrated, tmp_path):
    manifest = read_bundle(calibrated).manifest
    (calibrated / "parity.json").unlink()
    files = {k: v for k, v in manifest.files.items() if k != "parity.json"}
    write_files(manifest.model_copy(update={"files": files}), calibrated, {})
    export(display_run, tmp_path / "new", calibrated)
    parity = json.loads((tmp_path / "new" / "parity.json").read_text())
    assert sorted(parity) == ["display"]
