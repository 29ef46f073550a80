"""Datasets: scans, their truth, and which part each belongs to.

Three kinds of folders are read. A catalogued dataset has versions: see `data.catalog`.
A listed one has a `dataset.json`, which names scans and truth files below it: this is
what simulation and projection make. One with a `data.yaml` is read as YOLO has it:
pictures in `images`, one text file of labels each in `labels`.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from data.annotations.yolo import find_yolo_labels, read_yolo_labels, read_yolo_layout
from data.errors import DatasetError, ScanFileError
from data.files import digest_file
from data.formats.listing import find_scans
from data.splits import Split
from data.truth import Truth, read_truth

INDEX: Final = "dataset.json"
YOLO_INDEX: Final = "data.yaml"
CATALOG: Final = "catalog"

_YOLO_SPLITS: Final[dict[str, Split]] = {
    "train": "train",
    "val": "validation",
    "test": "held-out",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One scan of a dataset.

    Attributes:
        name: What it is called in the dataset.
        scan: Its file.
        labels: Its truth file, or its YOLO label file, which may not exist.
        split: Which part it belongs to.
        group: Scans of one group show one thing and must not be split up; None if the
            dataset does not say.
        classes: Label of each class number, for YOLO labels; empty for ours.
        hashes: Of its scan and its truth file, where a catalog states them.
        scanner: What made it, where a catalog states that.
    """

    name: str
    scan: Path
    labels: Path
    split: Split
    group: str | None = None
    classes: tuple[str, ...] = ()
    hashes: tuple[str, str] | None = None
    scanner: str | None = None

    @property
    def sha256(self) -> str:
        """Hash of its scan file's content."""
        return self.hashes[0] if self.hashes else hash_file(self.scan)

    @property
    def labels_sha256(self) -> str:
        """Hash of its truth file's content; empty if there is none."""
        return self.hashes[1] if self.hashes else hash_file(self.labels)

    def truth(self, size: tuple[int, int]) -> Truth:
        """Read its truth.

        Args:
            size: Width and height of the scan, px: YOLO states boxes as shares of it.

        Raises:
            TruthError: If the file is not what it should be.
        """
        if self.classes:
            return read_yolo_labels(self.labels, size=size, names=self.classes)
        return read_truth(self.labels)


@dataclass(frozen=True, slots=True)
class Dataset:
    """Scans with truth.

    Attributes:
        root: Its folder.
        samples: Its scans, in order of their names within each split.
        synthetic: Whether all of it is simulated.
    """

    root: Path
    samples: tuple[Sample, ...]
    synthetic: bool

    @property
    def sha256(self) -> str:
        """Hash of the names, splits and contents of all scans and truth files."""
        rows = [
            (sample.name, sample.split, sample.sha256, sample.labels_sha256)
            for sample in self.samples
        ]
        return hashlib.sha256(json.dumps(sorted(rows)).encode()).hexdigest()


def _check_inside(path: str) -> str:
    pure = PurePosixPath(path)
    if not path or pure.is_absolute() or ".." in pure.parts or "\\" in path:
        msg = f"{path!r} must be a path below the dataset"
        raise ValueError(msg)
    return path


_Inside = Annotated[str, AfterValidator(_check_inside)]


class IndexedScan(BaseModel):
    """One scan of a `dataset.json`: paths below its folder, with slashes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    scan: _Inside
    truth: _Inside
    split: Split
    group: str | None = None


class DatasetIndex(BaseModel):
    """What `dataset.json` holds.

    Attributes:
        name: What the dataset is called.
        seed: Seed of its simulation; None for others.
        synthetic: Whether all of it is simulated.
        scans: Its scans.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal[1] = 1
    name: str
    seed: int | None = None
    synthetic: bool
    scans: Annotated[tuple[IndexedScan, ...], Field(strict=False)]


def read_dataset(path: Path, *, to_train: bool = True) -> Dataset:
    """Read a catalogued or a listed dataset, or one in the YOLO layout.

    Args:
        path: Its folder; or `catalog/NUMBER.json` in it, for another version than the
            last; or its `dataset.json` or `data.yaml`.
        to_train: Whether it must have a part to train on.

    Raises:
        DatasetError: If it is neither, is damaged, misses files or lacks the part to
            train on.
    """
    index = _find_index(Path(path))
    readers = {INDEX: _read_ours, YOLO_INDEX: _read_yolo}
    dataset = readers.get(index.name, _read_catalogued)(index)
    if to_train and not any(s.split == "train" for s in dataset.samples):
        msg = f"{index} has no scans to train on. Put some into its training part."
        raise DatasetError(msg)
    return dataset


