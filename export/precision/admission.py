"""The gate: a precision is admitted if it finds as many firearms as float32."""

import math
from typing import Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from benchmark.evaluation.outcomes import Flags, Outcomes, Values
from benchmark.metrics.curves import NEVER
from benchmark.statistics.paired import PairedDifference, paired_difference

Answer = Literal["admitted", "refused", "cannot tell"]

LEAST_FIREARMS: Final = 500
"""Visible firearms that a suite must have to admit a precision."""

MOST_LOST: Final = 0.01
"""The paired loss of Pd must be below it, with a confidence of `CONFIDENCE`."""

CONFIDENCE: Final = 0.95


class Admission(BaseModel):
    """Whether a precision may be used, and why.

    Pd and Pfa are those at the lowest threshold that keeps the operating Pfa, found for
    each precision on the clean inspections of the suite.

    Attributes:
        answer: "admitted"; "refused" if the loss may be a point or more; "cannot tell"
            on too small a suite.
        reason: Why, with the figures.
        pd: Share of the visible firearms found; None without firearms or clean scans.
        pfa: Share of clean inspections with an alarm; None without any.
        loss: Pd of float32 less that of the precision; None likewise.
        loss_interval: Its two-sided 95 % interval, paired.
        loss_bound: It is below this with 95 % confidence.
        gained: Firearms that only the precision found.
        lost: Firearms that only float32 found.
        firearms: Visible ones.
        inspections: Groups of scans that they are in.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    answer: Answer
    reason: str
    pd: float | None = None
    pfa: float | None = None
    loss: float | None = None
    loss_interval: tuple[float, float] | None = None
    loss_bound: float | None = None
    gained: int = 0
    lost: int = 0
    firearms: int = 0
    inspections: int = 0


def judge_loss(wide: Outcomes, narrow: Outcomes, pfa: float) -> Admission:
    """Judge whether a precision finds as many of the same firearms as float32.

    Args:
        wide: What float32 found in a suite.
        narrow: What the precision found in the same suite.
        pfa: The operating Pfa: share of clean inspections that may alarm, 0 to 1.

    Returns:
        The answer. The loss is measured with each at the lowest threshold that keeps
        the Pfa, and paired firearm by firearm, see
        `benchmark.statistics.paired.paired_difference`.
    """
    firearms, clean = len(narrow.scores), len(narrow.loudest)
    before, after = (_find_at(each, pfa) for each in (wide, narrow))
    found = paired_difference(before, after, narrow.firearm_homes, CONFIDENCE)
    if found is None or not clean:
        reason = (
            f"{firearms} visible firearms and {clean} clean inspections: "
            "some of both are needed"
        )
        return Admission(answer="cannot tell", reason=reason, firearms=firearms)
    answer, reason = _decide(found, some=bool(before.any()))
    return Admission(
        answer=answer,
        reason=reason,
        pd=float(after.mean()),
        pfa=float((narrow.loudest > _find_silent(narrow.loudest, pfa)).mean()),
        loss=0.0 - found.difference,
        loss_interval=(-found.high, -found.low),
        loss_bound=-found.lower,
        gained=found.gained,
        lost=found.lost,
        firearms=firearms,
        inspections=found.inspections,
    )


def _decide(found: PairedDifference, *, some: bool) -> tuple[Answer, str]:
    """The answer and why; `some` is whether float32 found any firearm."""
    if found.firearms < LEAST_FIREARMS or not some:
        reason = f"{found.firearms} visible firearms, {LEAST_FIREARMS} are needed"
        return "cannot tell", reason if some else "float32 finds no firearm to lose"
    loss, bound = 0.0 - found.difference, 0.0 - found.lower
    reason = (
        f"loses {100 * loss:.2f} points of Pd, below {100 * bound:.2f} with "
        f"{CONFIDENCE:.0%} confidence ({found.lost} firearms lost, {found.gained} "
        f"gained, of {found.firearms} in {found.inspections} groups of scans); "
        f"{100 * MOST_LOST:g} point is the limit"
    )
    if bound < MOST_LOST:
        return "admitted", reason
    return "refused", reason + (", a larger suite might show it" * (loss < MOST_LOST))


def _find_at(outcomes: Outcomes, pfa: float) -> Flags:
    """(F,) which firearms are found at the lowest threshold that keeps a Pfa."""
    silent = _find_silent(outcomes.loudest, pfa)
    return np.asarray((outcomes.scores > silent) & (outcomes.scores > NEVER))


def _find_silent(loudest: Values, pfa: float) -> float:
    """The highest score that is no alarm where that Pfa is kept."""
    allowed = math.floor(pfa * len(loudest) + 1e-9)
    ordered = np.append(np.sort(loudest)[::-1], NEVER)
    return float(ordered[allowed])
