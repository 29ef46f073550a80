"""Whether values have shifted by more than matters and than chance explains."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.stats import betabinom  # type: ignore[import-untyped]

from data.physics.noise import GAUSSIAN_MAD

Values = npt.NDArray[np.float64]

OF_SIGMA: Final = 0.3
"""Shifts up to this share of the baseline's robust deviation do not matter either."""

BLINDEST: Final = 0.5
"""If a gap this large between two distribution functions could be missed, there are too
few scans: it is what a shift by 1.35 standard deviations opens."""

_PRIOR: Final = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Values of independent scans, each with a weight.

    Attributes:
        values: (N,), 0 or more.
        weights: (N,) over 0; all 1 where all count alike.
    """

    values: Values
    weights: Values

    @property
    def size(self) -> float:
        """How many scans of equal weight it is worth: Kish's effective size."""
        squares = float((self.weights**2).sum())
        return float(self.weights.sum()) ** 2 / squares if squares else 0.0

    def median(self) -> float:
        """The weighted median, of at least one value."""
        order = np.argsort(self.values, kind="stable")
        share = np.cumsum(self.weights[order]) / self.weights.sum()
        return float(self.values[order][np.searchsorted(share, 0.5 - 1e-12)])

    def sigma(self) -> float:
        """Robust standard deviation: 1.4826 times the median absolute deviation."""
        if not len(self.values):
            return 0.0
        off = Sample(np.abs(self.values - self.median()), self.weights)
        return GAUSSIAN_MAD * off.median()


def weigh_alike(values: Values) -> Sample:
    """A sample in which all count alike."""
    return Sample(values, np.ones(len(values)))


def find_margin(baseline: Sample, least: float) -> float:
    """Up to where shifts do not matter, in the unit of the values.

    Args:
        baseline: What is compared with.
        least: What matters in any case.
    """
    return max(least, OF_SIGMA * baseline.sigma())


def find_p(baseline: Sample, found: Sample, margin: float) -> float:
    """The p value of a change beyond a margin, of many scans or of some.

    Of `find_shift_p` and `find_outside_p` the lesser, doubled for there being two.

    Args:
        baseline: At least one value.
        found: At least one value.
        margin: 0 or more.

    Returns:
        0 to 1.
    """
    many = find_shift_p(baseline, found, margin)
    some = find_outside_p(baseline, found, margin)
    return min(2 * min(many, some), 1.0)


def count_outside(baseline: Sample, found: Sample, margin: float) -> tuple[int, int]:
    """How many values lie beyond all of the baseline by more than a margin.

    Args:
        baseline: At least one value.
        found: Any number of values.
        margin: 0 or more.

    Returns:
        (below, above).
    """
    below = found.values < baseline.values.min() - margin
    above = found.values > baseline.values.max() + margin
    return int(below.sum()), int(above.sum())


def find_outside_p(baseline: Sample, found: Sample, margin: float) -> float:
    """The p value of so many values beyond all of the baseline, below or above.

    A fault of some scans leaves the bulk where it was. That the top k of all m + n
    values are of the n that were found has, if all are alike, the chance
    C(n, k) / C(m + n, k), whatever their distribution (exceedances: Gumbel and von
    Schelling, Ann. Math. Stat. 21 (1950) 247). The lesser side counts, doubled.

    Args:
        baseline: At least one value; m is its effective size.
        found: At least one value.
        margin: 0 or more.

    Returns:
        0 to 1.
    """
    k, n = max(count_outside(baseline, found, margin)), len(found.values)
    chance = _log_choices(n, k) - _log_choices(baseline.size + n, k)
    return min(2 * math.exp(chance), 1.0)


def _log_choices(among: float, chosen: int) -> float:
    """The logarithm of a binomial coefficient."""
    rest = math.lgamma(among - chosen + 1)
    return math.lgamma(among + 1) - math.lgamma(chosen + 1) - rest


