"""For whom a candidate is better or worse: the parts of a suite, one by one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from benchmark.evaluation.ledger import Ledger
from benchmark.evaluation.outcomes import Outcomes, gather_outcomes, list_values
from benchmark.evaluation.slices import FEW, FIREARM_CUTS
from benchmark.statistics.multiplicity import holm
from benchmark.statistics.paired import clustered_mcnemar, paired_difference
from benchmark.verdict.estimate import list_trials
from benchmark.verdict.rule_file import Metric

ERROR: Final = 0.05
"""Chance that is taken that anything at all is called better or worse and is not."""

DIMENSIONS: Final = (
    "scanner",
    "kind of scan",
    "kind of firearm",
    "form",
    "concealment",
    "attenuation around",
    "attenuation in front",
    "cargo",
)


@dataclass(frozen=True, slots=True)
class Change:
    """How two bundles differ on one part of a suite.

    Attributes:
        dimension: What the suite is cut by.
        value: Which part.
        metric: "pd" of its firearms, or "pfa" of its clean inspections.
        first: The champion's share, 0 to 1.
        second: The candidate's.
        low: Lower end of the 95 % interval of the difference, aware of groups.
        high: Upper end.
        gained: What only the candidate gets right.
        lost: What only the champion gets right.
        trials: Of how many.
        p: Mid-p of McNemar's test, group by group, after Holm for all parts that were
            tested.
    """

    dimension: str
    value: str
    metric: Metric
    first: float
    second: float
    low: float
    high: float
    gained: int
    lost: int
    trials: int
    p: float

    @property
    def better(self) -> bool:
        """Whether the candidate gets more right."""
        return self.gained > self.lost


@dataclass(frozen=True, slots=True)
class Changes:
    """All parts of a suite that were tested.

    Attributes:
        better: Where the candidate is shown to be better, the surest first.
        worse: Where it is shown to be worse.
        tested: How many were tested.
        few: How many had too few trials to be tested.
    """

    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    tested: int
    few: int


def compare_slices(champion: Ledger, candidate: Ledger) -> Changes:
    """Test every part of a suite for a difference that is none of chance.

    Args:
        champion: Of the bundle in service.
        candidate: Of the other, on the same suite.
    """
    found = [*_list_changes(champion, candidate)]
    tested = [each for each in found if each.trials >= FEW]
    adjusted = holm([each.p for each in tested])
    sure = [
        replace(each, p=float(p))
        for each, p in zip(tested, adjusted, strict=True)
        if p <= ERROR
    ]
    sure.sort(key=lambda each: each.p)
    return Changes(
        tuple(each for each in sure if each.better),
        tuple(each for each in sure if not each.better),
        len(tested),
        len(found) - len(tested),
    )


def _list_changes(champion: Ledger, candidate: Ledger) -> Iterator[Change]:
    for dimension in DIMENSIONS:
        values = list_values(candidate, dimension)
        if len(values) < 2:
            continue
        metrics: tuple[Metric, ...] = ("pd", "pfa")
        for value in values:
            first = gather_outcomes(champion, dimension, value)
            second = gather_outcomes(candidate, dimension, value)
            for metric in metrics[: 1 if dimension in FIREARM_CUTS else 2]:
                yield from _compare((dimension, value), metric, first, second)


def _compare(
    cut: tuple[str, str], metric: Metric, first: Outcomes, second: Outcomes
) -> Iterator[Change]:
    (theirs, homes), (ours, _) = (list_trials(metric, o) for o in (first, second))
    found = paired_difference(theirs, ours, homes)
    if found is None:
        return
    # Of alarms in clean inspections fewer is better.
    more, less = (ours & ~theirs), (theirs & ~ours)
    gained, lost = (less, more) if metric == "pfa" else (more, less)
    test = clustered_mcnemar(np.bincount(homes, gained), np.bincount(homes, lost))
    yield Change(
        *cut,
        metric,
        float(theirs.mean()),
        float(ours.mean()),
        found.low,
        found.high,
        int(gained.sum()),
        int(lost.sum()),
        len(ours),
        test.mid_p,
    )
