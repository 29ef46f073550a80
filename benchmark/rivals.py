"""Two pipelines on the same scans, each at the threshold that keeps the same Pfa."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmark.calibration.threshold import WANTED_PFA
from benchmark.folder import ScanResult, read_folder
from benchmark.metrics.average_precision import JudgedScan, resample_precision
from benchmark.metrics.curves import NEVER
from benchmark.metrics.matching import match_detections
from benchmark.metrics.rates import number_names
from benchmark.statistics.bootstrap import bootstrap_weights, percentile_interval
from benchmark.verdict.estimate import draw_pd_at_pfa, reach_unseen, silence_clean
from data.errors import ResultError

REPETITIONS: Final = 2000
"""How often groups are drawn anew."""

Span = tuple[float, float]
Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.intp]
Weights = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure and how sure it is.

    Attributes:
        value: Over all scans.
        low: Lower end of its 95 % interval, from groups drawn anew (BCa); thresholds
            are found anew in each draw.
        high: Upper end.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of a pipeline, or how much more the second has than the first.

    Attributes:
        pd: Share of visible firearms met by an alarm, at IoU 0.3.
        pd_behind: Of those behind the attenuation asked for; None where none was, or
            none is.
        ap50: Average precision at IoU 0.5.
        ap50_95: Its mean over IoU 0.5 to 0.95.
    """

    pd: Measured
    pd_behind: Measured | None
    ap50: Measured
    ap50_95: Measured


@dataclass(frozen=True, slots=True)
class Rival:
    """One of two pipelines.

    Attributes:
        folder: Of its results.
        pipeline: What looked.
        threshold: Scores above it are alarms.
        alarmed: Clean scans with one.
        cut: Whether its results hold no scores low enough to reach the Pfa.
        figures: What it found there.
    """

    folder: str
    pipeline: str
    threshold: float
    alarmed: int
    cut: bool
    figures: Figures


