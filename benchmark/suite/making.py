"""Make suites: by the simulator, or out of real scans with truth; then seal them."""

import csv
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from benchmark.metrics.rates import Home
from benchmark.suite.plan import PlannedScan, Role, SuitePlan
from benchmark.suite.sealed import FOLDER, SealedList, Suite, SuiteScan, seal_suite
from data.dataset import Sample, hash_file, read_dataset
from data.dataset_writing import check_room, claim_folder, write_text
from data.errors import SuiteError
from data.formats import read_scan, write_scan
from data.parallel import map_ordered
from data.scan import Scan
from data.simulation import simulate_scan
from data.truth import Truth
from data.versions import read_versions

PLAN: Final = "plan.json"
PACKAGES: Final = ("numpy", "numba", "opencv-python-headless")

_BYTES_PER_METRE: Final = 1_200_000
_LONGEST_M: Final = 12.5

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Task:
    planned: PlannedScan
    scan: Path
    truth: Path
    home: Home


def make_simulated_suite(
    plan: SuitePlan, out: Path, *, workers: int = 1, progress: Progress | None = None
) -> Suite:
    """Simulate a suite and seal it.

    Interrupted, it goes on where it was when called again with the same plan. Another
    CPU may simulate another last bit: make a suite once, and copy it.

    Args:
        plan: What it shall hold.
        out: Its folder: new, empty, or one that this function was interrupted in.
        workers: Processes, 1 or more.
        progress: Told how many scans of how many are there.

    Raises:
        DatasetError: If the folder holds other things, or the disk lacks room.
    """
    claim_folder(out, PLAN, plan, scans=FOLDER)
    tasks = [
        _plan_scan(out, number, one) for number, one in enumerate(plan.list_scans())
    ]
    missing = [t for t in tasks if not (t.scan.is_file() and t.truth.is_file())]
    metres = sum(task.planned.recipe.length_m or _LONGEST_M for task in missing)
    check_room(out, len(missing), metres * _BYTES_PER_METRE)
    rows = []
    for row in map_ordered(_make_scan, tasks, workers=workers):
        rows.append(row)
        if progress is not None:
            progress(len(rows), len(tasks))
    content = SealedList(
        name=plan.name,
        title=plan.title,
        role=plan.role,
        origin=f"simulated, seed {plan.seed}",
        versions=read_versions(PACKAGES),
        scans=tuple(rows),
    )
    return _finish(out, content)


def _plan_scan(out: Path, number: int, planned: PlannedScan) -> _Task:
    stem = out / FOLDER / f"{number:06d}"
    return _Task(
        planned,
        stem.with_suffix(".tiff"),
        stem.with_suffix(".truth.json"),
        Home(f"{number:06d}", f"{planned.seed:020d}"),
    )


def _make_scan(task: _Task) -> SuiteScan:
    """One scan on disk, if it is not there already."""
    if not (task.scan.is_file() and task.truth.is_file()):
        made = simulate_scan(task.planned.seed, task.planned.recipe)
        write_text(task.truth, made.truth.model_dump_json(exclude_none=True))
        write_scan(made.scan, task.scan)
    scan = read_scan(task.scan)
    files = (task.scan, task.truth)
    return _describe(files, scan, home=task.home, part=task.planned.part)


def _describe(files: Sequence[Path], scan: Scan, *, home: Home, part: str) -> SuiteScan:
    """A line of the list: the scan's file first, its truth last."""
    return SuiteScan(
        scan=files[0].name,
        truth=files[-1].name,
        files={path.name: hash_file(path) for path in files},
        inspection=home.inspection,
        group=home.group,
        part=part,
        kind=scan.kind,
        scanner=scan.info.scanner,
        synthetic=scan.info.synthetic,
        pitch_mm=scan.info.pitch_mm,
    )


def _finish(out: Path, content: SealedList) -> Suite:
    (out / PLAN).unlink(missing_ok=True)
    return seal_suite(out, content)


@dataclass(frozen=True, slots=True)
class Heading:
    """What a suite of real scans is.

    Attributes:
        name: Of the suite.
        title: What it asks, for people.
        role: "test" or "calibration".
        origin: Where the scans come from.
    """

    name: str
    title: str
    role: Role
    origin: str


@dataclass(frozen=True, slots=True, eq=False)
class LabelledScan:
    """A scan with all that a suite keeps of it.

    Attributes:
        scan: The scan.
        truth: What is in it.
        home: Where it belongs.
        part: Which part of the suite it belongs to.
        source_sha256: Of the file that it came from.
    """

    scan: Scan
    truth: Truth
    home: Home
    part: str
    source_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class RealSource:
    """Real scans with truth that shall become a suite.

    Attributes:
        dataset: Folder of a dataset, ours or in the YOLO layout.
        split: Which part of it.
        groups: CSV with the columns `file` and `group`: what is not independent, such
            as near-duplicates; None if the dataset knows.
        scanner: Which scanner made all of them, if their files do not say.
        pitch_mm: Pixel pitch of scans that state none, mm.
    """

    dataset: Path
    split: str = "held-out"
    groups: Path | None = None
    scanner: str | None = None
    pitch_mm: float | None = None


