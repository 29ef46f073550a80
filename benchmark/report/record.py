"""`report.json`: every figure of a report, for programs."""

from pathlib import Path
from typing import Annotated, Any, Final, Literal

import numpy as np
from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from benchmark.evaluation.record import Sha256, Stamp
from benchmark.report.contents import Contents, Figures
from benchmark.verdict.finding import Answer
from benchmark.verdict.rule_file import Metric, Rule
from data.errors import ResultError
from data.files import replacing

FORMAT: Final = 1


def _drop_infinite(value: Any) -> Any:
    return value if value is None or np.isfinite(value) else None


def _to_list(values: Any) -> Any:
    return tuple(values.tolist()) if isinstance(values, np.ndarray) else values


Bound = Annotated[float | None, BeforeValidator(_drop_infinite)]
"""A number; null where there is no limit."""

Values = Annotated[tuple[Bound, ...], BeforeValidator(_to_list), Field(strict=False)]


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        from_attributes=True,
        allow_inf_nan=False,
    )


class RateRecord(_Part):
    """A share: 0 to 1, with its 95 % interval, hits of trials, in how many groups."""

    share: float
    low: float
    high: float
    hits: int
    trials: int
    groups: int


class MeanRecord(_Part):
    """A mean with its 95 % interval, of how many."""

    mean: float
    low: float
    high: float
    trials: int


class CurveRecord(_Part):
    """A FROC or ROC: see `benchmark.metrics.curves.Curve`.

    The first threshold is null: above all scores.
    """

    thresholds: Values
    cost: Values
    pd: Values
    pd_low: Values
    pd_high: Values
    area: float | None


class PrecisionRecord(_Part):
    """AP50 and AP50-95 by the rules of COCO, with 95 % intervals."""

    ap50: float
    ap50_interval: tuple[float, float]
    ap50_95: float
    ap50_95_interval: tuple[float, float]
    scans: int
    truths: int
    groups: int
    repetitions: int


class LocalisationRecord(_Part):
    """How far the middles of alarms lie off those of the firearms they met, mm."""

    median_mm: float
    ninth_mm: float
    firearms: int


class TimingRecord(_Part):
    """Seconds a scan: the median, and what nine in ten stay under."""

    median_s: float
    ninth_s: float
    scans: int


class OpacityRecord(_Part):
    """Mean opaque share, and how many scans are mostly opaque, of those known."""

    mean: float | None
    heavy: int
    scans: int


class ScorecardRecord(_Part):
    """See `benchmark.evaluation.scoring.Scorecard`."""

    pd: RateRecord | None
    pd_inspection: RateRecord | None
    pfa: RateRecord | None
    false_alarms: MeanRecord | None
    froc: CurveRecord | None
    roc: CurveRecord | None
    precision: PrecisionRecord | None
    localisation: LocalisationRecord | None
    timing: TimingRecord | None
    opacity: OpacityRecord
    scans: int
    inspections: int
    ignored: int


class SliceRecord(_Part):
    """Pd and Pfa of one part of the suite."""

    dimension: str
    value: str
    pd: RateRecord | None
    pfa: RateRecord | None
    says_little: bool


class EvaluationFigures(_Part):
    """One evaluation.

    Attributes:
        sha256: Of its record, `evaluation.json`.
        stamp: Which bundle ran on which suite, and how.
        machine: Processor and system.
        versions: Of what ran it.
        finished: When.
        thresholds: Score of an alarm as it was counted, for each kind of scan.
        scorecard: Its figures.
        slices: The same by parts.
    """

    sha256: Sha256
    stamp: Stamp
    machine: dict[str, str]
    versions: dict[str, str]
    finished: AwareDatetime
    thresholds: dict[str, float]
    scorecard: ScorecardRecord
    slices: tuple[SliceRecord, ...]


class SuiteRecord(_Part):
    """The suite: its seal, where it comes from, and how much it holds."""

    name: str
    title: str
    role: str
    origin: str
    seal: Sha256
    versions: dict[str, str]
    scans: int
    firearms: int


