"""Read the versions of a catalogued dataset, and add one."""

import hashlib
import io
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from data.catalog.schema import SCHEMA, check_frame
from data.catalog.version import (
    FOLDER,
    Version,
    hash_held_out,
    hash_rows,
    read_version,
)
from data.errors import DatasetError
from data.files import replacing
from data.splits import HELD_OUT

_FOLDERS: Final = frozenset({FOLDER, "scans", "truth"})
_RECORDS: Final = "[0-9][0-9][0-9][0-9][0-9][0-9].json"


@dataclass(frozen=True, slots=True)
class Catalog:
    """One version of a catalogued dataset.

    Attributes:
        root: Folder of the dataset.
        version: Which version it is; None if there is none yet.
        frame: A row for each scan, see `data.catalog.schema`.
    """

    root: Path
    version: Version | None
    frame: pl.DataFrame

    def scan_path(self, row: Mapping[str, Any]) -> Path:
        """The scan file of a row."""
        return self.root / str(row["file"])

    def truth_path(self, row: Mapping[str, Any]) -> Path:
        """The truth file of a row."""
        return self.root / str(row["truth"])

    def select(self, where: str | None) -> pl.DataFrame:
        """The rows that a condition in SQL is true for.

        Args:
            where: Such as `scanner = 'S1' AND firearms > 0`; None for all.

        Raises:
            DatasetError: If it is no condition on these columns.
        """
        if where is None:
            return self.frame
        try:
            return self.frame.filter(pl.sql_expr(where))
        except pl.exceptions.PolarsError as error:
            why = str(error).splitlines()[0].partition("; valid columns")[0]
            msg = (
                f"{where!r} is no condition on the columns of a catalog: {why}. Write "
                "one such as \"scanner = 'S1' AND acquired > DATE '2026-01-31'\"; "
                "`dataset list --columns '*'` shows them."
            )
            raise DatasetError(msg) from error


def is_catalogued(path: Path) -> bool:
    """Whether a path is a catalogued dataset, or the record of one of its versions."""
    if path.suffix == ".json":
        return path.parent.name == FOLDER and path.is_file()
    return any((path / FOLDER).glob(_RECORDS))


def list_versions(root: Path) -> list[Version]:
    """All versions of a dataset, the first one first; none if there are none.

    Args:
        root: Folder of the dataset.

    Raises:
        DatasetError: If a record is damaged.
    """
    return [read_version(path) for path in sorted((root / FOLDER).glob(_RECORDS))]


def read_catalog(path: Path, number: int | None = None) -> Catalog:
    """Read a version of a dataset.

    Args:
        path: Folder of the dataset, or `catalog/NUMBER.json` in it.
        number: Which version; the last one if None.

    Raises:
        DatasetError: If there is none, or its catalog is damaged.
    """
    if path.suffix == ".json":
        version, root = read_version(path), path.parent.parent
    else:
        version, root = _find_version(path, number), path
    return Catalog(root, version, read_frame(root, version))


def open_catalog(root: Path) -> Catalog:
    """The last version of a dataset, or an empty catalog where none is yet.

    Args:
        root: Its folder, which need not be there.

    Raises:
        DatasetError: If the folder holds other things, or the catalog is damaged.
    """
    if is_catalogued(root):
        return read_catalog(root)
    names = {path.name for path in root.iterdir()} if root.is_dir() else set()
    others = {name for name in names - _FOLDERS if not name.startswith(".")}
    if others or root.is_file():
        msg = f"{root} holds other things. Choose a new folder for the dataset."
        raise DatasetError(msg)
    return Catalog(root, None, SCHEMA.to_frame())


