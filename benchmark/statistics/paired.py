"""Two bundles on the same firearms: how much they differ, and whether at all."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr, gammaln, ndtri  # type: ignore[import-untyped]

from benchmark.statistics.design_effect import Floats, estimate_design_effect
from benchmark.statistics.intervals import check_confidence
from data.errors import ResultError

_HALVINGS: Final = 52
_TINY: Final = 1e-300


@dataclass(frozen=True, slots=True)
class PairedTest:
    """Whether what was gained and lost could be chance.

    Attributes:
        exact: Two-sided p value that never errs more often than it says.
        mid_p: One that hardly ever does, and sees more.
    """

    exact: float
    mid_p: float


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """How much more the second bundle finds than the first, of the same firearms.

    Attributes:
        difference: Share that the second found less that of the first, -1 to 1.
        error: Its standard error over inspections; None with one inspection.
        low: Lower end of its two-sided interval.
        high: Upper end.
        lower: One-sided bound: it is above this with the same confidence.
        upper: One-sided bound: it is below this with the same confidence.
        gained: Firearms that only the second found.
        lost: Firearms that only the first found.
        firearms: How many in all.
        inspections: In how many inspections.
        design_effect: 1 or more; see `estimate_design_effect`.
    """

    difference: float
    error: float | None
    low: float
    high: float
    lower: float
    upper: float
    gained: int
    lost: int
    firearms: int
    inspections: int
    design_effect: float


def mcnemar(gained: int, lost: int) -> PairedTest:
    """Whether two bundles differ, where every firearm is alone in its inspection.

    McNemar's exact conditional test and its mid-p version (Fagerland, Lydersen and
    Laake, BMC Med. Res. Methodol. 13 (2013) 91).

    Args:
        gained: Firearms that only the second bundle found.
        lost: Firearms that only the first found.

    Raises:
        ResultError: If one is below 0.

    Example:
        >>> test = mcnemar(7, 1)
        >>> round(test.exact, 4), round(test.mid_p, 4)
        (0.0703, 0.0391)
    """
    if gained < 0 or lost < 0:
        msg = f"{gained} gained, {lost} lost: neither can be below 0."
        raise ResultError(msg)
    fewer, both = min(gained, lost), gained + lost
    under = float(bdtr(fewer - 1, both, 0.5)) if fewer else 0.0
    return _test_by_tail(under, float(bdtr(fewer, both, 0.5)), 2 * fewer == both)


def clustered_mcnemar(gained: npt.ArrayLike, lost: npt.ArrayLike) -> PairedTest:
    """Whether two bundles differ, where inspections hold several firearms.

    If they do not, the two could be swapped in any inspection: gained less lost of each
    would change sign by the toss of a coin (Fisher, The Design of Experiments, 1935,
    section 21). The distribution of the sum over all such tosses is reckoned in full.
    With firearms alone in their inspections this is McNemar's exact test; with many
    inspections it is the test of Yang, Sun and Hardin (Biom. J. 52 (2010) 638). Every
    firearm weighs alike, where Durkalski's test (Stat. Med. 22 (2003) 2417) weighs
    every inspection alike.

    Args:
        gained: (C,), firearms of each inspection that only the second bundle found.
        lost: (C,), firearms of each inspection that only the first found.

    Raises:
        ResultError: If the two do not fit together, or one is below 0.

    Example:
        >>> round(clustered_mcnemar([3, 2, 2], [0, 0, 0]).exact, 4)
        0.25
    """
    gained, lost = np.asarray(gained, np.int64), np.asarray(lost, np.int64)
    if (
        gained.shape != lost.shape
        or min(gained.min(initial=0), lost.min(initial=0)) < 0
    ):
        msg = "Gained and lost must be 0 or more for each inspection: count them again."
        raise ResultError(msg)
    steps = np.abs(gained - lost)
    chances = _toss(steps)
    fewer = (int(steps.sum()) - abs(int((gained - lost).sum()))) // 2
    under, at_most = float(chances[:fewer].sum()), float(chances[: fewer + 1].sum())
    return _test_by_tail(under, at_most, 2 * fewer == steps.sum())


def _toss(steps: npt.NDArray[np.int64]) -> Floats:
    """Chance of each sum from 0 to that of all steps, each counted or not by a coin."""
    chances = np.ones(1)
    for step, times in zip(
        *np.unique(steps[steps > 0], return_counts=True), strict=True
    ):
        counts = np.arange(times + 1)
        ways = gammaln(times + 1) - gammaln(counts + 1) - gammaln(times - counts + 1)
        spaced = np.zeros(step * times + 1)
        spaced[::step] = np.exp(ways - times * np.log(2))
        chances = np.convolve(chances, spaced)
    return chances


def _test_by_tail(under: float, at_most: float, balanced: bool) -> PairedTest:
    """The test of a symmetric sum, by chances of less than it and of at most it."""
    if balanced:
        return PairedTest(1.0, 0.5 + under if under else 1.0)
    return PairedTest(min(1.0, 2 * at_most), min(1.0, under + at_most))


def paired_difference(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    clusters: npt.ArrayLike,
    confidence: float = 0.95,
) -> PairedDifference | None:
    """How much more the second bundle finds than the first, of the same firearms.

    Args:
        first: (N,) bool, which firearms the first bundle found.
        second: (N,) bool, which the second found.
        clusters: (N,), the inspection of each firearm: numbers or names.
        confidence: From 0 to below 1; of the two-sided interval, and of each one-sided
            bound by itself (which is the difference for 0.5 and below). A candidate is
            not worse by more than a margin if `lower` is not below -margin.

    Returns:
        The difference; None if there are no firearms.

    Raises:
        ResultError: If the three are not of one length, or the confidence is none.

    Example:
        >>> found = paired_difference([1, 1, 0, 0], [1, 1, 1, 0], ["a", "a", "b", "c"])
        >>> found.difference, found.gained, found.lost
        (0.25, 1, 0)
    """
    check_confidence(confidence)
    first, second = np.asarray(first, np.bool_), np.asarray(second, np.bool_)
    clusters = np.asarray(clusters)
    if not first.shape == second.shape == clusters.shape or first.ndim != 1:
        lengths = f"{first.size}, {second.size} and {clusters.size}"
        msg = f"{lengths} firearms of two bundles and inspections: give one of each."
        raise ResultError(msg)
    if not first.size:
        return None
    _, members, sizes = np.unique(clusters, return_inverse=True, return_counts=True)
    gained, lost = (
        np.asarray(np.bincount(members, weights=only), np.float64)
        for only in (second & ~first, first & ~second)
    )
    return _describe(gained, lost, sizes.astype(np.float64), confidence)


def paired_bounds(
    gained: npt.ArrayLike,
    lost: npt.ArrayLike,
    sizes: npt.ArrayLike,
    confidence: float = 0.95,
) -> tuple[Floats, Floats, Floats]:
    """Tango's score interval of counts / design effect; see `estimate_design_effect`.

    Tango, Stat. Med. 17 (1998) 891: the differences that a score test with the
    discordance that fits them best does not exclude. It needs no firearm to be gained
    or lost: of n firearms without any it reaches z^2 / (n + z^2) to either side. For
    firearms in inspections its counts are divided by the design effect, as Rao and
    Scott (Biometrics 48 (1992) 577) do for a share. Two plain standard errors, or a t
    quantile of them, cover far too little where few are gained or lost.

    Args:
        gained: (..., C), firearms of each inspection that only the second bundle found.
        lost: (..., C), those that only the first found.
        sizes: (..., C), firearms in each inspection.
        confidence: From 0 to below 1.

    Returns:
        (low, high, design effect), each (...); -1 and 1 if there are no firearms.

    Raises:
        ResultError: If the confidence is none.
    """
    check_confidence(confidence)
    gained, lost = np.asarray(gained, np.float64), np.asarray(lost, np.float64)
    sizes = np.asarray(sizes, np.float64)
    more, less, firearms = gained.sum(-1), lost.sum(-1), sizes.sum(-1)
    some = np.maximum(firearms, 1)
    variance = (more + less) / some - ((more - less) / some) ** 2
    effect = estimate_design_effect(gained - lost, sizes, variance)
    more, less, firearms = more / effect, less / effect, firearms / effect
    z = float(ndtri((1 + confidence) / 2))
    low = _find_lower(more, less, firearms, z)
    return low, -_find_lower(less, more, firearms, z), effect


def _describe(
    gained: Floats, lost: Floats, sizes: Floats, confidence: float
) -> PairedDifference:
    low, high, effect = paired_bounds(gained, lost, sizes, confidence)
    # What is outside on each side doubles if only one side may be.
    lower, upper, _ = paired_bounds(gained, lost, sizes, max(0.0, 2 * confidence - 1))
    firearms = sizes.sum()
    difference = float((gained.sum() - lost.sum()) / firearms)
    return PairedDifference(
        difference=difference,
        error=_find_error(gained - lost - difference * sizes, sizes),
        low=min(float(low), difference),
        high=max(float(high), difference),
        lower=float(lower),
        upper=float(upper),
        gained=int(gained.sum()),
        lost=int(lost.sum()),
        firearms=int(firearms),
        inspections=len(sizes),
        design_effect=float(effect),
    )


def _find_error(residuals: Floats, sizes: Floats) -> float | None:
    """The error of a ratio of sums over inspections (Cochran 1977, section 6.4)."""
    inspections = len(residuals)
    if inspections < 2:
        return None
    squares = (residuals**2).sum() * inspections / (inspections - 1)
    return float(np.sqrt(squares) / sizes.sum())


def _find_lower(gained: Floats, lost: Floats, firearms: Floats, z: float) -> Floats:
    """The least difference that the score test does not exclude, by halving."""
    high = (gained - lost) / np.where(firearms > 0, firearms, 1.0)
    low = np.full_like(high, -1.0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        excluded = _score(gained, lost, firearms, middle) > z
        low = np.where(excluded, middle, low)
        high = np.where(excluded, high, middle)
    return low


def _score(
    gained: Floats, lost: Floats, firearms: Floats, difference: Floats
) -> Floats:
    """Tango's statistic, of about unit variance if the difference is the true one."""
    variance = vary_under(gained, lost, firearms, difference)
    above = gained - lost - firearms * difference
    return np.asarray(above / np.sqrt(np.maximum(variance, _TINY)), np.float64)


def vary_under(
    gained: npt.ArrayLike,
    lost: npt.ArrayLike,
    firearms: npt.ArrayLike,
    difference: npt.ArrayLike,
) -> Floats:
    """The variance of gained less lost if the true difference were a given one.

    The shares gained and lost are those that fit best of the ones that differ so much
    (Nam, Biometrics 53 (1997) 1422; Tango, Stat. Med. 17 (1998) 891).

    Args:
        gained: How many firearms only the second bundle found; or what share.
        lost: How many only the first found; or what share.
        firearms: How many in all; 1 with shares.
        difference: From -1 to 1.

    Returns:
        0 or more, of the common shape.
    """
    gained, lost = np.asarray(gained, np.float64), np.asarray(lost, np.float64)
    firearms, difference = np.asarray(firearms), np.asarray(difference)
    b = (2 * firearms - gained + lost) * difference - gained - lost
    c = -lost * difference * (1 - difference)
    root = np.sqrt(np.maximum(b * b - 8 * firearms * c, 0))
    losing = (root - b) / np.maximum(4 * firearms, _TINY)
    variance = firearms * (2 * losing + difference * (1 - difference))
    return np.asarray(np.maximum(variance, 0), np.float64)
