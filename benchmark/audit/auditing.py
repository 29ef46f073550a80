"""Audit a dataset: read every scan once, compare them, and say what must be mended."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmark.audit.checks import Finding
from benchmark.audit.copies import NearPair, find_copies
from benchmark.audit.entries import Entry, list_entries
from benchmark.audit.labels import find_damage, find_poor_parts, gather_faults
from benchmark.audit.leaks import find_leaks
from benchmark.audit.reading import SMALLEST_PX, ScanReading, read_entry
from benchmark.audit.scanners import find_scanner_faults
from data.catalog.catalog import is_catalogued, read_catalog
from data.duplicates.fingerprint import Fingerprint, fingerprint_scan
from data.duplicates.pairs import find_pairs
from data.parallel import map_ordered

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Audit:
    """What came of auditing a dataset.

    Attributes:
        name: What the dataset is called.
        root: Where it is, as it was named.
        version: Which version of a catalogued dataset; None for others.
        made: When.
        readings: Of all scans, in order of their names.
        findings: What came of every check, the gravest check first.
    """

    name: str
    root: Path
    version: str | None
    made: datetime
    readings: tuple[ScanReading, ...]
    findings: tuple[Finding, ...]

    @property
    def must_mend(self) -> tuple[Finding, ...]:
        """What must be mended."""
        return tuple(each for each in self.findings if each.outcome == "mend")

    @property
    def to_look_at(self) -> tuple[Finding, ...]:
        """What a person should look at."""
        return tuple(each for each in self.findings if each.outcome == "look")

    @property
    def sentence(self) -> str:
        """What came of it, in a sentence or two."""
        mend, look = (
            sum(len(each.items) for each in found)
            for found in (self.must_mend, self.to_look_at)
        )
        eye = f"{_count(look, 'thing')} should be looked at" if look else ""
        if mend:
            first = (
                f"{_count(mend, 'thing')} must be mended before anyone learns from "
                "this dataset or measures on it"
            )
            return f"{first}; {eye}." if eye else f"{first}."
        return f"Nothing must be mended; {eye}." if eye else "Nothing was found amiss."


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def audit_dataset(
    path: Path, *, workers: int = 1, progress: Report | None = None
) -> Audit:
    """Audit a dataset of any kind that can be read.

    Args:
        path: As `data.dataset.read_dataset` takes it.
        workers: Processes.
        progress: Told what is being done, how much is done and how much there is.

    Raises:
        DatasetError: If it is no dataset, or its index or catalog is damaged.
    """
    report = progress or _say_nothing
    name, version = _name(path)
    entries = list_entries(path)
    readings, prints = _read_all(entries, workers, report)
    pairs = _compare(prints, workers, report)
    findings = [
        *find_damage(readings),
        *find_copies(readings, pairs),
        *find_leaks(readings),
        *gather_faults(readings),
        *find_poor_parts(readings),
        *find_scanner_faults(readings),
    ]
    return Audit(
        name,
        path,
        version,
        datetime.now(UTC),
        tuple(readings),
        tuple(findings),
    )


def _say_nothing(what: str, done: int, count: int) -> None:
    del what, done, count


def _name(path: Path) -> tuple[str, str | None]:
    if is_catalogued(path):
        version = read_catalog(path).version
        if version is not None:
            return version.name, version.label
    root = path if path.is_dir() else path.parent
    return root.resolve().name, None


def _read_all(
    entries: Sequence[Entry], workers: int, report: Report
) -> tuple[list[ScanReading], list[Fingerprint | None]]:
    readings, prints = [], []
    for reading, fingerprint in map_ordered(_read_one, entries, workers=workers):
        readings.append(reading)
        prints.append(fingerprint)
        report("reading", len(readings), len(entries))
    return readings, prints


def _read_one(entry: Entry) -> tuple[ScanReading, Fingerprint | None]:
    reading, scan = read_entry(entry)
    if scan is None or min(scan.size) < SMALLEST_PX:
        return reading, None
    # From the file, as `dataset split` takes it: both find the same pairs then.
    return reading, fingerprint_scan(entry.scan)


def _compare(
    prints: Sequence[Fingerprint | None], workers: int, report: Report
) -> list[NearPair]:
    """Pairs of scans that show the same, by the numbers of the scans."""
    numbers = [n for n, one in enumerate(prints) if one is not None]
    known = [one for one in prints if one is not None]
    pairs = find_pairs(
        known,
        workers=workers,
        progress=lambda done, count: report("comparing", done, count),
    )
    return [NearPair(numbers[i], numbers[j], s) for i, j, s in pairs]
