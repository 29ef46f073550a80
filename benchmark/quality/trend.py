"""Whether a scanner goes astray: control charts of its figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmark.quality.entry import QualityEntry
from data.quality import FIGURES, show_value
from data.quality.figures import Better

Reals = npt.NDArray[np.float64]

WATCHED: Final = (
    "penetration_mm",
    "contrast_percent",
    "wire_air_mm",
    "wire_plate_mm",
    "edge_x_px",
    "edge_y_px",
    "air_noise_percent",
    "air_level_percent",
    "row_stripes_percent",
    "column_stripes_percent",
    "dead_rows",
    "misfires",
    "offset_px",
    "warp_x_px",
    "warp_y_px",
)
"""Figures whose trend is watched; others say the same in another way."""

USUAL_DAYS: Final = 30

FEWEST: Final = 8
"""Earlier scans under which there is no trend."""

_GAUSSIAN_MAD: Final = 1.4826
_INLIER: Final = 3.5
_SIGMAS: Final = 3.0
_RUN: Final = 8


@dataclass(frozen=True, slots=True)
class Usual:
    """What a figure usually is.

    Attributes:
        median: Of the earlier scans.
        spread: Standard deviation of those within 3.5 robust sigmas (1.4826 times the
            median absolute deviation) of the median; at least half a step of the last
            digit that is shown.
        scans: How many scans it was taken from.
    """

    median: float
    spread: float
    scans: int


@dataclass(frozen=True, slots=True)
class Signal:
    """A figure that breaks a rule of the control chart.

    Attributes:
        key: Plane and name of the figure.
        rule: That is broken, in words.
        value: Of the newest scan.
        usual: What it usually is.
    """

    key: str
    rule: str
    value: float
    usual: Usual

    def __str__(self) -> str:
        """What is unusual, for a person."""
        plane, name = self.key.split(".")
        value, median = (show_value(name, v) for v in (self.value, self.usual.median))
        spread = show_value(name, self.usual.spread)
        return (
            f"{FIGURES[name].what} ({plane}): {value}, {self.rule}; usually {median}, "
            f"sigma {spread}, of {self.usual.scans} scans"
        )


def select_series(
    history: Sequence[QualityEntry], newest: QualityEntry
) -> list[QualityEntry]:
    """The scans that one can be compared with, up to itself, by time.

    Args:
        history: Of any scanners.
        newest: Among them.
    """
    alike = [e for e in history if e.series == newest.series]
    return sorted(
        (e for e in alike if e.acquired <= newest.acquired), key=lambda e: e.acquired
    )


def find_usual(
    series: Sequence[QualityEntry], key: str, *, days: int = USUAL_DAYS
) -> Usual | None:
    """What a figure usually was before the last scan of a series.

    Args:
        series: By time.
        key: Plane and name.
        days: How far to look back from the last scan.

    Returns:
        None if there are fewer than 8 earlier scans.
    """
    if not series:
        return None
    since = series[-1].acquired - timedelta(days=days)
    earlier = [e for e in series[:-1] if e.acquired >= since and key in e.figures]
    if len(earlier) < FEWEST:
        return None
    values = np.array([e.figures[key] for e in earlier])
    median = float(np.median(values))
    least = 0.5 * 10.0 ** -FIGURES[key.split(".")[1]].digits
    return Usual(median, max(_spread(values, median), least), len(earlier))


def _spread(values: Reals, median: float) -> float:
    """Standard deviation without outliers."""
    far = np.abs(values - median)
    inlying = values[far <= _INLIER * _GAUSSIAN_MAD * np.median(far)]
    return float(np.std(inlying, ddof=1)) if len(inlying) > 1 else 0.0


def find_signals(
    series: Sequence[QualityEntry], *, days: int = USUAL_DAYS
) -> list[Signal]:
    """Watched figures of the last scan of a series that are not as they usually are.

    By the first and the last rule of the Western Electric handbook: beyond three
    sigmas, or the eighth in a row on one side of the median; on the worse side, for
    figures that have one. The two rules between them would double the false signals.

    Args:
        series: By time.
        days: How far to look back for what is usual.
    """
    signals = []
    for key in series[-1].figures if series else ():
        name = key.split(".")[-1]
        usual = find_usual(series, key, days=days) if name in WATCHED else None
        if usual is None:
            continue
        values = np.array([e.figures[key] for e in series[-_RUN:] if key in e.figures])
        sigmas = (values - usual.median) / usual.spread
        rule = _break_rule(sigmas, FIGURES[name].better)
        if rule:
            signals.append(Signal(key, rule, float(values[-1]), usual))
    return signals


def _break_rule(sigmas: Reals, better: Better) -> str | None:
    worse = {"more": -1.0, "less": 1.0, "near": float(np.sign(sigmas[-1]))}[better]
    if worse * sigmas[-1] > _SIGMAS:
        return "beyond 3 sigma"
    if len(sigmas) >= _RUN and (worse * sigmas > 0).all():
        return "8 in a row on one side"
    return None
