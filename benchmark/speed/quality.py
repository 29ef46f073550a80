"""Whether the faster racer finds as much: Pd and Pfa of both on the same scans."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmark.calibration.draft import measure_point
from benchmark.calibration.threshold import WANTED_PFA, choose_threshold
from benchmark.metrics.average_precision import JudgedScan
from benchmark.metrics.matching import match_detections
from benchmark.metrics.rates import Rate
from benchmark.speed.pace import OURS, PEER
from benchmark.speed.race import Heat
from benchmark.statistics.paired import PairedDifference, paired_difference
from benchmark.statistics.power import firearms_needed
from data.truth import FIREARM, Truth
from detector.detections import Detections

Flags = npt.NDArray[np.bool_]

MARGIN: Final = 0.03
"""A loss of Pd, or a gain of Pfa, that still passes for none."""

LEAST_DISCORDANCE: Final = 0.05
"""How often racers are taken to differ where none was seen to, to plan with."""


@dataclass(frozen=True, slots=True)
class Score:
    """What one racer found at a threshold.

    Attributes:
        threshold: Score from which a detection is an alarm.
        pd: Share of firearms met by an alarm of their own; None without firearms.
        pfa: Share of clean scans with an alarm; None without clean scans.
    """

    threshold: float
    pd: Rate | None
    pfa: Rate | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two racers found in the same scans.

    Attributes:
        at: How the thresholds were chosen, for people.
        ours: Of the first.
        theirs: Of the second.
        pd: How much more often the first finds a firearm; None without any.
        pfa: How much more often the first alarms on a clean scan; None without any.
    """

    at: str
    ours: Score
    theirs: Score
    pd: PairedDifference | None
    pfa: PairedDifference | None

    @property
    def pd_answer(self) -> str:
        """Whether the first finds as many firearms, in words."""
        if self.pd is None:
            return "cannot tell: no firearms"
        return _answer(self.pd.lower, self.pd.high, self.pd, "firearms")

    @property
    def pfa_answer(self) -> str:
        """Whether the first stays as silent on clean scans, in words."""
        if self.pfa is None:
            return "cannot tell: no clean scans"
        return _answer(-self.pfa.upper, -self.pfa.low, self.pfa, "clean scans")


def compare_findings(
    heats: Sequence[Heat], labels: Sequence[str], threshold: float, least: float
) -> tuple[Comparison, ...]:
    """Compare what two racers found, at equal Pfa and at one threshold.

    Equal Pfa means that each has the least threshold at which no more than 5 % of the
    clean scans alarm, chosen on these scans themselves.

    Args:
        heats: Of a race of two.
        labels: What the classes mean.
        threshold: Score of an alarm of the bundle's operating point.
        least: Score below which no detections were kept.
    """
    ours, theirs = (_judge(heats, racer, labels) for racer in (OURS, PEER))
    equal = _silence(ours, least), _silence(theirs, least)
    own = max(threshold, least)
    return (
        _compare(f"Pfa <= {WANTED_PFA:.0%}", (ours, theirs), equal),
        _compare("the bundle's point", (ours, theirs), (own, own)),
    )


def _judge(
    heats: Sequence[Heat], racer: int, labels: Sequence[str]
) -> tuple[JudgedScan, ...]:
    firearm = labels.index(FIREARM) if FIREARM in labels else -1
    return tuple(
        _pair(heat.laps[racer][-1].found, heat.truth, firearm, heat.home.group)
        for heat in heats
    )


def _pair(found: Detections, truth: Truth, firearm: int, group: str) -> JudgedScan:
    ours = found.select(found.labels == firearm)
    return JudgedScan(
        ours.boxes,
        ours.scores,
        truth.boxes(FIREARM),
        truth.boxes(FIREARM, ignored=True),
        group,
    )


def _is_clean(scan: JudgedScan) -> bool:
    return not len(scan.truth) + len(scan.ignored)


def _find_loudest(scans: Sequence[JudgedScan]) -> list[float]:
    """The highest score in each clean scan."""
    clean = [scan for scan in scans if _is_clean(scan)]
    return [float(np.max(scan.scores, initial=0)) for scan in clean]


def _silence(scans: Sequence[JudgedScan], least: float) -> float:
    """The threshold for the wanted Pfa, as far as detections were kept."""
    return max(choose_threshold(_find_loudest(scans)), least)


def _compare(
    at: str,
    both: tuple[Sequence[JudgedScan], Sequence[JudgedScan]],
    thresholds: tuple[float, float],
) -> Comparison:
    # To the precision of scores: one on the threshold is an alarm.
    cuts = [float(np.float32(threshold)) for threshold in thresholds]
    ours, theirs = (
        Score(cut, *measure_point(scans, cut))
        for scans, cut in zip(both, cuts, strict=True)
    )
    found = [
        np.concatenate([_find(scan, cut) for scan in scans])
        for scans, cut in zip(both, cuts, strict=True)
    ]
    alarmed = [
        np.array([loudest >= cut for loudest in _find_loudest(scans)], np.bool_)
        for scans, cut in zip(both, cuts, strict=True)
    ]
    groups = [scan.group for scan in both[0] for _ in scan.truth]
    homes = [scan.group for scan in both[0] if _is_clean(scan)]
    return Comparison(
        at,
        ours,
        theirs,
        paired_difference(found[PEER], found[OURS], groups),
        paired_difference(alarmed[PEER], alarmed[OURS], homes),
    )


def _find(scan: JudgedScan, cut: float) -> Flags:
    """(M,) which firearms of a scan met an alarm."""
    kept = scan.scores >= cut
    return match_detections(scan.boxes[kept], scan.scores[kept], scan.truth).found


def _answer(lower: float, high: float, seen: PairedDifference, of: str) -> str:
    """What an interval of our gain says; `lower` is one-sided, `high` two-sided."""
    if lower >= -MARGIN:
        return f"not worse (by {MARGIN:.0%} or more excluded)"
    if high < 0:
        return "worse"
    discordance = (seen.gained + seen.lost) / seen.firearms
    needed = firearms_needed(
        MARGIN,
        max(discordance, LEAST_DISCORDANCE),
        design_effect=seen.design_effect,
    )
    return f"cannot tell: {seen.firearms} {of}, some {needed:,} needed"
