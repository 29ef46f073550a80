"""Seal the scans of a test sheet, or of a labelled dataset, as a site's suite."""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from benchmark.acceptance.checking import Material, check_sheet
from benchmark.acceptance.sheet import (
    CleanPass,
    Orientation,
    Piece,
    Placement,
    Shown,
    TestSheet,
)
from benchmark.metrics.rates import Home
from benchmark.suite.making import Heading, LabelledScan, seal_labelled
from benchmark.suite.sealed import Suite
from data.dataset import Sample, read_dataset
from data.dataset_writing import write_text
from data.errors import SuiteError
from data.formats import ScannerProfile, find_scans, read_scan
from data.scan import Scan
from data.splits import Split
from data.truth import FIREARM, Pose, Truth, TruthObject

SHEET: Final = "sheet.json"

PLACED: Final = "placements"
CLEAN: Final = "clean passes"

_UNNAMED: Final = re.compile(r"[^\w .+-]")

POSES: Final[dict[Orientation, Pose]] = {
    "broadside": Pose(heading_deg=0.0, elevation_deg=0.0, roll_deg=0.0),
    "turned": Pose(heading_deg=0.0, elevation_deg=0.0, roll_deg=45.0),
    "edge-on": Pose(heading_deg=0.0, elevation_deg=0.0, roll_deg=90.0),
    "end-on": Pose(heading_deg=0.0, elevation_deg=90.0, roll_deg=0.0),
}
"""What an orientation stands for where slices tell poses apart."""

Progress = Callable[[int, int], None]


def seal_sheet(
    sheet: TestSheet,
    material: Material,
    out: Path,
    *,
    progress: Progress | None = None,
) -> Suite:
    """Seal a filled sheet with its scans: from then on nothing of it may change.

    Args:
        sheet: The sheet.
        material: Its scans, and what is known of them.
        out: The suite's folder: new or empty.
        progress: Told how many scans of how many are there.

    Raises:
        SuiteError: If the sheet or its scans are not fit, in one line that names all
            that is wrong, or the folder is in use.
    """
    check_sheet(sheet, material)
    whole = _fill_in(sheet, material)
    text = whole.model_dump_json(indent=1)
    heading = Heading(
        name=f"acceptance {_UNNAMED.sub(' ', sheet.site)}"[:64],
        title=f"What the bundle finds on {sheet.scanner} at {sheet.site}",
        role="test",
        origin=f"test sheet {_hash(text)}",
    )
    suite = seal_labelled(_gather(whole, material, progress), out, heading)
    write_text(out / SHEET, text)
    return suite


def _hash(text: str) -> str:
    return hashlib.sha256((text + "\n").encode()).hexdigest()


def read_sealed_sheet(suite: Suite) -> TestSheet:
    """The sheet that a site's suite was sealed with, boxes included.

    Raises:
        SuiteError: If the suite is not of a site, or its sheet was changed.
    """
    path = suite.root / SHEET
    try:
        text = path.read_bytes()
    except OSError as error:
        msg = f"{suite.root} is no site's suite: it has no {SHEET}. Seal a test sheet."
        raise SuiteError(msg) from error
    if suite.content.origin != f"test sheet {hashlib.sha256(text).hexdigest()}":
        msg = f"{path} was changed since it was sealed. Copy the suite again."
        raise SuiteError(msg)
    try:
        return TestSheet.model_validate_json(text)
    except ValidationError as error:
        msg = f"{path} is of another version. Seal the sheet again."
        raise SuiteError(msg) from error


def _fill_in(sheet: TestSheet, material: Material) -> TestSheet:
    """The sheet with every box."""
    placements = []
    for placement in sheet.placements:
        scans = []
        for shown in placement.scans:
            found = material.find(sheet, placement, shown)
            box = shown.box if found is None else found.box
            scans.append(shown.model_copy(update={"box": box}))
        placements.append(placement.model_copy(update={"scans": tuple(scans)}))
    return sheet.model_copy(update={"placements": tuple(placements)})


def _gather(
    sheet: TestSheet, material: Material, progress: Progress | None
) -> Iterator[LabelledScan]:
    groups = sheet.find_groups()
    clean = {each.file: each for each in sheet.clean}
    for number, file in enumerate(groups):
        scan = _complete(material.read(file), sheet)
        truth = material.truths.get(file) or _label(sheet, file, clean.get(file))
        part = CLEAN if file in clean else PLACED
        yield LabelledScan(scan, truth, Home(file, groups[file]), part)
        if progress is not None:
            progress(number + 1, len(groups))


