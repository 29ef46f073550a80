"""The mean of several trainings' weights: a network that none of them came to.

After "Model soups: averaging weights of multiple fine-tuned models improves accuracy
without increasing inference time" (Wortsman et al., ICML 2022): trainings that began
from the same weights end in one valley, and the mean is nearer to its floor.
"""

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, Self

import torch
from torch import Tensor, nn

from data.dataset import Dataset, read_dataset
from data.errors import TrainingError
from data.files import digest_file, making_folder
from data.versions import read_versions
from detector.bundle import read_bundle
from detector.run import CHECKPOINT, Run, read_run, write_run
from detector.seen import SEEN, to_text
from training.base import find_base
from training.begun import PACKAGES, find_commit
from training.config import CONFIG, read_config
from training.gathering import Gatherer
from training.network import make_network, read_network, save_checkpoint
from training.seen import Seen, gather_seen
from training.watch import Figures, Watch

Progress = Callable[[str, int, int], None]
State = Mapping[str, Tensor]

ALIKE: Final = ("encoding", "planes", "scale", "labels")
"""What trainings must have in common."""


@dataclass(frozen=True, slots=True, eq=False)
class _Member:
    """One of what a mean is of.

    Attributes:
        name: What it is called in the record of the mean.
        base: What a training would name to start from it.
        network: It.
        synthetic: Whether it learned from no real scan.
    """

    name: str
    base: str
    network: nn.Module
    synthetic: bool

    @classmethod
    def of_run(cls, folder: Path, run: Run) -> Self:
        """A run's."""
        path = folder / CHECKPOINT
        return cls(folder.name, str(path), read_network(path), run.synthetic)

    @classmethod
    def of_bundle(cls, folder: Path, run: Run) -> Self:
        """A bundle's, of the kind that a run is of."""
        manifest = read_bundle(folder).manifest
        entry = manifest.graphs.get(run.encoding.value)
        offered = (manifest.labels, entry and entry.scale, run.encoding.value)
        if entry is None or offered != (run.labels, run.scale, run.planes):
            msg = (
                f"{folder} has no {run.encoding.value} graph with the planes, scale "
                "and labels of the runs: there is no mean of them. Name another."
            )
            raise TrainingError(msg)
        base = find_base(str(folder), run.encoding)
        return cls(
            base.name, str(folder), make_network(base), bool(manifest.synthetic_only)
        )


def average_runs(
    folders: Sequence[Path],
    out: Path,
    *,
    bundle: Path | None = None,
    dataset: Path | None = None,
    workers: int = 1,
    progress: Progress = lambda *_: None,
) -> Run:
    """Make a run whose weights are the mean of those of finished runs.

    It is measured on validation scans as the first run was, and counts as having
    learned from all that any of them has.

    Args:
        folders: Two runs or more, of one encoding and one layout; one is enough with a
            bundle. Loading them runs code inside their checkpoints: give runs of your
            own.
        out: Folder of the run; must not be there.
        bundle: Its graph counts as one more: what a run began from, so that the mean
            keeps of it what the run lost (Wortsman et al., "Robust fine-tuning of
            zero-shot models", CVPR 2022).
        dataset: Where the first run's dataset is now; None for where it was.
        workers: Processes that prepare scans.
        progress: Told what is being done, and how many steps of how many are done.

    Returns:
        The record of the run.

    Raises:
        TrainingError: If there is nothing to average, they differ in what they see,
            their labels or their layout, one has learned from a scan that is held out,
            the dataset is another one, or `out` is there already.
        DatasetError: If there is no dataset.
        BundleError: If the bundle cannot be read.
    """
    started, clock = datetime.now(UTC), time.monotonic()
    _check(folders, bundle, out)
    runs = [read_run(folder) for folder in folders]
    _check_alike(folders, runs)
    members = [_Member.of_run(*pair) for pair in zip(folders, runs, strict=True)]
    if bundle is not None:
        members.append(_Member.of_bundle(bundle, runs[0]))
    content = _read(dataset, runs[0])
    seen = [gather_seen([content], each.base) for each in members]
    network = _average(members)
    with making_folder(out) as draft:
        save_checkpoint(network, draft / CHECKPOINT)
        figures = _measure(draft, folders[0], content, workers, progress)
        run = runs[0].model_copy(
            update={
                "base": f"the mean of {', '.join(each.name for each in members)}",
                "base_sha256": None,
                "dataset": str(content.root.resolve()),
                "replay_sha256": None,
                "synthetic": content.synthetic
                and all(each.synthetic for each in members),
                "checkpoint_sha256": digest_file(draft / CHECKPOINT),
                "pd": figures.told_pd,
                "ap50": figures.ap50,
                "ap50_95": figures.ap50_95,
                "seconds": round(time.monotonic() - clock, 1),
                "started": started,
                "versions": read_versions(PACKAGES),
                "commit": find_commit(),
            }
        )
        _write_seen(draft, seen)
        write_run(run, draft)
    return run


