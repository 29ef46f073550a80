"""How little can be looked at without finding less: ways of looking, side by side."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

from benchmark.metrics.rates import Rate
from benchmark.speed.course import list_starts
from benchmark.speed.ours import DetectorRacer
from benchmark.speed.pace import Pace, measure_pace
from benchmark.speed.quality import Comparison, compare_findings
from benchmark.speed.race import Heat, run_race
from benchmark.suite.sealed import Suite
from data.errors import BundleError, ResultError
from detector.bundle import Bundle
from detector.manifest import GraphKind
from detector.pipeline import Detector

SCORES: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05)
"""Scores of the coarse pass that are tried."""

LEAST: Final = 0.05
"""Score below which detections are left out."""

CLOSELY: Final = "closely everywhere"


@dataclass(frozen=True, slots=True)
class Way:
    """One way of looking, against looking closely everywhere.

    Attributes:
        name: What it is.
        coarse_score: Of the coarse pass; None without one.
        pace: Where its time went.
        speedup: How many times as fast it is.
        found: What both found, at equal Pfa.
    """

    name: str
    coarse_score: float | None
    pace: Pace
    speedup: float
    found: Comparison


@dataclass(frozen=True, slots=True)
class WayFigures:
    """All ways, on the same scans.

    Attributes:
        scans: How many.
        ways: The first is looking closely everywhere.
    """

    scans: int
    ways: tuple[Way, ...]

    def as_json(self) -> str:
        """For a program."""
        return json.dumps(asdict(self))

    def as_text(self) -> str:
        """A table."""
        head = f"{'':26}{'s':>8}{'times':>7}{'Mpx':>8}{'Pd at Pfa <= 5 %':>26}  finds"
        rows = [_say(way) for way in self.ways]
        return "\n".join([f"{self.scans} scans", head, *rows])


def measure_ways(
    suite: Suite,
    bundle: Bundle,
    *,
    kind: GraphKind = "dual",
    scores: Sequence[float] = SCORES,
    rounds: int = 1,
    progress: Callable[[int, int], None],
) -> WayFigures:
    """Look at a suite with and without coarse passes.

    Args:
        suite: The scans.
        bundle: Whose graph takes tiles of any size.
        kind: Which of its graphs; the suite's scans must be for it.
        scores: Of the coarse passes.
        rounds: How often each looks at each scan.
        progress: Told how many scans of how many are done.

    Raises:
        ResultError: If a score is none.
        BundleError: If the bundle has no such graph.
    """
    wrong = [score for score in scores if not 0 < score < 1]
    if wrong:
        msg = f"A score of {wrong[0]:g} proposes nothing. Choose 0 to 1."
        raise ResultError(msg)
    if kind not in bundle.manifest.graphs:
        msg = f"The bundle has no graph for {kind} scans. Give a bundle that has one."
        raise BundleError(msg)
    tried = (None, *scores)
    racers = [
        DetectorRacer(Detector(_change(bundle, kind, score), least_score=LEAST))
        for score in tried
    ]
    heats = run_race(
        list_starts(suite),
        racers,
        rounds=rounds,
        progress=lambda done: progress(done, len(suite.scans)),
    )
    threshold = bundle.manifest.graphs[kind].operating_points[0].threshold
    labels = bundle.manifest.labels
    ways = [
        _compare(heats, number, score, labels, threshold)
        for number, score in enumerate(tried)
    ]
    return WayFigures(len(heats), tuple(ways))


def _change(bundle: Bundle, kind: GraphKind, score: float | None) -> Bundle:
    graphs = dict(bundle.manifest.graphs)
    graphs[kind] = graphs[kind].model_copy(update={"coarse_score": score})
    manifest = bundle.manifest.model_copy(update={"graphs": graphs})
    return replace(bundle, manifest=manifest)


def _compare(
    heats: Sequence[Heat],
    number: int,
    score: float | None,
    labels: Sequence[str],
    threshold: float,
) -> Way:
    pairs = [replace(heat, laps=(heat.laps[number], heat.laps[0])) for heat in heats]
    pace, first = measure_pace(pairs, 0), measure_pace(pairs, 1)
    found = compare_findings(pairs, labels, threshold, LEAST)[0]
    name = CLOSELY if score is None else f"where a glance has {score:g}"
    return Way(name, score, pace, first.total_s / pace.total_s, found)


def _say(way: Way) -> str:
    rate = _say_rate(way.found.ours.pd)
    answer = "" if way.coarse_score is None else way.found.pd_answer
    return (
        f"{way.name:26}{way.pace.total_s:8.2f}{way.speedup:7.2f}"
        f"{way.pace.megapixels:8.1f}{rate:>26}  {answer}"
    )


def _say_rate(rate: Rate | None) -> str:
    if rate is None:
        return "no firearms"
    return f"{rate.share:.1%} ({rate.low:.1%} to {rate.high:.1%})"
