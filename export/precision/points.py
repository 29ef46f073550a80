"""Operating points of a graph in another precision: measured anew, never copied."""

import math

import numpy as np

from benchmark.calibration.threshold import choose_threshold
from benchmark.evaluation.ledger import keep_ledger
from benchmark.evaluation.outcomes import Outcomes, gather_outcomes
from benchmark.evaluation.record import Evaluation
from benchmark.evaluation.scoring import measure_rates
from benchmark.statistics.paired import paired_difference
from data.errors import ExportError
from detector.operating_point import OperatingPoint
from export.precision.admission import CONFIDENCE, MOST_LOST


def carry_point(
    point: OperatingPoint, wide: Evaluation, narrow: Evaluation
) -> OperatingPoint:
    """The operating point of a precision in place of one of float32.

    Its threshold stays if at it the precision alarms in no more clean inspections than
    float32 and finds as many firearms, by the limit of admission. Otherwise it moves as
    little as gives back the firearms, down to the lowest that keeps the Pfa of float32
    on the suite, or up to it; then the point is chosen and measured on the same scans,
    and no longer counts as calibrated.

    Args:
        point: Of float32.
        wide: What float32 found in a suite.
        narrow: What the precision found there.

    Raises:
        ExportError: If the suite has no firearms or no clean inspections.
    """
    before, after = (_gather(each, point.threshold) for each in (wide, narrow))
    if not len(after.found) or not len(after.alarmed):
        msg = (
            f"{narrow.suite.name} lacks firearms or clean inspections to measure an "
            "operating point by. Choose a suite with both."
        )
        raise ExportError(msg)
    holds = _holds(before, after)
    threshold = point.threshold if holds else _move(point.threshold, before, after)
    pd, pfa = measure_rates(keep_ledger(narrow, threshold))
    assert pd is not None  # noqa: S101 - of the firearms and the clean inspections
    assert pfa is not None  # noqa: S101
    trusted = point.calibrated and narrow.suite.content.role == "test"
    return OperatingPoint(
        name=point.name,
        threshold=threshold,
        pd=pd.share,
        pd_interval=(pd.low, pd.high),
        pfa=pfa.share,
        pfa_interval=(pfa.low, pfa.high),
        suite=f"{narrow.suite.name} {narrow.suite.seal[:12]}",
        calibrated=trusted and holds,
    )


def _move(threshold: float, before: Outcomes, after: Outcomes) -> float:
    clean = [max(score, 0.0) for score in after.loudest.tolist()]
    lowest = choose_threshold(clean, float(before.alarmed.mean()))
    found = int(before.found.sum())
    if found:
        weakest = max(float(np.sort(after.scores)[-found]), 0.0)
        threshold = min(threshold, math.floor(weakest * 1000) / 1000)
    return max(lowest, threshold)


def _gather(evaluation: Evaluation, threshold: float) -> Outcomes:
    return gather_outcomes(keep_ledger(evaluation, threshold))


def _holds(before: Outcomes, after: Outcomes) -> bool:
    """Whether a threshold means the same as before, or better."""
    found = paired_difference(
        before.found, after.found, after.firearm_homes, CONFIDENCE
    )
    quiet = int(after.alarmed.sum()) <= int(before.alarmed.sum())
    return found is not None and quiet and -found.lower < MOST_LOST
