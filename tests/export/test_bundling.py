"""Tests of the way from finished runs to a draft bundle."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from pydantic import TypeAdapter

from benchmark.metrics.average_precision import JudgedScan
from data.dataset import read_dataset
from data.errors import DatasetError, ExportError, ParityError, TrainingError
from data.formats import read_scan
from data.truth import Truth, TruthObject
from detector.bundle import read_bundle
from detector.encoding import Encoding
from detector.pipeline import Detector
from detector.run import read_run, write_run
from detector.seen import SEEN, is_whole, read_seen, shorten, to_text
from export import bundling, measuring
from export.bundling import Tiling, export_bundle
from export.graph import export_graph
from export.parity import Parity


@pytest.fixture
def display_run(small, tmp_path):
    """The same run, as if it had been one on renderings."""
    folder = tmp_path / "display-run"
    shutil.copytree(small.run, folder)
    changes = {"encoding": Encoding.DISPLAY, "planes": "display", "pd": 0.75}
    run = read_run(folder).model_copy(update=changes)
    write_run(run, folder)
    return folder


def export(runs, out, **more):
    return export_bundle(runs, out, progress=lambda *_: None, **more)


def left_in(folder):
    return sorted(path.name for path in folder.iterdir())


def fail(runs, out, error=ExportError, **more):
    before = left_in(out.parent)
    with pytest.raises(error) as caught:
        export(runs, out, **more)
    (message,) = str(caught.value).splitlines()
    assert left_in(out.parent) == before
    return message


def test_a_bundle_is_read_back_with_all_that_it_is_made_of(small):
    assert left_in(small.bundle) == [
        "card.md",
        "dual.onnx",
        "manifest.json",
        "parity.json",
        "seen.txt",
    ]
    manifest = read_bundle(small.bundle).manifest
    entry = manifest.graphs["dual"]
    run = read_run(small.run)
    assert (manifest.status, manifest.labels) == ("draft", ("firearm",))
    assert manifest.synthetic_only
    assert (entry.tile_side, entry.tile_overlap) == (run.tile_side, run.tile_overlap)
    assert (entry.scale, entry.dataset_sha256) == (run.scale, run.dataset_sha256)
    assert {"onnx", "onnxruntime", "python", "torch", "ultralytics"} <= set(
        manifest.versions
    )
    assert (small.bundle / "card.md").read_text().startswith("# cargosight ")


def test_a_bundle_says_which_scans_any_of_its_networks_has_seen(
    small, display_run, tmp_path
):
    learned = [
        shorten(sample.sha256)
        for sample in read_dataset(Path(read_run(small.run).dataset)).samples
        if sample.split != "held-out"
    ]
    assert read_seen(small.bundle) == frozenset(learned)
    (display_run / SEEN).write_text(to_text(["0" * 16]))
    export([small.run, display_run], tmp_path / "both")
    assert read_seen(tmp_path / "both") == frozenset({*learned, "0" * 16})
    (display_run / SEEN).unlink()
    export([small.run, display_run], tmp_path / "unknown")
    assert read_seen(tmp_path / "unknown") == frozenset(learned)
    assert [is_whole(tmp_path / name) for name in ("both", "unknown")] == [True, False]


def test_the_parity_on_file_is_the_one_the_manifest_sums_up(small):
    (stated,) = json.loads((small.bundle / "parity.json").read_text())["dual"]
    summary = read_bundle(small.bundle).manifest.graphs["dual"].parity
    assert summary is not None
    assert (summary.tiles, summary.scans) == (
        stated["tiles"]["compared"],
        stated["scans"]["compared"],
    )
    assert summary.score == max(stated[level]["score"] for level in ("tiles", "scans"))
    assert stated["tiles"]["detections"] > 0
    assert stated["provider"] == "cpu"
    assert stated["nodes"]["CPUExecutionProvider"] > 100


def test_the_manifest_sums_up_the_worst_of_all_devices(small):
    text = json.dumps(json.loads((small.bundle / "parity.json").read_text())["dual"])
    (cpu,) = TypeAdapter(tuple[Parity, ...]).validate_json(text)
    worse = cpu.scans.model_copy(update={"score": 0.0007, "box_px": 0.07})
    cuda = cpu.model_copy(update={"provider": "cuda", "scans": worse})
    summary = bundling._sum_up((cpu, cuda))  # noqa: SLF001 - no GPU in tests
    assert (summary.score, summary.box_px) == (0.0007, 0.07)
    assert (summary.tiles, summary.scans) == (cpu.tiles.compared, cpu.scans.compared)


def test_a_bundle_runs_over_the_scans_it_was_not_trained_on(small):
    scans = [
        sample.scan
        for sample in read_dataset(small.dataset).samples
        if sample.split == "held-out"
    ]
    detector = Detector(read_bundle(small.bundle), threads=1, least_score=0.0)
    for path in scans:
        findings = detector.detect(read_scan(path))
        assert len(findings.detections) > 0
        assert findings.opaque_fraction is not None


def test_two_encodings_go_into_one_bundle(small, display_run, tmp_path):
    told = []
    out = tmp_path / "new" / "bundle"
    manifest = export_bundle(
        [small.run, display_run],
        out,
        name="both 1.0",
        progress=lambda *step: told.append(step),
    )
    bundle = read_bundle(out)
    assert bundle.manifest == manifest
    assert manifest.name == "both 1.0"
    assert sorted(manifest.graphs) == ["display", "dual"]
    assert sorted(json.loads((out / "parity.json").read_text())) == ["display", "dual"]
    assert told == [("validating dual", 1, 1), ("validating display", 1, 1)]
    graphs = [bundle.graph_for(kind)[1]() for kind in ("dual", "single", "display")]
    assert graphs[0] == graphs[1]
    assert left_in(tmp_path / "new") == ["bundle"]
    assert manifest.graphs["display"].metrics["validation_pd"] == 0.75
    run = read_run(small.run)
    assert run.pd is None
    assert manifest.graphs["dual"].metrics == {
        "validation_ap50": run.ap50,
        "validation_ap50_95": run.ap50_95,
    }
    assert "validation_pd on validation scans: 0.750." in (out / "card.md").read_text()


def test_two_runs_with_one_encoding_are_refused(small, tmp_path):
    assert "one encoding" in fail([small.run, small.run], tmp_path / "bundle")


@pytest.mark.parametrize("planes", ["single", "log", "pseudo-colour"])
def test_the_run_of_an_experiment_is_refused(small, tmp_path, planes):
    run = tmp_path / "run"
    shutil.copytree(small.run, run)
    write_run(read_run(run).model_copy(update={"planes": planes}), run)
    message = fail([run], tmp_path / "bundle")
    assert f"trained on {planes} planes for an experiment" in message


def test_a_bundle_with_the_metrics_of_before_can_still_be_read(small, tmp_path):
    bundle = tmp_path / "bundle"
    shutil.copytree(small.bundle, bundle)
    text = (bundle / "manifest.json").read_text()
    old = text.replace("validation_ap50", "tile_ap50")
    (bundle / "manifest.json").write_text(old)
    metrics = read_bundle(bundle).manifest.graphs["dual"].metrics
    assert sorted(metrics) == ["tile_ap50", "tile_ap50_95"]


def test_what_is_there_is_never_written_to(small, tmp_path):
    out = tmp_path / "bundle"
    out.mkdir()
    assert "is there already" in fail([small.run], out)
    assert left_in(out) == []


@pytest.mark.parametrize("name", ["", "a/b", "x" * 65, "a\nb"])
def test_a_name_that_no_manifest_takes_is_refused_at_once(small, tmp_path, name):
    message = fail([small.run], tmp_path / "bundle", name=name)
    assert "cannot be called" in message


@pytest.mark.parametrize("side", [0, 100, 32, 100_000])
def test_a_tile_side_that_no_graph_takes_is_refused(small, tmp_path, side):
    message = fail([small.run], tmp_path / "bundle", tiling=Tiling(side))
    assert f"tiles of {side} px" in message


def test_another_tile_side_is_written_down_with_an_overlap_that_fits(small, tmp_path):
    manifest = export([small.run], tmp_path / "bundle", tiling=Tiling(64))
    entry = manifest.graphs["dual"]
    assert (entry.tile_side, entry.tile_overlap) == (64, 32)


def test_an_overlap_that_is_wished_for_is_written_down(small, tmp_path):
    manifest = export([small.run], tmp_path / "bundle", tiling=Tiling(64, overlap=48))
    assert manifest.graphs["dual"].tile_overlap == 48


@pytest.mark.parametrize("overlap", [-1, 64])
def test_an_overlap_that_leaves_tiles_no_step_is_refused(small, tmp_path, overlap):
    message = fail([small.run], tmp_path / "bundle", tiling=Tiling(64, overlap=overlap))
    assert f"Tiles of 64 px cannot overlap by {overlap} px" in message
    assert not (tmp_path / "bundle").exists()


def test_a_checkpoint_that_is_not_the_one_on_record_is_refused(small, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(small.run, run)
    checkpoint = run / "checkpoint.pt"
    checkpoint.write_bytes(checkpoint.read_bytes() + b"more")
    assert "is not the one that run.json means" in fail([run], tmp_path / "bundle")
    checkpoint.unlink()
    assert "is not the one that run.json means" in fail([run], tmp_path / "bundle")


def test_labels_that_the_checkpoint_does_not_tell_apart_are_refused(small, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(small.run, run)
    labels = ("firearm", "knife")
    write_run(read_run(run).model_copy(update={"labels": labels}), run)
    assert "tells 1 labels apart" in fail([run], tmp_path / "bundle")


def test_a_folder_that_is_no_finished_run_is_refused(tmp_path):
    message = fail([tmp_path / "nothing"], tmp_path / "bundle", TrainingError)
    assert "not a finished training" in message


def test_a_dataset_that_moved_is_missed_and_can_be_named(small, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(small.run, run)
    gone = str(tmp_path / "gone")
    write_run(read_run(run).model_copy(update={"dataset": gone}), run)
    assert gone in fail([run], tmp_path / "bundle", DatasetError)
    export([run], tmp_path / "bundle", dataset=small.dataset)
    assert read_bundle(tmp_path / "bundle").manifest.graphs["dual"].seed == 0


def test_a_graph_that_disagrees_is_not_exported(small, tmp_path, monkeypatch):
    def export_then_change(network, side):
        graph = export_graph(network, side)
        with torch.no_grad():
            network.module.model[-1].cv3[0][-1].bias += 5
        return graph

    monkeypatch.setattr(bundling, "export_graph", export_then_change)
    assert "On tiles" in fail([small.run], tmp_path / "bundle", ParityError)


@pytest.mark.parametrize("error", [OSError(28, "full"), KeyboardInterrupt()])
def test_an_export_that_is_cut_short_leaves_nothing(
    small, tmp_path, monkeypatch, error
):
    def break_off(*_):
        raise error

    monkeypatch.setattr(bundling, "write_files", break_off)
    with pytest.raises(type(error)):
        export([small.run], tmp_path / "bundle")
    assert left_in(tmp_path) == []


def test_scans_with_firearms_are_compared_first(monkeypatch):
    monkeypatch.setattr(measuring, "PARITY_SCANS", 3)
    none = np.zeros((0, 4), np.float32)
    truths = [np.zeros((int(number in {2, 5}), 4), np.float32) for number in range(6)]
    judged = [JudgedScan(none, none[:, 0], truth, none, "a") for truth in truths]
    assert measuring._choose(judged) == [0, 2, 5]  # noqa: SLF001 - slow from outside


def test_what_no_rendering_shows_is_missed_in_counts_alone(
    small, display_run, tmp_path
):
    """At 6 nepers, 0.02 more are under a level whatever the grey curve."""
    sample = read_dataset(small.dataset).samples[0]
    thing = TruthObject(box=(1, 1, 9, 9), attenuation_around=6.0, contrast=0.02)
    (tmp_path / "truth.json").write_text(Truth(objects=(thing,)).model_dump_json())
    sample = replace(sample, labels=tmp_path / "truth.json")
    for run, ignored in ((small.run, [False]), (display_run, [True])):
        scan, truth = measuring._read(sample, read_run(run), 0)  # noqa: SLF001 - slow from outside
        assert [each.ignore for each in truth.objects] == ignored
        assert (scan.display is not None) == ignored[0]
