"""The drift alarm: compare the scans of a week with those of acceptance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from benchmark.acceptance.baseline import Rows, is_common
from benchmark.acceptance.figures import FIGURES, Family, Figure
from benchmark.acceptance.shift import (
    BLINDEST,
    Counts,
    Sample,
    Values,
    blind_gap,
    control_limits,
    count_outside,
    find_count_p,
    find_margin,
    find_p,
    scans_needed,
    weigh_alike,
)
from benchmark.acceptance.traffic import KEYS, match_traffic
from benchmark.statistics.multiplicity import holm

Drift = Literal["steady", "drifted", "too few", "not compared"]

STEADY: Final[Drift] = "steady"
DRIFTED: Final[Drift] = "drifted"
TOO_FEW: Final[Drift] = "too few"
NOT_COMPARED: Final[Drift] = "not compared"

EXIT_CODES: Final[dict[Drift, int]] = {"steady": 0, "drifted": 1, "too few": 3}

LEVEL: Final = 0.01
"""How often chance alone may raise the alarm in a week, over all figures together."""

LEAST_RATE: Final = 0.02
"""Changes of the share of scans that alarm up to this do not matter."""

WIDEST_RATE: Final = 0.25
"""If a rise of the share of scans that alarm by this could be missed, there are too few
scans."""

_ALARM_ADVICE: Final = (
    "Look at the alarms: real firearms, another traffic, or a network that sees other "
    "pictures than it was accepted on."
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure of a week beside acceptance.

    Attributes:
        key: What files call it.
        name: What people call it.
        unit: Of its values.
        family: What it depends on.
        baseline: Median at acceptance, or the share of scans that alarmed; None where
            there is none to compare with.
        found: The same of the week.
        shift: The second less the first; of ratios, by which share it grew.
        sigmas: The shift in robust deviations of acceptance; None where these are 0.
        limit: Shifts up to this do not matter; in the unit of `shift`.
        p: p value after Holm's correction; None where nothing was tested.
        scans: How many of the week's scans it was measured in.
        outside: How many of these lie beyond all of acceptance, by more than `limit`.
        needed: How many are needed to tell; None if acceptance itself has too few.
        answer: What came of it.
        advice: What to do, in a sentence.
    """

    key: str
    name: str
    unit: str
    family: Family
    baseline: float | None
    found: float | None
    shift: float | None
    sigmas: float | None
    limit: float
    p: float | None
    scans: int
    outside: int
    needed: int | None
    answer: Drift
    advice: str


@dataclass(frozen=True, slots=True)
class Week:
    """What came of a week.

    Attributes:
        name: Such as "2026-W14".
        scans: How many.
        unlike: How many of them have no like in acceptance; 0 without matching.
        answer: "drifted" if any figure has, else "too few" if any could not be told.
        figures: Each by itself.
    """

    name: str
    scans: int
    unlike: int
    answer: Drift
    figures: tuple[Comparison, ...]

    @property
    def exit_code(self) -> int:
        """0 steady, 1 drifted, 3 cannot tell."""
        return EXIT_CODES[self.answer]

    @property
    def sentence(self) -> str:
        """What came of it, in a sentence."""
        drifted = [each.name for each in self.figures if each.answer == DRIFTED]
        unlike = f" {self.unlike} like none of acceptance." if self.unlike else ""
        start = f"{self.name}, {self.scans} scans"
        if drifted:
            return f"{start}: DRIFTED in {', '.join(drifted)}.{unlike}"
        if self.answer == TOO_FEW:
            needed = [f.needed for f in self.figures if f.answer == TOO_FEW]
            known = [number for number in needed if number is not None]
            more = f": {max(known)} are needed" if known else ""
            return f"{start}: TOO FEW TO TELL{more}.{unlike}"
        return f"{start}: STEADY.{unlike}"


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """A figure at acceptance and in the week, where shifts are differences."""

    figure: Figure
    baseline: Sample
    found: Sample
    judged: bool

    @property
    def margin(self) -> float:
        return find_margin(self.baseline, self.figure.margin)

    @property
    def testable(self) -> bool:
        return self.judged and bool(len(self.found.values))

    @property
    def outside(self) -> int:
        if not len(self.baseline.values):
            return 0
        return sum(count_outside(self.baseline, self.found, self.margin))

    def find_p(self) -> float:
        if not self.testable:
            return math.nan
        return find_p(self.baseline, self.found, self.margin)


