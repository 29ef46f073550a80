"""Pd and Pfa with intervals, as pairs of pure functions that update and compute.

tally = Tally()
for scan in scans:
    tally = pd_firearm_update(tally, matching_of_its_alarms)
rate = rate_compute(tally)
"""

import math
from dataclasses import dataclass
from typing import Final

from benchmark.matching import Matching

Z_95: Final = 1.959963984540054
"""How many standard deviations hold 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How often something happened, of how many times it could have."""

    hits: int = 0
    trials: int = 0


@dataclass(frozen=True, slots=True)
class Rate:
    """A share and how sure it is.

    Attributes:
        share: From 0 to 1.
        low: Lower end of its 95 % interval.
        high: Upper end.
        trials: Of how many.
    """

    share: float
    low: float
    high: float
    trials: int


def pd_firearm_update(tally: Tally, matching: Matching) -> Tally:
    """Count firearms, and those that an alarm of their own met.

    Args:
        tally: So far.
        matching: Of one scan's alarms (not of all its detections) with its truths.
    """
    found = matching.found
    return Tally(tally.hits + int(found.sum()), tally.trials + len(found))


def pd_scan_update(tally: Tally, matching: Matching) -> Tally:
    """Count scans with firearms, and those in which an alarm met at least one.

    Args:
        tally: So far.
        matching: Of one scan's alarms with its truths.
    """
    found = matching.found
    if not len(found):
        return tally
    return Tally(tally.hits + int(found.any()), tally.trials + 1)


def pfa_update(tally: Tally, alarms: int, truths: int) -> Tally:
    """Count clean scans, and those that raised any alarm.

    Args:
        tally: So far.
        alarms: How many alarms one scan raised.
        truths: How many firearms are in it, ignored ones too: with any, the scan is not
            clean and does not count here.
    """
    if truths:
        return tally
    return Tally(tally.hits + int(alarms > 0), tally.trials + 1)


def rate_compute(tally: Tally) -> Rate | None:
    """The share and its 95 % Wilson score interval; None if nothing was counted.

    Wilson, J. Am. Stat. Assoc. 22 (1927) 209: the shares p that
    |p - share| <= z sqrt(p (1 - p) / trials) does not exclude.

    Example:
        >>> rate = rate_compute(Tally(hits=9, trials=10))
        >>> f"{rate.share:.2f}, {rate.low:.2f} to {rate.high:.2f}"
        '0.90, 0.60 to 0.98'
    """
    if tally.trials == 0:
        return None
    share, ratio = tally.hits / tally.trials, Z_95**2 / tally.trials
    centre = share + ratio / 2
    reach = Z_95 * math.sqrt(
        share * (1 - share) / tally.trials + ratio / 4 / tally.trials
    )
    low, high = ((centre + way * reach) / (1 + ratio) for way in (-1, 1))
    return Rate(
        share, min(max(low, 0.0), share), max(min(high, 1.0), share), tally.trials
    )
