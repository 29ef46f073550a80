"""What a report shows: the figures of an evaluation, and of the one beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmark.evaluation.ledger import Ledger
from benchmark.evaluation.outcomes import Outcomes, gather_outcomes
from benchmark.evaluation.scoring import Scorecard, score_ledger
from benchmark.evaluation.slices import Slice, slice_ledger
from benchmark.statistics.paired import clustered_mcnemar
from benchmark.verdict.estimate import estimate, list_trials
from benchmark.verdict.finding import Verdict
from benchmark.verdict.rule_file import WORDS, Metric, Rule

COMPARED: Final = (
    Rule(metric="pd", not_worse_by=0.0),
    Rule(metric="pd_inspection", not_worse_by=0.0),
    Rule(metric="pd_at_pfa", at_pfa=0.01, not_worse_by=0.0),
    Rule(metric="pd_at_pfa", at_pfa=0.05, not_worse_by=0.0),
    Rule(metric="pfa", not_worse_by=0.0),
    Rule(metric="false_alarms", not_worse_by=0.0),
    Rule(metric="ap50", not_worse_by=0.0),
)
"""What two bundles are compared by, whatever the rules."""


@dataclass(frozen=True, slots=True)
class Figures:
    """All that was computed of one evaluation."""

    ledger: Ledger
    scorecard: Scorecard
    slices: tuple[Slice, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """How two bundles differ by one measure.

    Attributes:
        name: What was measured, in words.
        metric: The same for programs.
        first: The champion's value.
        second: The candidate's.
        difference: The second less the first.
        low: Lower end of its 95 % interval, aware of groups.
        high: Upper end.
        gained: Firearms or clean inspections that only the candidate gets right; None
            where they cannot be told apart one by one.
        lost: The other way round.
        p: Mid-p of McNemar's test on these, group by group; None likewise.
    """

    name: str
    metric: Metric
    first: float
    second: float
    difference: float
    low: float
    high: float
    gained: int | None = None
    lost: int | None = None
    p: float | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """What a report shows.

    Attributes:
        candidate: The evaluation that it is about.
        champion: The one beside it, on the same suite; None without.
        differences: Of the two; empty without a champion.
        verdict: What came of the rules; None without.
        rules: Those of the verdict, which its findings number.
    """

    candidate: Figures
    champion: Figures | None = None
    differences: tuple[Difference, ...] = ()
    verdict: Verdict | None = None
    rules: tuple[Rule, ...] = ()


def compute_figures(ledger: Ledger) -> Figures:
    """Compute all figures of an evaluation.

    Args:
        ledger: Its rows.
    """
    return Figures(ledger, score_ledger(ledger), slice_ledger(ledger))


def compare_ledgers(first: Ledger, second: Ledger) -> tuple[Difference, ...]:
    """How two bundles differ on one suite.

    Args:
        first: Of the champion.
        second: Of the candidate.
    """
    return tuple(_compare(first, second))


def _compare(first: Ledger, second: Ledger) -> Iterator[Difference]:
    theirs, ours = gather_outcomes(first), gather_outcomes(second)
    for rule in COMPARED:
        found = estimate(rule, ours, theirs)
        if found is None or found.first is None or found.second is None:
            continue
        name = WORDS[rule.metric]
        if rule.at_pfa is not None:
            name += f" at Pfa {rule.at_pfa:.0%}"
        low, high = found.interval(0.95)
        p = None if found.gained is None else _test(rule.metric, theirs, ours)
        yield Difference(
            name,
            rule.metric,
            found.first,
            found.second,
            found.value,
            low,
            high,
            found.gained,
            found.lost,
            p,
        )


def _test(metric: Metric, theirs: Outcomes, ours: Outcomes) -> float:
    """Mid-p of the test that nothing was gained or lost but by chance."""
    (first, homes), (second, _) = (list_trials(metric, o) for o in (theirs, ours))
    gained = np.bincount(homes, second & ~first)
    lost = np.bincount(homes, first & ~second)
    return clustered_mcnemar(gained, lost).mid_p
