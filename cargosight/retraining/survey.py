"""What the scans of a retraining are: their kinds, scanners, firearms, and pictures."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from cargosight.progress import Report
from cargosight.retraining.gathering import Gathered
from data.dataset import Dataset, Sample
from data.formats import read_scan
from data.parallel import map_ordered
from data.scan import Scan, ScanKind
from data.truth import FIREARM
from detector.manifest import GraphKind

Part = Literal["train", "validation", "replay"]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

UNKNOWN: Final = "unknown scanner"

ALONE: Final = 64
"""Up to so many scans one process reads: others would take longer to start."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class SurveyedScan(_Record):
    """One scan that a retraining learns from or validates on.

    Attributes:
        name: What it is called in its dataset.
        file: Its file, from the root: the dataset may be named in other words later.
        part: "train" and "validation" of the new dataset, "replay" of the old one's
            training part.
        kind: "dual", "single" or "display".
        scanner: Which scanner, where known.
        firearms: How many a person could see.
        picture: sha256 of its readings, whatever file holds them.
    """

    name: str
    file: str
    part: Part
    kind: ScanKind
    scanner: str | None
    firearms: Annotated[int, Field(ge=0)]
    picture: Sha256

    @property
    def graph(self) -> GraphKind:
        """Which graph of a bundle looks at such scans."""
        return "display" if self.kind == "display" else "dual"


class Survey(_Record):
    """All of them."""

    format: Literal[1] = 1
    scans: Annotated[tuple[SurveyedScan, ...], Field(strict=False)]

    def count(self, part: Part, graph: GraphKind, *, armed: bool = False) -> int:
        """How many scans of a part are for a graph; if `armed`, those with firearms."""
        own = [s for s in self.scans if s.part == part and s.graph == graph]
        return sum(s.firearms > 0 for s in own) if armed else len(own)


@dataclass(frozen=True, slots=True)
class Facts:
    """How many scans and firearms of one scanner were learned from.

    Attributes:
        scanner: Its name.
        scans: Of the new dataset's training part.
        armed: Those with a firearm.
        firearms: In them.
        validated: Of its validation part.
        old: Of the old dataset's training part.
        known: New ones that the old dataset has too, picture for picture.
    """

    scanner: str
    scans: int
    armed: int
    firearms: int
    validated: int
    old: int
    known: int


@dataclass(frozen=True, slots=True)
class _Task:
    sample: Sample
    part: Part


def make_survey(gathered: Gathered, *, workers: int, progress: Report) -> Survey:
    """Look at every scan that is learned from or validated on.

    Args:
        gathered: What the retraining goes by.
        workers: Processes that read.
        progress: Told how many scans of how many were looked at.

    Raises:
        ScanFileError: If a scan cannot be read.
        TruthError: If its truth cannot.
    """
    tasks = _list_tasks(gathered.dataset, gathered.replay)
    rows = []
    workers = count_workers(len(tasks), workers)
    for row in map_ordered(_look, tasks, workers=workers):
        rows.append(row)
        progress("surveying", len(rows), len(tasks))
    return Survey(scans=tuple(rows))


def count_workers(scans: int, most: int) -> int:
    """How many processes are worth starting to read so many scans."""
    return most if scans > ALONE else 1


def _list_tasks(dataset: Dataset, replay: Dataset | None) -> Sequence[_Task]:
    tasks = [
        _Task(sample, sample.split)
        for sample in dataset.samples
        if sample.split != "held-out"
    ]
    old = () if replay is None else replay.samples
    return [*tasks, *(_Task(s, "replay") for s in old if s.split == "train")]


def _look(task: _Task) -> SurveyedScan:
    scan = read_scan(task.sample.scan)
    truth = task.sample.truth(scan.size)
    seen = [o for o in truth.objects if o.label == FIREARM and not o.ignore]
    return SurveyedScan(
        name=task.sample.name,
        file=str(task.sample.scan.resolve()),
        part=task.part,
        kind=scan.kind,
        scanner=task.sample.scanner or scan.info.scanner,
        firearms=len(seen),
        picture=hash_picture(scan),
    )


def hash_picture(scan: Scan) -> str:
    """sha256 of the readings of a scan, whatever file and names they came with."""
    digest = hashlib.sha256()
    for plane in (scan.high, scan.low, scan.display):
        digest.update(b"none" if plane is None else str(plane.shape).encode())
        if plane is not None:
            digest.update(plane.tobytes())
    return digest.hexdigest()


def hash_file_picture(path: Path) -> str:
    """The same of the scan in a file.

    Raises:
        ScanFileError: If it cannot be read.
    """
    return hash_picture(read_scan(path))


def list_facts(survey: Survey) -> list[Facts]:
    """What was learned from, by scanner.

    Args:
        survey: Of all scans.

    Returns:
        The scanner with most new scans first.
    """
    names = {scan.scanner or UNKNOWN for scan in survey.scans}
    facts = [_count(survey, name) for name in names]
    return sorted(facts, key=lambda each: (-each.scans, -each.validated, each.scanner))


def _count(survey: Survey, scanner: str) -> Facts:
    own = [scan for scan in survey.scans if (scan.scanner or UNKNOWN) == scanner]
    new = [scan for scan in own if scan.part == "train"]
    old = {scan.picture for scan in survey.scans if scan.part == "replay"}
    return Facts(
        scanner,
        len(new),
        sum(scan.firearms > 0 for scan in new),
        sum(scan.firearms for scan in new),
        sum(scan.part == "validation" for scan in own),
        sum(scan.part == "replay" for scan in own),
        sum(scan.picture in old for scan in new),
    )
