"""Datasets of simulated scans: made by several processes, continued if interrupted."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from data.dataset import INDEX, Dataset, DatasetIndex, IndexedScan, read_dataset
from data.dataset_writing import check_room, claim_folder, write_text
from data.errors import SimulationError
from data.formats import write_scan
from data.parallel import map_ordered
from data.simulation import simulate_scan
from data.simulation.recipe import Recipe
from data.simulation.simulated_scan import check_seed
from data.splits import assign_splits
from data.truth import FIREARM, Truth, read_truth

PLAN: Final = "simulation.json"
FOLDER: Final = "scans"

_BYTES_PER_METRE: Final = 1_200_000
_LONGEST_M: Final = 12.5


class SimulationPlan(BaseModel):
    """What a dataset shall become; `simulation.json` in its folder from the start on.

    Attributes:
        seed: The seed of all.
        scans: How many.
        recipe: What each of them shall be.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal[2] = 2
    seed: int
    scans: int
    recipe: Recipe = Recipe()

    def __str__(self) -> str:
        """What was asked for, for messages."""
        asked = f"a simulation of {self.scans} scans with seed {self.seed}"
        return ", ".join(part for part in (asked, str(self.recipe)) if part)


@dataclass(frozen=True, slots=True)
class _Task:
    scan: Path
    truth: Path
    seed: int
    recipe: Recipe


def write_simulated_dataset(
    out: Path,
    *,
    scans: int,
    seed: int,
    workers: int = 1,
    recipe: Recipe | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Dataset:
    """Simulate scans with truth into a folder.

    Leaves `scans/000000.tiff`, `scans/000000.truth.json` and so on, and `dataset.json`
    last. Interrupted, it goes on where it was when called again with the same
    arguments. The same arguments give the same bytes, whatever the number of workers.

    Args:
        out: The folder: new, empty, or one that this function was interrupted in.
        scans: How many, 1 or more.
        seed: 0 or more.
        workers: Processes, 1 or more.
        recipe: What each scan shall be; None leaves all to chance.
        progress: Called with how many scans are there and how many there shall be.

    Returns:
        The dataset, with both firearms and clean scans in each part where there are
        enough of them.

    Raises:
        SimulationError: If an argument is out of range.
        DatasetError: If the folder holds other things or the disk lacks room.
    """
    plan = SimulationPlan(seed=seed, scans=scans, recipe=recipe or Recipe())
    _check(plan, workers)
    claim_folder(out, PLAN, plan, scans=FOLDER)
    tasks = [_plan_scan(out, plan, index) for index in range(scans)]
    missing = [t for t in tasks if not (t.scan.is_file() and t.truth.is_file())]
    metres = sum(task.recipe.length_m or _LONGEST_M for task in missing)
    check_room(out, len(missing), metres * _BYTES_PER_METRE)
    done = scans - len(missing)
    for _ in map_ordered(_make_scan, missing, workers=workers):
        done += 1
        if progress is not None:
            progress(done, scans)
    index = _index(plan, tasks)
    write_text(out / INDEX, index.model_dump_json(indent=1))
    return read_dataset(out)


def _check(plan: SimulationPlan, workers: int) -> None:
    for what, value, least in (("scans", plan.scans, 1), ("workers", workers, 1)):
        if value < least:
            msg = f"{value} {what} cannot make a dataset. Choose {least} or more."
            raise SimulationError(msg)
    check_seed(plan.seed)


def _plan_scan(out: Path, plan: SimulationPlan, index: int) -> _Task:
    own = np.random.SeedSequence([plan.seed, index]).generate_state(1, np.uint64)[0]
    stem = out / FOLDER / f"{index:06d}"
    return _Task(
        stem.with_suffix(".tiff"),
        stem.with_suffix(".truth.json"),
        int(own),
        plan.recipe,
    )


def _make_scan(task: _Task) -> None:
    simulated = simulate_scan(task.seed, task.recipe)
    write_scan(simulated.scan, task.scan)
    write_text(task.truth, simulated.truth.model_dump_json(exclude_none=True))


def _index(plan: SimulationPlan, tasks: list[_Task]) -> DatasetIndex:
    armed = [_is_armed(read_truth(task.truth)) for task in tasks]
    splits = assign_splits(armed, plan.seed)
    return DatasetIndex(
        name=f"simulated-{plan.seed}",
        seed=plan.seed,
        synthetic=True,
        scans=tuple(
            IndexedScan(
                scan=f"{FOLDER}/{task.scan.name}",
                truth=f"{FOLDER}/{task.truth.name}",
                split=split,
                group=task.scan.stem,
            )
            for task, split in zip(tasks, splits, strict=True)
        ),
    )


def _is_armed(truth: Truth) -> bool:
    return any(each.label == FIREARM for each in truth.objects)