def find_shift_p(baseline: Sample, found: Sample, margin: float) -> float:
    """The p value of a shift beyond a margin, up or down.

    Two one-sided Kolmogorov-Smirnov tests, against the baseline moved up and moved down
    by the margin, and the lesser p value doubled. So a shift that does not matter is
    never found, however many scans there are.

    Args:
        baseline: At least one value.
        found: At least one value.
        margin: 0 or more.

    Returns:
        0 to 1.
    """
    up = Sample(baseline.values + margin, baseline.weights)
    down = Sample(baseline.values - margin, baseline.weights)
    higher = _find_gap_p(_gap(up, found), baseline.size, found.size)
    lower = _find_gap_p(_gap(found, down), baseline.size, found.size)
    return min(2 * min(higher, lower), 1.0)


def _gap(low: Sample, high: Sample) -> float:
    """By how much the distribution function of the low exceeds that of the high."""
    at = np.concatenate([low.values, high.values])
    return max(float((_share_up_to(low, at) - _share_up_to(high, at)).max()), 0.0)


def _share_up_to(sample: Sample, at: Values) -> Values:
    order = np.argsort(sample.values, kind="stable")
    share = np.concatenate([[0.0], np.cumsum(sample.weights[order])])
    places = np.searchsorted(sample.values[order], at, side="right")
    return np.asarray(share[places] / share[-1])


def _find_gap_p(gap: float, first: float, second: float) -> float:
    """Chance of a one-sided gap as large or larger.

    Hodges, Arkiv for Matematik 3 (1958) 469, equation 5.3: the asymptotic formula with
    a correction for small samples, with effective sizes in place of sizes.
    """
    more, less = max(first, second), min(first, second)
    z = math.sqrt(more * less / (more + less)) * gap
    small = (more + 2 * less) / math.sqrt(more * less * (more + less)) / 3
    return math.exp(-2 * z**2 - 2 * z * small)


def blind_gap(baseline: float, found: float, level: float) -> float:
    """The gap between distribution functions that is just found.

    Args:
        baseline: How many scans the baseline is worth.
        found: How many scans it is compared with.
        level: p value from which a shift counts, over 0.

    Returns:
        0 to over 1: over 1 nothing at all is found.
    """
    worth = baseline * found / (baseline + found)
    return math.sqrt(math.log(2 / level) / (2 * worth))


def scans_needed(baseline: float, level: float) -> int | None:
    """How many scans leave no gap of `BLINDEST` unfound.

    Args:
        baseline: How many scans the baseline is worth.
        level: p value from which a shift counts, over 0.

    Returns:
        None if the baseline itself is too small.
    """
    worth = math.log(2 / level) / (2 * BLINDEST**2)
    if baseline <= worth:
        return None
    return math.ceil(worth * baseline / (baseline - worth))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of how many scans did something."""

    hits: int
    scans: int

    @property
    def share(self) -> float:
        """Which share did; 0 of none."""
        return self.hits / self.scans if self.scans else 0.0


def find_count_p(baseline: Counts, found: Counts) -> float:
    """The p value of a share that has changed, up or down.

    How often as few, or as many, are to be expected after the baseline: the predictive
    distribution is beta-binomial with Jeffreys' prior, so that it holds the chance in
    the baseline too (Gelman et al., Bayesian Data Analysis, 3rd ed. 2013, section 2.3).

    Args:
        baseline: At least one scan.
        found: At least one scan.

    Returns:
        0 to 1, twice that of the lesser side.
    """
    few, many = _predict_tails(baseline, found.scans)
    return float(min(2 * min(few[found.hits], many[found.hits]), 1.0))


def control_limits(baseline: Counts, scans: int, level: float) -> tuple[int, int]:
    """Between how many hits lies what the baseline lets expect.

    Args:
        baseline: At least one scan.
        scans: How many are looked at.
        level: How often chance alone may lie outside, over 0.

    Returns:
        (fewest, most) hits that are still no finding.
    """
    few, many = _predict_tails(baseline, scans)
    inside = np.flatnonzero((few > level / 2) & (many > level / 2))
    return int(inside[0]), int(inside[-1])


def _predict_tails(baseline: Counts, scans: int) -> tuple[Values, Values]:
    """(scans + 1,) chances of as few hits, and of as many, for each number of hits."""
    missed = baseline.scans - baseline.hits
    expected = betabinom(scans, baseline.hits + _PRIOR, missed + _PRIOR)
    chances = expected.pmf(np.arange(scans + 1))
    return np.cumsum(chances), np.cumsum(chances[::-1])[::-1]
