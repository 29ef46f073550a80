"""What projections are made from: clean scans, firearms and harmless things in air."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from data.errors import CargosightError, DatasetError
from data.formats import ScanFile, find_scans, read_scan
from data.parallel import map_ordered
from data.projection.calibration import Measured
from data.projection.cutout import (
    CutoutFile,
    check_folder,
    find_cutouts,
    read_cutout,
)
from data.projection.projector import check_scan
from data.scan import Scan
from data.splits import SPLITS, Split, assign_splits
from data.truth import FIREARM, Truth, read_truth

Report = Callable[[str], None]

_TRUTH: Final = ".truth.json"


@dataclass(frozen=True, slots=True)
class ProjectionSources:
    """What a dataset is made from.

    Attributes:
        clean: Folder of scans without firearms.
        cutouts: Folder of firearms in air, a subfolder for each kind.
        benign: Folder of harmless things in air; None takes the simulator's.
        groups: CSV with the columns file and group: which scans, or which cut-outs,
            show the same container or thing. Without it scans go by their container
            numbers and cut-outs by their names.
        pitch_mm: Pixel pitch of scans that state none, mm.
        cutout_pitch_mm: Pixel pitch of cut-outs that state none, mm.
        measured: What need not be estimated of the scans.
    """

    clean: Path
    cutouts: Path
    benign: Path | None = None
    groups: Path | None = None
    pitch_mm: float | None = None
    cutout_pitch_mm: float | None = None
    measured: Measured = field(default_factory=Measured)


@dataclass(frozen=True, slots=True)
class CleanScan:
    """A clean scan that can be used.

    Attributes:
        path: Its file.
        name: What it is called below its folder.
        group: Scans of one group show one container.
        pixels: Of all its planes.
    """

    path: Path
    name: str
    group: str
    pixels: int


def find_clean(
    sources: ProjectionSources,
    groups: Mapping[str, str],
    workers: int,
    refuse: Report,
) -> list[CleanScan]:
    """Find the clean scans that can be used; every one is read once.

    Args:
        sources: Where they are.
        groups: Group of each file name.
        workers: Processes.
        refuse: Called with one line for each that cannot be used.

    Returns:
        By name.

    Raises:
        DatasetError: If none can be used.
        ScanFileError: If there are none.
    """
    check_folder(sources.clean)
    found = find_scans([sources.clean])
    inspect = partial(_inspect, pitch_mm=sources.pitch_mm)
    usable = []
    for file, seen in zip(
        found, map_ordered(inspect, found, workers=workers), strict=True
    ):
        if isinstance(seen, str):
            refuse(seen)
        else:
            group = groups.get(file.path.name, seen.group)
            usable.append(replace(seen, group=group))
    if not usable:
        msg = f"{sources.clean} has no scan that can be projected into. See above."
        raise DatasetError(msg)
    return usable


def find_usable(
    folder: Path, pitch_mm: float | None, groups: Mapping[str, str], refuse: Report
) -> list[CutoutFile]:
    """Find the cut-outs that can be used; every one is read once.

    Args:
        folder: Where they are.
        pitch_mm: Pixel pitch of those that state none, mm.
        groups: Group of each file name.
        refuse: Called with one line for each that cannot be used.

    Raises:
        DatasetError: If none can be used.
        ScanFileError: If there are none.
    """
    usable = []
    for file in find_cutouts(folder, groups):
        try:
            read_cutout(file, pitch_mm)
        except CargosightError as error:
            refuse(str(error))
        else:
            usable.append(file)
    if not usable:
        msg = f"{folder} has no cut-out that can be used. See above."
        raise DatasetError(msg)
    return usable


def read_clean(path: Path, pitch_mm: float | None) -> Scan:
    """Read a clean scan.

    Args:
        path: Its file.
        pitch_mm: Its pixel pitch if it states none, mm.

    Raises:
        ScanFileError: If it cannot be read.
    """
    scan = read_scan(path)
    if scan.info.pitch_mm is not None or pitch_mm is None:
        return scan
    known = {"pitch_mm": (pitch_mm, pitch_mm), "pitch_source": "user"}
    return replace(scan, info=scan.info.model_copy(update=known))


def read_known(path: Path) -> Truth:
    """Read what is known to be in a clean scan.

    Args:
        path: Its file; the truth file is beside it, if there is one.

    Raises:
        TruthError: If that is not a truth file.
    """
    known = path.with_name(path.stem + _TRUTH)
    return read_truth(known) if known.exists() else Truth()


def part_cutouts(
    files: Sequence[CutoutFile], seed: int
) -> dict[Split, tuple[CutoutFile, ...]]:
    """Part cut-outs by group, so that no firearm is in two parts of a dataset.

    Kind by kind where that leaves no part empty, else all together.

    Args:
        files: At least one.
        seed: 0 or more.

    Returns:
        The cut-outs of each part; with under three groups all are for training.
    """
    kinds = sorted({file.kind for file in files})
    parted = _part([[f for f in files if f.kind == kind] for kind in kinds], seed)
    if not all(parted.values()):
        parted = _part([list(files)], seed)
    return parted


def _part(
    lots: Sequence[Sequence[CutoutFile]], seed: int
) -> dict[Split, tuple[CutoutFile, ...]]:
    place: dict[str, Split] = {}
    for lot in lots:
        groups = sorted({file.group for file in lot} - place.keys())
        splits = assign_splits([True] * len(groups), seed)
        place |= dict(zip(groups, splits, strict=True))
    files = [file for lot in lots for file in lot]
    return {s: tuple(f for f in files if place[f.group] == s) for s in SPLITS}


def _inspect(file: ScanFile, pitch_mm: float | None) -> CleanScan | str:
    """What is needed of a clean scan, or why it cannot be used, in one line."""
    try:
        scan = read_clean(file.path, pitch_mm)
        check_scan(scan)
        known = read_known(file.path)
    except CargosightError as error:
        text = str(error)
        return text if str(file.path) in text else f"{file.path} {text}"
    if any(each.label == FIREARM for each in known.objects):
        return f"{file.path} has firearms by its truth file. Give clean scans."
    numbers = ",".join(scan.info.containers)
    planes = [p for p in (scan.high, scan.low, scan.display) if p is not None]
    size = sum(int(np.prod(plane.shape)) for plane in planes)
    return CleanScan(file.path, str(file.name), numbers or str(file.name), size)
