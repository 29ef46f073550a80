"""All figures of an evaluation."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from benchmark.evaluation.ledger import Ledger, ScanRow
from benchmark.metrics.average_precision import (
    JudgedScan,
    Judgement,
    judge_results,
)
from benchmark.metrics.curves import (
    Curve,
    ScoredScan,
    curve_update,
    froc_compute,
    roc_compute,
)
from benchmark.metrics.localisation import (
    Localisation,
    Offsets,
    localisation_compute,
    localisation_update,
)
from benchmark.metrics.matching import Matching, match_detections
from benchmark.metrics.rates import (
    Mean,
    Rate,
    Tally,
    any_compute,
    false_alarms_update,
    mean_compute,
    pd_firearm_update,
    pd_inspection_update,
    pfa_compute,
    pfa_update,
    rate_compute,
)
from benchmark.metrics.timing import Timing, timing_compute, timing_update

MOSTLY_OPAQUE: Final = 0.3
"""Opaque share of a scan from which most of it counts as not inspected."""


@dataclass(frozen=True, slots=True)
class Opacity:
    """What nobody could see.

    Attributes:
        mean: Mean opaque share of the scans whose share is known; None without any.
        heavy: How many scans are opaque by `MOSTLY_OPAQUE` or more.
        scans: How many have a known share.
    """

    mean: float | None
    heavy: int
    scans: int


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The figures of an evaluation at its operating point, and the curves behind it.

    Attributes:
        pd: Share of firearms met by an alarm of their own; None without firearms.
        pd_inspection: Share of armed inspections in which any firearm was met.
        pfa: Share of clean inspections that raised any alarm; None without clean ones.
        false_alarms: Alarms that met no firearm, a scan, armed ones too.
        froc: Pd against false alarms a scan.
        roc: Pd of inspections against Pfa.
        precision: Average precision; None without firearms.
        localisation: How far alarms lie off, mm; None where no pitch is known.
        timing: Seconds a scan.
        opacity: What nobody could see.
        scans: How many.
        inspections: How many.
        ignored: Firearms that nobody could see: neither found nor missed.
    """

    pd: Rate | None
    pd_inspection: Rate | None
    pfa: Rate | None
    false_alarms: Mean | None
    froc: Curve | None
    roc: Curve | None
    precision: Judgement | None
    localisation: Localisation | None
    timing: Timing | None
    opacity: Opacity
    scans: int
    inspections: int
    ignored: int


@dataclass(slots=True)
class _States:
    """What the updates of a pass over the scans have come to."""

    pd: Tally = field(default_factory=Tally)
    pd_inspection: Tally = field(default_factory=Tally)
    pfa: Tally = field(default_factory=Tally)
    false_alarms: Tally = field(default_factory=Tally)
    curve: tuple[ScoredScan, ...] = ()
    offsets: Offsets = field(default_factory=Offsets)
    seconds: tuple[float, ...] = ()

    def update(self, row: ScanRow) -> None:
        """Add one scan."""
        home, judged = row.home, row.judged
        alarms = judged.scores >= row.threshold
        matching = match_alarms(row)
        armed = len(judged.truth) + len(judged.ignored)
        self.pd = pd_firearm_update(self.pd, home, matching)
        self.pd_inspection = pd_inspection_update(self.pd_inspection, home, matching)
        self.pfa = pfa_update(self.pfa, home, int(alarms.sum()), armed)
        self.false_alarms = false_alarms_update(self.false_alarms, home, matching)
        self.curve = curve_update(
            self.curve, home, judged.scores, row.matching, clean=row.clean
        )
        self.offsets = localisation_update(
            self.offsets,
            judged.boxes[alarms],
            judged.truth,
            matching,
            row.scan.pitch_mm,
        )
        self.seconds = timing_update(self.seconds, row.result.elapsed_s)


def match_alarms(row: ScanRow) -> Matching:
    """Match the alarms of a scan, and them alone, with its firearms."""
    judged = row.judged
    alarms = judged.scores >= row.threshold
    return match_detections(
        judged.boxes[alarms],
        judged.scores[alarms],
        judged.truth,
        ignored=judged.ignored,
    )


def score_ledger(ledger: Ledger) -> Scorecard:
    """Compute all figures.

    Args:
        ledger: Of a finished evaluation.

    Raises:
        ResultError: If faster-coco-eval is not installed.
    """
    states = _States()
    for row in ledger.scans:
        states.update(row)
    return Scorecard(
        pd=rate_compute(states.pd),
        pd_inspection=any_compute(states.pd_inspection),
        pfa=pfa_compute(states.pfa),
        false_alarms=mean_compute(states.false_alarms),
        froc=froc_compute(states.curve),
        roc=roc_compute(states.curve),
        precision=_judge([row.judged for row in ledger.scans]),
        localisation=localisation_compute(states.offsets),
        timing=timing_compute(states.seconds),
        opacity=_see_opacity(ledger),
        scans=len(ledger.scans),
        inspections=len({row.scan.inspection for row in ledger.scans}),
        ignored=ledger.ignored,
    )


def measure_rates(ledger: Ledger) -> tuple[Rate | None, Rate | None]:
    """Pd of firearms and Pfa of clean inspections alone.

    Args:
        ledger: Of a finished evaluation.

    Returns:
        (Pd, Pfa); None for one that nothing was counted for.
    """
    found, false = Tally(), Tally()
    for row in ledger.scans:
        found = pd_firearm_update(found, row.home, match_alarms(row))
        false = pfa_update(false, row.home, row.alarms, int(not row.clean))
    return rate_compute(found), pfa_compute(false)


def _judge(scans: list[JudgedScan]) -> Judgement | None:
    if not any(len(scan.truth) for scan in scans):
        return None
    return judge_results(scans)


def _see_opacity(ledger: Ledger) -> Opacity:
    shares = [row.result.opaque_fraction for row in ledger.scans]
    known = np.array([share for share in shares if share is not None])
    mean = float(known.mean()) if len(known) else None
    return Opacity(mean, int((known >= MOSTLY_OPAQUE).sum()), len(known))
