"""Retrainings for tests, whose networks are given and not learned."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import pytest

from benchmark.calibration.points import add_point
from cargosight.retraining import assembling, fitting
from cargosight.retraining.flow import retrain_champion
from cargosight.retraining.request import Request
from data.dataset import DatasetIndex, IndexedScan, read_dataset
from data.errors import CargosightError
from data.formats import write_scan
from data.truth import Truth, TruthObject
from detector.bundle import read_bundle, write_files
from detector.run import Run, read_run, write_run
from detector.scale import Scale
from export.difference import Difference
from export.parity import Parity
from tests.cargosight.test_benchmark_cli import HIT, make_suite
from tests.detector.graphs import make_bundle, make_point
from tests.detector.seeing import make_counts, make_display, make_steady_graph

ROOT = Path(__file__).parents[2]
GOOD, BAD = 0.75, 0.1
"""Scores of a network that is as good as the champion, and of one that sees nothing."""

RULES = 'title = "t"\n[[rules]]\nmetric = "pd"\nnot_worse_by = 0.1\nby = "estimate"\n'
CONFIG = 'tile_side = 64\nworkers = 0\ntracking = "none"\n'
CREATED = datetime(2026, 5, 1, tzinfo=UTC)
SPLITS = ("train", "train", "train", "validation", "held-out")


def write_scans(root, kinds=("dual",), *, seed=0, splits=SPLITS):
    """A dataset of scans of 32 px, each with a firearm, no two alike."""
    rows = []
    for kind in kinds:
        for number, split in enumerate(splits):
            stem = f"{kind}-{number}"
            boxes = ((4, 4 + number, 12 + seed, 12 + number),)
            make = make_display if kind == "display" else make_counts
            scan = make((32, 32), boxes, pitch_mm=(4.0, 4.0))
            known = {"scanner": f"scanner {number % 2}"}
            scan = replace(scan, info=scan.info.model_copy(update=known))
            folder = root / kind
            name = f"{stem}.tiff" if kind == "dual" else f"{stem}.png"
            folder.mkdir(parents=True, exist_ok=True)
            if kind == "dual":
                write_scan(scan, folder / name)
            else:
                cv2.imwrite(str(folder / name), scan.display)
            truth = Truth(objects=(TruthObject(box=HIT),))
            (folder / f"{stem}.json").write_text(truth.model_dump_json())
            rows.append(
                IndexedScan(
                    scan=f"{kind}/{name}", truth=f"{kind}/{stem}.json", split=split
                )
            )
    index = DatasetIndex(name="new", synthetic=False, scans=tuple(rows))
    (root / "dataset.json").write_text(index.model_dump_json())
    return root


def make_champion(root, kinds=("dual",), **changes):
    """A calibrated bundle that finds HIT, with a score of 0.75."""
    graphs = {kind: make_steady_graph() for kind in kinds}
    fields = {"status": "calibrated", "counter": 4, "name": "port"} | changes
    make_bundle(root, graphs, **fields)
    return root


def prepare(root, kinds=("dual",), *, suites=("one",)):
    """Make champion, dataset, suites, rules and settings, and ask for a retraining."""
    root.mkdir(exist_ok=True)
    (root / "rules.toml").write_text(RULES)
    (root / "config.toml").write_text(CONFIG)
    make_champion(root / "champion", kinds)
    write_scans(root / "dataset")
    for number, name in enumerate(suites):
        make_suite(root / name, 3 + number, 2, name=name)
    make_suite(root / "calibration", 0, 4, name="c", role="calibration")
    return ask_for(root, suites=tuple(root / name for name in suites))


def ask_for(root, **changes):
    """Ask for a retraining with what `prepare` makes."""
    usual = {
        "champion": root / "champion",
        "dataset": root / "dataset",
        "suites": (root / "one",),
        "calibrations": (root / "calibration",),
        "config": root / "config.toml",
        "rules": str(root / "rules.toml"),
        "threads": 1,
    }
    return Request(**(usual | changes))


def note(root, what):
    """Write down that something was called."""
    with (root / "calls.txt").open("a") as stream:
        stream.write(f"{what}\n")


def read_calls(root):
    """What was called, in order."""
    place = root / "calls.txt"
    return place.read_text().split() if place.exists() else []


def train(dataset, out, config, *, progress, cache=None):
    """Leave what a training leaves, at once."""
    del progress, cache
    note(Path(out).parents[1], f"train-{config.encoding.value}")
    content = read_dataset(dataset)
    out.mkdir(parents=True)
    (out / "checkpoint.pt").write_bytes(b"weights")
    (out / "config.json").write_text(config.model_dump_json())
    cv2.imwrite(str(out / "curves.png"), np.zeros((8, 8), np.uint8))
    run = Run(
        encoding=config.encoding,
        planes=config.encoding.value,
        scale=Scale(),
        tile_side=config.tile_side,
        tile_overlap=config.tile_overlap,
        labels=("firearm",),
        base=config.base,
        base_sha256=None,
        seed=0,
        dataset=str(content.root),
        dataset_sha256=content.sha256,
        synthetic=False,
        checkpoint_sha256=hashlib.sha256(b"weights").hexdigest(),
        best_epoch=2,
        epochs=3,
        pd=0.5,
        pfa=0.05,
        ap50=0.5,
        ap50_95=0.25,
        seconds=1.0,
        started=CREATED,
        versions={},
    )
    write_run(run, out)
    return run


def make_parity(highest):
    """What a bundle says of a graph that answers as its checkpoint does."""
    alike = Difference(compared=1, detections=1, score=0.0, box_px=0.0, highest=highest)
    return Parity(provider="cpu", tiles=alike, scans=alike).model_dump()


def export(score, runs, out, *, name, **others):
    """Write a bundle with a graph of a given score for each run."""
    del others
    note(Path(out).parents[1], "export")
    kinds = [read_run(run).encoding.value for run in runs]
    graphs = {kind: make_steady_graph(score) for kind in kinds}
    manifest = make_bundle_at(out, graphs, name)
    parities = {kind: [make_parity(0.5)] for kind in kinds}
    return write_files(manifest, out, {"parity.json": json.dumps(parities).encode()})


def make_bundle_at(out, graphs, name):
    """A draft at a place whose folder is not there yet."""
    out.parent.mkdir(parents=True, exist_ok=True)
    return make_bundle(out, graphs, name=name, created=CREATED)


def calibrate(bundle, suites, out, *, wish, options, progress):
    """Say that the graph of the calibration suite has a point at 0.25."""
    del suites, options, progress
    note(Path(out).parents[1], "calibrate")
    point = make_point(
        name=wish.name, threshold=0.25, pfa=wish.pfa, pfa_interval=(0.0, 1.0)
    )
    write_files(add_point(read_bundle(bundle), "dual", point), bundle, {})
    return point


def set_plainly(module: ModuleType, name: str, value: object) -> None:
    """Replace something for good, in a process of its own."""
    setattr(module, name, value)


def replace_learning(patch=set_plainly, score=GOOD):
    """Let retrainings have their networks from here, with a score for HIT.

    Args:
        patch: Replaces them: that of pytest takes it back.
        score: Of the candidate.
    """
    patch(fitting, "train_network", train)
    patch(assembling, "calibrate_bundle", calibrate)

    def make(runs, out, **options):
        return export(score, runs, out, **options)

    patch(assembling, "export_bundle", make)


def run_python(*words, cwd=ROOT):
    """Run Python in a process of its own, with one thread."""
    return subprocess.run(  # noqa: S603 - our own words
        [sys.executable, *map(str, words)],
        cwd=cwd,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )


def retrain(request, out, **changes):
    return retrain_champion(replace(request, **changes), out, progress=lambda *_: None)


def refuse(request, out, error, **changes):
    """The retraining is refused in one line and writes nothing."""
    before = sorted(out.rglob("*")) if out.exists() else None
    with pytest.raises(error) as met:
        retrain(request, out, **changes)
    assert isinstance(met.value, CargosightError)
    assert "\n" not in str(met.value)
    assert (sorted(out.rglob("*")) if out.exists() else None) == before
    return str(met.value)


def stop(*_):
    raise KeyboardInterrupt