def judge_week(
    name: str, baseline: Rows, week: Rows, *, match: bool = False, level: float = LEVEL
) -> Week:
    """Compare a week with acceptance.

    Args:
        name: Of the week.
        baseline: The clean passes of acceptance.
        week: All scans of the week.
        match: Weigh acceptance's scans so that their mix of traffic is the week's, and
            leave out what is like none of them.
        level: How often chance alone may raise the alarm.
    """
    weights, compared = np.ones(len(baseline.alarms)), week
    if match:
        found = match_traffic(baseline, week)
        weights, compared = found.weights, week.select(found.alike)
    pairs = list(_pair(baseline, weights, compared, match))
    counts = (_count_alike(baseline, weights), compared.alarming)
    alarm_p = find_count_p(*counts) if counts[1].scans and counts[0].scans else math.nan
    adjusted = holm([*(pair.find_p() for pair in pairs), alarm_p])
    tests = int(np.isfinite(adjusted).sum())
    each = level / max(tests, 1)
    figures = [
        _compare(pair, float(p), level, each)
        for pair, p in zip(pairs, adjusted[:-1], strict=True)
    ]
    figures.append(_compare_alarms(counts, float(adjusted[-1]), level, each))
    scans = len(week.alarms)
    unlike = scans - len(compared.alarms)
    return Week(name, scans, unlike, _join(figures), tuple(figures))


def _join(figures: Sequence[Comparison]) -> Drift:
    answers = {figure.answer for figure in figures}
    for answer in (DRIFTED, TOO_FEW):
        if answer in answers:
            return answer
    return STEADY


def _count_alike(baseline: Rows, weights: Values) -> Counts:
    """Acceptance's alarms, of the scans whose like the week has."""
    return baseline.select(weights > 0).alarming


def _pair(baseline: Rows, weights: Values, week: Rows, match: bool) -> list[_Pair]:
    pairs = []
    for figure in FIGURES:
        known = baseline.columns[figure.key]
        if not is_common(known):
            continue
        use = np.isfinite(known) & (weights > 0)
        lay = np.vectorize(figure.lay, otypes=[np.float64])
        values = week.columns[figure.key]
        pairs.append(
            _Pair(
                figure,
                Sample(lay(known[use]), weights[use]),
                weigh_alike(lay(values[np.isfinite(values)])),
                judged=not (match and figure.key in KEYS) and bool(use.any()),
            )
        )
    return pairs


def _compare(pair: _Pair, p: float, level: float, each: float) -> Comparison:
    figure, base, found = pair.figure, pair.baseline, pair.found
    first, second = (s.median() if len(s.values) else None for s in (base, found))
    moved = None if first is None or second is None else second - first
    sigma, needed = base.sigma(), scans_needed(base.size, each / 2)
    answer = _decide(pair, p, level, each)
    return Comparison(
        key=figure.key,
        name=figure.name,
        unit=figure.unit,
        family=figure.family,
        baseline=None if first is None else figure.restore(first),
        found=None if second is None else figure.restore(second),
        shift=math.expm1(moved) if figure.ratio and moved is not None else moved,
        sigmas=moved / sigma if sigma > 0 and moved is not None else None,
        limit=math.expm1(pair.margin) if figure.ratio else pair.margin,
        p=None if math.isnan(p) else p,
        scans=len(found.values),
        outside=pair.outside,
        needed=needed if answer == TOO_FEW else None,
        answer=answer,
        advice=_advise(figure.advice, answer, needed),
    )


def _decide(pair: _Pair, p: float, level: float, each: float) -> Drift:
    if not pair.judged:
        return NOT_COMPARED
    if p <= level:
        return DRIFTED
    if not pair.testable:
        return TOO_FEW
    blind = blind_gap(pair.baseline.size, pair.found.size, each / 2)
    return TOO_FEW if blind > BLINDEST else STEADY


def _advise(advice: str, answer: Drift, needed: int | None) -> str:
    if answer == DRIFTED:
        return advice
    if answer != TOO_FEW:
        return ""
    if needed is None:
        return "Acceptance has too few clean passes that fit: accept more of them."
    return f"Wait until there are {needed} scans."


def _compare_alarms(
    counts: tuple[Counts, Counts], p: float, level: float, each: float
) -> Comparison:
    base, found = counts
    moved = found.share - base.share
    answer: Drift = TOO_FEW
    if not math.isnan(p):
        most = control_limits(base, found.scans, each)[1]
        blind = (most + 1) / found.scans - base.share
        answer = TOO_FEW if blind > WIDEST_RATE else STEADY
        if p <= level and abs(moved) > LEAST_RATE:
            answer = DRIFTED
    needed = _scans_for_alarms(base, each) if answer == TOO_FEW else None
    return Comparison(
        key="alarms",
        name="share of scans with an alarm",
        unit="",
        family="answers",
        baseline=base.share,
        found=found.share,
        shift=moved,
        sigmas=None,
        limit=LEAST_RATE,
        p=None if math.isnan(p) else p,
        scans=found.scans,
        outside=0,
        needed=needed,
        answer=answer,
        advice=_advise(_ALARM_ADVICE, answer, needed),
    )


def _scans_for_alarms(base: Counts, each: float) -> int | None:
    """How many scans show a rise by `WIDEST_RATE`; None if thousands do not."""
    for scans in (25, 50, 75, 100, 150, 200, 300, 500, 1000, 2000):
        most = control_limits(base, scans, each)[1]
        if (most + 1) / scans - base.share <= WIDEST_RATE:
            return scans
    return None