def _check(folders: Sequence[Path], bundle: Path | None, out: Path) -> None:
    least = 2 if bundle is None else 1
    if len({folder.resolve() for folder in folders}) < max(least, len(folders)):
        msg = (
            "A mean takes two runs or more, each of them once, or one and a bundle. "
            "Name others."
        )
        raise TrainingError(msg)
    if out.exists():
        msg = f"{out} is there already. Choose a new folder as --out."
        raise TrainingError(msg)


def _check_alike(folders: Sequence[Path], runs: Sequence[Run]) -> None:
    for folder, run in zip(folders, runs, strict=True):
        differing = [x for x in ALIKE if getattr(run, x) != getattr(runs[0], x)]
        if differing:
            msg = (
                f"{folder} differs from {folders[0]} in {', '.join(differing)}: there "
                "is no mean of them. Name runs of one kind."
            )
            raise TrainingError(msg)
        if digest_file(folder / CHECKPOINT) != run.checkpoint_sha256:
            msg = f"{folder / CHECKPOINT} is not the one of that run. Train again."
            raise TrainingError(msg)


def _read(place: Path | None, first: Run) -> Dataset:
    content = read_dataset(place or Path(first.dataset))
    if content.sha256 != first.dataset_sha256:
        msg = (
            f"{content.root} is not what the first run learned from, or has changed. "
            "Give that as --dataset."
        )
        raise TrainingError(msg)
    return content


def _average(members: Sequence[_Member]) -> nn.Module:
    states = [each.network.state_dict() for each in members]
    shapes = [{name: each.shape for name, each in state.items()} for state in states]
    for member, shape in zip(members, shapes, strict=True):
        if shape != shapes[0]:
            msg = (
                f"The network of {member.name} is laid out otherwise than that of "
                f"{members[0].name}: there is no mean of them. Name runs of one kind."
            )
            raise TrainingError(msg)
    mean: Any = members[0].network
    mean.load_state_dict(average_states(states))
    mean.args = SimpleNamespace(**mean.args)
    return members[0].network


def average_states(states: Sequence[State]) -> dict[str, Tensor]:
    """The mean of weights.

    Args:
        states: The same names and shapes in each.

    Returns:
        By name: the mean of numbers with a fraction, the first one's counts.
    """
    return {
        name: torch.stack([state[name].double() for state in states]).mean(0).to(first)
        if first.is_floating_point()
        else first
        for name, first in states[0].items()
    }


def _measure(
    draft: Path, first: Path, content: Dataset, workers: int, progress: Progress
) -> Figures:
    """Measure as the first run did."""
    config = read_config(first)
    (draft / CONFIG).write_bytes((first / CONFIG).read_bytes())
    network = read_network(draft / CHECKPOINT)
    with tempfile.TemporaryDirectory() as work:
        scans = Gatherer(config, Path(work), workers, progress).gather_watched(content)
        return Watch(scans, config, Path(work)).measure(
            network,
            torch.device("cpu"),
            config.pfa,
            lambda done, count: progress("validating", done, count),
        )


def _write_seen(draft: Path, seen: Sequence[Seen]) -> None:
    names = frozenset[str]().union(*(each.names for each in seen))
    whole = all(each.whole for each in seen)
    (draft / SEEN).write_text(to_text(names, whole=whole), "ascii")