@dataclass(frozen=True, slots=True)
class Rivals:
    """Two pipelines on the same scans.

    Attributes:
        scans: How many.
        groups: How many groups they make up.
        clean: How many are clean.
        firearms: Visible ones.
        pfa: Share of clean scans that may raise an alarm.
        behind: Attenuation that was asked for, nepers, from and below; None for none.
        inside: Firearms behind so much.
        unknown: Firearms whose attenuation nobody states; they are not among these.
        first: One pipeline.
        second: The other.
        gained: Firearms that only the second found.
        lost: Those that only the first found.
        difference: Figures of the second less those of the first.
    """

    scans: int
    groups: int
    clean: int
    firearms: int
    pfa: float
    behind: Span | None
    inside: int
    unknown: int
    first: Rival
    second: Rival
    gained: int
    lost: int
    difference: Figures

    def as_json(self) -> str:
        """All figures, in one line."""
        return json.dumps(asdict(self))

    def as_text(self) -> str:
        """All figures, for a person."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield (
            f"{self.scans} scans in {self.groups} groups, {self.clean} clean; "
            f"{self.firearms} firearms. Each threshold is the least that keeps a Pfa "
            f"of {100 * self.pfa:g} % on them."
        )
        if self.behind is not None:
            low, high = self.behind
            unknown = f", of {self.unknown} nobody knows" if self.unknown else ""
            yield f"{self.inside} firearms behind {low:g} to {high:g} nepers{unknown}."
        for rival in (self.first, self.second):
            yield f"{rival.folder} ({rival.pipeline}), over {rival.threshold:.3f}:"
            yield f"  Pfa        {rival.alarmed} of {self.clean} clean scans"
            yield from _say_figures(rival.figures)
            if rival.cut:
                yield "  Its results hold no lower scores: detect with a lower one."
        yield "How much more the second finds:"
        yield from _say_figures(self.difference, signed=True)
        yield f"  firearms   {self.gained} gained, {self.lost} lost"
        yield (
            "Intervals hold 95 %: groups are drawn anew, and in each draw both "
            "thresholds are found anew."
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """What one pipeline did.

    Attributes:
        scores: (F,) of the detection that met each firearm, `NEVER` for none.
        firearm_homes: (F,) group of each firearm.
        loudest: (K,) highest score in each clean scan, `NEVER` for none.
        clean_homes: (K,) group of each clean scan.
        pairs: All scans.
        homes: (S,) group of each.
        groups: How many there are.
    """

    scores: Values
    firearm_homes: Numbers
    loudest: Values
    clean_homes: Numbers
    pairs: tuple[JudgedScan, ...]
    homes: Numbers
    groups: int


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
        pfa: Share of clean scans that may raise an alarm, 0 to below 1.
        behind: Attenuation around firearms that are counted apart, nepers: from the
            first and below the second.
        groups: CSV with the columns `file` and `group`.
        seed: Of the draws.

    Raises:
        ResultError: If a scan has no result or two, there is no firearm, no clean scan
            to find thresholds on, or `pfa` or `behind` asks for what cannot be.
        DatasetError: If there is no dataset.
    """
    _check(pfa, behind)
    sides = [
        read_folder(each, truth, split=split, groups=groups) for each in (first, second)
    ]
    around = _list_around(sides[0])
    inside = _find_inside(around, behind)
    outcomes = [_gather(side) for side in sides]
    weights = _draw_groups(outcomes[0], seed)
    drawn = [_draw(each, inside, pfa, weights) for each in outcomes]
    ours = [
        Rival(
            str(folder),
            ", ".join(sorted({one.result.bundle.name for one in side})),
            *_find_threshold(each, pfa),
            _measure(values, weights),
        )
        for folder, side, each, values in zip(
            (first, second), sides, outcomes, drawn, strict=True
        )
    ]
    hits = [
        each.scores > rival.threshold
        for each, rival in zip(outcomes, ours, strict=True)
    ]
    return Rivals(
        scans=len(sides[0]),
        groups=outcomes[0].groups,
        clean=len(outcomes[0].loudest),
        firearms=len(around),
        pfa=pfa,
        behind=behind,
        inside=int(inside.sum()),
        unknown=int(np.isnan(around).sum()),
        first=ours[0],
        second=ours[1],
        gained=int((hits[1] & ~hits[0]).sum()),
        lost=int((hits[0] & ~hits[1]).sum()),
        difference=_measure(drawn[1] - drawn[0], weights),
    )


def _check(pfa: float, behind: Span | None) -> None:
    if not 0 <= pfa < 1:
        msg = f"A Pfa of {pfa:g} cannot be kept. Give a share from 0 to below 1."
        raise ResultError(msg)
    if behind is not None and not behind[0] < behind[1]:
        msg = (
            f"Nothing is behind {behind[0]:g} to {behind[1]:g}. Give the lesser first."
        )
        raise ResultError(msg)


def _list_around(side: Sequence[ScanResult]) -> Values:
    """(F,) attenuation around each visible firearm, NaN where nobody states it."""
    around = [a for one in side for a in one.truth.surroundings()]
    return np.array(around, np.float64)  # None becomes NaN


def _find_inside(around: Values, behind: Span | None) -> Flags:
    if behind is None:
        return np.zeros(len(around), bool)
    if np.isnan(around).all():
        msg = "These scans do not say what firearms are behind. Leave out --behind."
        raise ResultError(msg)
    return (around >= behind[0]) & (around < behind[1])


