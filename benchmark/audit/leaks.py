"""Things that are in more than one part of a dataset."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from benchmark.audit.checks import CHECKS, Box, Finding, Item, Shot
from benchmark.audit.reading import ScanReading

_Named = Callable[[ScanReading], Iterable[str]]


def _name_firearms(reading: ScanReading) -> Iterable[str]:
    own = {box.firearm for box in reading.boxes if box.firearm is not None}
    return sorted({*reading.entry.firearms, *own})


def _name(value: str | None) -> Iterable[str]:
    return () if value is None else (value,)


_KEYS: Final[dict[str, tuple[str, _Named]]] = {
    "leak-group": ("group", lambda r: _name(r.entry.group)),
    "leak-container": (
        "container",
        lambda r: r.containers or _name(r.entry.container),
    ),
    "leak-inspection": ("inspection", lambda r: _name(r.entry.inspection)),
    "leak-firearm": ("physical firearm", _name_firearms),
}


def find_leaks(readings: Sequence[ScanReading]) -> list[Finding]:
    """Find groups, containers, inspections and firearms that cross a split.

    Args:
        readings: Of all scans; those of no part do not count.
    """
    return [_find(readings, key, what, named) for key, (what, named) in _KEYS.items()]


def _find(
    readings: Sequence[ScanReading], key: str, what: str, named: _Named
) -> Finding:
    where: dict[str, list[int]] = {}
    for number, reading in enumerate(readings):
        if reading.entry.split is not None:
            for name in named(reading):
                where.setdefault(name, []).append(number)
    if not where:
        return Finding(CHECKS[key], unchecked=f"No scan names its {what}.")
    items = []
    for name, scans in sorted(where.items()):
        if len({readings[number].entry.split for number in scans}) > 1:
            items.append(_describe(readings, f"{what} {name}", scans, name))
    return Finding(CHECKS[key], tuple(items))


def _describe(
    readings: Sequence[ScanReading], what: str, scans: Sequence[int], name: str
) -> Item:
    """A leak, with a scan of each part side by side."""
    says = f"{what}: {count_parts(readings, scans)}"
    chosen = choose_across(readings, scans)
    shots = (Shot(number, _find_boxes(readings[number], name)) for number in chosen)
    return Item(says, tuple(scans), tuple(shots))


def _find_boxes(reading: ScanReading, firearm: str) -> tuple[Box, ...]:
    return tuple(box.box for box in reading.boxes if box.firearm == firearm)


def count_parts(readings: Sequence[ScanReading], scans: Iterable[int]) -> str:
    """How many of some scans are in each part, as "3 in train, 1 in held-out".

    Args:
        readings: Of all scans.
        scans: Numbers of those that count.
    """
    counts: dict[str, int] = {}
    for number in scans:
        split = readings[number].entry.split or "no part"
        counts[split] = counts.get(split, 0) + 1
    return ", ".join(f"{count} in {split}" for split, count in counts.items())


def choose_across(readings: Sequence[ScanReading], scans: Iterable[int]) -> list[int]:
    """The first scan of each part, of those that can be read.

    Args:
        readings: Of all scans.
        scans: Numbers of those to choose from.
    """
    first: dict[str | None, int] = {}
    for number in scans:
        if readings[number].problem is None:
            first.setdefault(readings[number].entry.split, number)
    return list(first.values())
