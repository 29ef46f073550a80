"""What lies between two versions of a dataset, for a person to read."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from data.catalog.catalog import Catalog
from data.truth import Truth, read_truth

Row = Mapping[str, Any]

_OF_CONTENT: Final = frozenset({"file", "truth", "truth_sha256", "split", "name"})
_FOLLOWS: Final = frozenset({"firearms", "ignored", "weak", "label_source"})
"""Columns that change with the labels."""


@dataclass(frozen=True, slots=True)
class Change:
    """A scan that is in both versions and not the same.

    Attributes:
        name: The scan.
        what: What changed, in words.
    """

    name: str
    what: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What lies between two versions.

    Attributes:
        old: The one.
        new: The other.
        added: Rows of scans that only the other has.
        removed: Rows of scans that only the one has.
        relabelled: Scans whose labels changed, and how.
        moved: Scans that are in another part.
        described: Scans of which something else is known now.
    """

    old: Catalog
    new: Catalog
    added: pl.DataFrame
    removed: pl.DataFrame
    relabelled: tuple[Change, ...]
    moved: tuple[Change, ...]
    described: tuple[Change, ...]

    @property
    def empty(self) -> bool:
        """Whether both hold the same."""
        changes = (*self.relabelled, *self.moved, *self.described)
        return not (changes or len(self.added) or len(self.removed))

    def list_lines(self, most: int = 20) -> list[str]:
        """Say it in lines.

        Args:
            most: Scans that are named of each kind of change.
        """
        lines = [f"From {_say(self.old)} to {_say(self.new)}:"]
        lines += _list_rows("added", self.added, most)
        lines += _list_rows("removed", self.removed, most)
        lines += _list_changes("with other labels", self.relabelled, most)
        lines += _list_changes("in another part", self.moved, most)
        lines += _list_changes("otherwise described", self.described, most)
        return lines if len(lines) > 1 else [*lines, "  nothing: they hold the same"]


def diff_versions(old: Catalog, new: Catalog) -> Difference:
    """Compare two versions of a dataset, or two datasets, scan by scan.

    A scan is known again by its content. Truth files are read where they differ.

    Args:
        old: The one.
        new: The other.

    Raises:
        TruthError: If a truth file cannot be read.
    """
    olds = {row["sha256"]: row for row in old.frame.iter_rows(named=True)}
    both = [
        (olds[row["sha256"]], row)
        for row in new.frame.iter_rows(named=True)
        if row["sha256"] in olds and olds[row["sha256"]] != row
    ]
    return Difference(
        old=old,
        new=new,
        added=new.frame.join(old.frame, on="sha256", how="anti"),
        removed=old.frame.join(new.frame, on="sha256", how="anti"),
        relabelled=tuple(
            Change(b["name"], _compare_truth(_read(old, a), _read(new, b)))
            for a, b in both
            if a["truth_sha256"] != b["truth_sha256"]
        ),
        moved=tuple(
            Change(b["name"], f"{a['split'] or 'no part'} -> {b['split'] or 'no part'}")
            for a, b in both
            if a["split"] != b["split"]
        ),
        described=tuple(_describe(both)),
    )


def _read(catalog: Catalog, row: Row) -> Truth:
    return read_truth(catalog.truth_path(row))


def _describe(both: Sequence[tuple[Row, Row]]) -> Iterator[Change]:
    for a, b in both:
        relabelled = a["truth_sha256"] != b["truth_sha256"]
        left = _OF_CONTENT | (_FOLLOWS if relabelled else frozenset())
        parts = [
            f"{name} {_show(a[name])} -> {_show(b[name])}"
            for name in a
            if name not in left and a[name] != b[name]
        ]
        if a["name"] != b["name"]:
            parts.append(f"was called {a['name']}")
        if parts:
            yield Change(b["name"], ", ".join(parts))


def _show(value: Any) -> str:
    if isinstance(value, list):
        return "+".join(value) or "none"
    return "unknown" if value is None else str(value)


def _compare_truth(old: Truth, new: Truth) -> str:
    """Say how labels changed: what is more, what is less, what else."""
    before = Counter(_name(thing) for thing in old.objects)
    after = Counter(_name(thing) for thing in new.objects)
    parts = [f"+ {n} x {name}" for name, n in sorted((after - before).items())]
    parts += [f"- {n} x {name}" for name, n in sorted((before - after).items())]
    if old.source != new.source:
        parts.append(f"by {new.source or 'nobody named'}")
    return ", ".join(parts) or "what is said of the same boxes"


def _name(thing: Any) -> str:
    box = " ".join(f"{side:.0f}" for side in thing.box)
    ignored = " (ignored)" if thing.ignore else ""
    weak = " (weak)" if thing.origin is not None and thing.origin.weak else ""
    return f"{thing.label}{ignored}{weak} at {box}"


def _say(catalog: Catalog) -> str:
    version = catalog.version
    if version is None:
        return "nothing"
    return f"{version.name} {version.label}, {version.scans} scans"


def _list_rows(what: str, rows: pl.DataFrame, most: int) -> list[str]:
    if rows.is_empty():
        return []
    firearms = rows["firearms"].sum()
    lines = [f"  {len(rows)} scans {what}, {firearms} firearms in them"]
    counted = rows.group_by("scanner", "split").len().sort("scanner", "split")
    lines += [
        f"    {n} of {scanner or 'an unknown scanner'}, {split or 'no part'}"
        for scanner, split, n in counted.rows()
    ]
    return lines + _cut([f"    {name}" for name in rows["name"]], most)


def _list_changes(what: str, changes: tuple[Change, ...], most: int) -> list[str]:
    if not changes:
        return []
    lines = [f"    {change.name}: {change.what}" for change in changes]
    return [f"  {len(changes)} scans {what}", *_cut(lines, most)]


def _cut(lines: list[str], most: int) -> list[str]:
    more = len(lines) - most
    return lines if more <= 0 else [*lines[:most], f"    and {more} more"]
