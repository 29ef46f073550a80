"""Import labelled scans: all of them become a new version, or none does."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from data.catalog.catalog import Catalog, write_version
from data.catalog.schema import SCHEMA, make_frame
from data.catalog.storing import Stored, store_scan, store_truth
from data.errors import DatasetError, ScanFileError
from data.formats.facts import ScanFacts
from data.formats.scanner_profile import ScannerProfile
from data.parallel import map_ordered
from data.truth import FIREARM, Truth

Progress = Callable[[int, int], None]

_KEPT: Final = ("name", "file", "split", "group")

_TOGETHER: Final = 32
"""Scans that a process takes at once."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A scan that is to be imported.

    Attributes:
        name: What it shall be called in the dataset.
        path: Its file.
        truth: What is in it.
        stated: What is known of it besides, by column; it goes before what its file
            says.
    """

    name: str
    path: Path
    truth: Truth
    stated: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import.

    Attributes:
        catalog: The new version, or the old one if all was there already.
        added: How many scans are new.
        relabelled: How many were there with other labels, or other facts.
        same: How many were there just so, or came twice.
    """

    catalog: Catalog
    added: int
    relabelled: int
    same: int


@dataclass(frozen=True, slots=True)
class _Task:
    root: Path
    scans: tuple[Incoming, ...]
    profile: ScannerProfile | None
    link: bool


def import_scans(  # noqa: PLR0913 - every one is a plain setting
    before: Catalog,
    scans: Sequence[Incoming],
    *,
    note: str,
    profile: ScannerProfile | None = None,
    link: bool = False,
    workers: int = 1,
    progress: Progress = lambda *_: None,
) -> Imported:
    """Import scans into a dataset.

    A scan whose content is there already keeps its name and its split, and takes the
    new labels and what is newly stated of it.

    Args:
        before: The last version.
        scans: To import.
        note: What was done, for people.
        profile: Reads raw planes.
        link: Share files with their source, see `store_scan`.
        workers: Processes.
        progress: Told how many scans of how many are stored.

    Raises:
        DatasetError: If scans cannot be read, two of one name or of one content differ,
            or the dataset cannot be written. All scans that are amiss are named.
    """
    _check_names(scans)
    rows: list[dict[str, Any]] = []
    failures: list[str] = []
    before.root.mkdir(parents=True, exist_ok=True)
    tasks = (
        _Task(before.root, tuple(scans[first : first + _TOGETHER]), profile, link)
        for first in range(0, len(scans), _TOGETHER)
    )
    for done, failed in map_ordered(_store, tasks, workers=workers):
        rows += done
        failures += failed
        progress(len(rows) + len(failures), len(scans))
    if failures:
        raise list_failures(failures)
    return _merge(before, rows, note)


def list_failures(failures: Sequence[str]) -> DatasetError:
    """One error of many lines, for all that is amiss.

    Args:
        failures: A line for each.
    """
    count = f"{len(failures)} thing{'s' if len(failures) > 1 else ''}"
    lines = "\n".join(failures)
    return DatasetError(f"{lines}\n{count} amiss; nothing was imported. Mend them.")


def _check_names(scans: Sequence[Incoming]) -> None:
    taken: dict[str, Path] = {}
    twice = [
        f"{scan.path} and {taken[scan.name]} would both be called {scan.name}"
        for scan in scans
        if taken.setdefault(scan.name, scan.path) != scan.path
    ]
    if twice:
        raise list_failures(twice)


def _store(task: _Task) -> tuple[list[dict[str, Any]], list[str]]:
    rows: list[dict[str, Any]] = []
    failures: list[str] = []
    for scan in task.scans:
        try:
            stored, facts = store_scan(
                task.root, scan.path, profile=task.profile, link=task.link
            )
        except ScanFileError as error:
            failures.append(str(error))
            continue
        truth = store_truth(task.root, scan.truth)
        rows.append(_make_row(scan, stored, facts, truth))
    return rows, failures


def _make_row(
    scan: Incoming, stored: Stored, facts: ScanFacts, truth: Stored
) -> dict[str, Any]:
    info, labels = facts.info, scan.truth
    known = {
        "scanner": info.scanner,
        "view": info.view,
        "acquired": info.acquired,
        "container": "+".join(info.containers) or None,
        "synthetic": info.synthetic,
        "cargo": ", ".join(labels.cargo) or None,
        "label_source": labels.source,
    }
    stated = {name: value for name, value in scan.stated.items() if value is not None}
    ids = sorted({thing.firearm for thing in labels.objects if thing.firearm})
    return {
        **known,
        "firearm_ids": ids or None,
        **stated,
        "name": scan.name,
        "sha256": stored.sha256,
        "file": stored.file,
        "truth": truth.file,
        "truth_sha256": truth.sha256,
        "width": facts.size[0],
        "height": facts.size[1],
        "kind": facts.kind,
        "pitch_mm": info.pitch_mm and info.pitch_mm[0],
        "weak": labels.weak,
        "firearms": len(labels.boxes(FIREARM)),
        "ignored": len(labels.boxes(FIREARM, ignored=True)),
    }


def _merge(before: Catalog, rows: list[dict[str, Any]], note: str) -> Imported:
    olds = {row["sha256"]: row for row in before.frame.iter_rows(named=True)}
    news: dict[str, dict[str, Any]] = {}
    failures: list[str] = []
    for row in rows:
        other = news.setdefault(row["sha256"], row)
        if other["truth_sha256"] != row["truth_sha256"]:
            names = f"{other['name']} and {row['name']}"
            failures.append(f"{names} are the same scan with different labels")
    failures += _find_taken(olds, news)
    if failures:
        raise list_failures(failures)
    merged = {sha256: _join(olds.get(sha256), row) for sha256, row in news.items()}
    relabelled = sum(
        sha256 in olds and olds[sha256] != row for sha256, row in merged.items()
    )
    added = len(merged.keys() - olds.keys())
    frame = make_frame((olds | merged).values())
    return Imported(
        write_version(before, frame, note=note),
        added,
        relabelled,
        len(rows) - added - relabelled,
    )


def _find_taken(
    olds: Mapping[str, Mapping[str, Any]], news: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    """Names that belong to another scan already."""
    taken = {row["name"]: sha256 for sha256, row in olds.items()}
    for sha256, row in news.items():
        if sha256 not in olds and taken.get(row["name"], sha256) != sha256:
            yield f"{row['name']} is another scan in the dataset; give a --prefix"


def _join(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> dict[str, Any]:
    """A row with what is newly known; name, place and split stay as they were."""
    if old is None:
        return dict.fromkeys(SCHEMA.names()) | dict(new)
    known = {name: value for name, value in new.items() if value is not None}
    kept = {name: old[name] for name in _KEPT if old[name] is not None}
    return dict(old) | known | kept
