"""What a suite of this size can show: the power of a rule, and how much more it needs.

By the normal approximation, from the interval that was measured.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from benchmark.verdict.estimate import Estimate
from benchmark.verdict.rule_file import Rule

WANTED_POWER: Final = 0.8
"""Chance with which more trials shall settle a rule."""

CLEARLY: Final = 0.05
"""How far beyond an absolute limit a candidate is good for sure."""

_CAUGHT: Final = 0.95
_MOST_TRIALS: Final = 10_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Test:
    """A rule and what it is tested by: one slice, or the suite.

    Attributes:
        number: Of the rule, from 0.
        rule: The rule.
        value: Which slice; None for the whole suite.
        found: What was measured; None if there was nothing to measure.
    """

    number: int
    rule: Rule
    value: str | None
    found: Estimate | None

    @property
    def testable(self) -> bool:
        """Whether there is enough to go by."""
        if self.found is None:
            return False
        return self.value is None or self.found.trials >= self.rule.least_trials

    @property
    def limit(self) -> float:
        """The limit, on the scale of the estimate."""
        rule = self.rule
        if rule.not_worse_by is not None:
            return rule.not_worse_by if rule.lower_is_better else -rule.not_worse_by
        return float((rule.most if rule.least is None else rule.least) or 0.0)

    @property
    def demand(self) -> str:
        """What is demanded, in words."""
        words = self.rule.sentence
        return words if self.value is None else f"{words}: {self.value}"


def _spread(test: Test, found: Estimate) -> tuple[float, float]:
    """How far the interval reaches towards the limit, and its standard error."""
    confidence = 2 * test.rule.confidence - 1
    low, high = found.interval(confidence)
    reach = high - found.value if test.rule.lower_is_better else found.value - low
    return reach, reach / NormalDist().inv_cdf(test.rule.confidence)


def chance_to_pass(test: Test, found: Estimate) -> float | None:
    """Chance that a good candidate passes on as much data, by normal approximation.

    Good is one that is as good as the champion, or 5 points on the right side of an
    absolute limit.

    Args:
        test: What is tested.
        found: What was measured there.
    """
    reach, error = _spread(test, found)
    gap = test.rule.not_worse_by if test.rule.relative else CLEARLY
    if error <= 0 or gap is None:
        return None
    return 0.5 * math.erfc((reach - gap) / error / math.sqrt(2))


def surely_caught(test: Test, found: Estimate) -> float | None:
    """How far beyond the limit a candidate is failed 95 times of 100.

    Args:
        test: What is tested.
        found: What was measured there.
    """
    reach, error = _spread(test, found)
    return reach + error * NormalDist().inv_cdf(_CAUGHT) if error > 0 else None


def trials_needed(test: Test, found: Estimate) -> int | None:
    """More trials until what was measured would show, with a chance of 80 %.

    Args:
        test: What is tested.
        found: What was measured there.

    Returns:
        None if it shows already, or never will: it lies on the limit.
    """
    reach, error = _spread(test, found)
    gap = abs(found.value - test.limit)
    if gap <= 0 or error <= 0:
        return None
    factor = ((reach + NormalDist().inv_cdf(WANTED_POWER) * error) / gap) ** 2
    more = math.ceil(found.trials * (factor - 1))
    return more if 0 < more <= _MOST_TRIALS else None
