"""Datasets of clean scans with things projected into them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from data.dataset import INDEX, Dataset, DatasetIndex, IndexedScan, read_dataset
from data.dataset_writing import check_room, claim_folder, write_text
from data.errors import DatasetError
from data.formats import write_scan
from data.parallel import map_ordered
from data.projection.cutout import Cutout, CutoutFile, read_cutout, read_groups
from data.projection.projector import Projector
from data.projection.sources import (
    CleanScan,
    ProjectionSources,
    find_clean,
    find_usable,
    part_cutouts,
    read_clean,
    read_known,
)
from data.splits import Split, assign_splits
from data.truth import FIREARM, HARMLESS, PROJECTED, Truth, TruthObject

PLAN: Final = "projection.json"
FOLDER: Final = "scans"

_MOST: Final = 3
_FEWEST_GROUPS: Final = 3
_GHOSTS: Final = 0.5
_BYTES_PER_PIXEL: Final = 2

Names = Annotated[tuple[str, ...], Field(strict=False)]


class ProjectionPlan(BaseModel):
    """What a dataset shall become; `projection.json` in its folder from the start on.

    Attributes:
        seed: The seed of all.
        per_scan: How many scans are made of each clean one.
        clean: Names and groups of the clean scans.
        cutouts: Groups of the firearms.
        benign: Groups of the harmless things; empty for the simulator's.
        pitch_mm: Of scans that state none, mm.
        cutout_pitch_mm: Of cut-outs that state none, mm.
        scatter: Scatter share, if measured.
        blur_px: Blur, if measured.
        gamma: Of grey pictures, if measured.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal[1] = 1
    seed: int
    per_scan: int
    clean: Names
    cutouts: Names
    benign: Names
    pitch_mm: float | None = None
    cutout_pitch_mm: float | None = None
    scatter: float | None = None
    blur_px: float | None = None
    gamma: float | None = None

    def __str__(self) -> str:
        """What was asked for, for messages."""
        curve = "" if self.gamma is None else f", gamma {self.gamma:g}"
        return (
            f"projections of {len(self.cutouts)} cut-outs into {len(self.clean)} "
            f"scans, {self.per_scan} of each, with seed {self.seed}{curve}"
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """What can be used of the sources."""

    clean: Sequence[CleanScan]
    firearms: Sequence[CutoutFile]
    harmless: Sequence[CutoutFile]


@dataclass(frozen=True, slots=True)
class _Task:
    """One scan to make: from which, with what, and where to."""

    scan: Path
    truth: Path
    clean: CleanScan
    split: Split
    seed: int
    armed: bool
    firearms: tuple[CutoutFile, ...]
    harmless: tuple[CutoutFile, ...]
    sources: ProjectionSources


def write_projected_dataset(  # noqa: PLR0913 - every one is a plain setting
    sources: ProjectionSources,
    out: Path,
    *,
    seed: int,
    per_scan: int = 1,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
    refuse: Callable[[str], None] | None = None,
) -> Dataset:
    """Project firearms into half of some clean scans, and harmless things into all.

    Scans without firearms get as many projections in their place: harmless things, and
    firearms of no attenuation, so that no trace of projecting tells them apart. One
    container, and one firearm, is in one part of the dataset only. Interrupted, it
    goes on where it was when called again with the same arguments; the same arguments
    give the same bytes, whatever the number of workers.

    Args:
        sources: What to make it from.
        out: The folder: new, empty, or one that this function was interrupted in.
        seed: 0 or more.
        per_scan: How many scans to make of each clean one, 1 or more.
        workers: Processes, 1 or more.
        progress: Called with how many scans are there and how many there shall be.
        refuse: Called with one line for every file that is left out.

    Returns:
        The dataset; its scans are synthetic, but it is not simulated.

    Raises:
        DatasetError: If there is no usable scan or too few cut-outs, or the folder
            holds other things, or the disk lacks room.
        ScanFileError: If a folder holds no scans, or a scan cannot be written.
    """
    _check(seed, per_scan)
    found = _find(sources, workers, refuse or (lambda _: None))
    plan = _plan(sources, found, seed, per_scan)
    tasks = _plan_tasks(out, plan, found, sources)
    claim_folder(out, PLAN, plan, scans=FOLDER)
    missing = [t for t in tasks if not (t.scan.is_file() and t.truth.is_file())]
    needed = sum(task.clean.pixels for task in missing) * _BYTES_PER_PIXEL
    check_room(out, len(missing), needed)
    done = len(tasks) - len(missing)
    for _ in map_ordered(_make_scan, missing, workers=workers):
        done += 1
        if progress is not None:
            progress(done, len(tasks))
    write_text(out / INDEX, _index(plan, tasks).model_dump_json(indent=1))
    return read_dataset(out)


def _check(seed: int, per_scan: int) -> None:
    if seed < 0:
        msg = f"The seed {seed} is negative. Choose 0 or more."
        raise DatasetError(msg)
    if per_scan < 1:
        msg = f"{per_scan} scans of each clean one make no dataset. Choose 1 or more."
        raise DatasetError(msg)


def _find(
    sources: ProjectionSources, workers: int, refuse: Callable[[str], None]
) -> _Found:
    groups = read_groups(sources.groups) if sources.groups else {}
    pitch = sources.cutout_pitch_mm
    firearms = find_usable(sources.cutouts, pitch, groups, refuse)
    harmless: list[CutoutFile] = []
    if sources.benign is not None:
        harmless = find_usable(sources.benign, pitch, groups, refuse)
    return _Found(find_clean(sources, groups, workers, refuse), firearms, harmless)


def _plan(
    sources: ProjectionSources, found: _Found, seed: int, per_scan: int
) -> ProjectionPlan:
    return ProjectionPlan(
        seed=seed,
        per_scan=per_scan,
        clean=tuple(f"{each.name}: {each.group}" for each in found.clean),
        cutouts=tuple(f"{each.kind}: {each.group}" for each in found.firearms),
        benign=tuple(f"{each.kind}: {each.group}" for each in found.harmless),
        pitch_mm=sources.pitch_mm,
        cutout_pitch_mm=sources.cutout_pitch_mm,
        scatter=sources.measured.scatter,
        blur_px=sources.measured.blur_px,
        gamma=sources.measured.gamma,
    )


def _plan_tasks(
    out: Path, plan: ProjectionPlan, found: _Found, sources: ProjectionSources
) -> list[_Task]:
    groups = sorted({each.group for each in found.clean})
    splits = dict(
        zip(groups, assign_splits([True] * len(groups), plan.seed), strict=True)
    )
    firearms = part_cutouts(found.firearms, plan.seed)
    harmless = part_cutouts(found.harmless, plan.seed) if found.harmless else {}
    _check_parts(firearms, set(splits.values()))
    armed = _arm(found.clean, splits, plan)
    tasks = []
    for index in range(len(found.clean) * plan.per_scan):
        clean = found.clean[index // plan.per_scan]
        split = splits[clean.group]
        own = np.random.SeedSequence([plan.seed, index]).generate_state(1, np.uint64)
        stem = out / FOLDER / f"{index:06d}"
        tasks.append(
            _Task(
                scan=stem.with_suffix(".tiff"),
                truth=stem.with_suffix(".truth.json"),
                clean=clean,
                split=split,
                seed=int(own[0]),
                armed=armed[index],
                firearms=firearms[split],
                harmless=harmless.get(split) or tuple(found.harmless),
                sources=sources,
            )
        )
    return tasks


def _check_parts(
    firearms: dict[Split, tuple[CutoutFile, ...]], wanted: set[Split]
) -> None:
    if not all(firearms[split] for split in wanted):
        msg = (
            f"The cut-outs show fewer than {_FEWEST_GROUPS} firearms, and none may be "
            "in two parts of a dataset. Add cut-outs, or correct their groups."
        )
        raise DatasetError(msg)


def _arm(
    clean: Sequence[CleanScan], splits: dict[str, Split], plan: ProjectionPlan
) -> list[bool]:
    """Which scans get firearms: every second one of each part, in random order."""
    order = np.random.default_rng(plan.seed).permutation(len(clean) * plan.per_scan)
    met: dict[Split, int] = {}
    armed = [False] * len(order)
    for index in map(int, order):
        split = splits[clean[index // plan.per_scan].group]
        armed[index] = met.get(split, 0) % 2 == 0
        met[split] = met.get(split, 0) + 1
    return armed


def _make_scan(task: _Task) -> None:
    rng = np.random.default_rng(task.seed)
    scan = read_clean(task.clean.path, task.sources.pitch_mm)
    known = read_known(task.clean.path)
    projector = Projector(scan, task.sources.measured)
    energies = scan.info.energies_mv
    objects = [*known.objects]
    for _ in range(rng.integers(_MOST)):
        objects += _add_harmless(rng, projector, task, energies)
    for _ in range(rng.integers(1, _MOST + 1)):
        objects += _add_subject(rng, projector, task, energies)
    truth = Truth(
        objects=tuple(objects),
        source=PROJECTED,
        cargo=known.cargo,
        defects=known.defects,
    )
    write_scan(projector.mark(), task.scan)
    write_text(task.truth, truth.model_dump_json(exclude_none=True))


def _add_subject(
    rng: np.random.Generator,
    projector: Projector,
    task: _Task,
    energies: tuple[float, ...],
) -> list[TruthObject]:
    """A firearm, or what stands in its place where there shall be none."""
    if not task.armed and rng.random() >= _GHOSTS:
        return _add_harmless(rng, projector, task, energies)
    cutout = _read(_pick(rng, task.firearms), task.sources.cutout_pitch_mm)
    density = 1.0 if task.armed else 0.0
    return _keep(projector.add(rng, cutout, FIREARM, density=density))


def _add_harmless(
    rng: np.random.Generator,
    projector: Projector,
    task: _Task,
    energies: tuple[float, ...],
) -> list[TruthObject]:
    if task.harmless:
        thing = _read(_pick(rng, task.harmless), task.sources.cutout_pitch_mm)
    else:
        from data.projection.harmless import draw_harmless  # noqa: PLC0415 - needs numba

        thing = draw_harmless(rng, energies)
    return _keep(projector.add(rng, thing, HARMLESS))


def _keep(added: TruthObject | None) -> list[TruthObject]:
    return [] if added is None else [added]


def _pick(rng: np.random.Generator, files: Sequence[CutoutFile]) -> CutoutFile:
    """A kind, each as likely, then one of that kind."""
    kinds = sorted({file.kind for file in files})
    kind = kinds[int(rng.integers(len(kinds)))]
    alike = [file for file in files if file.kind == kind]
    return alike[int(rng.integers(len(alike)))]


@lru_cache(maxsize=256)
def _read(file: CutoutFile, pitch_mm: float | None) -> Cutout:
    return read_cutout(file, pitch_mm)


def _index(plan: ProjectionPlan, tasks: Sequence[_Task]) -> DatasetIndex:
    return DatasetIndex(
        name=f"projected-{plan.seed}",
        seed=plan.seed,
        synthetic=False,  # cut-outs were scanned, and clean scans may be real
        scans=tuple(
            IndexedScan(
                scan=f"{FOLDER}/{task.scan.name}",
                truth=f"{FOLDER}/{task.truth.name}",
                split=task.split,
                group=task.clean.group,
            )
            for task in tasks
        ),
    )
