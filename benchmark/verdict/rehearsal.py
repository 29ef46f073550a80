"""Rehearse a verdict: how often do rules catch a planted loss, and fail a good bundle?

Two evaluations of one suite are the pool that suites are drawn from, whole groups at a
time. In each drawn suite the candidate loses firearms that it had found, by chance, and
the rules are applied.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmark.evaluation.ledger import Ledger
from benchmark.evaluation.outcomes import Outcomes, gather_outcomes
from benchmark.metrics.curves import NEVER
from benchmark.statistics.intervals import wilson_interval
from benchmark.verdict.estimate import estimate
from benchmark.verdict.finding import FAIL, PASS, UNTOLD, Answer
from benchmark.verdict.prospects import Test
from benchmark.verdict.rule_file import Rule, Rules
from benchmark.verdict.verdict import answer_test
from data.errors import VerdictError

Numbers = npt.NDArray[np.intp]

REHEARSED: Final = frozenset({"pd", "pfa"})
"""Metrics that are quick enough to be rehearsed a thousand times."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What rules answered to drawn suites.

    Attributes:
        firearms: In each drawn suite, about.
        loss: Share of all firearms that the candidate was made to lose.
        repetitions: How many suites were drawn.
        rules: The rules that were rehearsed, in words.
        failed: Share of suites in which any rule failed.
        failed_interval: Its 95 % interval.
        passed: Share in which all passed.
        untold: Share in which something could not be told and nothing failed.
    """

    firearms: int
    loss: float
    repetitions: int
    rules: tuple[str, ...]
    failed: float
    failed_interval: tuple[float, float]
    passed: float
    untold: float

    def as_json(self) -> str:
        """All figures, in one line."""
        return json.dumps(asdict(self))

    def as_text(self) -> str:
        """All figures, for a person."""
        low, high = self.failed_interval
        return (
            f"{self.repetitions} suites of {self.firearms} firearms, "
            f"{self.loss:.1%} of them lost on purpose: failed {self.failed:.1%} "
            f"({low:.1%} to {high:.1%}), passed {self.passed:.1%}, cannot tell "
            f"{self.untold:.1%}. Rules: {'; '.join(self.rules)}."
        )


@dataclass(frozen=True, slots=True)
class Drill:
    """What is rehearsed.

    Attributes:
        firearms: How many a drawn suite shall have; it ends with the group that reaches
            it.
        loss: Share of all firearms that the candidate loses besides, 0 to its own Pd.
        repetitions: How many suites are drawn.
        seed: Of the draws.
    """

    firearms: int = 1000
    loss: float = 0.0
    repetitions: int = 1000
    seed: int = 0


def rehearse(
    rules: Rules,
    pool: tuple[Ledger, Ledger],
    drill: Drill,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Rehearsal:
    """Draw suites and apply rules to them.

    Args:
        rules: Those with the metrics pd and pfa and without slices are rehearsed.
        pool: Of the champion and of the candidate on one suite.
        drill: How many suites are drawn, how large, and what is planted.
        progress: Told how many of how many are done.

    Raises:
        VerdictError: If no rule can be rehearsed, the pool has no firearms, or the
            candidate has found too few to lose as many.
    """
    chosen = [r for r in rules.rules if r.metric in REHEARSED and r.slice is None]
    first, second = (gather_outcomes(ledger) for ledger in pool)
    _check(chosen, second, drill.loss)
    rng = np.random.default_rng(drill.seed)
    answers: list[Answer] = []
    for number in range(drill.repetitions):
        drawn = _draw_groups(rng, first, drill.firearms)
        ours, theirs = (
            _plant(rng, _pick(second, drawn), drill.loss),
            _pick(first, drawn),
        )
        answers.append(_apply(chosen, ours, theirs))
        if progress is not None:
            progress(number + 1, drill.repetitions)
    failed = answers.count(FAIL)
    low, high = wilson_interval(failed, drill.repetitions)
    return Rehearsal(
        drill.firearms,
        drill.loss,
        drill.repetitions,
        tuple(rule.sentence for rule in chosen),
        failed / drill.repetitions,
        (float(low), float(high)),
        answers.count(PASS) / drill.repetitions,
        answers.count(UNTOLD) / drill.repetitions,
    )


def _check(rules: list[Rule], candidate: Outcomes, loss: float) -> None:
    if not rules:
        msg = "No rule on pd or pfa without slices can be rehearsed. Add one."
        raise VerdictError(msg)
    pd = float(candidate.found.mean()) if len(candidate.found) else 0.0
    if not 0 <= loss <= pd or not len(candidate.found):
        msg = (
            f"A candidate with Pd {pd:.1%} of {len(candidate.found)} firearms cannot "
            f"lose {loss:.1%}. Choose 0 to {pd:g}."
        )
        raise VerdictError(msg)


def _draw_groups(rng: np.random.Generator, pool: Outcomes, firearms: int) -> Numbers:
    """Groups with replacement until there are as many firearms."""
    held = np.bincount(pool.firearm_homes, minlength=pool.groups)
    mean = held.mean()
    few = max(int(2 * firearms / mean) + 10, 1)
    drawn = rng.integers(0, pool.groups, few)
    enough = int(np.searchsorted(np.cumsum(held[drawn]), firearms)) + 1
    return np.asarray(drawn[:enough], np.intp)


def _pick(pool: Outcomes, drawn: Numbers) -> Outcomes:
    """The outcomes of the drawn groups, each draw a group of its own."""
    firearms, homes = _expand(pool.firearm_homes, drawn, pool.groups)
    clean, clean_homes = _expand(pool.clean_homes, drawn, pool.groups)
    return replace(
        pool,
        scores=pool.scores[firearms],
        found=pool.found[firearms],
        firearm_homes=homes,
        firearm_inspections=homes,
        loudest=pool.loudest[clean],
        alarmed=pool.alarmed[clean],
        clean_homes=clean_homes,
        groups=len(drawn),
    )


def _expand(homes: Numbers, drawn: Numbers, groups: int) -> tuple[Numbers, Numbers]:
    """Rows of the drawn groups, and the number of the draw of each."""
    order = np.argsort(homes, kind="stable")
    starts = np.searchsorted(homes[order], np.arange(groups + 1))
    sizes = np.diff(starts)[drawn]
    own = np.repeat(np.arange(len(drawn)), sizes)
    within = np.arange(len(own)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return order[np.repeat(starts[drawn], sizes) + within], own.astype(np.intp)


def _plant(rng: np.random.Generator, outcomes: Outcomes, loss: float) -> Outcomes:
    """Lose found firearms by chance: as many in all as the loss says, on average."""
    pd = max(float(outcomes.found.mean()), 1e-9)
    lost = outcomes.found & (rng.random(len(outcomes.found)) < loss / pd)
    return replace(
        outcomes,
        found=outcomes.found & ~lost,
        scores=np.where(lost, NEVER, outcomes.scores),
    )


def _apply(rules: list[Rule], candidate: Outcomes, champion: Outcomes) -> Answer:
    answers = []
    for number, rule in enumerate(rules):
        found = estimate(rule, candidate, champion if rule.relative else None)
        test = Test(number, rule, None, found)
        answers.append(answer_test(test) if test.testable else UNTOLD)
    for answer in (FAIL, UNTOLD):
        if answer in answers:
            return answer
    return PASS