def _find_index(root: Path) -> Path:
    if root.name in {INDEX, YOLO_INDEX} or _is_catalogued(root):
        return root
    if not root.is_dir():
        msg = f"{root} is not a folder. Name the folder of a dataset."
        raise DatasetError(msg)
    for name in (INDEX, YOLO_INDEX):
        if (root / name).is_file():
            return root / name
    msg = f"{root} is no dataset: it has no catalog, no {INDEX} and no {YOLO_INDEX}."
    if any((root / name).is_file() for name in ("simulation.json", "projection.json")):
        msg += " Making it was interrupted: start it again to finish it."
    raise DatasetError(msg)


def _is_catalogued(path: Path) -> bool:
    record = path.suffix == ".json" and path.parent.name == CATALOG
    return record or any((path / CATALOG).glob("*.json"))


def _read_catalogued(path: Path) -> Dataset:
    # polars is not to be had on a workstation, which reads no datasets.
    from data.catalog.catalog import read_catalog  # noqa: PLC0415

    catalog = read_catalog(path)
    used = catalog.frame.filter(catalog.frame["split"].is_not_null())
    samples = [
        Sample(
            row["name"],
            catalog.scan_path(row),
            catalog.truth_path(row),
            row["split"],
            row["together"] or row["group"],
            hashes=(row["sha256"], row["truth_sha256"]),
            scanner=row["scanner"],
        )
        for row in used.iter_rows(named=True)
    ]
    _check_files(path, (p for s in samples for p in (s.scan, s.labels)))
    if not samples:
        msg = f"{path} is not shared out. Run: cargosight dataset split {path}"
        raise DatasetError(msg)
    return Dataset(catalog.root, _sort(samples), bool(used["synthetic"].all()))


def _read_ours(index: Path) -> Dataset:
    content = read_index(index)
    samples = [
        Sample(
            PurePosixPath(entry.scan).stem,
            index.parent / entry.scan,
            index.parent / entry.truth,
            entry.split,
            entry.group,
        )
        for entry in content.scans
    ]
    _check_files(index, (p for s in samples for p in (s.scan, s.labels)))
    return Dataset(index.parent, _sort(samples), content.synthetic)


def read_index(index: Path) -> DatasetIndex:
    """Read a `dataset.json`.

    Args:
        index: The file.

    Raises:
        DatasetError: If it cannot be read or is not what it should be.
    """
    try:
        return DatasetIndex.model_validate_json(index.read_bytes())
    except OSError as error:
        msg = f"{index} cannot be read: {error.strerror or error}. Check the disk."
        raise DatasetError(msg) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "file"
        msg = f"{index} is not a dataset: {where}: {first['msg']}."
        raise DatasetError(msg) from error


def _read_yolo(index: Path) -> Dataset:
    layout = read_yolo_layout(index)
    samples: list[Sample] = []
    for theirs, folder in layout.splits.items():
        split = _YOLO_SPLITS[theirs]
        try:
            found = find_scans([folder])
        except ScanFileError as error:
            msg = f"{index}: {error}"
            raise DatasetError(msg) from error
        samples += [
            Sample(
                f"{theirs}/{scan.name}",
                scan.path,
                find_yolo_labels(scan.path),
                split,
                classes=layout.names,
            )
            for scan in found
        ]
    return Dataset(index.parent, _sort(samples), synthetic=False)


def _sort(samples: list[Sample]) -> tuple[Sample, ...]:
    return tuple(sorted(samples, key=lambda sample: (sample.split, sample.name)))


def _check_files(index: Path, paths: Iterable[Path]) -> None:
    missing = [path for path in paths if not path.is_file()]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        msg = f"{index} names {missing[0].name}{more}, which are not there. Copy them."
        raise DatasetError(msg)


def hash_file(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal; empty if there is no file.

    Remembered for as long as size and time of change stay the same; what must be read
    anew is hashed by `data.files.digest_file`.

    Args:
        path: The file.
    """
    try:
        state = path.stat()
    except FileNotFoundError:
        return ""
    return _hash_state(path.resolve(), state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=65536)
def _hash_state(path: Path, size: int, changed: int) -> str:
    del size, changed  # they tell one state of the file from another
    return digest_file(path)
