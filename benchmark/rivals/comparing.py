"""Two pipelines on the same scans, each at a threshold of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmark.calibration.threshold import WANTED_PFA
from benchmark.folder import ScanResult, read_folder
from benchmark.metrics.average_precision import resample_precision
from benchmark.rivals.figures import Figures, Rival, Rivals, Span
from benchmark.rivals.loads import find_loaded
from benchmark.rivals.side import Side, gather_side, measure_share
from benchmark.rivals.thresholds import (
    Compared,
    FixedThresholds,
    KeptPfa,
    Level,
    Thresholds,
    compare_draws,
)
from benchmark.statistics.bootstrap import bootstrap_weights
from data.errors import ResultError

REPETITIONS: Final = 2000
"""How often groups are drawn anew."""

LOADED: Final = "Loaded"
NOT_LOADED: Final = "Not loaded"

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
        pfa: Share of clean scans that may raise an alarm; None for given thresholds.
    """

    folders: tuple[Path, Path]
    behind: Span | None
    seed: int
    pfa: float | None


def compare_folders(  # noqa: PLR0913 - every one is a plain setting
    first: Path,
    second: Path,
    truth: Path,
    *,
    split: str,
    pfa: float | None = None,
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
        pfa: Share of clean scans that may raise an alarm, 0 to below 1; None for 5 %.
        at: Scores from which each alarms, such as its operating point, in place of it.
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
    _check(pfa, at, behind, loaded_under)
    thresholds: Thresholds
    if at is None:
        pfa = WANTED_PFA if pfa is None else pfa
        thresholds = KeptPfa(pfa)
    else:
        thresholds = FixedThresholds.from_points(*at)
    question = _Question((first, second), behind, seed, pfa)
    sides = [
        read_folder(each, truth, split=split, groups=groups) for each in (first, second)
    ]
    _check_stated(sides[0], behind)
    parts = _part(sides, loaded_under)
    found, levels = _compare(question, sides, thresholds)
    same = FixedThresholds(levels)
    said = {name: _compare(question, part, same)[0] for name, part in parts.items()}
    return replace(found, parts=said)


def _check(
    pfa: float | None,
    at: tuple[float, float] | None,
    behind: Span | None,
    loaded_under: float | None,
) -> None:
    if pfa is not None and at is not None:
        msg = "Thresholds keep a Pfa or are given. Leave out --pfa or --at."
        raise ResultError(msg)
    if pfa is not None and not 0 <= pfa < 1:
        msg = f"A Pfa of {pfa:g} cannot be kept. Give a share from 0 to below 1."
        raise ResultError(msg)
    wrong = [score for score in at or () if not 0 < score <= 1]
    if wrong:
        msg = f"{wrong[0]:g} is no threshold. Give --at two scores over 0, up to 1."
        raise ResultError(msg)
    if behind is not None and not behind[0] < behind[1]:
        msg = (
            f"Nothing is behind {behind[0]:g} to {behind[1]:g}. Give the lesser first."
        )
        raise ResultError(msg)
    if loaded_under is not None and not 0 <= loaded_under <= 255:
        msg = f"{loaded_under:g} is no grey level. Give --loaded-under one of 0 to 255."
        raise ResultError(msg)


def _check_stated(side: Found, behind: Span | None) -> None:
    if behind is not None and np.isnan(_list_around(side)).all():
        msg = "These scans do not say what firearms are behind. Leave out --behind."
        raise ResultError(msg)


def _part(sides: Sequence[Found], under: float | None) -> Mapping[str, Sequence[Found]]:
    """Scans of loaded containers, and the others; nothing if nobody asked."""
    if under is None:
        return {}
    loaded = find_loaded([one.scan for one in sides[0]], under)
    parts = {
        name: [list(compress(side, kept)) for side in sides]
        for name, kept in ((LOADED, loaded), (NOT_LOADED, ~loaded))
    }
    for name, part in parts.items():
        if not any(len(one.pair.truth) for one in part[0]):
            msg = f"{name} by a grey level of {under:g} holds no firearm. Give another."
            raise ResultError(msg)
    return parts


def _compare(
    question: _Question, found: Sequence[Found], thresholds: Thresholds
) -> tuple[Rivals, tuple[Level, Level]]:
    """What both found, and where they alarm."""
    sides = [gather_side(each) for each in found]
    around = _list_around(found[0])
    inside = _find_inside(around, question.behind)
    levels = thresholds.find(sides)
    weights = _draw_groups(sides[0].groups, question.seed)
    figures = _measure(sides, thresholds, inside, weights)
    first, second = (
        side.scores > level.above for side, level in zip(sides, levels, strict=True)
    )
    rivals = [
        _describe(folder, each, side, level, measured)
        for folder, each, side, level, measured in zip(
            question.folders, found, sides, levels, figures[:2], strict=True
        )
    ]
    compared = Rivals(
        scans=len(found[0]),
        groups=sides[0].groups,
        clean=len(sides[0].loudest),
        firearms=len(around),
        pfa=question.pfa,
        behind=question.behind,
        inside=int(inside.sum()),
        unknown=int(np.isnan(around).sum()),
        first=rivals[0],
        second=rivals[1],
        gained=int((second & ~first).sum()),
        lost=int((first & ~second).sum()),
        difference=figures[2],
    )
    return compared, levels


def _describe(
    folder: Path, found: Found, side: Side, level: Level, figures: Figures
) -> Rival:
    alarmed = side.loudest > level.above
    return Rival(
        folder=str(folder),
        pipeline=", ".join(sorted({one.result.bundle.name for one in found})),
        threshold=level.shown,
        alarmed=int(alarmed.sum()),
        pfa=measure_share(alarmed, side.clean_homes) if len(alarmed) else None,
        cut=level.cut,
        figures=figures,
    )


def _measure(
    sides: Sequence[Side], thresholds: Thresholds, inside: Flags, weights: Weights
) -> tuple[Figures, Figures, Figures]:
    """Of the first, of the second, and how much more the second has."""
    pd = thresholds.measure_pd(sides, np.ones_like(inside), weights)
    assert pd is not None  # noqa: S101 - there are firearms, see `gather_side`
    behind = thresholds.measure_pd(sides, inside, weights) or (None, None, None)
    ap50, ap50_95 = _compare_precision(sides, weights)
    first, second, difference = (
        Figures(*figures) for figures in zip(pd, behind, ap50, ap50_95, strict=True)
    )
    return first, second, difference


def _compare_precision(
    sides: Sequence[Side], weights: Weights
) -> tuple[Compared, Compared]:
    """AP50 and AP50-95."""
    holders = len(np.unique(sides[0].firearm_homes))
    drawn = [resample_precision(side.pairs, side.homes, weights) for side in sides]
    ap50, ap50_95 = (
        compare_draws(first, second, weights, holders)
        for first, second in zip(drawn[0].T, drawn[1].T, strict=True)
    )
    return ap50, ap50_95


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
