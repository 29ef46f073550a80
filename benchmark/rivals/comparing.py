"""Two pipelines on the same scans, each at the threshold that keeps the same Pfa."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmark.calibration.threshold import WANTED_PFA
from benchmark.folder import ScanResult, read_folder
from benchmark.metrics.curves import NEVER
from benchmark.rivals.figures import Figures, Measured, Rival, Rivals, Span
from benchmark.rivals.loads import find_loaded
from benchmark.rivals.side import Side, gather_side
from benchmark.rivals.threshold import FixedThreshold, KeptPfa, Threshold
from benchmark.statistics.bootstrap import bootstrap_weights, percentile_interval
from benchmark.verdict.estimate import reach_unseen
from data.errors import ResultError

REPETITIONS: Final = 2000
"""How often groups are drawn anew."""

LOADED: Final = "Loaded"
NEARLY_EMPTY: Final = "Nearly empty"

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Weights = npt.NDArray[np.int64]
Found = Sequence[ScanResult]


@dataclass(frozen=True, slots=True)
class _Question:
    """How two pipelines are compared.

    Attributes:
        folders: Of their results.
        behind: Attenuation around firearms that are counted apart.
        seed: Of the draws.
    """

    folders: tuple[Path, Path]
    behind: Span | None
    seed: int


def compare_folders(  # noqa: PLR0913 - every one is a plain setting
    first: Path,
    second: Path,
    truth: Path,
    *,
    split: str,
    pfa: float = WANTED_PFA,
    at: tuple[float, float] | None = None,
    behind: Span | None = None,
    loaded_under: float | None = None,
    groups: Path | None = None,
    seed: int = 0,
) -> Rivals:
    """Compare two folders of results on the same scans.

    Args:
        first: Results of `cargosight detect` or `cargosight peer detect`.
        second: Those of another pipeline.
        truth: Folder of the dataset.
        split: Which part of it: "train", "validation" or "held-out"; "all" of it.
        pfa: Share of clean scans that may raise an alarm, 0 to below 1.
        at: Scores from which each alarms, such as its operating point; None for the
            least that keep the Pfa.
        behind: Attenuation around firearms that are counted apart, nepers: from the
            first and below the second.
        loaded_under: Grey level under which the middle of a scan shows a loaded
            container, 0 to 255; these and the others are said apart as well.
        groups: CSV with the columns `file` and `group`.
        seed: Of the draws.

    Raises:
        ResultError: If a scan has no result or two, there is no firearm, no clean scan
            to find thresholds on, or a setting asks for what cannot be.
        DatasetError: If there is no dataset.
        ScanError: If a scan cannot be read; only read for `loaded_under`.
    """
    _check(pfa, at, behind)
    sides = tuple(
        read_folder(each, truth, split=split, groups=groups) for each in (first, second)
    )
    _check_stated(sides[0], behind)
    question = _Question((first, second), behind, seed)
    if at is None:
        found = _compare(question, sides, (KeptPfa(pfa), KeptPfa(pfa)))
        found = replace(found, pfa=pfa)
    else:
        points = [FixedThreshold.from_point(score) for score in at]
        found = _compare(question, sides, points)
    if loaded_under is None:
        return found
    return replace(found, parts=_part(question, sides, found, loaded_under))


def _check(pfa: float, at: tuple[float, float] | None, behind: Span | None) -> None:
    if not 0 <= pfa < 1:
        msg = f"A Pfa of {pfa:g} cannot be kept. Give a share from 0 to below 1."
        raise ResultError(msg)
    if at is not None and not all(0 < score <= 1 for score in at):
        msg = f"No score is {at[0]:g} or {at[1]:g}. Give two over 0, up to 1."
        raise ResultError(msg)
    if behind is not None and not behind[0] < behind[1]:
        msg = (
            f"Nothing is behind {behind[0]:g} to {behind[1]:g}. Give the lesser first."
        )
        raise ResultError(msg)


def _check_stated(side: Found, behind: Span | None) -> None:
    if behind is not None and np.isnan(_list_around(side)).all():
        msg = "These scans do not say what firearms are behind. Leave out --behind."
        raise ResultError(msg)


def _part(
    question: _Question, sides: Sequence[Found], whole: Rivals, under: float
) -> Mapping[str, Rivals]:
    """The same of loaded and of nearly empty containers, at the same thresholds."""
    loaded = find_loaded([one.scan for one in sides[0]], under)
    points = [FixedThreshold(each.threshold) for each in (whole.first, whole.second)]
    parts: dict[str, Rivals] = {}
    for name, kept in ((LOADED, loaded), (NEARLY_EMPTY, ~loaded)):
        some = [list(compress(side, kept)) for side in sides]
        if any(len(one.pair.truth) for one in some[0]):
            parts[name] = _compare(question, some, points)
    return parts


def _compare(
    question: _Question, sides: Sequence[Found], thresholds: Sequence[Threshold]
) -> Rivals:
    around = _list_around(sides[0])
    inside = _find_inside(around, question.behind)
    outcomes = [gather_side(side) for side in sides]
    groups = outcomes[0].groups
    weights = _draw_groups(groups, question.seed)
    drawn = [
        side.draw(threshold, inside, weights)
        for side, threshold in zip(outcomes, thresholds, strict=True)
    ]
    rivals = [
        _describe(*each, weights)
        for each in zip(
            question.folders, sides, outcomes, thresholds, drawn, strict=True
        )
    ]
    hits = [
        side.scores > rival.threshold
        for side, rival in zip(outcomes, rivals, strict=True)
    ]
    return Rivals(
        scans=len(sides[0]),
        groups=groups,
        clean=len(outcomes[0].loudest),
        firearms=len(around),
        pfa=None,
        behind=question.behind,
        inside=int(inside.sum()),
        unknown=int(np.isnan(around).sum()),
        first=rivals[0],
        second=rivals[1],
        gained=int((hits[1] & ~hits[0]).sum()),
        lost=int((hits[0] & ~hits[1]).sum()),
        difference=_measure(drawn[1] - drawn[0], weights),
    )


def _describe(
    folder: Path,
    found: Found,
    side: Side,
    threshold: Threshold,
    drawn: Values,
    weights: Weights,
) -> Rival:
    above = threshold.find(side)
    return Rival(
        folder=str(folder),
        pipeline=", ".join(sorted({one.result.bundle.name for one in found})),
        threshold=max(above, 0.0),
        alarmed=int((side.loudest > above).sum()),
        pfa=side.measure_pfa(above),
        cut=above == NEVER,
        figures=_measure(drawn, weights),
    )


def _list_around(side: Found) -> Values:
    """(F,) attenuation around each visible firearm, NaN where nobody states it."""
    around = [a for one in side for a in one.truth.surroundings()]
    return np.array(around, np.float64)  # None becomes NaN


def _find_inside(around: Values, behind: Span | None) -> Flags:
    if behind is None:
        return np.zeros(len(around), bool)
    return (around >= behind[0]) & (around < behind[1])


def _draw_groups(groups: int, seed: int) -> Weights:
    """(R + 1, G) how often each group is drawn; first each once."""
    drawn = bootstrap_weights(groups, REPETITIONS, seed)
    return np.concatenate([np.ones((1, groups), np.int64), drawn])


def _measure(drawn: Values, weights: Weights) -> Figures:
    pd, pd_behind, ap50, ap50_95 = (_measure_one(column, weights) for column in drawn.T)
    assert pd is not None  # noqa: S101 - there are firearms, see `gather_side`
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
