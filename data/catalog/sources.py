"""Join labels with the scans that they speak of, whatever these are called."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, Final

import numpy as np

from data.catalog.catalog import Catalog
from data.catalog.importing import Incoming, list_failures
from data.catalog.rendering import (
    is_rendering,
    name_original,
    rank_rendering,
)
from data.errors import DatasetError
from data.formats.facts import read_facts
from data.formats.listing import find_scans
from data.formats.scanner_profile import ScannerProfile
from data.truth import Truth, TruthObject

SAME: Final = 0.8
"""Overlap (IoU) from which boxes on two renderings of a scan mean one thing."""


@dataclass(frozen=True)
class Pictures:
    """Scans by the names that label files may use for them.

    Attributes:
        paths: Their files by their names, with slashes.
        profile: Reads raw planes.
    """

    paths: Mapping[str, Path]
    profile: ScannerProfile | None = None

    def find(self, file: str) -> str | None:
        """The name of the scan that a label file means, None if there is none.

        It may be named with or without its ending and folders, as long as only one
        scan is named so, and by one of its renderings.

        Args:
            file: As the label file has it.
        """
        wanted = PurePosixPath(file.replace("\\", "/"))
        for index, key in (
            (self._whole, str(wanted)),
            (self._whole, name_original(str(wanted))),
            (self._last, wanted.name),
            (self._last, name_original(wanted.name)),
        ):
            if key in index and _agree(index[key], str(wanted)):
                return index[key]
        return None

    def measure(self, file: str) -> tuple[int, int] | None:
        """Width and height of the scan that a label file means; None without one.

        Args:
            file: As the label file has it.

        Raises:
            ScanFileError: If its file cannot be read.
        """
        name = self.find(file)
        if name is None:
            return None
        return read_facts(self.paths[name], profile=self.profile).size

    @cached_property
    def _whole(self) -> dict[str, str]:
        return _index((name, (name, _bare(name))) for name in self.paths)

    @cached_property
    def _last(self) -> dict[str, str]:
        last = ((name, PurePosixPath(name).name) for name in self.paths)
        return _index((name, (short, _bare(short))) for name, short in last)


def find_pictures(folder: Path, profile: ScannerProfile | None = None) -> Pictures:
    """The scans in a folder and below.

    Args:
        folder: The folder.
        profile: Knows its own files besides.

    Raises:
        DatasetError: If it is no folder.
        ScanFileError: If there are none.
    """
    if not folder.is_dir():
        msg = f"{folder} is not a folder. Name the folder that the scans are in."
        raise DatasetError(msg)
    found = find_scans([folder], profile)
    return Pictures({str(scan.name): scan.path for scan in found}, profile)


def list_pictures(catalog: Catalog) -> Pictures:
    """The scans of a dataset, by their names in it.

    Args:
        catalog: One of its versions.
    """
    rows = catalog.frame.iter_rows(named=True)
    return Pictures({row["name"]: catalog.scan_path(row) for row in rows})


def gather_labelled(
    labelled: Sequence[tuple[str, Truth]],
    pictures: Pictures,
    *,
    prefix: str = "",
    stated: Callable[[str], Mapping[str, Any]] = lambda _: {},
) -> list[Incoming]:
    """Join labels with their scans.

    What was drawn on several renderings of one scan is put together.

    Args:
        labelled: Name of a picture, as a label file has it, and what is in it; each
            picture must be there.
        pictures: The scans.
        prefix: Of the names in the dataset.
        stated: What is known of a scan by its name.
    """
    truths: dict[str, Truth] = {}
    places: dict[str, str] = {}
    failures: list[str] = []
    for file, truth in sorted(labelled, key=lambda each: rank_rendering(each[0])):
        name = pictures.find(file)
        assert name is not None  # noqa: S101 - labels were checked against pictures
        other = places.setdefault(name, file)
        if other != file and not (is_rendering(other) and is_rendering(file)):
            failures.append(f"{other} and {file} both seem to be {name}")
        truths[name] = _put_together(truths[name], truth) if name in truths else truth
    if failures:
        raise list_failures(failures)
    return [
        Incoming(prefix + _bare(name), pictures.paths[name], truth, stated(name))
        for name, truth in truths.items()
    ]


def refuse_unknown(names: Sequence[str], pictures: Pictures, path: Path) -> None:
    """Refuse a table that speaks of scans that are not there.

    Args:
        names: Of the scans in the table.
        pictures: The scans.
        path: The table, to be named.

    Raises:
        DatasetError: All of them are named.
    """
    missing = [name for name in names if pictures.find(name) is None]
    if missing:
        raise list_failures([f"{path}: there is no scan {name}" for name in missing])


def _agree(name: str, file: str) -> bool:
    """Whether one name is the other's end: folders that are named must be the same.

    But for folders called "images", which the YOLO layout does not name.
    """
    folders = [
        [part for part in PurePosixPath(one).parts[:-1] if part != _IMAGES]
        for one in (name, file)
    ]
    least = min(map(len, folders))
    return least == 0 or folders[0][-least:] == folders[1][-least:]


def _index(pairs: Any) -> dict[str, str]:
    """Names by key, where only one has the key."""
    pairs = [(name, key) for name, keys in pairs for key in dict.fromkeys(keys)]
    count = Counter(key for _, key in pairs)
    return {key: name for name, key in pairs if count[key] == 1}


def _bare(name: str) -> str:
    """A name without its ending; the high file of a pair names the pair."""
    path = PurePosixPath(name)
    if path.suffix.lower() not in _ENDINGS:
        return name
    return str(path.with_suffix("")).removesuffix("_high")


_IMAGES: Final = "images"
_ENDINGS: Final = frozenset({".tif", ".tiff", ".png", ".jpg", ".jpeg", ".bmp"})


def _put_together(first: Truth, second: Truth) -> Truth:
    new = [
        thing
        for thing in second.objects
        if not any(_same(thing, other) for other in first.objects)
    ]
    return first.model_copy(update={"objects": (*first.objects, *new)})


def _same(one: TruthObject, other: TruthObject) -> bool:
    a, b = np.array(one.box), np.array(other.box)
    sides = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    common = np.prod(np.clip(sides, 0, None))
    both = np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - common
    return one.label == other.label and bool(common >= SAME * both)
