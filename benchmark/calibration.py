"""Choose the score from which a detection is an alarm."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from benchmark.average_precision import JudgedScan
from benchmark.matching import match_detections
from benchmark.metrics import (
    Rate,
    Tally,
    pd_firearm_update,
    pfa_update,
    rate_compute,
)
from detector.operating_point import OperatingPoint

WANTED_PFA: Final = 0.05
UNMEASURED: Final = 0.25
"""Threshold where clean scans are too few to choose one by: Ultralytics' own."""


def choose_threshold(clean: Sequence[float], wanted_pfa: float = WANTED_PFA) -> float:
    """The least threshold at which no more clean scans than wanted raise an alarm.

    Args:
        clean: Highest score in each clean scan, 0 where nothing was detected.
        wanted_pfa: Share of clean scans that may raise an alarm, 0 to 1.

    Returns:
        A score, 0 to 1; `UNMEASURED` if there is no clean scan.

    Example:
        >>> choose_threshold([0.1, 0.2, 0.7, 0.9], wanted_pfa=0.25)
        0.701
    """
    if not clean:
        return UNMEASURED
    allowed = math.floor(wanted_pfa * len(clean))
    first_silent = sorted(clean, reverse=True)[min(allowed, len(clean) - 1)]
    return min(1.0, math.floor(first_silent * 1000 + 1) / 1000)


def measure_point(
    scans: Sequence[JudgedScan], threshold: float
) -> tuple[Rate | None, Rate | None]:
    """Pd per firearm and Pfa per clean scan at a threshold.

    Args:
        scans: All of a suite.
        threshold: Score from which a detection is an alarm, 0 to 1.

    Returns:
        (Pd, Pfa); None for one that nothing was counted for.
    """
    found, false = Tally(), Tally()
    for scan in scans:
        alarms = scan.scores >= threshold
        matching = match_detections(
            scan.boxes[alarms],
            scan.scores[alarms],
            scan.truth,
            ignored=scan.ignored,
        )
        found = pd_firearm_update(found, matching)
        truths = len(scan.truth) + len(scan.ignored)
        false = pfa_update(false, int(alarms.sum()), truths)
    return rate_compute(found), rate_compute(false)


def draft_operating_point(scans: Sequence[JudgedScan], suite: str) -> OperatingPoint:
    """An operating point for a draft, chosen and measured on the same scans.

    It flatters the network, so it is marked as not calibrated. Where there are too few
    clean scans to measure a Pfa of 5 % by, fewer than 20, the threshold is at least
    `UNMEASURED`: one silent scan promises nothing.

    Args:
        scans: All of a suite.
        suite: What to call it.
    """
    clean = [
        float(np.max(scan.scores, initial=0))
        for scan in scans
        if not len(scan.truth) + len(scan.ignored)
    ]
    threshold = choose_threshold(clean)
    if len(clean) * WANTED_PFA < 1:
        threshold = max(threshold, UNMEASURED)
    pd, pfa = measure_point(scans, threshold)
    return OperatingPoint(
        name="draft",
        threshold=threshold,
        pd=pd.share if pd else None,
        pd_interval=(pd.low, pd.high) if pd else None,
        pfa=pfa.share if pfa else None,
        pfa_interval=(pfa.low, pfa.high) if pfa else None,
        suite=suite,
        calibrated=False,
    )
