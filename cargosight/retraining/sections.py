"""What the page of a retraining says of one suite."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmark.evaluation.ledger import Ledger
from benchmark.evaluation.scoring import Scorecard
from benchmark.report.contents import Difference, Figures, compare_ledgers
from benchmark.report.contents import compute_figures as compute
from benchmark.report.findings import say_chance, say_change_word, say_difference
from benchmark.report.record import FindingRecord, read_report_record
from benchmark.report.words import DASH, say_mean, say_percent, say_rate
from benchmark.verdict.finding import UNTESTED
from cargosight.benchmarking import keep_ledgers
from cargosight.retraining.pictures import Crops, draw_met
from cargosight.retraining.record import SuiteOutcome
from cargosight.retraining.slices import Changes, compare_slices

NAMES: Final = ("champion", "candidate")


@dataclass(frozen=True, slots=True)
class Row:
    """One measure: the champion's value, the candidate's, and how they differ."""

    name: str
    first: str
    second: str
    change: str
    word: str
    gained: int | None
    lost: int | None
    p: str


@dataclass(frozen=True, slots=True)
class SuiteSection:
    """What the page says of one suite.

    Attributes:
        outcome: The verdict.
        findings: What came of its rules, but for parts with too few trials.
        untested: How many those are.
        rows: The measures.
        changes: The parts that got better or worse.
        met: Firearms that only the candidate met.
        missed: Firearms that only the champion met.
        size: How much it holds, in words.
        details: The whole report on it, below the retraining's folder.
    """

    outcome: SuiteOutcome
    findings: tuple[FindingRecord, ...]
    untested: int
    rows: tuple[Row, ...]
    changes: Changes
    met: Crops
    missed: Crops
    size: str
    details: str


def describe_suite(
    outcome: SuiteOutcome, suite: Path, evaluations: tuple[Path, Path], out: Path
) -> SuiteSection:
    """Describe what became of a suite.

    Args:
        outcome: The verdict on it.
        suite: Its folder.
        evaluations: Folders of the champion's and of the candidate's.
        out: Folder of the retraining.

    Raises:
        SuiteError: If the suite is not as it was sealed.
        ResultError: If an evaluation was changed.
        ScanFileError: If a scan of it cannot be read.
    """
    report = out / outcome.report
    verdict = read_report_record(report).verdict
    findings = () if verdict is None else verdict.findings
    champion, candidate = keep_ledgers(suite, evaluations)
    return SuiteSection(
        outcome,
        tuple(found for found in findings if found.answer != UNTESTED),
        sum(found.answer == UNTESTED for found in findings),
        tuple(_list_rows(champion, candidate)),
        compare_slices(champion, candidate),
        draw_met(champion, candidate, NAMES),
        draw_met(candidate, champion, NAMES[::-1]),
        _say_size(candidate),
        Path(outcome.report).with_suffix(".html").as_posix(),
    )


def _say_size(ledger: Ledger) -> str:
    clean = sum(row.clean for row in ledger.scans)
    return (
        f"{len(ledger.scans):,} scans, {len(ledger.firearms):,} firearms that a person "
        f"could see, {clean:,} clean scans"
    )


def _list_rows(champion: Ledger, candidate: Ledger) -> Iterator[Row]:
    figures = compute(champion), compute(candidate)
    for each in compare_ledgers(champion, candidate):
        first, second = (
            _say_side(each, one, value)
            for one, value in zip(figures, (each.first, each.second), strict=True)
        )
        yield Row(
            each.name,
            first,
            second,
            say_difference(each),
            say_change_word(each),
            each.gained,
            each.lost,
            DASH if each.p is None else say_chance(each.p),
        )


def _say_side(each: Difference, figures: Figures, value: float) -> str:
    """A value with its own interval, where it has one."""
    said = _say_measure(each, figures.scorecard)
    if said is not None:
        return said
    return say_percent(value) if each.metric == "pd_at_pfa" else f"{value:.3f}"


def _say_measure(each: Difference, card: Scorecard) -> str | None:
    if each.metric == "ap50" and card.precision is not None:
        low, high = card.precision.ap50_interval
        return f"{card.precision.ap50:.3f} ({low:.3f} to {high:.3f})"
    if each.metric == "false_alarms":
        return say_mean(card.false_alarms)
    rates = {"pd": card.pd, "pd_inspection": card.pd_inspection, "pfa": card.pfa}
    return say_rate(rates[each.metric]) if each.metric in rates else None
