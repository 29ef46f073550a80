"""A folder that a station handed over becomes labels."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any, Final

from data.annotations.labelling import LabelledFile, LabelProblem, Labels
from data.errors import TruthError
from data.files import digest_file
from data.station_records.reading import ReadRecord, read_records
from data.station_records.record import InspectionRecord, ScanRecord
from data.station_records.scan_labels import ScanLabels, label_scan

RECORDS: Final = "records.jsonl"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A scan that does not become a labelled one, and why.

    Attributes:
        file: Its file below the folder.
        place: Where its record stands.
        why: Why.
        needs_box: A search found a firearm in it: draw its box, and it is truth.
    """

    file: str
    place: str
    why: str
    needs_box: bool = False

    def __str__(self) -> str:
        """Place, file and reason on a line."""
        return f"{self.place}: {self.file}: {self.why}"


@dataclass(frozen=True, slots=True)
class StationLabels:
    """What a station's records say.

    Attributes:
        root: Their folder; files are below it.
        labels: Scans with truth, and what is wrong with records.
        facts: What else is known of each scan of any record, by file, under the names
            of a catalog's columns.
        left_out: Scans without truth.
        notes: What contradicts what; nothing of it hinders an import.
    """

    root: Path
    labels: Labels
    facts: Mapping[str, Mapping[str, Any]]
    left_out: tuple[LeftOut, ...]
    notes: tuple[LabelProblem, ...]


def read_station_records(path: Path) -> StationLabels:
    """Turn what a station handed over into labels.

    A search outcome is truth. Without a search, what an operator confirmed, dismissed
    or drew is a weak label. Scans of which nothing can be said are left out and listed.

    Args:
        path: A folder with `records.jsonl` and the scans it names, or that file.

    Raises:
        TruthError: If the file of records is not there or cannot be read.
    """
    file = path / RECORDS if path.is_dir() else path
    if not file.is_file():
        msg = f"{path} has no {RECORDS}. Name the folder that a station handed over."
        raise TruthError(msg)
    read = read_records(file)
    gathered = _Gathered(file.parent)
    for each in sorted(read.records, key=_search_first):
        for scan in each.record.scans:
            gathered.take(each, scan)
    return StationLabels(
        root=file.parent,
        labels=Labels(
            tuple(sorted(gathered.files, key=lambda one: one.file)),
            read.problems + tuple(gathered.problems),
        ),
        facts=gathered.facts,
        left_out=tuple(sorted(gathered.left_out, key=lambda one: one.file)),
        notes=read.notes + tuple(gathered.notes),
    )


def _search_first(each: ReadRecord) -> bool:
    return each.record.outcome is None


class _Gathered:
    """What is known so far, scan by scan."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files: list[LabelledFile] = []
        self.problems: list[LabelProblem] = []
        self.left_out: list[LeftOut] = []
        self.notes: list[LabelProblem] = []
        self.facts: dict[str, Mapping[str, Any]] = {}
        self._taken: dict[str, str] = {}

    def take(self, each: ReadRecord, scan: ScanRecord) -> None:
        """Judge one scan of a record and file it."""
        wrong = [*self._find_wrong(scan), *self._find_taken(each, scan)]
        if wrong:
            self.problems += [LabelProblem(each.place, what) for what in wrong]
            return
        self.facts[scan.file] = list_facts(each.record, scan)
        self._file(label_scan(each.record, scan), each, scan)

    def _file(self, found: ScanLabels, each: ReadRecord, scan: ScanRecord) -> None:
        self.notes += [
            LabelProblem(each.place, f"{scan.file}: {note}") for note in found.notes
        ]
        if found.truth is None:
            self.left_out.append(
                LeftOut(scan.file, each.place, found.why, found.needs_box)
            )
            return
        size = (scan.width, scan.height)
        self.files.append(LabelledFile(scan.file, found.truth, size, each.place))

    def _find_wrong(self, scan: ScanRecord) -> Iterator[str]:
        path = self.root / scan.file
        try:
            sha256 = digest_file(path)
        except OSError as error:
            yield f"{scan.file} cannot be read: {error.strerror or error}"
            return
        if sha256 != scan.sha256:
            yield f"{scan.file} is not the file that was recorded: its hash differs"

    def _find_taken(self, each: ReadRecord, scan: ScanRecord) -> Iterator[str]:
        """A scan belongs to one inspection; the one that was searched comes first."""
        for key in {scan.file, scan.sha256}:
            other = self._taken.setdefault(key, each.place)
            if other != each.place:
                yield f"{scan.file} belongs to the inspection of {other} already"
                return


def list_facts(record: InspectionRecord, scan: ScanRecord) -> dict[str, Any]:
    """What is known of a scan besides truth, under the names of a catalog's columns.

    Args:
        record: Of its inspection.
        scan: The scan.
    """
    return {
        "scanner": scan.scanner,
        "site": record.site,
        "container": "+".join(record.containers) or None,
        "inspection": f"{record.site}/{record.inspection}",
        "view": scan.view,
        "acquired": scan.acquired and scan.acquired.astimezone(UTC),
    }