def _gather(side: Sequence[ScanResult]) -> _Side:
    """What one pipeline did, as arrays; firearms in the order of the truth."""
    pairs = tuple(one.pair for one in side)
    homes = number_names([pair.group for pair in pairs])
    clean = [n for n, p in enumerate(pairs) if not len(p.truth) + len(p.ignored)]
    holders = np.repeat(np.arange(len(pairs)), [len(pair.truth) for pair in pairs])
    if not len(holders):
        msg = "There is no firearm to find in these scans. Choose another --split."
        raise ResultError(msg)
    if not clean:
        msg = "No scan is clean, so no threshold can be found. Choose another --split."
        raise ResultError(msg)
    loudest = [float(np.max(pairs[n].scores, initial=NEVER)) for n in clean]
    return _Side(
        scores=np.concatenate([_score_firearms(pair) for pair in pairs]),
        firearm_homes=homes[holders],
        loudest=np.array(loudest),
        clean_homes=homes[clean],
        pairs=pairs,
        homes=homes,
        groups=int(homes.max()) + 1,
    )


def _score_firearms(pair: JudgedScan) -> Values:
    """Score of the detection that meets each.

    The best come first, so at any threshold those above it meet what they meet here.
    """
    matching = match_detections(
        pair.boxes, pair.scores, pair.truth, ignored=pair.ignored
    )
    scores = np.append(pair.scores.astype(np.float64), NEVER)
    return np.asarray(scores[matching.detection_of])  # NOBODY is the last place


def _find_threshold(side: _Side, pfa: float) -> tuple[float, int, bool]:
    """What alarms lie above, in how many clean scans, and whether scores went out."""
    once = np.ones((1, side.groups), np.int64)
    threshold = float(silence_clean(side, pfa, once)[0])
    alarmed = int((side.loudest > threshold).sum())
    return max(threshold, 0.0), alarmed, threshold == NEVER


def _draw_groups(side: _Side, seed: int) -> Weights:
    """(R + 1, G) how often each group is drawn; first each once."""
    drawn = bootstrap_weights(side.groups, REPETITIONS, seed)
    return np.concatenate([np.ones((1, side.groups), np.int64), drawn])


def _draw(side: _Side, inside: Flags, pfa: float, weights: Weights) -> Values:
    """(R + 1, 4) what `Figures` lists, in each draw."""
    behind = replace(
        side,
        scores=side.scores[inside],
        firearm_homes=side.firearm_homes[inside],
    )
    shares = [draw_pd_at_pfa(each, pfa, weights) for each in (side, behind)]
    precision = resample_precision(side.pairs, side.homes, weights)
    return np.column_stack([*shares, precision])


def _measure(drawn: Values, weights: Weights) -> Figures:
    pd, pd_behind, ap50, ap50_95 = (_measure_one(column, weights) for column in drawn.T)
    assert pd is not None  # noqa: S101 - there are firearms, see `_gather`
    assert ap50 is not None  # noqa: S101
    assert ap50_95 is not None  # noqa: S101
    return Figures(pd, pd_behind, ap50, ap50_95)


def _measure_one(column: Values, weights: Weights) -> Measured | None:
    value = float(column[0])
    if not np.isfinite(value):
        return None
    found = percentile_interval(column[1:], weights[1:], value)
    if found is None:
        reach = reach_unseen(weights.shape[1], 0.95)
        return Measured(value, value - reach, value + reach)
    return Measured(value, min(found.low, value), max(found.high, value))


def _say_figures(figures: Figures, *, signed: bool = False) -> Iterator[str]:
    yield f"  Pd         {_say_share(figures.pd, signed=signed)}"
    if figures.pd_behind is not None:
        yield f"  Pd behind  {_say_share(figures.pd_behind, signed=signed)}"
    yield f"  AP50       {_say(figures.ap50, signed=signed)}"
    yield f"  AP50-95    {_say(figures.ap50_95, signed=signed)}"


def _say_share(found: Measured, *, signed: bool) -> str:
    sign, unit = ("+", " points") if signed else ("", " %")
    low, high = (100 * end for end in (found.low, found.high))
    return f"{100 * found.value:{sign}.1f}{unit} ({low:{sign}.1f} to {high:{sign}.1f})"


def _say(found: Measured, *, signed: bool) -> str:
    sign = "+" if signed else ""
    low, high = found.low, found.high
    return f"{found.value:{sign}.3f} ({low:{sign}.3f} to {high:{sign}.3f})"