def write_version(
    before: Catalog, frame: pl.DataFrame, *, note: str, name: str | None = None
) -> Catalog:
    """Add a version to a dataset; it is there wholly or not at all.

    Args:
        before: The version it was made from.
        frame: Its rows.
        note: What was done.
        name: What the dataset is called; as before, or as its folder, if None.

    Returns:
        It; or the one before if nothing has changed.

    Raises:
        DatasetError: If rows are amiss, a scan that was held out no longer is, or
            another version was added meanwhile.
    """
    frame = check_frame(frame)
    _check_held_out(before.root, frame)
    rows, parent = hash_rows(frame), before.version
    if parent is not None and parent.sha256 == rows:
        return before
    number = 1 if parent is None else parent.number + 1
    file = io.BytesIO()
    frame.write_parquet(file)
    content = file.getvalue()
    version = Version(
        name=name or (parent.name if parent else before.root.resolve().name),
        number=number,
        sha256=rows,
        parent_sha256=None if parent is None else parent.sha256,
        created=datetime.now(UTC).replace(microsecond=0),
        note=note,
        scans=len(frame),
        catalog=f"{number:06d}-{rows[:12]}.parquet",
        catalog_sha256=hashlib.sha256(content).hexdigest(),
        held_out=int((frame["split"] == "held-out").sum()),
        held_out_sha256=hash_held_out(frame),
    )
    _keep(before.root / FOLDER, version, content)
    return Catalog(before.root, version, frame)


def _keep(folder: Path, version: Version, content: bytes) -> None:
    record = folder / f"{version.number:06d}.json"
    try:
        with replacing(folder / version.catalog) as draft:
            _write_through(draft, content)
        draft = folder / f".{version.catalog}.json"
        try:
            _write_through(draft, version.model_dump_json(indent=1).encode() + b"\n")
            _place_new(draft, record)
        finally:
            draft.unlink(missing_ok=True)
    except FileExistsError as error:
        msg = f"{record} was made meanwhile by someone else. Repeat what you did."
        raise DatasetError(msg) from error
    except OSError as error:
        msg = f"{folder} cannot be written: {error.strerror or error}. Check the disk."
        raise DatasetError(msg) from error


def _find_version(root: Path, number: int | None) -> Version:
    versions = list_versions(root)
    if not versions:
        msg = f"{root} is no catalogued dataset. Make one by: cargosight dataset import"
        raise DatasetError(msg)
    if number is None:
        return versions[-1]
    for version in versions:
        if version.number == number:
            return version
    first, last = versions[0].number, versions[-1].number
    msg = f"{root} has no version {number}; it has {first} to {last}."
    raise DatasetError(msg)


def read_frame(root: Path, version: Version) -> pl.DataFrame:
    """Read the rows of a version.

    Args:
        root: Folder of the dataset.
        version: Which.

    Raises:
        DatasetError: If its file is missing, or was changed.
    """
    path = root / FOLDER / version.catalog
    try:
        content = path.read_bytes()
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}. Check the disk."
        raise DatasetError(msg) from error
    if hashlib.sha256(content).hexdigest() != version.catalog_sha256:
        msg = f"{path} was changed after it was written. Copy the dataset again."
        raise DatasetError(msg)
    return check_frame(pl.read_parquet(io.BytesIO(content)))


def _check_held_out(root: Path, after: pl.DataFrame) -> None:
    """What was held out once stays so: a network trained since must not meet it."""
    held = [_list_held(read_frame(root, version)) for version in list_versions(root)]
    free = after.filter(~(pl.col("split") == HELD_OUT).fill_null(value=False))
    lost = free.filter(free["sha256"].is_in(set().union(*held))).sort("name")
    if not lost.is_empty():
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        msg = f"{lost['name'][0]}{more} was held out and must stay so, or be dropped."
        raise DatasetError(msg)


def _list_held(frame: pl.DataFrame) -> set[str]:
    return set(frame.filter(frame["split"] == HELD_OUT)["sha256"])


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _place_new(draft: Path, place: Path) -> None:
    """Give a file its name, unless another has it."""
    try:
        os.link(draft, place)  # fails where it is there: nobody is overwritten
    except FileExistsError:
        raise
    except OSError as error:  # a disk that knows no links
        if place.exists():
            raise FileExistsError(place) from error
        shutil.copyfile(draft, place)
