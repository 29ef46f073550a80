"""What a bundle found in a suite: a folder of results, and where they come from."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

import numpy as np
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from benchmark.suite.plan import Role
from benchmark.suite.sealed import Suite
from data.dataset import hash_file
from data.dataset_writing import write_text
from data.display import draw_rendering
from data.errors import ResultError
from data.fading import fade_truth
from data.scan import ScanKind
from data.truth import Truth
from detector.manifest import GraphKind
from detector.operating_point import OperatingPoint
from detector.results import Result, read_result

RECORD: Final = "evaluation.json"
RESULTS: Final = "results"

CURVES: Final = 2
"""Grey curves that scans are rendered with: others were drawn before (1)."""

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class SuiteStamp(_Record):
    """Which suite: its name, what it asks, what it is for, and its seal."""

    name: str
    title: str
    role: Role
    seal: Sha256


class BundleStamp(_Record):
    """Which bundle: its name, version, status, and the sha256 of its manifest."""

    name: str
    version: str
    status: str
    sha256: Sha256


class Stamp(_Record):
    """What was run on what: nothing of it may differ when a run goes on.

    Attributes:
        suite: Which suite.
        bundle: Which bundle.
        points: What decides on alarms, for each graph.
        device: What ran the network.
        least_score: Detections below were left out.
        rendered: Whether scans with counts were shown as a vendor might render them.
        curves: Which grey curves were drawn for that, `CURVES` today.
    """

    suite: SuiteStamp
    bundle: BundleStamp
    points: dict[GraphKind, OperatingPoint]
    device: str
    least_score: float
    rendered: bool = False
    curves: int = 1

    def __str__(self) -> str:
        """What was asked for, for messages."""
        return (
            f"an evaluation of {self.bundle.name} {self.bundle.version} on the suite "
            f"{self.suite.name}, on {self.device}"
        )


class EvaluationRecord(_Record):
    """What `evaluation.json` holds.

    Attributes:
        stamp: What was run on what.
        machine: Processor and system.
        versions: Of Python and the packages that ran it.
        finished: When.
        results: sha256 of each file of results, by the name of the scan.
    """

    format: Literal[1] = 1
    stamp: Stamp
    machine: dict[str, str]
    versions: dict[str, str]
    finished: AwareDatetime
    results: dict[str, Sha256]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A finished evaluation, every byte of it checked.

    Attributes:
        root: Its folder.
        record: Where it comes from.
        suite: What it was run on.
        results: What was found, by the name of the scan, in the suite's order.
    """

    root: Path
    record: EvaluationRecord
    suite: Suite
    results: Mapping[str, Result]

    @property
    def stamp(self) -> Stamp:
        """What was run on what."""
        return self.record.stamp

    @property
    def sha256(self) -> str:
        """Hash of its record: its identity."""
        return hashlib.sha256(self.record.model_dump_json().encode()).hexdigest()

    def truth(self, number: int) -> Truth:
        """What there was to be found in a scan as it was shown, by its number."""
        scan = self.suite.scans[number]
        truth = self.suite.truth(scan)
        if not self.stamp.rendered or scan.kind == "display":
            return truth
        how = draw_rendering(shown_by(number), dual=scan.kind == "dual")
        return fade_truth(truth, how.grey_gamma)

    def point(self, kind: ScanKind) -> OperatingPoint:
        """What decides on alarms in scans of a kind."""
        shown = "display" if self.stamp.rendered else kind
        return self.stamp.points["display" if shown == "display" else "dual"]


def shown_by(number: int) -> np.random.Generator:
    """What draws how a scan is rendered, by its number in the suite."""
    return np.random.default_rng(number)


def write_record(root: Path, record: EvaluationRecord) -> None:
    """Finish an evaluation.

    Args:
        root: Its folder, with all results in place.
        record: Where it comes from.

    Raises:
        DatasetError: If it cannot be written.
    """
    write_text(root / RECORD, record.model_dump_json(indent=1))


def read_evaluation(root: Path, suite: Suite) -> Evaluation:
    """Read an evaluation, and check that it is of this suite and unchanged.

    Args:
        root: Its folder.
        suite: What it was run on.

    Raises:
        ResultError: If it is unfinished, of another suite, rendered with other grey
            curves than today's, or a file was changed.
    """
    record = read_record(root)
    if record.stamp.suite.seal != suite.seal:
        msg = (
            f"{root} is of another suite ({record.stamp.suite.name}, sealed "
            f"{record.stamp.suite.seal[:12]}), not of {suite.name} {suite.seal[:12]}. "
            "Run the bundle on this one."
        )
        raise ResultError(msg)
    if record.stamp.rendered and record.stamp.curves != CURVES:
        msg = (
            f"{root} was rendered with other grey curves than are drawn today. Run the "
            "bundle on the suite again, into a new folder."
        )
        raise ResultError(msg)
    results = {}
    for scan in suite.scans:
        path = place_result(root, scan.scan)
        if hash_file(path) != record.results.get(scan.scan):
            msg = (
                f"{path} is missing or was changed. Run the bundle on the suite again."
            )
            raise ResultError(msg)
        results[scan.scan] = read_result(path)
    return Evaluation(root, record, suite, results)


def read_record(root: Path) -> EvaluationRecord:
    """Read where an evaluation comes from, without its results.

    Raises:
        ResultError: If it is unfinished or damaged.
    """
    path = root / RECORD
    try:
        return EvaluationRecord.model_validate_json(path.read_bytes())
    except OSError as error:
        msg = (
            f"{root} holds no finished evaluation. Start `benchmark run` again with "
            "the same arguments to finish one."
        )
        raise ResultError(msg) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "file"
        msg = f"{path} is no evaluation: {where}: {first['msg']}. Run it again."
        raise ResultError(msg) from error


def place_result(root: Path, scan: str) -> Path:
    """Where the results of a scan go.

    Args:
        root: The evaluation's folder.
        scan: Name of the scan's file.
    """
    return root / RESULTS / f"{scan}.json"
