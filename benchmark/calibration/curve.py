"""What a bundle finds and raises by mistake at other thresholds than its own."""

from dataclasses import replace
from typing import Final

import numpy as np

from benchmark.evaluation.ledger import Ledger, keep_ledger
from benchmark.evaluation.outcomes import gather_outcomes
from benchmark.evaluation.record import Evaluation
from benchmark.evaluation.scoring import measure_rates
from benchmark.metrics.rates import Rate
from detector.manifest import MOST_CURVE_POINTS, CurvePoint

DIGITS: Final = 5
"""Of shares in a manifest: what lies beyond is far within their intervals."""


def measure_curve(evaluation: Evaluation) -> tuple[CurvePoint, ...]:
    """Pd of firearms and Pfa of clean inspections at several thresholds.

    Args:
        evaluation: Of the bundle on a test suite.

    Returns:
        At rising thresholds: scores of firearms and the highest ones of clean
        inspections, thinned out evenly where there are many. None if the suite lacks
        firearms or clean inspections.
    """
    ledger = keep_ledger(evaluation)
    measured = ((cut, measure_rates(_move(ledger, cut))) for cut in _choose(ledger))
    return tuple(
        _make_point(cut, pd, pfa)
        for cut, (pd, pfa) in measured
        if pd is not None and pfa is not None
    )


def _choose(ledger: Ledger) -> list[float]:
    """Thresholds at which something changes, rising."""
    outcomes = gather_outcomes(ledger)
    scores = np.concatenate([outcomes.scores, outcomes.loudest])
    cuts = np.unique(scores[scores >= 0])
    if len(cuts) > MOST_CURVE_POINTS:
        kept = np.linspace(0, len(cuts) - 1, MOST_CURVE_POINTS).round().astype(int)
        cuts = cuts[kept]
    return [float(cut) for cut in cuts]


def _move(ledger: Ledger, threshold: float) -> Ledger:
    """The same scans at another threshold; only they are, which is all that counts."""
    rows = tuple(replace(row, threshold=threshold) for row in ledger.scans)
    return replace(ledger, scans=rows)


def _make_point(threshold: float, pd: Rate, pfa: Rate) -> CurvePoint:
    return CurvePoint(
        threshold=threshold,
        pd=round(pd.share, DIGITS),
        pd_interval=(round(pd.low, DIGITS), round(pd.high, DIGITS)),
        pfa=round(pfa.share, DIGITS),
        pfa_interval=(round(pfa.low, DIGITS), round(pfa.high, DIGITS)),
    )
