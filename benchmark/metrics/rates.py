"""Pd, Pfa and false alarms with intervals, as pairs of functions: update and compute.

tally = Tally()
for scan in scans:
    tally = pd_firearm_update(tally, scan.home, matching_of_its_alarms)
rate = rate_compute(tally)

What is counted is counted by group: firearms in one container, and scans of it, are hit
or missed together more often than chance has it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from benchmark.metrics.matching import Matching
from benchmark.statistics.bootstrap import bootstrap_weights, percentile_interval
from benchmark.statistics.intervals import clustered_interval

Counts = npt.NDArray[np.int64]

REPETITIONS: Final = 2000
"""How often groups are drawn anew for an interval without a formula."""

_NONE_SEEN: Final = 3.6888794541139363
"""-ln 0.025: a Poisson mean this high shows no event with a chance of 2.5 %."""


class Home(NamedTuple):
    """Where a scan belongs.

    Attributes:
        inspection: Views of one container at one time.
        group: What is not independent; an inspection lies in one group.
    """

    inspection: str
    group: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How often something happened, of how many times it could have, scan by scan.

    Attributes:
        rows: (home, hits, trials), in the order they came.
    """

    rows: tuple[tuple[Home, int, int], ...] = ()

    def add(self, home: Home, hits: int, trials: int) -> "Tally":
        """The tally with one more row."""
        return Tally((*self.rows, (home, hits, trials)))


@dataclass(frozen=True, slots=True)
class Rate:
    """A share and how sure it is.

    Attributes:
        share: From 0 to 1.
        low: Lower end of its 95 % interval.
        high: Upper end.
        trials: Of how many.
        hits: How many of them.
        groups: How many groups they are from.
    """

    share: float
    low: float
    high: float
    trials: int
    hits: int
    groups: int


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean and how sure it is.

    Attributes:
        mean: The mean.
        low: Lower end of its 95 % interval, from groups drawn anew.
        high: Upper end.
        trials: Of how many.
    """

    mean: float
    low: float
    high: float
    trials: int


def pd_firearm_update(tally: Tally, home: Home, matching: Matching) -> Tally:
    """Count firearms, and those that an alarm of their own met.

    Args:
        tally: So far.
        home: Where the scan belongs.
        matching: Of one scan's alarms (not of all its detections) with its truths.
    """
    found = matching.found
    return tally.add(home, int(found.sum()), len(found))


def pd_inspection_update(tally: Tally, home: Home, matching: Matching) -> Tally:
    """Count inspections with firearms, and those in which an alarm met at least one.

    Args:
        tally: So far; `any_compute` makes a rate of it.
        home: Where the scan belongs.
        matching: Of one scan's alarms with its truths.
    """
    found = matching.found
    return tally.add(home, int(found.any()), int(len(found) > 0))


def pfa_update(tally: Tally, home: Home, alarms: int, truths: int) -> Tally:
    """Count inspections that raised any alarm, and note those that are not clean.

    Args:
        tally: So far; `pfa_compute` makes a rate of it.
        home: Where the scan belongs.
        alarms: How many alarms one scan raised.
        truths: How many firearms are in it, ignored ones too: with any in any of its
            scans, the inspection is not clean and does not count.
    """
    return tally.add(home, int(alarms > 0), int(truths > 0))


def false_alarms_update(tally: Tally, home: Home, matching: Matching) -> Tally:
    """Count scans, and alarms that met no firearm, in scans with firearms too.

    Args:
        tally: So far; `mean_compute` makes false alarms a scan of it.
        home: Where the scan belongs.
        matching: Of one scan's alarms with its truths.
    """
    return tally.add(home, int(matching.mistaken.sum()), 1)


def rate_compute(tally: Tally) -> Rate | None:
    """The share and its 95 % interval; None if nothing was counted.

    See `benchmark.statistics.intervals.clustered_interval` for the interval.

    Example:
        >>> rate = rate_compute(Tally(((Home("a", "a"), 9, 10),)))
        >>> rate.share, rate.trials, rate.groups
        (0.9, 10, 1)
    """
    homes, counts = _sum_up(tally)
    return _rate([home.group for home in homes], counts)


def any_compute(tally: Tally) -> Rate | None:
    """The share of inspections hit in any scan, of those that count in any scan."""
    homes, counts = _sum_up(tally)
    return _rate([home.group for home in homes], np.minimum(counts, 1))


def pfa_compute(tally: Tally) -> Rate | None:
    """The share of clean inspections with an alarm; None if none is clean."""
    homes, counts = _sum_up(tally)
    clean = counts[:, 1] == 0
    alarmed = np.minimum(counts[clean, 0], 1)
    groups = [home.group for home, kept in zip(homes, clean, strict=True) if kept]
    return _rate(groups, np.stack([alarmed, np.ones_like(alarmed)], axis=1))


def mean_compute(tally: Tally, *, seed: int = 0) -> Mean | None:
    """Hits a trial and its 95 % interval; None if nothing was counted.

    The interval is a bootstrap's over groups; where nothing happened, Garwood's for a
    Poisson mean (Biometrika 28 (1936) 437), with a group for a trial.

    Args:
        tally: Of events that may happen more than once a trial.
        seed: Of the draws.
    """
    homes, counts = _sum_up(tally)
    hits, trials = add_up([home.group for home in homes], counts).T
    if not trials.sum():
        return None
    weights = bootstrap_weights(len(hits), REPETITIONS, seed)
    drawn = (weights @ hits) / np.maximum(weights @ trials, 1)
    mean = float(hits.sum() / trials.sum())
    found = percentile_interval(drawn, weights, mean)
    low, high = (mean, mean) if found is None else (found.low, found.high)
    if not hits.any():
        high = _NONE_SEEN / len(hits)
    return Mean(mean, min(low, mean), max(high, mean), int(trials.sum()))


def add_up(names: Sequence[str], counts: Counts) -> Counts:
    """Sum rows of one name.

    Args:
        names: (N,) name of each row.
        counts: (N, K).

    Returns:
        (names, K), in the order of the sorted names.

    Example:
        >>> add_up(["b", "a", "b"], np.array([[1], [2], [3]])).tolist()
        [[2], [4]]
    """
    place = number_names(names)
    sums = np.zeros((int(place.max(initial=-1)) + 1, counts.shape[1]), np.int64)
    np.add.at(sums, place, counts)
    return sums


def number_names(names: Sequence[str]) -> npt.NDArray[np.intp]:
    """The number of each name, in the order of the sorted ones.

    Example:
        >>> number_names(["b", "a", "b"]).tolist()
        [1, 0, 1]
    """
    found = np.unique(np.array(names, dtype=object), return_inverse=True)
    return found[1].astype(np.intp)


def _sum_up(tally: Tally) -> tuple[list[Home], Counts]:
    """Each inspection's home, and (I, 2) its hits and trials."""
    homes = sorted({row[0] for row in tally.rows})
    counts = np.array([row[1:] for row in tally.rows], np.int64).reshape(-1, 2)
    names = ["\0".join(row[0]) for row in tally.rows]
    order = {"\0".join(home): home for home in homes}
    return [order[name] for name in sorted(order)], add_up(names, counts)


def _rate(groups: Sequence[str], counts: Counts) -> Rate | None:
    """The rate of (I, 2) hits and trials, of which some may be without trials."""
    hits, trials = add_up(groups, counts).T
    counted = trials > 0
    found = clustered_interval(hits[counted], trials[counted])
    if found is None:
        return None
    return Rate(
        found.share,
        found.low,
        found.high,
        found.trials,
        int(hits.sum()),
        found.inspections,
    )
