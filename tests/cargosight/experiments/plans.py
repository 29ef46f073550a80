"""A small plan; and simulation, training and measuring that only pretend."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmark.metrics.rates import Rate
from cargosight.experiments.plan import ExperimentPlan
from data.dataset import INDEX, DatasetIndex, IndexedScan, read_dataset
from data.splits import Split
from detector.encoding import Encoding
from detector.run import CHECKPOINT, Run, write_run
from detector.scale import Scale
from training.watch import Figures

GROUPS = ("a", "a", "b", "c", "d", "e", "f", "g")


def make_plan(**changes):
    """Two arms on a dataset of two scans; the second arm has a group of its own."""
    whole = {
        "name": "small",
        "title": "What is better?",
        "seeds": [0, 1],
        "common": {"tile_side": 96, "steps": 50},
        "datasets": {
            "training": {"scans": 2, "seed": 1, "recipe": {"length_m": 2.0}},
            "measuring": {"scans": 3, "seed": 2, "recipe": {"length_m": 2.0}},
        },
        "measure": {"dataset": "measuring"},
        "arms": [
            {"name": "plain", "group": "First"},
            {"name": "large", "group": "First", "settings": {"tile_side": 128}},
        ],
    }
    return ExperimentPlan.model_validate(whole | changes)


def make_figures(found, clean):
    """Figures where the first `found` of eight firearms were found."""
    return Figures(
        pd=Rate(found / 8, 0.0, 1.0, 8, found, 7),
        pfa=Rate(0.05, 0.0, 0.2, clean, 1, clean) if clean else None,
        clean=clean,
        threshold=0.4,
        ap50=found / 10,
        ap50_95=found / 20,
        hits=tuple(place < found for place in range(8)),
        behind=(None, *(1.0 for _ in range(7))),
        groups=GROUPS,
    )


def write_finished(folder, config, dataset):
    """What a finished training leaves."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CHECKPOINT).write_bytes(b"weights")
    run = Run(
        encoding=Encoding.DUAL,
        planes="dual",
        pd=None,
        pfa=0.05,
        scale=Scale(),
        tile_side=config.tile_side,
        tile_overlap=config.tile_overlap,
        labels=("firearm",),
        base=config.base,
        base_sha256=None,
        seed=config.seed,
        dataset=str(dataset),
        dataset_sha256="0" * 64,
        synthetic=True,
        checkpoint_sha256="1" * 64,
        best_epoch=1,
        epochs=1,
        ap50=0.5,
        ap50_95=0.25,
        seconds=10.0 + config.seed,
        started=datetime(2026, 1, 1, tzinfo=UTC),
        versions={},
    )
    write_run(run, folder)
    return run


@dataclass
class Pretended:
    """Trainings and measurements that were asked for, and what they shall find.

    Attributes:
        found: Firearms found by runs, by the arm's name.
        clean: How many clean scans the measurement shall meet.
        trained: (arm, seed, config, dataset) of each training.
        measured: (arm, seed, names of samples, pfa, device) of each measurement.
        killed: Raised in place of the training or measurement of that number.
        caches: Where trainings and measurements kept prepared scans.
    """

    found: dict[str, int] = field(default_factory=dict)
    clean: int = 20
    trained: list[Any] = field(default_factory=list)
    measured: list[Any] = field(default_factory=list)
    killed: dict[str, int] = field(default_factory=dict)
    caches: set[Path] = field(default_factory=set)

    @property
    def names(self):
        """Arm and seed of each training."""
        return [each[:2] for each in self.trained]

    def train(self, dataset, folder, config, *, cache, progress):
        """Pretend to train."""
        self.caches.add(cache)
        progress("training", 1, 1)
        self._perhaps_die("training", len(self.trained))
        read_dataset(dataset)
        seed = int(folder.name)
        self.trained.append((folder.parent.name, seed, config, dataset))
        return write_finished(folder, config, dataset)

    def measure(self, run, dataset, samples, *, pfa, device, cache, workers, progress):  # noqa: PLR0913 - as the real one
        """Pretend to measure."""
        self.caches.add(cache)
        assert (cache.parent, workers) == (dataset.parent, 1)
        progress(1, 1)
        self._perhaps_die("measuring", len(self.measured))
        arm, names = run.parent.name, [sample.name for sample in samples]
        self.measured.append((arm, int(run.name), names, pfa, device))
        return make_figures(self.found.get(arm, 4), self.clean)

    def _perhaps_die(self, what, number):
        if self.killed.get(what) == number:
            del self.killed[what]
            raise KeyboardInterrupt


def write_pretended_dataset(out, *, scans, seed, workers, recipe, progress):
    """A dataset of empty scans, every other one with a firearm."""
    del workers, recipe
    progress(0, scans)
    (out / "scans").mkdir(parents=True, exist_ok=True)
    entries = []
    for number in range(scans):
        label = "firearm" if number % 2 else "harmless"
        truth = {"objects": [{"label": label, "box": [1, 1, 5, 5]}]}
        scan, said = f"scans/{number:06d}.tiff", f"scans/{number:06d}.truth.json"
        (out / scan).write_text(f"{seed} {number}")
        (out / said).write_text(json.dumps(truth))
        split: Split = "held-out" if number % 5 == 0 else "train"
        entries.append(
            IndexedScan(scan=scan, truth=said, split=split, group=f"{number:06d}")
        )
    index = DatasetIndex(
        name="pretended", seed=seed, synthetic=True, scans=tuple(entries)
    )
    (out / INDEX).write_text(index.model_dump_json())
    return read_dataset(out)
