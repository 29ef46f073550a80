"""Two pipelines on the same scans, each at the threshold that keeps the same Pfa."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np

from benchmark.calibration.draft import measure_point
from benchmark.calibration.threshold import WANTED_PFA, choose_threshold
from benchmark.folder import ScanResult, read_folder
from benchmark.judging import say_rate
from benchmark.metrics.average_precision import (
    JudgedScan,
    Values,
    evaluate_fast,
    resample_precision,
)
from benchmark.metrics.matching import match_detections
from benchmark.metrics.rates import Home, Rate, Tally, rate_compute
from benchmark.statistics.bootstrap import bootstrap_weights, percentile_interval
from benchmark.statistics.paired import PairedDifference, paired_difference
from data.errors import ResultError

REPETITIONS: Final = 2000
"""How often groups are drawn anew."""

Span = tuple[float, float]
Hits = list[list[bool]]
"""Whether each firearm was met by an alarm, scan by scan."""


@dataclass(frozen=True, slots=True)
class RivalFigures:
    """What one of two pipelines found.

    Attributes:
        pipeline: What looked.
        threshold: The least at which no more clean scans than wanted raise an alarm,
            chosen on these scans: it flatters a little.
        pfa: Share of clean scans with an alarm there.
        pd: Share of visible firearms met there, at IoU 0.3.
        pd_behind: Of those behind the attenuation asked for; None if there are none.
        ap50: Average precision at IoU 0.5.
        ap50_95: Its mean over IoU 0.5 to 0.95.
    """

    pipeline: str
    threshold: float
    pfa: Rate | None
    pd: Rate | None
    pd_behind: Rate | None
    ap50: float
    ap50_95: float


@dataclass(frozen=True, slots=True)
class Difference:
    """How much more the second one has than the first.

    Attributes:
        difference: Of the figures.
        low: Lower end of its 95 % interval.
        high: Upper end.
    """

    difference: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Rivals:
    """Two pipelines, and how much more the second finds than the first.

    Attributes:
        scans: How many both looked at.
        behind: Attenuation that was asked for, nepers, from and below; None for none.
        first: Figures of the first.
        second: Figures of the second.
        pd: Difference over all visible firearms; None without any.
        pd_behind: Over those behind that attenuation.
        ap50: Difference of average precision, of groups drawn anew for both at once.
        ap50_95: The same of its mean over IoU 0.5 to 0.95.
    """

    scans: int
    behind: Span | None
    first: RivalFigures
    second: RivalFigures
    pd: PairedDifference | None
    pd_behind: PairedDifference | None
    ap50: Difference | None
    ap50_95: Difference | None

    def as_json(self) -> str:
        """All figures, in one line."""
        return json.dumps(asdict(self))

    def as_text(self) -> str:
        """All figures, for a person."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"{self.scans} scans; each threshold is chosen on them, for the same Pfa."
        for figures in (self.first, self.second):
            yield from self._describe(figures)
        yield "How much more the second finds:"
        yield f"  Pd       {_say_points(self.pd)}"
        if self.behind is not None:
            yield f"  {self._slice}  {_say_points(self.pd_behind)}"
        yield f"  AP50     {_say_difference(self.ap50)}"
        yield f"  AP50-95  {_say_difference(self.ap50_95)}"
        yield "Intervals hold 95 %; scans of one group vary together."

    def _describe(self, figures: RivalFigures) -> Iterator[str]:
        yield f"{figures.pipeline}, threshold {figures.threshold:.3f}:"
        yield f"  Pd       {say_rate(figures.pd)} firearms"
        if self.behind is not None:
            yield f"  {self._slice}  {say_rate(figures.pd_behind)} firearms"
        yield f"  Pfa      {say_rate(figures.pfa)} clean scans"
        yield f"  AP50     {figures.ap50:.3f}, AP50-95 {figures.ap50_95:.3f}"

    @property
    def _slice(self) -> str:
        low, high = self.behind or (0.0, 0.0)
        return f"Pd behind {low:g} to {high:g} nepers"


def compare_folders(  # noqa: PLR0913 - every one is a plain setting
    first: Path,
    second: Path,
    truth: Path,
    *,
    split: str,
    pfa: float = WANTED_PFA,
    behind: Span | None = None,
    groups: Path | None = None,
    seed: int = 0,
) -> Rivals:
    """Compare two folders of results on the same scans.

    Args:
        first: Results of `cargosight detect` or `cargosight peer detect`.
        second: Those of another pipeline.
        truth: Folder of the dataset.
        split: Which part of it: "train", "validation" or "held-out".
        pfa: Share of clean scans that may raise an alarm, 0 to 1.
        behind: Attenuation around firearms that are counted apart, nepers: from the
            first and below the second.
        groups: CSV with the columns `file` and `group`.
        seed: Of the draws.

    Raises:
        ResultError: If a scan has no result or two, there is no firearm, or no clean
            scan to choose thresholds on.
        DatasetError: If there is no dataset.
    """
    sides = [
        read_folder(each, truth, split=split, groups=groups) for each in (first, second)
    ]
    thresholds = [choose_threshold(_list_clean(side), pfa) for side in sides]
    hits = [
        _find_hits(side, threshold)
        for side, threshold in zip(sides, thresholds, strict=True)
    ]
    inside = _find_behind(sides[0], behind)
    everywhere = _find_behind(sides[0], None)
    figures = [
        _measure(*each, inside, behind)
        for each in zip(sides, hits, thresholds, strict=True)
    ]
    ap50, ap50_95 = _compare_precision(sides, figures, seed)
    return Rivals(
        scans=len(sides[0]),
        behind=behind,
        first=figures[0],
        second=figures[1],
        pd=_compare_hits(sides[0], hits, everywhere),
        pd_behind=None if behind is None else _compare_hits(sides[0], hits, inside),
        ap50=ap50,
        ap50_95=ap50_95,
    )


