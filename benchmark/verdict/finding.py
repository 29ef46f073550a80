"""What comes of rules: findings, and the verdict that they make up."""

from dataclasses import dataclass
from typing import Final, Literal

Answer = Literal["pass", "fail", "cannot tell", "not tested"]

PASS: Final[Answer] = "pass"  # noqa: S105
FAIL: Final[Answer] = "fail"
UNTOLD: Final[Answer] = "cannot tell"
UNTESTED: Final[Answer] = "not tested"

EXIT_CODES: Final[dict[Answer, int]] = {"pass": 0, "fail": 1, "cannot tell": 3}
"""What a command that judges answers; 2 is wrong usage."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one rule, or of one slice of one.

    Attributes:
        rule: Number of the rule, from 0.
        demand: What it demands, in words.
        value: Which slice; None for the whole suite.
        answer: What came of it; "not tested" of a slice with too few trials.
        reason: Why, in a sentence with the figures.
        measured: What was measured; None if there was nothing to measure.
        interval: Its two-sided interval that fits the rule's one-sided confidence.
        first: The champion's value, of a relative rule.
        second: The candidate's.
        gained: What the candidate has and the champion has not; None if unknown.
        lost: The other way round.
        trials: Of how many.
        power: Chance that a suite like this one passes a candidate that is as good as
            the champion, or that lies 5 points on the good side of an absolute limit.
        caught: How far beyond the limit a candidate must be to be failed with a chance
            of 95 %, in the metric's own unit.
        needed: How many more trials might settle it, if what was measured holds; None
            if it is settled or more would not.
    """

    rule: int
    demand: str
    value: str | None
    answer: Answer
    reason: str
    measured: float | None = None
    interval: tuple[float, float] | None = None
    first: float | None = None
    second: float | None = None
    gained: int | None = None
    lost: int | None = None
    trials: int = 0
    power: float | None = None
    caught: float | None = None
    needed: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What all rules come to.

    Attributes:
        title: What is decided.
        answer: "fail" if any rule failed, else "cannot tell" if any cannot, else
            "pass".
        findings: Of each rule and slice.
        candidate: Which bundle was judged.
        champion: Which one it was compared with; None without.
        suite: Name of the suite.
    """

    title: str
    answer: Answer
    findings: tuple[Finding, ...]
    candidate: str
    champion: str | None
    suite: str

    @property
    def exit_code(self) -> int:
        """0 pass, 1 fail, 3 cannot tell."""
        return EXIT_CODES[self.answer]

    @property
    def sentence(self) -> str:
        """The verdict, in a sentence."""
        against = f" against {self.champion}" if self.champion else ""
        start = f"{self.title}: {self.candidate}{against} on {self.suite}"
        return f"{start}: {self._outcome}{self._untested}"

    @property
    def _outcome(self) -> str:
        tested = [f for f in self.findings if f.answer != UNTESTED]
        alike = sum(finding.answer == self.answer for finding in tested)
        of = f"{alike} of {len(tested)} demands"
        if self.answer == PASS:
            return f"PASS, {_count(len(tested), 'demand')} met."
        if self.answer == FAIL:
            return f"FAIL, {of} broken."
        known = [finding.needed for finding in tested if finding.needed is not None]
        more = (
            f" Some {round_up(max(known)):,} more trials might tell." if known else ""
        )
        return f"CANNOT TELL, {of} open.{more}"

    @property
    def _untested(self) -> str:
        untested = sum(finding.answer == UNTESTED for finding in self.findings)
        if not untested:
            return ""
        return f" {_count(untested, 'slice')} with too few trials to test."


def round_up(number: int) -> int:
    """A whole number to two digits, upwards.

    Example:
        >>> round_up(179_119), round_up(7)
        (180000, 7)
    """
    unit = int(10 ** max(len(str(number)) - 2, 0))
    return -(-number // unit) * unit


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
