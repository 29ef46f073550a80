"""Intervals of what has no formula, by drawing inspections anew."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri, stdtrit  # type: ignore[import-untyped]

from benchmark.statistics.design_effect import Floats
from benchmark.statistics.intervals import check_confidence
from data.errors import ResultError

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a quantity may lie: its lower and upper end."""

    low: float
    high: float


def bootstrap_weights(clusters: int, repetitions: int, seed: int) -> Ints:
    """How often each inspection is drawn, in each of many draws of as many.

    Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 6. Use the
    same weights for both bundles of a comparison.

    Args:
        clusters: Inspections, 1 or more.
        repetitions: Draws, 1 or more; 2,000 are enough for an interval of 95 %.
        seed: 0 or more.

    Returns:
        (repetitions, clusters); each row sums to `clusters`.

    Raises:
        ResultError: If there is nothing to draw.

    Example:
        >>> bootstrap_weights(4, 3, seed=0).sum(axis=1).tolist()
        [4, 4, 4]
    """
    if clusters < 1 or repetitions < 1:
        msg = (
            f"{repetitions} draws of {clusters} inspections: choose 1 or more of both."
        )
        raise ResultError(msg)
    rng = np.random.default_rng(seed)
    return rng.multinomial(clusters, np.full(clusters, 1 / clusters), repetitions)


def percentile_interval(
    samples: npt.ArrayLike,
    weights: npt.ArrayLike,
    estimate: float,
    confidence: float = 0.95,
) -> Interval | None:
    """The interval of a quantity, from its values over the draws.

    See `percentile_bounds`. For a share, `clustered_interval` is better.

    Args:
        samples: (R,), the quantity in each draw; NaN where a draw does not have it.
        weights: (R, C), from `bootstrap_weights`.
        estimate: The quantity over all inspections, each once.
        confidence: From 0 to below 1.

    Returns:
        The interval; None if all draws agree, as they do where every firearm is found:
        drawing anew what is all alike tells nothing of what was not drawn.

    Raises:
        ResultError: If there are not as many samples as rows of weights.
    """
    samples, weights = np.asarray(samples, np.float64), np.asarray(weights)
    if samples.shape != weights.shape[:1]:
        msg = f"{samples.size} samples of {len(weights)} draws: give one for each draw."
        raise ResultError(msg)
    there = np.isfinite(samples)
    samples, weights = samples[there, None], weights[there]
    if not len(samples) or np.ptp(samples) == 0:
        return None
    low, high = percentile_bounds(samples, weights, np.array([estimate]), confidence)
    return Interval(float(low[0]), float(high[0]))


def percentile_bounds(
    samples: Floats, weights: npt.ArrayLike, estimates: Floats, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Intervals of many quantities over the same draws.

    Percentiles of the draws, corrected for bias and skewness (BCa: Efron, J. Am. Stat.
    Assoc. 82 (1987) 171), with the acceleration read off the draws, sum of
    cov(weight of an inspection, sample)^3 / (6 sd(samples)^3), as in Efron and
    Narasimhan, J. Comput. Graph. Stat. 29 (2020) 608; and expanded for few inspections,
    z becoming t sqrt(C / (C - 1)) with C - 1 degrees of freedom (Hesterberg, Am. Stat.
    69 (2015) 371).

    Args:
        samples: (R, K), each quantity in each draw.
        weights: (R, C), from `bootstrap_weights`.
        estimates: (K,), each quantity over all inspections, each once.
        confidence: From 0 to below 1.

    Returns:
        (low, high), each (K,): values between the least and the greatest sample, even
        where the estimate itself is not.
    """
    check_confidence(confidence)
    ordered = np.sort(samples, axis=0)
    bias = _measure_bias(samples, estimates)
    skew = _measure_acceleration(samples, np.asarray(weights, np.float64))
    inspections = np.shape(weights)[1]
    reach = _expand((1 + confidence) / 2, inspections)
    low, high = (
        _take_quantile(ordered, _correct(way * reach, bias, skew)) for way in (-1, 1)
    )
    return low, high


def _measure_bias(samples: Floats, estimates: Floats) -> Floats:
    """Share of samples below the estimate, as a normal deviate, (K,)."""
    below = (samples < estimates).mean(0) + (samples == estimates).mean(0) / 2
    least = 0.5 / len(samples)
    return np.asarray(ndtri(np.clip(below, least, 1 - least)))


def _measure_acceleration(samples: Floats, weights: Floats) -> Floats:
    """Skewness of the influences of inspections over 6, (K,); 0 without spread."""
    apart = samples - samples.mean(0)
    influences = weights.T @ apart / len(samples)
    deviation = np.sqrt((apart**2).mean(0))
    cubes = (influences**3).sum(0)
    return np.asarray(
        cubes / (6 * np.where(deviation > 0, deviation, 1.0) ** 3), np.float64
    )


def _expand(level: float, inspections: int) -> float:
    """How many standard deviations reach a level, expanded for few inspections."""
    others = max(inspections - 1, 1)
    return float(stdtrit(others, level) * np.sqrt((others + 1) / others))


def _correct(reach: float, bias: Floats, skew: Floats) -> Floats:
    """The level of the percentile to take in place of that of `reach`, (K,)."""
    moved = bias + reach
    return np.asarray(ndtr(bias + moved / np.maximum(1 - skew * moved, 1e-9)))


def _take_quantile(ordered: Floats, levels: Floats) -> Floats:
    """The value of each sorted column at a level of its own, between two samples."""
    place = levels * (len(ordered) - 1)
    lower = np.floor(place).astype(np.int64)
    upper = np.minimum(lower + 1, len(ordered) - 1)
    columns = np.arange(ordered.shape[1])
    start, end = ordered[lower, columns], ordered[upper, columns]
    return np.asarray(start + (place - lower) * (end - start), np.float64)
