"""What a dataset lists, before any scan is opened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from data.annotations.yolo import read_yolo_labels
from data.catalog.catalog import Catalog, is_catalogued, read_catalog
from data.dataset import Sample, hash_file, read_dataset
from data.errors import DatasetError
from data.truth import Truth, read_truth


@dataclass(frozen=True, slots=True)
class Entry:
    """One scan of a dataset, as the dataset lists it.

    Attributes:
        name: What it is called in the dataset.
        scan: Its file.
        labels: Its truth file, or its YOLO label file, which may not exist.
        split: Which part it belongs to; None if to none.
        group: What it shows, where the dataset says so.
        classes: Label of each class number, for YOLO labels; empty for ours.
        scanner: As catalogued; None if it is not.
        container: Likewise.
        inspection: Likewise.
        acquired: When the scan was made, as catalogued.
        firearms: Ids of the physical firearms in it, as catalogued.
        hashes: Of its scan and its truth file, as catalogued.
    """

    name: str
    scan: Path
    labels: Path
    split: str | None
    group: str | None = None
    classes: tuple[str, ...] = ()
    scanner: str | None = None
    container: str | None = None
    inspection: str | None = None
    acquired: datetime | None = None
    firearms: tuple[str, ...] = ()
    hashes: tuple[str, str] | None = None

    def check(self) -> None:
        """Refuse files that are not what the catalog lists.

        Raises:
            DatasetError: If one was changed.
        """
        if self.hashes is None:
            return
        for path, stated in zip((self.scan, self.labels), self.hashes, strict=True):
            if hash_file(path) != stated:
                msg = f"{path.name} was changed after it was imported. Put it back."
                raise DatasetError(msg)

    def truth(self, size: tuple[int, int]) -> Truth:
        """Read its truth.

        Args:
            size: Width and height of the scan, px.

        Raises:
            TruthError: If the file is not what it should be.
        """
        if self.classes:
            return read_yolo_labels(self.labels, size=size, names=self.classes)
        return read_truth(self.labels)


def list_entries(path: Path) -> tuple[Entry, ...]:
    """List the scans of a dataset of any kind, in order of their names.

    Args:
        path: As `data.dataset.read_dataset` takes it. Of a catalogued dataset, scans
            that no part uses are listed too, and files that are missing.

    Raises:
        DatasetError: If it is no dataset, or its index or catalog is damaged.
    """
    if is_catalogued(path):
        catalog = read_catalog(path)
        rows = catalog.frame.iter_rows(named=True)
        entries = [_take_row(catalog, row) for row in rows]
    else:
        dataset = read_dataset(path, to_train=False)
        entries = [_take_sample(sample) for sample in dataset.samples]
    return tuple(sorted(entries, key=lambda entry: entry.name))


def _take_row(catalog: Catalog, row: Mapping[str, Any]) -> Entry:
    return Entry(
        row["name"],
        catalog.scan_path(row),
        catalog.truth_path(row),
        row["split"],
        row["together"] or row["group"],
        scanner=row["scanner"],
        container=row["container"],
        inspection=row["inspection"],
        acquired=row["acquired"],
        firearms=tuple(row["firearm_ids"] or ()),
        hashes=(row["sha256"], row["truth_sha256"]),
    )


def _take_sample(sample: Sample) -> Entry:
    return Entry(
        sample.name,
        sample.scan,
        sample.labels,
        sample.split,
        sample.group,
        sample.classes,
    )
