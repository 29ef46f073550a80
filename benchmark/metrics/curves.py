"""FROC and ROC: what is found, against what it costs, at every threshold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmark.metrics.matching import NOBODY, Matching
from benchmark.metrics.rates import Home, add_up, number_names
from benchmark.statistics.intervals import clustered_bounds

Values = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

NEVER: Final = -1.0
"""Score of a firearm that no detection met, and of a scan without any detection."""

_MOST_POINTS: Final = 400


@dataclass(frozen=True, slots=True)
class ScoredScan:
    """What one scan adds to a curve.

    Attributes:
        home: Where it belongs.
        firearms: Score of the detection that met each firearm, `NEVER` for none.
        mistaken: Scores of the detections that met nothing.
        highest: Highest score of any detection, `NEVER` without.
        clean: Whether there is no firearm in it, ignored ones too.
    """

    home: Home
    firearms: tuple[float, ...]
    mistaken: tuple[float, ...]
    highest: float
    clean: bool


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Shares at falling thresholds, each with the 95 % interval of Pd there.

    Attributes:
        thresholds: (T,) scores, falling.
        cost: (T,) false alarms a scan (FROC), or Pfa of clean inspections (ROC).
        pd: (T,) share of firearms met (FROC), or of armed inspections with any firearm
            met (ROC).
        pd_low: (T,) lower end of the interval of `pd` at that threshold.
        pd_high: (T,) upper end.
        area: Area under the ROC by trapezoids, from (0, 0) to (1, 1), as if the rest
            were guessed; None for a FROC, whose cost has no end.
    """

    thresholds: Values
    cost: Values
    pd: Values
    pd_low: Values
    pd_high: Values
    area: float | None = None


def curve_update(
    state: Sequence[ScoredScan],
    home: Home,
    scores: npt.NDArray[np.float32],
    matching: Matching,
    *,
    clean: bool,
) -> tuple[ScoredScan, ...]:
    """Add a scan.

    Args:
        state: The scans so far.
        home: Where this one belongs.
        scores: (N,) of all its detections.
        matching: Of all its detections, not just of alarms: matched best score first,
            it holds for every threshold.
        clean: Whether there is no firearm in it, ignored ones too.
    """
    met = matching.detection_of
    firearms = [NEVER if place == NOBODY else float(scores[place]) for place in met]
    mistaken = tuple(float(score) for score in scores[matching.mistaken])
    highest = float(np.max(scores, initial=NEVER))
    row = ScoredScan(home, tuple(firearms), mistaken, highest, clean)
    return (*state, row)


def froc_compute(state: Sequence[ScoredScan]) -> Curve | None:
    """Share of firearms met against false alarms a scan; None without firearms.

    Bunch et al., J. Appl. Photogr. Eng. 4 (1978) 166.

    Args:
        state: All scans.
    """
    homes = number_names([scan.home.group for scan in state])
    met = _flatten([scan.firearms for scan in state], homes)
    mistaken = _flatten([scan.mistaken for scan in state], homes)
    if not len(met[0]):
        return None
    cuts = _choose_thresholds(np.concatenate([met[0], mistaken[0]]))
    groups = homes.max() + 1
    hits = _count(met, cuts, groups)
    trials = np.bincount(met[1], minlength=groups)
    cost = _count(mistaken, cuts, groups).sum(axis=0) / len(state)
    low, high = _band(hits, trials)
    return Curve(cuts, cost, hits.sum(axis=0) / trials.sum(), low, high)


def roc_compute(state: Sequence[ScoredScan]) -> Curve | None:
    """Pd against Pfa of whole inspections; None without armed or clean ones.

    An armed inspection is hit when an alarm meets a firearm in any of its scans, not
    when any alarm is raised: a lucky alarm elsewhere finds nothing.

    Args:
        state: All scans.
    """
    best, loudest, armed, clean, groups = _collapse(state)
    if not armed.any() or not clean.any():
        return None
    cuts = _choose_thresholds(np.concatenate([best[armed], loudest[clean]]))
    hits = (best[armed, None] >= cuts).astype(np.int64)
    cost = (loudest[clean, None] >= cuts).mean(axis=0)
    pd = np.asarray(hits.mean(axis=0))
    own = [group for group, here in zip(groups, armed, strict=True) if here]
    trials = np.ones((len(hits), 1), np.int64)
    low, high = _band(add_up(own, hits), add_up(own, trials)[:, 0])
    return Curve(cuts, cost, pd, low, high, _area(cost, pd))


def pd_at_cost(curve: Curve, cost: float) -> float:
    """The highest Pd that costs no more than wanted.

    Args:
        curve: FROC or ROC.
        cost: False alarms a scan, or Pfa.

    Returns:
        0 to 1; 0 if every threshold costs more.
    """
    cheap = curve.cost <= cost
    return float(curve.pd[cheap].max(initial=0.0))


def _collapse(
    state: Sequence[ScoredScan],
) -> tuple[Values, Values, Flags, Flags, list[str]]:
    """Of each inspection: best hit, highest score, armed, clean, and its group."""
    homes = number_names([scan.home.inspection for scan in state])
    count = int(homes.max(initial=-1)) + 1
    best, loudest = np.full(count, NEVER), np.full(count, NEVER)
    np.maximum.at(best, homes, [max(s.firearms, default=NEVER) for s in state])
    np.maximum.at(loudest, homes, [scan.highest for scan in state])
    armed, soiled = np.zeros(count, bool), np.zeros(count, bool)
    np.logical_or.at(armed, homes, [len(scan.firearms) > 0 for scan in state])
    np.logical_or.at(soiled, homes, [not scan.clean for scan in state])
    groups = dict(zip(homes.tolist(), [s.home.group for s in state], strict=True))
    return best, loudest, armed, ~soiled, [groups[place] for place in range(count)]


def _flatten(
    scores: Sequence[tuple[float, ...]], homes: Numbers
) -> tuple[Values, Numbers]:
    """All scores, and the group of each."""
    counts = [len(each) for each in scores]
    every = [score for each in scores for score in each]
    return np.array(every, np.float64), np.repeat(homes, counts)


def _choose_thresholds(scores: Values) -> Values:
    """Falling, all that matter, thinned out evenly where there are very many."""
    cuts = np.unique(scores[scores > NEVER])[::-1]
    if len(cuts) > _MOST_POINTS:
        cuts = cuts[np.linspace(0, len(cuts) - 1, _MOST_POINTS).round().astype(int)]
    return np.concatenate([[np.inf], cuts])


def _count(scored: tuple[Values, Numbers], cuts: Values, groups: int) -> Values:
    """(G, T) how many of each group reach each threshold."""
    scores, homes = scored
    place = np.searchsorted(-cuts, -scores, side="left")
    counts = np.zeros((groups, len(cuts) + 1))
    np.add.at(counts, (homes, place), 1)
    return np.asarray(np.cumsum(counts[:, :-1], axis=1))


def _band(hits: npt.NDArray[Any], trials: npt.NDArray[Any]) -> tuple[Values, Values]:
    """(T,) ends of the interval of the share at each threshold.

    Args:
        hits: (G, T), by group.
        trials: (G,), the same at every threshold.
    """
    low, high, _ = clustered_bounds(hits.T, np.broadcast_to(trials, hits.T.shape))
    return low, high


def _area(cost: Values, pd: Values) -> float:
    x, y = np.concatenate([cost, [1.0]]), np.concatenate([pd, [1.0]])
    return float(np.trapezoid(y, x))
