"""One network of a retraining: the champion's, trained on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cargosight.progress import Report
from cargosight.retraining.gathering import Gathered
from cargosight.retraining.parts import place_part
from cargosight.retraining.survey import Survey
from data.dataset import Dataset
from data.errors import TrainingError
from data.files import digest_file
from detector.manifest import GraphEntry, GraphKind
from detector.run import CHECKPOINT, RECORD, read_run, write_run
from training.config import TrainingConfig, make_config
from training.train import train_network

RUNS: Final = "runs"
PARTS: Final = "parts"

DETECTOR: Final = "detector"
"""Ends the name of the run whose detector a refiner then learns beside."""

LEARNING_RATE: Final = 0.0005
"""Where none is stated: of what goes on from a trained network, as the plan `few` of
the experiments has it. No comparison has chosen it."""


def choose_graphs(gathered: Gathered, survey: Survey) -> list[GraphKind]:
    """The graphs of the champion that the dataset has scans to train on for.

    Args:
        gathered: What the retraining goes by.
        survey: Of its scans.

    Raises:
        TrainingError: If there are none, or one of them has no validation scans or
            weights that were made for running only.
    """
    manifest = gathered.champion.manifest
    met: dict[GraphKind, int] = {
        kind: survey.count("train", kind) for kind in ("dual", "display")
    }
    graphs = [kind for kind, scans in met.items() if scans and kind in manifest.graphs]
    if not graphs:
        kinds = " and ".join(kind for kind, scans in met.items() if scans)
        msg = (
            f"The champion {manifest.name} has no graph for {kinds} scans, only for "
            f"{', '.join(manifest.graphs)}, and {gathered.request.dataset} has no "
            "others to train on. Choose another champion."
        )
        raise TrainingError(msg)
    for kind in graphs:
        _check_graph(kind, manifest.graphs[kind], gathered, survey)
    return graphs


def _check_graph(
    kind: GraphKind, entry: GraphEntry, gathered: Gathered, survey: Survey
) -> None:
    if entry.precision != "fp32":
        msg = (
            f"The {kind} graph of {gathered.request.champion} holds {entry.precision} "
            "weights, made for running. Give the fp32 bundle that it was made of."
        )
        raise TrainingError(msg)
    if not survey.count("validation", kind, armed=True):
        msg = (
            f"{gathered.request.dataset} has {kind} scans to train on, and none with a "
            "firearm to validate on. Put some into its validation part."
        )
        raise TrainingError(msg)


def configure(
    gathered: Gathered, kind: GraphKind, replay: Path | None
) -> TrainingConfig:
    """What the training of one graph is asked to do.

    What is not stated is as the champion's graph has it: scale, tiles.

    Args:
        gathered: What the retraining goes by.
        kind: Which graph.
        replay: Where the old scans for it are; None without.

    Raises:
        TrainingError: If the settings do not go together.
    """
    request, stated = gathered.request, gathered.settings.model_fields_set
    entry = gathered.champion.manifest.graphs[kind]
    usual: dict[str, Any] = {
        "scale": entry.scale.model_dump(mode="json"),
        "learning_rate": LEARNING_RATE,
    }
    if not {"tile_side", "tile_overlap"} & stated:
        usual |= {"tile_side": entry.tile_side, "tile_overlap": entry.tile_overlap}
    given = {
        "devices": request.devices,
        "replay_share": request.replay_share,
        "encoding": kind,
        "base": str(request.champion.resolve()),
        "replay": None if replay is None else str(replay),
    }
    unstated = {name: value for name, value in usual.items() if name not in stated}
    return make_config(request.config, unstated | given)


def let_refine_after(config: TrainingConfig, run: Path) -> TrainingConfig:
    """What the training of a refiner is asked to do, after that of its detector.

    All is as it was there, but for what a refiner knows nothing of.

    Args:
        config: Of the detector's training.
        run: Its folder.

    Raises:
        TrainingError: If its checkpoint is not the one that it left.
    """
    if digest_file(run / CHECKPOINT) != read_run(run).checkpoint_sha256:
        msg = (
            f"{run / CHECKPOINT} was changed since that training. Begin anew with "
            "another --out."
        )
        raise TrainingError(msg)
    base = str(run.resolve() / CHECKPOINT)
    changes = {"base": base, "refine": True, "silhouettes": 0.0}
    return config.model_copy(update=changes)


@dataclass(frozen=True, slots=True)
class Fitter:
    """Trains the networks of a retraining.

    Attributes:
        gathered: What the retraining goes by.
        survey: Of its scans.
        out: Its folder.
        progress: Told what is being done.
    """

    gathered: Gathered
    survey: Survey
    out: Path
    progress: Report

    def fit(self, kind: GraphKind) -> Sequence[Path]:
        """Train one network, going on where a killed training was.

        Where the champion has a refiner, it learns after the detector, from what that
        answers then, unless the settings state `refine`.

        Args:
            kind: Which graph.

        Returns:
            The records and the checkpoints of the runs.
        """
        gathered = self.gathered
        config = configure(gathered, kind, self._place_replay(kind))
        refined = gathered.champion.manifest.graphs[kind].refined
        twice = refined and "refine" not in gathered.settings.model_fields_set
        detector, last = find_detector(self.out, kind), find_run(self.out, kind)
        if twice:
            self._train(kind, detector, config)
            self._train(kind, last, let_refine_after(config, detector))
            _join_records(detector, last)
        else:
            self._train(kind, last, config)
        return [
            folder / name
            for folder in list_runs(self.out, kind)
            for name in (RECORD, CHECKPOINT)
        ]

    def _train(self, kind: GraphKind, folder: Path, config: TrainingConfig) -> None:
        if (folder / RECORD).is_file():
            return
        gathered = self.gathered
        place = gathered.request.dataset
        dataset = self._place(gathered.dataset, place, kind, kind)
        train_network(dataset, folder, config, progress=self.progress)

    def _place_replay(self, kind: GraphKind) -> Path | None:
        """The old scans for a graph: renderings of counts serve the display graph."""
        old, place = self.gathered.replay, self.gathered.request.replay
        if old is None or place is None:
            return None
        if self.survey.count("replay", kind):
            return self._place(old, place, kind, f"{kind}-replay")
        return place.resolve() if kind == "display" else None

    def _place(self, dataset: Dataset, given: Path, kind: GraphKind, name: str) -> Path:
        return place_part(dataset, given, self.survey, kind, self.out / PARTS / name)


def find_run(out: Path, kind: GraphKind) -> Path:
    """Folder of the run that a graph is exported of."""
    return out / RUNS / kind


def find_detector(out: Path, kind: GraphKind) -> Path:
    """Folder of the run before, if a refiner learned last."""
    return out / RUNS / f"{kind}-{DETECTOR}"


def list_runs(out: Path, kind: GraphKind) -> list[Path]:
    """Folders of the runs of a graph, in their order."""
    runs = (find_detector(out, kind), find_run(out, kind))
    return [run for run in runs if (run / RECORD).is_file()]


def _join_records(detector: Path, last: Path) -> None:
    """Say of the last run what the one before began from: the champion."""
    before = read_run(detector)
    changes = {"base": before.base, "base_sha256": before.base_sha256}
    write_run(read_run(last).model_copy(update=changes), last)
