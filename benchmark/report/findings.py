"""Findings and differences in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from benchmark.report.contents import Difference
from benchmark.report.words import DASH, GAP, say_change, say_percent
from benchmark.verdict.finding import UNTESTED, UNTOLD, Finding, round_up
from benchmark.verdict.rule_file import COSTS, Metric, Rule

_TRIALS: Final[dict[Metric, str]] = {
    "pd": "firearms",
    "pd_inspection": "containers with firearms",
    "pd_at_pfa": "firearms",
    "pfa": "clean containers",
    "false_alarms": "scans",
    "ap50": "firearms",
    "ap50_95": "firearms",
}
"""What a metric counts."""

_SHARES: Final = frozenset({"pd", "pd_inspection", "pd_at_pfa", "pfa"})
"""Metrics that are said in per cent."""


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one rule.

    Attributes:
        demand: What it demands, in words.
        parts: Whether it is asked of each part of the suite.
        tested: Findings with an answer.
        untested: Those of parts with too few trials.
    """

    demand: str
    parts: bool
    tested: tuple[Finding, ...]
    untested: tuple[Finding, ...]


def group_findings(findings: Sequence[Finding]) -> list[Group]:
    """Put findings of one rule together.

    Args:
        findings: Of a verdict, in its order.
    """
    groups = []
    for number in dict.fromkeys(finding.rule for finding in findings):
        own = [finding for finding in findings if finding.rule == number]
        value = own[0].value
        demand = own[0].demand.removesuffix(f": {value}")
        tested = tuple(one for one in own if one.answer != UNTESTED)
        untested = tuple(one for one in own if one.answer == UNTESTED)
        groups.append(Group(demand, value is not None, tested, untested))
    return groups


def say_measured(finding: Finding, rule: Rule | None) -> str:
    """What was measured, with its interval and of how many.

    Args:
        finding: What came of a rule.
        rule: The rule; None if it is not known: then the finding's own reason is given.
    """
    if rule is None or finding.measured is None or finding.interval is None:
        return finding.reason
    of = f"{finding.trials:,} {_TRIALS[rule.metric]}"
    sure = f"{100 * (2 * rule.confidence - 1):.3g}{GAP}% interval"
    if finding.first is None or finding.second is None:
        ends = [_say_amount(end, rule.metric) for end in finding.interval]
        value = _say_amount(finding.measured, rule.metric)
        return f"{value} ({ends[0]} to {ends[1]}; {sure}) of {of}"
    first, second = (
        _say_amount(value, rule.metric) for value in (finding.first, finding.second)
    )
    change = _say_change(finding.measured, finding.interval, rule.metric, f"; {sure}")
    moved = ""
    if finding.gained is not None:
        moved = f"; gained {finding.gained}, lost {finding.lost}"
    return f"{first} became {second}: {change} of {of}{moved}"


def _say_change(
    value: float, ends: tuple[float, float], metric: Metric, note: str = ""
) -> str:
    points = metric in _SHARES
    changed, low, high = (say_change(x, points=points) for x in (value, *ends))
    unit = " points" if points else ""
    return f"{changed}{unit} ({low} to {high}{note})"


def _say_amount(value: float, metric: Metric) -> str:
    return say_percent(value) if metric in _SHARES else f"{value:.3g}"


def say_power(finding: Finding, rule: Rule | None) -> str:
    """What a test of this size can show.

    Args:
        finding: With its power.
        rule: What was tested; None if it is not known.

    Returns:
        One sentence or two; empty if nothing is known.
    """
    parts = []
    if finding.power is not None:
        chance = _say_chance(finding.power)
        parts.append(f"{_describe_good(rule)} would pass with a chance {chance}.")
    if finding.caught is not None:
        worse = _say_worse(finding.caught, rule)
        parts.append(f"{worse} is caught 95 times of 100.")
    return " ".join(parts)


def _say_chance(chance: float) -> str:
    """Of 64 %; of over 99 %."""
    hundredths = min(max(round(100 * chance), 1), 99)
    side = "over " if chance > 0.99 else "under " if chance < 0.01 else ""
    return f"of {side}{hundredths}{GAP}%"


def _describe_good(rule: Rule | None) -> str:
    if rule is None:
        return "A good candidate"
    if rule.relative:
        return "A candidate as good as the champion"
    if rule.metric not in _SHARES:
        return "A candidate better than the limit by 0.05"
    return "A candidate 5 points better than the limit"


def _say_worse(caught: float, rule: Rule | None) -> str:
    if rule is None or rule.metric not in _SHARES:
        return f"One that is worse than allowed by {caught:.3g}"
    name = "rise" if rule.lower_is_better else "loss"
    if caught >= 1:
        return f"No {name}, however large,"
    return f"A {name} of {caught * 100:.0f} points more than allowed"


def say_needed(finding: Finding, rule: Rule | None) -> str:
    """How many more trials might settle a finding.

    Args:
        finding: What came of a rule.
        rule: The rule; None if it is not known.
    """
    if finding.needed is not None:
        things = "trials" if rule is None else _TRIALS[rule.metric]
        return f"about {round_up(finding.needed):,} more {things}"
    return "more would hardly settle it" if finding.answer == UNTOLD else DASH


def say_value(one: Difference, value: float) -> str:
    """A value of one of the two that are compared."""
    return _say_amount(value, one.metric)


def say_difference(one: Difference) -> str:
    """A difference with its interval."""
    return _say_change(one.difference, (one.low, one.high), one.metric)


def say_chance(chance: float | None) -> str:
    """A p-value.

    Example:
        >>> say_chance(0.0312), say_chance(1e-6)
        ('0.031', 'under 0.001')
    """
    if chance is None:
        return DASH
    return "under 0.001" if chance < 0.001 else f"{chance:.3f}"


def say_change_word(one: Difference) -> str:
    """Whether the candidate is better or worse, as far as the interval shows it.

    Example:
        >>> gain = Difference("Pd of firearms", "pd", 0.5, 0.6, 0.1, 0.02, 0.18)
        >>> say_change_word(gain)
        'better'
    """
    if one.low <= 0 <= one.high:
        return "no difference shown"
    return "better" if (one.difference > 0) != (one.metric in COSTS) else "worse"