def _list_clean(side: Sequence[ScanResult]) -> list[float]:
    """The highest score of each clean scan."""
    pairs = [one.pair for one in side]
    if not any(len(pair.truth) for pair in pairs):
        msg = "There is no firearm to find in these scans. Choose another --split."
        raise ResultError(msg)
    clean = [pair for pair in pairs if not len(pair.truth) + len(pair.ignored)]
    if not clean:
        msg = "No scan is clean, so no threshold can be chosen. Choose another --split."
        raise ResultError(msg)
    return [float(np.max(pair.scores, initial=0)) for pair in clean]


def _find_hits(side: Sequence[ScanResult], threshold: float) -> Hits:
    alarms = [one.pair.select(one.pair.scores >= threshold) for one in side]
    return [_match(pair) for pair in alarms]


def _match(pair: JudgedScan) -> list[bool]:
    matching = match_detections(
        pair.boxes, pair.scores, pair.truth, ignored=pair.ignored
    )
    return [bool(found) for found in matching.found]


def _find_behind(side: Sequence[ScanResult], behind: Span | None) -> Hits:
    """Whether each firearm is behind so much; without a span all are."""
    low, high = behind or (-np.inf, np.inf)
    return [
        [behind is None or (a is not None and low <= a < high) for a in around]
        for around in (one.truth.surroundings() for one in side)
    ]


def _measure(
    side: Sequence[ScanResult],
    hits: Hits,
    threshold: float,
    inside: Hits,
    behind: Span | None,
) -> RivalFigures:
    pairs = [one.pair for one in side]
    pd, pfa = measure_point(pairs, threshold)
    ap50, ap50_95 = evaluate_fast(pairs)
    return RivalFigures(
        pipeline=", ".join(sorted({one.result.bundle.name for one in side})),
        threshold=threshold,
        pfa=pfa,
        pd=pd,
        pd_behind=None if behind is None else _rate(side, hits, inside),
        ap50=ap50,
        ap50_95=ap50_95,
    )


def _rate(side: Sequence[ScanResult], hits: Hits, inside: Hits) -> Rate | None:
    tally = Tally()
    for number, (one, found, kept) in enumerate(zip(side, hits, inside, strict=True)):
        home = Home(str(number), one.pair.group)
        tally = tally.add(home, int(np.dot(found, kept)), sum(kept))
    return rate_compute(tally)


def _compare_hits(
    side: Sequence[ScanResult], hits: Sequence[Hits], inside: Hits
) -> PairedDifference | None:
    first, second = (
        [
            hit
            for found, kept in zip(each, inside, strict=True)
            for hit, there in zip(found, kept, strict=True)
            if there
        ]
        for each in hits
    )
    groups = [
        one.pair.group
        for one, kept in zip(side, inside, strict=True)
        for _ in range(sum(kept))
    ]
    return paired_difference(first, second, groups) if groups else None


def _compare_precision(
    sides: Sequence[Sequence[ScanResult]], figures: Sequence[RivalFigures], seed: int
) -> tuple[Difference | None, Difference | None]:
    names = sorted({one.pair.group for one in sides[0]})
    place = {name: number for number, name in enumerate(names)}
    homes = np.array([place[one.pair.group] for one in sides[0]], np.intp)
    weights = bootstrap_weights(len(names), REPETITIONS, seed)
    first, second = (
        resample_precision([one.pair for one in side], homes, weights) for side in sides
    )
    gained = (second - first).T
    measured = (
        figures[1].ap50 - figures[0].ap50,
        figures[1].ap50_95 - figures[0].ap50_95,
    )
    ap50, ap50_95 = (
        _difference(each, weights, value)
        for each, value in zip(gained, measured, strict=True)
    )
    return ap50, ap50_95


def _difference(
    gained: Values, weights: np.ndarray, measured: float
) -> Difference | None:
    found = percentile_interval(gained, weights, measured)
    return None if found is None else Difference(measured, found.low, found.high)


def _say_points(found: PairedDifference | None) -> str:
    if found is None:
        return "not measured: no firearms"
    return (
        f"{100 * found.difference:+.1f} points ({100 * found.low:+.1f} to "
        f"{100 * found.high:+.1f}; {found.gained} gained, {found.lost} lost)"
    )


def _say_difference(found: Difference | None) -> str:
    if found is None:
        return "cannot tell"
    return f"{found.difference:+.3f} ({found.low:+.3f} to {found.high:+.3f})"
