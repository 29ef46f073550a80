"""What a dataset holds, in tables: labels, parts, scanners, and who says so."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmark.acceptance.image_statistics import ImageStatistics
from benchmark.audit.labels import has_firearm
from benchmark.audit.reading import ScanReading
from benchmark.audit.scanners import group_by_scanner, name_scanner
from benchmark.report.words import DASH
from data.splits import SPLITS
from data.truth import FIREARM

NO_PART: Final = "no part"
UNSTATED: Final = "not stated"

_PART_HEAD: Final = (
    "part",
    "scans",
    "with firearms",
    "clean",
    "firearms",
    "of them ignored",
    "scans with weak labels",
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a page.

    Attributes:
        key: What files call it.
        title: What it shows.
        head: Names of the columns; the first is of the rows.
        rows: A name and the cells.
    """

    key: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tabulate(readings: Sequence[ScanReading]) -> list[Table]:
    """All tables of a dataset; those that would be empty are left out.

    Args:
        readings: Of all scans.
    """
    read = [reading for reading in readings if reading.problem is None]
    tables = [
        _count_parts(read),
        _count_labels(read),
        _count_kinds(read),
        _count_origins(read),
        _count_scanners(read),
        _measure_scanners(read),
    ]
    return [table for table in tables if table.rows]


def list_splits(readings: Iterable[ScanReading]) -> list[str]:
    """The parts that there are, in their usual order."""
    met = {reading.entry.split or NO_PART for reading in readings}
    return [split for split in (*SPLITS, NO_PART) if split in met]


def _count_parts(readings: Sequence[ScanReading]) -> Table:
    rows = []
    for split in list_splits(readings):
        mine = [r for r in readings if (r.entry.split or NO_PART) == split]
        firearms = [b for r in mine for b in r.boxes if b.label == FIREARM]
        cells = (
            len(mine),
            sum(map(has_firearm, mine)),
            sum(not has_firearm(r) for r in mine),
            len(firearms),
            sum(box.ignored for box in firearms),
            sum(r.weak for r in mine),
        )
        rows.append((split, *map(_show, cells)))
    return Table("parts", "Parts", _PART_HEAD, tuple(rows))


def _count_labels(readings: Sequence[ScanReading]) -> Table:
    pairs = [(b.label, r.entry.split or NO_PART) for r in readings for b in r.boxes]
    return _cross("labels", "Labels by part", "label", pairs, list_splits(readings))


def _count_kinds(readings: Sequence[ScanReading]) -> Table:
    pairs = [
        (f"{box.label}: {box.kind or UNSTATED}", r.entry.split or NO_PART)
        for r in readings
        for box in r.boxes
    ]
    return _cross("kinds", "Kinds by part", "kind", pairs, list_splits(readings))


def _count_origins(readings: Sequence[ScanReading]) -> Table:
    """How someone knows of each label, and which of them are weak."""
    pairs = []
    for reading in readings:
        pairs += [
            (box.origin or UNSTATED, "weak" if box.weak else "firm")
            for box in reading.boxes
        ]
        if not reading.boxes and reading.truth_problem is None:
            says = f"{reading.origin or UNSTATED}: nothing there"
            pairs.append((says, "weak" if reading.weak else "firm"))
    title = "Labels by who says so"
    return _cross("origins", title, "origin", pairs, ["firm", "weak"])


def _count_scanners(readings: Sequence[ScanReading]) -> Table:
    pairs = [(name_scanner(r), r.entry.split or NO_PART) for r in readings]
    splits = list_splits(readings)
    table = _cross("scanners", "Scans by scanner and part", "scanner", pairs, splits)
    firearms = Counter(
        name_scanner(r) for r in readings for b in r.boxes if b.label == FIREARM
    )
    clean = Counter(name_scanner(r) for r in readings if not has_firearm(r))
    rows = tuple(
        (*row, _show(clean[row[0]]), _show(firearms[row[0]])) for row in table.rows
    )
    head = (*table.head, "clean scans", "firearms")
    return Table(table.key, table.title, head, rows)


def _cross(
    key: str,
    title: str,
    of: str,
    pairs: Iterable[tuple[str, str]],
    columns: Sequence[str],
) -> Table:
    counts = Counter(pairs)
    names = Counter(name for name, _ in counts.elements())
    rows = tuple(
        (name, *(_show(counts[name, column]) for column in columns), _show(total))
        for name, total in sorted(names.items(), key=lambda item: (-item[1], item[0]))
    )
    return Table(key, title, (of, *columns, "all"), rows)


_Measure = Callable[[ImageStatistics], float | None]

_QUALITY: Final[tuple[tuple[str, str, _Measure], ...]] = (
    ("air, % of stated", "{:.1f}", lambda q: 100 * q.air),
    ("counts in air", "{:,.0f}", lambda q: q.air_counts),
    ("noise in air, %", "{:.2f}", lambda q: 100 * q.noise),
    ("row stripes, %", "{:.2f}", lambda q: _percent(q.row_stripes)),
    ("column stripes, %", "{:.2f}", lambda q: _percent(q.column_stripes)),
    ("blur along, px", "{:.2f}", lambda q: q.blur_x),
    ("blur up, px", "{:.2f}", lambda q: q.blur_y),
)


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _measure_scanners(readings: Sequence[ScanReading]) -> Table:
    """Medians of what ordinary scans tell of each scanner."""
    rows = []
    for scanner, numbers in group_by_scanner(readings).items():
        mine = [readings[number] for number in numbers]
        quality = [r.quality for r in mine if r.quality is not None]
        cells = (_sum_up(form, [m(q) for q in quality]) for _, form, m in _QUALITY)
        kinds = ", ".join(sorted({r.kind for r in mine}))
        opaque = _sum_up("{:.1f}", [_percent(r.opaque) for r in mine])
        rows.append((scanner, kinds, _show(len(mine)), *cells, opaque))
    names = (name for name, _, _ in _QUALITY)
    head = ("scanner", "kind", "scans", *names, "opaque, %")
    title = "Image quality by scanner (medians)"
    return Table("quality", title, head, tuple(rows))


def _sum_up(form: str, values: Iterable[float | None]) -> str:
    known = [value for value in values if value is not None]
    return form.format(np.median(known)) if known else DASH


def _show(count: int) -> str:
    return f"{count:,}" if count else DASH
