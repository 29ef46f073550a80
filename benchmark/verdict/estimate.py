"""What a rule goes by: a value, and between what it lies with any confidence."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from benchmark.evaluation.outcomes import Outcomes
from benchmark.metrics.average_precision import resample_precision
from benchmark.metrics.curves import NEVER
from benchmark.statistics.bootstrap import bootstrap_weights, percentile_interval
from benchmark.statistics.intervals import clustered_interval
from benchmark.statistics.paired import paired_difference
from benchmark.verdict.rule_file import Metric, Rule

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Weights = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.intp]

REPETITIONS: Final = 2000

_HALVINGS: Final = 40


class Scored(Protocol):
    """What Pd at a Pfa is found from: `Outcomes`, or less."""

    @property
    def scores(self) -> Values:
        """(F,) of the detection that met each firearm, `NEVER` for none."""

    @property
    def firearm_homes(self) -> Numbers:
        """(F,) group of each firearm."""

    @property
    def loudest(self) -> Values:
        """(K,) highest score in each clean inspection, `NEVER` for none."""

    @property
    def clean_homes(self) -> Numbers:
        """(K,) group of each clean inspection."""


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """A measured value and its interval.

    Attributes:
        value: What was measured; of a relative rule the candidate's less the
            champion's.
        interval: Takes a two-sided confidence, 0 to 1, and gives (low, high).
        trials: Of how many firearms, clean inspections or scans.
        groups: How many groups they are from.
        first: The champion's value, of a relative rule.
        second: The candidate's value, of a relative rule.
        gained: What the candidate found (or kept silent on) and the champion did not;
            None where nothing can be told apart one by one.
        lost: The other way round.
    """

    value: float
    interval: Callable[[float], tuple[float, float]]
    trials: int
    groups: int
    first: float | None = None
    second: float | None = None
    gained: int | None = None
    lost: int | None = None

    def probability_beyond(self, limit: float, *, above: bool) -> float:
        """The one-sided p-value of the truth lying on the wrong side of a limit.

        Found by halving: the least alpha at which the one-sided interval excludes it.

        Args:
            limit: The limit.
            above: True tests whether the truth is shown to be above it, False below.

        Returns:
            0 to 1: small where it is shown.
        """
        low, high = 0.0, 1.0
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if self.excludes(limit, middle, above=above):
                high = middle
            else:
                low = middle
        return high

    def excludes(self, limit: float, alpha: float, *, above: bool) -> bool:
        """Whether the one-sided interval lies beyond a limit.

        Args:
            limit: The limit.
            alpha: Chance of being wrong that is taken, 0 to 1.
            above: Which side.
        """
        # A one-sided alpha over one half is an interval turned inside out.
        if alpha > 0.5:
            return self.value > limit if above else self.value < limit
        low, high = self.interval(1 - 2 * alpha)
        return low > limit if above else high < limit


def estimate(
    rule: Rule, candidate: Outcomes, champion: Outcomes | None, *, seed: int = 0
) -> Estimate | None:
    """Measure what a rule is about.

    Args:
        rule: The rule.
        candidate: Outcomes of the bundle that is judged.
        champion: Of the one in service, on the same suite or slice; for relative rules.
        seed: Of the draws of groups.

    Returns:
        None if there is nothing to measure it by.
    """
    if rule.metric in {"pd", "pd_inspection", "pfa"}:
        return _estimate_share(rule.metric, candidate, champion)
    return _estimate_drawn(rule, candidate, champion, seed)


def _estimate_share(
    metric: Metric, candidate: Outcomes, champion: Outcomes | None
) -> Estimate | None:
    ours = list_trials(metric, candidate)
    if champion is None:
        return _share(*ours)
    return _difference(list_trials(metric, champion)[0], *ours, cost=metric == "pfa")


def _share(hit: Flags, homes: Numbers) -> Estimate | None:
    if not len(hit):
        return None
    hits, trials = _sum_up(hit, homes)

    def interval(confidence: float) -> tuple[float, float]:
        found = clustered_interval(hits, trials, confidence)
        return (0.0, 1.0) if found is None else (found.low, found.high)

    return Estimate(float(hit.mean()), interval, len(hit), len(hits))


def _difference(
    first: Flags, second: Flags, homes: Numbers, *, cost: bool
) -> Estimate | None:
    """How much more often the second is hit than the first."""
    if not len(first):
        return None

    def interval(confidence: float) -> tuple[float, float]:
        found = paired_difference(first, second, homes, confidence)
        return (-1.0, 1.0) if found is None else (found.low, found.high)

    only_first, only_second = (first & ~second).sum(), (second & ~first).sum()
    return Estimate(
        float(second.mean() - first.mean()),
        interval,
        len(first),
        len(np.unique(homes)),
        float(first.mean()),
        float(second.mean()),
        int(only_first if cost else only_second),
        int(only_second if cost else only_first),
    )


def list_trials(metric: Metric, outcomes: Outcomes) -> tuple[Flags, Numbers]:
    """Trial by trial, as a share counts them.

    Args:
        metric: "pd", "pd_inspection" or "pfa".
        outcomes: Of one bundle.

    Returns:
        (N,) whether each was a hit, and (N,) the group of each.
    """
    if metric == "pfa":
        return outcomes.alarmed, outcomes.clean_homes
    if metric == "pd":
        return outcomes.found, outcomes.firearm_homes
    names, first, place = np.unique(
        outcomes.firearm_inspections, return_index=True, return_inverse=True
    )
    hit = np.zeros(len(names), bool)
    np.logical_or.at(hit, place, outcomes.found)
    return hit, outcomes.firearm_homes[first]


def _sum_up(hit: Flags, homes: Numbers) -> tuple[Numbers, Numbers]:
    """Hits and trials of each group."""
    _, place = np.unique(homes, return_inverse=True)
    hits = np.bincount(place, hit).astype(np.intp)
    return hits, np.bincount(place).astype(np.intp)


def _estimate_drawn(
    rule: Rule, candidate: Outcomes, champion: Outcomes | None, seed: int
) -> Estimate | None:
    count, homes = _count_trials(rule, candidate)
    if not count:
        return None
    used = np.unique(_all_homes(candidate))
    weights = np.zeros((REPETITIONS + 1, candidate.groups), np.int64)
    weights[0, used] = 1
    weights[1:, used] = bootstrap_weights(len(used), REPETITIONS, seed)
    values = _draw(rule, candidate, weights)
    first = second = None
    if champion is not None:
        others = _draw(rule, champion, weights)
        first, second = float(others[0]), float(values[0])
        values = values - others
    if not np.isfinite(values[0]):
        return None
    value = float(values[0])

    def interval(confidence: float) -> tuple[float, float]:
        found = percentile_interval(values[1:], weights[1:, used], value, confidence)
        if found is not None:
            return min(found.low, value), max(found.high, value)
        reach = reach_unseen(len(np.unique(homes)), confidence)
        return value - reach, value + reach

    return Estimate(value, interval, count, len(np.unique(homes)), first, second)


def reach_unseen(groups: int, confidence: float) -> float:
    """How far off the truth may lie where all draws agree.

    Groups unlike all those that there are make up no more than -ln(alpha / 2) / groups
    of all, or one would have been met (the rule of three); each may move a share by 1.

    Args:
        groups: How many there are.
        confidence: From 0 to below 1.
    """
    return -math.log((1 - confidence) / 2) / groups


def _all_homes(outcomes: Outcomes) -> Numbers:
    """The group of everything that a slice holds."""
    return np.concatenate(
        [outcomes.scan_homes, outcomes.firearm_homes, outcomes.clean_homes]
    )


def _count_trials(rule: Rule, outcomes: Outcomes) -> tuple[int, Numbers]:
    if rule.metric == "false_alarms":
        return len(outcomes.mistakes), outcomes.scan_homes
    if rule.metric == "pd_at_pfa" and not len(outcomes.loudest):
        return 0, outcomes.firearm_homes
    return len(outcomes.scores), outcomes.firearm_homes


def _draw(rule: Rule, outcomes: Outcomes, weights: Weights) -> Values:
    """(R,) the metric, each group counted as often as its weight says."""
    if rule.metric == "false_alarms":
        total = weights[:, outcomes.scan_homes]
        return np.asarray((total @ outcomes.mistakes) / total.sum(axis=1))
    if rule.metric == "pd_at_pfa":
        return draw_pd_at_pfa(outcomes, rule.at_pfa or 0.0, weights)
    drawn = resample_precision(outcomes.judged, outcomes.scan_homes, weights)
    return np.asarray(drawn[:, int(rule.metric == "ap50_95")])


def draw_pd_at_pfa(outcomes: Scored, pfa: float, weights: Weights) -> Values:
    """Pd at the lowest threshold that keeps a Pfa, in resampled groups.

    The threshold is found anew in each draw, on its own clean inspections, so that the
    interval holds the chance in it.

    Args:
        outcomes: With clean inspections and firearms.
        pfa: Share of clean inspections that may alarm, 0 to 1.
        weights: (R, C), how often each group is drawn.

    Returns:
        (R,) Pd, NaN where a draw has no firearm or no clean inspection.
    """
    threshold = silence_clean(outcomes, pfa, weights)
    each = weights[:, outcomes.firearm_homes]
    hits = (each * (outcomes.scores > threshold[:, None])).sum(axis=1)
    total, clean = each.sum(axis=1), weights[:, outcomes.clean_homes].sum(axis=1)
    usable = (total > 0) & (clean > 0)
    return np.where(usable, hits / np.maximum(total, 1), np.nan)


def silence_clean(outcomes: Scored, pfa: float, weights: Weights) -> Values:
    """The lowest scores above which no more clean inspections than wanted alarm.

    Args:
        outcomes: With clean inspections.
        pfa: Share of them that may alarm, 0 to 1.
        weights: (R, C), how often each group is drawn.

    Returns:
        (R,) scores; what is above them is an alarm. `NEVER` where all may alarm.
    """
    order = np.argsort(-outcomes.loudest, kind="stable")
    loudest = np.append(outcomes.loudest[order], NEVER)
    alarms = np.cumsum(weights[:, outcomes.clean_homes[order]], axis=1)
    allowed = pfa * alarms[:, -1:] + 1e-9
    return np.asarray(loudest[(alarms <= allowed).sum(axis=1)])
