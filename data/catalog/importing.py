"""Import labelled scans: all of them become a new version, or none does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from data.catalog.catalog import Catalog, write_version
from data.catalog.history import read_history
from data.catalog.merging import NewRow, merge_rows
from data.catalog.schema import make_frame
from data.catalog.storing import Stored, store_scan, store_truth
from data.errors import DatasetError, ScanFileError
from data.formats.facts import ScanFacts
from data.formats.scanner_profile import ScannerProfile
from data.parallel import map_ordered
from data.truth import FIREARM, PROJECTED, Truth

Progress = Callable[[int, int], None]

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
        empty: It was stated to hold no firearm, without a look at this scan.
    """

    name: str
    path: Path
    truth: Truth
    stated: Mapping[str, Any]
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import.

    Attributes:
        catalog: The new version, or the old one if all was there already.
        added: How many scans are new.
        relabelled: How many were there with other labels, or other facts.
        same: How many were there just so, or came twice.
        notes: Labels that were not taken, and why: a line each.
    """

    catalog: Catalog
    added: int
    relabelled: int
    same: int
    notes: tuple[str, ...] = ()


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

    A scan whose content is there already keeps its name and its part, and takes the new
    labels and what is newly stated of it: see `data.catalog.merging`.

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
    rows: list[NewRow] = []
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
    merged = merge_rows(before.frame.rows(named=True), rows, read_history(before.root))
    if merged.failures:
        raise list_failures(merged.failures)
    return Imported(
        write_version(before, make_frame(merged.rows), note=note),
        merged.added,
        merged.changed,
        len(rows) - merged.added - merged.changed,
        merged.notes,
    )


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


def _store(task: _Task) -> tuple[list[NewRow], list[str]]:
    rows: list[NewRow] = []
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
        row = _make_row(scan, stored, facts, truth)
        said = frozenset(
            name for name, value in scan.stated.items() if value is not None
        )
        rows.append(NewRow(row, said, scan.empty))
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
        "synthetic": info.synthetic and labels.source != PROJECTED,
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