def _complete(scan: Scan, sheet: TestSheet) -> Scan:
    known: dict[str, object] = {}
    if scan.info.scanner is None:
        known["scanner"] = sheet.scanner
    if scan.info.pitch_mm is None and sheet.pitch_mm is not None:
        known |= {"pitch_mm": (sheet.pitch_mm,) * 2, "pitch_source": "user"}
    return replace(scan, info=scan.info.model_copy(update=known))


def _label(sheet: TestSheet, file: str, clean: CleanPass | None) -> Truth:
    """What the sheet says is in a scan."""
    source = f"test sheet of {sheet.site}"
    if clean is not None:
        return Truth(source=source, cargo=(clean.cargo,) if clean.cargo else ())
    objects = []
    for placement, shown in sheet.list_shown():
        if shown.file == file and shown.box is not None:
            piece = sheet.piece_of(placement)
            way = placement.orientation
            objects.append(
                TruthObject(
                    box=shown.box,
                    label=piece.label,
                    kind=piece.kind,
                    concealment=placement.behind,
                    pose=None if way is None else POSES[way],
                )
            )
    return Truth(objects=tuple(objects), source=source)


def _read_labels(dataset: Path) -> dict[str, Truth]:
    named = _name(dataset, read_dataset(dataset, to_train=False).samples)
    return {name: _read_truth(sample) for name, sample in named.items()}


def _name(dataset: Path, samples: Sequence[Sample]) -> dict[str, Sample]:
    named: dict[str, Sample] = {}
    for sample in samples:
        if sample.scan.name in named:
            msg = f"{dataset} has two scans {sample.scan.name}. Rename one of them."
            raise SuiteError(msg)
        named[sample.scan.name] = sample
    return named


def _read_truth(sample: Sample) -> Truth:
    return sample.truth(read_scan(sample.scan).size if sample.classes else (0, 0))


def list_material(
    folder: Path, *, labels: Path | None = None, profile: ScannerProfile | None = None
) -> Material:
    """The scans below a folder, by the names that a sheet calls them.

    Args:
        folder: Where they are.
        labels: A dataset whose labels tell where the pieces are, by the same names of
            files; None if the sheet has the boxes.
        profile: Reads raw vendor files.

    Raises:
        ScanFileError: If there is no scan.
        DatasetError: If there is no such dataset.
        TruthError: If a label file is wrong.
    """
    scans = {str(scan.name): scan.path for scan in find_scans([folder], profile)}
    return Material(scans, {} if labels is None else _read_labels(labels), profile)


def make_sheet(
    dataset: Path, heading: TestSheet, split: Split = "held-out"
) -> tuple[TestSheet, Material]:
    """Fill in a sheet from a part of a labelled dataset.

    Every firearm is a placement of its own, every scan without one a clean pass; what
    the dataset states to be one group stays one.

    Args:
        dataset: Its folder.
        heading: A sheet without pieces, placements and passes.
        split: Which part.

    Returns:
        The sheet, and what it is about: both for `seal_sheet`.

    Raises:
        DatasetError: If there is no dataset.
        SuiteError: If the part is empty, or two scans have one name.
        TruthError: If a truth cannot be read.
    """
    samples = [
        s for s in read_dataset(dataset, to_train=False).samples if s.split == split
    ]
    if not samples:
        msg = f"{dataset} has no {split} scans. Choose another --split."
        raise SuiteError(msg)
    named = _name(dataset, samples)
    truths = {name: _read_truth(sample) for name, sample in named.items()}
    placements = [p for name in named for p in _place(name, named[name], truths[name])]
    entries = {
        "pieces": tuple(
            Piece(id=kind, kind=kind) for kind in sorted({p.piece for p in placements})
        ),
        "placements": tuple(placements),
        "clean": tuple(
            CleanPass(file=name, container=sample.group or name)
            for name, sample in named.items()
            if not _list_firearms(truths[name])
        ),
    }
    scans = {name: sample.scan for name, sample in named.items()}
    return heading.model_copy(update=entries), Material(scans, truths)


def _list_firearms(truth: Truth) -> list[TruthObject]:
    return [each for each in truth.objects if each.label == FIREARM]


def _place(name: str, sample: Sample, truth: Truth) -> Iterator[Placement]:
    for number, each in enumerate(_list_firearms(truth)):
        yield Placement(
            id=f"{Path(name).stem[:30]} {number + 1}",
            piece=each.kind or "firearm",
            container=sample.group or name,
            behind=each.concealment,
            group=sample.group,
            scans=(Shown(file=name, box=each.box),),
        )