def make_real_suite(
    source: RealSource,
    out: Path,
    *,
    name: str,
    title: str,
    role: Role = "test",
    progress: Progress | None = None,
) -> Suite:
    """Take real scans with their truth into a suite and seal it.

    Args:
        source: Where they are.
        out: The suite's folder: new or empty.
        name: Of the suite.
        title: What it asks, for people.
        role: "test" or "calibration".
        progress: Told how many scans of how many are there.

    Raises:
        SuiteError: If the part holds no scans, or one with a weak label, or the folder
            is in use.
        DatasetError: If there is no dataset.
        ScanFileError: If a scan cannot be read: then nothing is left.
        TruthError: If a truth cannot be read.
    """
    found = read_dataset(source.dataset, to_train=False)
    samples = [sample for sample in found.samples if sample.split == source.split]
    if not samples:
        msg = f"{source.dataset} has no {source.split} scans. Choose another --split."
        raise SuiteError(msg)
    groups = read_groups(source.groups) if source.groups else {}
    origin = f"the {source.split} part of {source.dataset.resolve().name}"
    labelled = (_label(sample, source, groups) for sample in samples)
    counted = _count(labelled, len(samples), progress)
    return seal_labelled(counted, out, Heading(name, title, role, origin))


def _count(
    found: Iterable[LabelledScan], count: int, progress: Progress | None
) -> Iterator[LabelledScan]:
    for number, each in enumerate(found):
        yield each
        if progress is not None:
            progress(number + 1, count)


def _label(
    sample: Sample, source: RealSource, groups: Mapping[str, str]
) -> LabelledScan:
    scan = read_scan(sample.scan)
    group = groups.get(sample.scan.name) or sample.group or sample.name
    home = Home(sample.group or sample.name, group)
    named = _complete(scan, source, sample.scanner)
    truth = sample.truth(scan.size)
    if truth.weak:
        msg = (
            f"{sample.name} has a weak label: nobody has looked inside, so nothing can "
            "be measured by it. Share the dataset out again, or drop the scan."
        )
        raise SuiteError(msg)
    return LabelledScan(named, truth, home, source.split, sample.sha256)


def seal_labelled(found: Iterable[LabelledScan], out: Path, heading: Heading) -> Suite:
    """Write scans with their truth into a new folder, in order, and seal it.

    They become native files, which lose nothing and keep what is known of them.

    Args:
        found: The scans, at least one.
        out: The suite's folder: new or empty. If anything fails, nothing is left.
        heading: What the suite is.

    Raises:
        SuiteError: If the folder is in use.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        msg = f"{out} is not empty. Choose a new folder for the suite."
        raise SuiteError(msg)
    try:
        rows = tuple(_write(out, number, each) for number, each in enumerate(found))
        content = SealedList(
            name=heading.name,
            title=heading.title,
            role=heading.role,
            origin=heading.origin,
            versions=read_versions(PACKAGES),
            scans=rows,
        )
        return _finish(out, content)
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)
        raise


def _write(out: Path, number: int, each: LabelledScan) -> SuiteScan:
    stem = out / FOLDER / f"{number:06d}"
    files = (stem.with_suffix(".tiff"), stem.with_suffix(".truth.json"))
    write_scan(each.scan, files[0])
    write_text(files[1], each.truth.model_dump_json(exclude_none=True))
    row = _describe(files, each.scan, home=each.home, part=each.part)
    return row.model_copy(update={"source_sha256": each.source_sha256})


def _complete(scan: Scan, source: RealSource, scanner: str | None) -> Scan:
    """The scan, with what its file does not say; a catalog knows its scanner best."""
    made_by = scanner or scan.info.scanner or source.scanner
    known: dict[str, object] = {"scanner": made_by}
    if scan.info.pitch_mm is None and source.pitch_mm is not None:
        known |= {"pitch_mm": (source.pitch_mm,) * 2, "pitch_source": "user"}
    return replace(scan, info=scan.info.model_copy(update=known))


def read_groups(path: Path) -> Mapping[str, str]:
    """Which files show one thing.

    Args:
        path: CSV with the columns `file` and `group`.

    Returns:
        The group of each file's name.

    Raises:
        SuiteError: If it is something else.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return {
                Path(row["file"]).name: row["group"] for row in csv.DictReader(file)
            }
    except (OSError, KeyError, UnicodeDecodeError, csv.Error) as error:
        msg = f"{path} is no CSV with the columns file and group ({error})."
        raise SuiteError(msg) from error
