"""The datasets of an experiment: simulated once, and folders of some of their scans."""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from cargosight.experiments.plan import Arm, PlannedDataset
from data.dataset import INDEX, Dataset, DatasetIndex, IndexedScan, Sample
from data.dataset_writing import write_text
from data.errors import TrainingError
from data.simulated_dataset import write_simulated_dataset
from data.splits import Split, assign_splits
from data.truth import FIREARM, read_truth

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Datasets:
    """The datasets of a plan, made when they are asked for and kept.

    Attributes:
        simulated: Folder of those that are simulated; experiments may share it.
        chosen: Folder of those that are links to some of their scans.
        planned: What each shall be, by name.
        workers: Processes that simulate.
        progress: Told what is being done, and how many steps of how many are done.
        ready: Those that were asked for.
    """

    simulated: Path
    chosen: Path
    planned: Mapping[str, PlannedDataset]
    workers: int
    progress: Report
    ready: dict[str, Dataset] = field(default_factory=dict)

    def simulate(self, name: str) -> Dataset:
        """A dataset of the plan; what is missing of it is simulated.

        Args:
            name: Of the dataset.

        Raises:
            CargosightError: If it cannot be simulated, there is another one of its name
                in the folder, or the disk lacks room.
        """
        if name not in self.ready:
            planned, what = self.planned[name], f"simulating {name}"
            self.ready[name] = write_simulated_dataset(
                self.simulated / name,
                scans=planned.scans,
                seed=planned.seed,
                workers=self.workers,
                recipe=planned.recipe,
                progress=lambda done, count: self.progress(what, done, count),
            )
        return self.ready[name]

    def gather(self, arm: Arm, seed: int) -> Path:
        """The folder of what an arm learns from.

        That is a dataset of the plan, or a folder with links to scans of some. If the
        arm is to learn from a few, the seed chooses them: those of fewer scans are
        among those of more.

        Args:
            arm: The arm.
            seed: Of its training.

        Raises:
            TrainingError: If there are fewer scans than the arm asks for.
            CargosightError: If they cannot be simulated, or the disk lacks room.
        """
        datasets = {name: self.simulate(name) for name in arm.dataset}
        if len(datasets) == 1 and arm.scans is None:
            return next(iter(datasets.values())).root
        name = ", ".join(arm.dataset)
        if arm.scans is None:
            seed = 0  # all of them are the same for every training
        else:
            name = f"{name}, {arm.scans} scans, seed {seed}"
        folder = self.chosen / name
        if not (folder / INDEX).is_file():
            _write_chosen(folder, _choose(datasets, arm, seed), seed)
        return folder


def _choose(
    datasets: Mapping[str, Dataset], arm: Arm, seed: int
) -> list[tuple[str, Sample]]:
    """Samples with the names of their datasets, in an order that the seed draws."""
    all_of_them = [(name, s) for name, each in datasets.items() for s in each.samples]
    if arm.scans is not None and arm.scans > len(all_of_them):
        msg = (
            f"{arm.name} is to learn from {arm.scans} scans and "
            f"{', '.join(arm.dataset)} has {len(all_of_them)}. Plan for fewer."
        )
        raise TrainingError(msg)
    order = np.random.default_rng(seed).permutation(len(all_of_them))
    return [all_of_them[place] for place in order[: arm.scans]]


def _link(sample: Sample, name: str, folder: Path) -> IndexedScan:
    """Show a scan and its truth in another folder, beside those of other datasets."""
    paths = [f"{name}/{path.name}" for path in (sample.scan, sample.labels)]
    for path, place in zip((sample.scan, sample.labels), paths, strict=True):
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / place).unlink(missing_ok=True)
        try:
            os.link(path, folder / place)
        except OSError:  # not every disk knows links
            shutil.copyfile(path, folder / place)
    return IndexedScan(
        scan=paths[0],
        truth=paths[1],
        split=sample.split,
        group=f"{name}/{sample.group}",
    )


def _write_chosen(folder: Path, chosen: list[tuple[str, Sample]], seed: int) -> None:
    """Make a dataset of links, shared out to training and validation."""
    entries = [_link(sample, name, folder) for name, sample in chosen]
    armed = [_is_armed(folder / entry.truth) for entry in entries]
    splits = [_not_held_out(split) for split in assign_splits(armed, seed)]
    index = DatasetIndex(
        name=folder.name,
        seed=seed,
        synthetic=True,
        scans=tuple(
            entry.model_copy(update={"split": split})
            for entry, split in zip(entries, splits, strict=True)
        ),
    )
    write_text(folder / INDEX, index.model_dump_json(indent=1))


def _not_held_out(split: Split) -> Split:
    """An experiment measures on scans of another dataset, so none are kept for it."""
    return "train" if split == "held-out" else split


def _is_armed(truth: Path) -> bool:
    return any(each.label == FIREARM for each in read_truth(truth).objects)
