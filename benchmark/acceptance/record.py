"""What an acceptance leaves: the record that later weeks are compared with."""

import hashlib
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from benchmark.acceptance.sheet import TestSheet
from benchmark.evaluation.record import Stamp
from benchmark.verdict.finding import Answer
from benchmark.verdict.rule_file import Rules
from data.dataset_writing import write_text
from data.errors import ResultError
from data.scan import ScanKind

ACCEPTANCE: Final = "acceptance.json"

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Box = Annotated[tuple[Finite, Finite, Finite, Finite], Field(strict=False)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ShownOutcome(_Record):
    """What became of a placement in one scan.

    Attributes:
        file: The scan, as the sheet calls it.
        scan: Its file in the suite.
        truth: Where the piece is, px.
        score: Of the detection that met it; None if none did.
        box: Of that detection, px.
        alarm: Whether that was an alarm.
        ignored: Whether labels say that nobody could see it.
    """

    file: str
    scan: str
    truth: Box
    score: Finite | None
    box: Box | None
    alarm: bool
    ignored: bool


class PlacementOutcome(_Record):
    """What became of a placement.

    Attributes:
        id: What the sheet calls it.
        shown: In each scan that shows it.
    """

    id: str
    shown: Annotated[tuple[ShownOutcome, ...], Field(strict=False)]

    @property
    def found(self) -> int:
        """In how many scans it raised an alarm."""
        return sum(each.alarm for each in self.shown)

    @property
    def scores(self) -> tuple[float, ...]:
        """Its score in each scan, 0 where nothing met it."""
        return tuple(each.score or 0.0 for each in self.shown)


class ScanFigures(_Record):
    """The figures of one scan.

    Attributes:
        file: As the sheet calls it.
        part: Placements or clean passes.
        group: What it is not independent of.
        alarms: How many it raised.
        elapsed_s: How long encoding, network and merging took.
        figures: By their keys; None where one could not be measured.
    """

    file: str
    part: str
    group: str
    alarms: Annotated[int, Field(ge=0)]
    elapsed_s: Annotated[Finite, Field(ge=0)]
    figures: dict[str, Finite | None]


class Repeats(_Record):
    """Scans that were run a second time.

    Attributes:
        scans: How many.
        identical: How many of them gave the same detections to the last bit.
        same: How many gave the same alarms: boxes within 1 px, scores within 0.01.
        score: Largest difference of the scans' highest scores.
    """

    scans: int
    identical: int
    same: int
    score: Finite


class JudgedRule(_Record):
    """What came of a rule: its demand, the slice, the answer, and why."""

    demand: str
    value: str | None
    answer: Answer
    reason: str


class JudgedRules(_Record):
    """The verdict.

    Attributes:
        title: What is decided.
        answer: The verdict.
        sentence: The same in a sentence.
        rules: What came of each.
    """

    title: str
    answer: Answer
    sentence: str
    rules: Annotated[tuple[JudgedRule, ...], Field(strict=False)]


class MeasuredShare(_Record):
    """A share with its 95 % interval, which knows of groups.

    Attributes:
        share: From 0 to 1.
        low: Lower end.
        high: Upper end.
        hits: How many.
        trials: Of how many.
        groups: In how many independent groups.
    """

    share: Finite
    low: Finite
    high: Finite
    hits: int
    trials: int
    groups: int


class Acceptance(_Record):
    """All that an acceptance found.

    Attributes:
        sheet: What was tested.
        stamp: Which bundle was run on which suite, on which device.
        provider: Which provider of the runtime ran the network.
        machine: Processor and system.
        versions: Of Python and the packages that ran it.
        kind: Of the scans.
        synthetic: How many of the scans are simulated or projected.
        evaluation_sha256: Of the record of the evaluation beside it.
        pd: Share of the firearms in all scans that raised an alarm; None without any.
        pfa: Share of the scans without firearms that raised any alarm.
        rules: What must hold.
        verdict: What came of the rules.
        placements: What became of each placement.
        scans: The figures of every scan.
        repeats: Whether running again gives the same.
        open_points: What is not settled by it, in sentences.
        finished: When.
    """

    format: Literal[1] = 1
    sheet: TestSheet
    stamp: Stamp
    provider: str
    machine: dict[str, str]
    versions: dict[str, str]
    kind: ScanKind
    synthetic: int
    evaluation_sha256: Sha256
    pd: MeasuredShare | None
    pfa: MeasuredShare | None
    rules: Rules
    verdict: JudgedRules
    placements: Annotated[tuple[PlacementOutcome, ...], Field(strict=False)]
    scans: Annotated[tuple[ScanFigures, ...], Field(strict=False)]
    repeats: Repeats
    open_points: Annotated[tuple[str, ...], Field(strict=False)]
    finished: AwareDatetime

    @property
    def seal(self) -> str:
        """sha256 of all this: what the signed page names."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class _AcceptanceFile(_Record):
    seal: Sha256
    acceptance: Acceptance


def write_acceptance(acceptance: Acceptance, place: Path) -> None:
    """Write an acceptance with its seal.

    Raises:
        DatasetError: If it cannot be written.
    """
    content = _AcceptanceFile(seal=acceptance.seal, acceptance=acceptance)
    write_text(place, content.model_dump_json(indent=1))


def read_acceptance(place: Path) -> Acceptance:
    """Read an acceptance, and check that it is as it was written.

    Raises:
        ResultError: If it is none, or was changed since.
    """
    try:
        found = _AcceptanceFile.model_validate_json(place.read_bytes())
    except OSError as error:
        msg = f"{place} cannot be read. Run `benchmark accept` to make one."
        raise ResultError(msg) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "file"
        msg = f"{place} is no acceptance: {where}: {first['msg']}. Accept again."
        raise ResultError(msg) from error
    if found.seal != found.acceptance.seal:
        msg = f"{place} was changed since it was sealed. Copy it again."
        raise ResultError(msg)
    return found.acceptance