class DifferenceRecord(_Part):
    """See `benchmark.report.contents.Difference`; null where there is no limit."""

    name: str
    metric: Metric
    first: float
    second: float
    difference: float
    low: Bound
    high: Bound
    gained: int | None
    lost: int | None
    p: float | None


class FindingRecord(_Part):
    """See `benchmark.verdict.finding.Finding`; null where there is no limit."""

    rule: int
    demand: str
    value: str | None
    answer: Answer
    reason: str
    measured: float | None
    interval: tuple[Bound, Bound] | None
    first: float | None
    second: float | None
    gained: int | None
    lost: int | None
    trials: int
    power: Bound
    caught: Bound
    needed: int | None


class VerdictRecord(_Part):
    """What came of the rules: see `benchmark.verdict.finding.Verdict`."""

    title: str
    answer: Answer
    sentence: str
    exit_code: int
    candidate: str
    champion: str | None
    suite: str
    findings: tuple[FindingRecord, ...]


class ReportRecord(_Part):
    """What `report.json` holds.

    Attributes:
        suite: What was looked at.
        candidate: The evaluation that it is about.
        champion: The one beside it; null without.
        differences: Of the two.
        verdict: What came of the rules; null without rules.
        rules: Those of the verdict, which its findings number from 0.
    """

    format: Literal[1] = FORMAT
    suite: SuiteRecord
    candidate: EvaluationFigures
    champion: EvaluationFigures | None
    differences: tuple[DifferenceRecord, ...]
    verdict: VerdictRecord | None
    rules: tuple[Rule, ...]


def write_record(contents: Contents, path: Path) -> None:
    """Write all figures as JSON: strict, so without NaN and infinity.

    Args:
        contents: What the report shows.
        path: The file; it appears whole or not at all.
    """
    text = make_record(contents).model_dump_json(indent=1)
    with replacing(path) as draft:
        draft.write_text(text + "\n", encoding="utf-8")


def read_report_record(path: Path) -> ReportRecord:
    """Read what `write_record` wrote.

    Raises:
        ResultError: If there is no such file or it holds something else.
    """
    try:
        return ReportRecord.model_validate_json(path.read_bytes())
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}. Check the name."
        raise ResultError(msg) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "file"
        msg = f"{path} holds no report: {where}: {first['msg']}. Write it again."
        raise ResultError(msg) from error


def make_record(contents: Contents) -> ReportRecord:
    """All figures of a report.

    Args:
        contents: What it shows.
    """
    champion = contents.champion
    return ReportRecord(
        suite=_describe_suite(contents.candidate),
        candidate=_describe(contents.candidate),
        champion=None if champion is None else _describe(champion),
        differences=tuple(
            DifferenceRecord.model_validate(one) for one in contents.differences
        ),
        verdict=(
            None
            if contents.verdict is None
            else VerdictRecord.model_validate(contents.verdict)
        ),
        rules=contents.rules,
    )


def _describe(figures: Figures) -> EvaluationFigures:
    evaluation = figures.ledger.evaluation
    record = evaluation.record
    return EvaluationFigures(
        sha256=evaluation.sha256,
        stamp=record.stamp,
        machine=record.machine,
        versions=record.versions,
        finished=record.finished,
        thresholds={row.scan.kind: row.threshold for row in figures.ledger.scans},
        scorecard=ScorecardRecord.model_validate(figures.scorecard),
        slices=tuple(SliceRecord.model_validate(one) for one in figures.slices),
    )


def _describe_suite(figures: Figures) -> SuiteRecord:
    suite = figures.ledger.evaluation.suite
    content = suite.content
    return SuiteRecord(
        name=content.name,
        title=content.title,
        role=content.role,
        origin=content.origin,
        seal=suite.seal,
        versions=content.versions,
        scans=len(content.scans),
        firearms=len(figures.ledger.firearms),
    )
