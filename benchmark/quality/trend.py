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
_RULES: Final = (
    ("beyond 3 sigma", 3.0, 1, 1),
    ("2 of 3 beyond 2 sigma", 2.0, 2, 3),
    ("4 of 5 beyond 1 sigma", 1.0, 4, 5),
    ("8 in a row on one side", 0.0, 8, 8),
)
"""Name, sigmas, how many, of how many: the rules of the Western Electric handbook."""

RULES: Final = tuple(name for name, *_ in _RULES)
"""Names of the rules."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What a figure usually is.

    Attributes:
        median: Of the earlier scans.
        spread: 1.4826 times their median absolute deviation from it: the standard
            deviation, were they normal; at least half a step of the last digit shown.
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
        rule: One of `RULES`.
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
    spread = _GAUSSIAN_MAD * float(np.median(np.abs(values - median)))
    least = 0.5 * 10.0 ** -FIGURES[key.split(".")[1]].digits
    return Usual(median, max(spread, least), len(earlier))


def find_signals(
    series: Sequence[QualityEntry],
    *,
    days: int = USUAL_DAYS,
    rules: Sequence[str] = RULES,
) -> list[Signal]:
    """Figures of the last scan of a series that break a rule, one rule for each.

    A rule looks at the last 1, 3, 5 or 8 scans, the last one among them; those that
    count all lie on the same side of the median, the last one too: on the worse side,
    for figures that have one.

    Args:
        series: By time.
        days: How far to look back for what is usual.
        rules: Which of `RULES` count, the first that is broken is named.
    """
    signals = []
    for key in series[-1].figures if series else ():
        usual = find_usual(series, key, days=days)
        name = key.split(".")[1]
        if usual is None or name not in WATCHED:
            continue
        values = np.array([e.figures[key] for e in series[-8:] if key in e.figures])
        sigmas = (values - usual.median) / usual.spread
        broken = _break_rule(sigmas, FIGURES[name].better, rules)
        if broken:
            signals.append(Signal(key, broken, float(values[-1]), usual))
    return signals


def _break_rule(sigmas: Reals, better: Better, rules: Sequence[str]) -> str | None:
    worse = {"more": -1.0, "less": 1.0, "near": float(np.sign(sigmas[-1]))}[better]
    for name, beyond, least, among in _RULES:
        if name not in rules or len(sigmas) < among:
            continue
        side = sigmas[-among:] * worse
        if side[-1] > beyond and (side > beyond).sum() >= least:
            return name
    return None
