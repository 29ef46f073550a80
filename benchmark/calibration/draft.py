"""The operating point of a draft, chosen and measured on the same scans."""

from collections.abc import Sequence

import numpy as np

from benchmark.calibration.threshold import (
    UNMEASURED,
    WANTED_PFA,
    choose_threshold,
)
from benchmark.metrics.average_precision import JudgedScan
from benchmark.metrics.matching import match_detections
from benchmark.metrics.rates import (
    Home,
    Rate,
    Tally,
    pd_firearm_update,
    pfa_compute,
    pfa_update,
    rate_compute,
)
from detector.operating_point import OperatingPoint


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
    for number, scan in enumerate(scans):
        home = Home(str(number), scan.group)
        alarms = scan.scores >= threshold
        matching = match_detections(
            scan.boxes[alarms],
            scan.scores[alarms],
            scan.truth,
            ignored=scan.ignored,
        )
        found = pd_firearm_update(found, home, matching)
        truths = len(scan.truth) + len(scan.ignored)
        false = pfa_update(false, home, int(alarms.sum()), truths)
    return rate_compute(found), pfa_compute(false)


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
