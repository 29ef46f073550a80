"""Intervals of one share: of independent trials, and of firearms in inspections."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri  # type: ignore[import-untyped]

from benchmark.statistics.design_effect import Floats, estimate_design_effect
from data.errors import ResultError


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share and how sure it is.

    Attributes:
        share: From 0 to 1.
        low: Lower end of its interval, 0 to 1.
        high: Upper end.
        trials: Of how many firearms.
        inspections: In how many inspections.
        design_effect: 1 or more; the interval is as wide as one of
            trials / design_effect independent firearms.
    """

    share: float
    low: float
    high: float
    trials: int
    inspections: int
    design_effect: float


def wilson_interval(
    hits: npt.ArrayLike, trials: npt.ArrayLike, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """The score interval of a share of independent trials.

    Wilson, J. Am. Stat. Assoc. 22 (1927) 209: the shares p that
    |p - share| <= z sqrt(p (1 - p) / trials) does not exclude.

    Args:
        hits: Any shape; 0 to trials, fractions too.
        trials: Of a shape that fits; 0 or more.
        confidence: From 0 to below 1.

    Returns:
        (low, high) of the common shape, within 0 to 1 and around hits / trials; 0 and 1
        where there are no trials.

    Raises:
        ResultError: If there are more hits than trials, or fewer than none.

    Example:
        >>> low, high = wilson_interval([9, 0], [10, 0])
        >>> low.round(2).tolist(), high.round(2).tolist()
        ([0.6, 0.0], [0.98, 1.0])
    """
    hits, trials = np.asarray(hits, np.float64), np.asarray(trials, np.float64)
    _check(hits, trials, confidence)
    some = np.where(trials > 0, trials, 1.0)
    share, ratio = hits / some, ndtri((1 + confidence) / 2) ** 2 / some
    reach = np.sqrt(ratio * (share * (1 - share) + ratio / 4))
    low, high = ((share + ratio / 2 + way * reach) / (1 + ratio) for way in (-1, 1))
    low = np.where(trials > 0, np.clip(low, 0, share), 0.0)
    return low, np.where(trials > 0, np.clip(high, share, 1), 1.0)


def clustered_bounds(
    hits: npt.ArrayLike, trials: npt.ArrayLike, confidence: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """Wilson's interval of trials / design effect; see `estimate_design_effect`.

    Args:
        hits: (..., C), firearms found in each inspection.
        trials: (..., C), firearms in each inspection.
        confidence: From 0 to below 1.

    Returns:
        (low, high, design effect), each (...).

    Raises:
        ResultError: If an inspection has more hits than firearms, or fewer than none.
    """
    hits, trials = np.asarray(hits, np.float64), np.asarray(trials, np.float64)
    _check(hits, trials, confidence)
    found, firearms = hits.sum(-1), trials.sum(-1)
    share = found / np.maximum(firearms, 1)
    effect = estimate_design_effect(hits, trials, share * (1 - share))
    low, high = wilson_interval(found / effect, firearms / effect, confidence)
    some = firearms > 0  # of none, the share is not 0 but unknown
    low = np.where(some, np.minimum(low, share), 0.0)
    return low, np.where(some, np.maximum(high, share), 1.0), effect


def clustered_interval(
    hits: npt.ArrayLike, trials: npt.ArrayLike, confidence: float = 0.95
) -> Estimate | None:
    """The share of firearms found, with an interval that knows of inspections.

    Wilson's formula with trials / design effect in place of trials (Rao and Scott,
    Biometrics 48 (1992) 577). Where every firearm is alone in its inspection it is
    Wilson's interval. Where all are found, or none is, or there is one inspection, how
    firearms hang together cannot be seen: the worst case is taken, that one inspection
    says no more than one firearm.

    Args:
        hits: (C,), firearms found in each inspection.
        trials: (C,), firearms in each inspection; those without any do not count.
        confidence: From 0 to below 1.

    Returns:
        The estimate; None if there are no firearms.

    Raises:
        ResultError: If an inspection has more hits than firearms, or fewer than none.

    Example:
        >>> found = clustered_interval([1, 0, 2, 3, 0], [1, 1, 2, 3, 3])
        >>> f"{found.share:.2f}, {found.low:.2f} to {found.high:.2f}"
        '0.60, 0.20 to 0.90'
    """
    hits, trials = np.asarray(hits), np.asarray(trials)
    low, high, effect = clustered_bounds(hits, trials, confidence)
    firearms = int(trials.sum())
    if firearms == 0:
        return None
    share = float(hits.sum() / firearms)
    inspections = int((trials > 0).sum())
    return Estimate(
        share, float(low), float(high), firearms, inspections, float(effect)
    )


def check_confidence(confidence: float) -> None:
    """Refuse what is no confidence.

    Raises:
        ResultError: If it is below 0, or not below 1.
    """
    if not 0 <= confidence < 1:
        msg = f"A confidence of {confidence:g} is none: choose one such as 0.95."
        raise ResultError(msg)


def _check(hits: Floats, trials: Floats, confidence: float) -> None:
    check_confidence(confidence)
    if not np.all((hits >= 0) & (hits <= trials)):
        msg = "Hits must be from 0 to as many as the trials: count them again."
        raise ResultError(msg)
