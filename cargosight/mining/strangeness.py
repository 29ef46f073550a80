"""How unlike a scan is to the scans that are known."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from cargosight.mining.portrait import Portrait
from data.physics.noise import GAUSSIAN_MAD

Numbers = npt.NDArray[np.float64]

USUAL: Final = 95.0
"""Percentile of the distances between known scans, beyond which a scan is odd."""

NEW_SCANNER: Final = 2.0
"""Added to the distance of a scan whose scanner, or kind of readings, no known scan
has: as much as if every figure were two spreads off."""

_FARTHEST: Final = 6.0
_LEAST_SPREAD: Final = 0.02
_TOLD: Final = 2

_WORDS: Final = {
    "pitch_mm": "pixel pitch",
    "air_counts": "counts in air",
    "noise": "noise",
    "blur_x": "blur along the scan",
    "blur_y": "blur up and down",
    "row_stripes": "row stripes",
    "dead_rows": "dead rows",
    "matter": "how full it is",
    "attenuation": "attenuation of its cargo",
    "attenuation_high": "attenuation of its densest cargo",
}


@dataclass(frozen=True, slots=True)
class Odd:
    """A scan that is unlike those that are known.

    Attributes:
        number: Which scan of those asked about.
        distance: To the nearest known or earlier chosen one, in spreads.
        words: In what it differs.
    """

    number: int
    distance: float
    words: str


def rank_odd(portraits: Sequence[Portrait], known: Sequence[Portrait]) -> list[Odd]:
    """Put the scans that are unlike the known ones in order, the unlikest first.

    Portraits are compared figure by figure, in robust spreads of the known scans; their
    distance is the root mean square over the figures that both have, each at most 6.
    Greedy k-centre: each next one is the farthest from all known and all chosen ones,
    so that one odd scanner does not fill the list (Gonzalez, Theoretical Computer
    Science 38 (1985) 293).

    Args:
        portraits: Of the scans asked about.
        known: Of known scans; without any, no scan is odd.

    Returns:
        Those farther from all known and chosen ones than 95 % of the known ones are
        from each other, or with a scanner or kind of readings that none has.
    """
    if not portraits or not known:
        return []
    space = _Space(known)
    ours = space.place(portraits)
    news = [_find_news(one, known) for one in portraits]
    away = space.measure(ours) + NEW_SCANNER * np.array([len(new) for new in news])
    usual = space.usual()
    nearest = space.nearest(ours)
    chosen: list[Odd] = []
    while len(chosen) < len(portraits) and away.max() > usual:
        number = int(away.argmax())
        words = news[number] + space.differ(ours[number], nearest[number])
        chosen.append(Odd(number, float(away[number]), ", ".join(words)))
        away = np.minimum(away, _measure_between(ours, ours[number]))
        away[number] = -np.inf
    return chosen


def _find_news(portrait: Portrait, known: Sequence[Portrait]) -> list[str]:
    news = []
    scanner = portrait.scanner
    if scanner is not None and scanner not in {one.scanner for one in known}:
        news.append(f"no known one is of the scanner {scanner}")
    if portrait.kind not in {one.kind for one in known}:
        news.append(f"no known one is a {portrait.kind} scan")
    return news


class _Space:
    """Portraits as points: columns in robust spreads of the known ones."""

    def __init__(self, known: Sequence[Portrait]) -> None:
        rows = [one.coordinates() for one in known]
        self.names = sorted({name for row in rows for name in row})
        self._known = known
        raw = self._gather(known)
        self.centre = np.nan_to_num(_median(raw))
        spread = GAUSSIAN_MAD * np.nan_to_num(_median(np.abs(raw - self.centre)))
        self.spread = np.maximum(spread, _LEAST_SPREAD * (1 + np.abs(self.centre)))
        self.points = self._scale(raw)

    def place(self, portraits: Sequence[Portrait]) -> Numbers:
        """(N, D) points, not a number where a figure is not known."""
        return self._scale(self._gather(portraits))

    def measure(self, points: Numbers) -> Numbers:
        """(N,) distance of each point to the nearest known one."""
        return np.array([_measure_between(self.points, one).min() for one in points])

    def nearest(self, points: Numbers) -> list[Numbers]:
        """The nearest known point to each."""
        places = [_measure_between(self.points, one).argmin() for one in points]
        return [self.points[place] for place in places]

    def usual(self) -> float:
        """Distance under which 95 % of the known ones have another; 0 if there is 1."""
        if len(self.points) < 2:
            return 0.0
        apart = []
        for number, one in enumerate(self.points):
            away = _measure_between(self.points, one)
            away[number] = np.inf
            apart.append(away.min())
        return float(np.percentile(apart, USUAL))

    def differ(self, point: Numbers, other: Numbers) -> list[str]:
        """In what two points differ most, in words."""
        by = np.clip(np.nan_to_num(point - other), -_FARTHEST, _FARTHEST)
        order = np.argsort(-np.abs(by), kind="stable")[:_TOLD]
        return [
            f"{_WORDS.get(self.names[n], self.names[n])} {_say_spreads(by[n])}"
            for n in order
            if abs(by[n]) >= 1
        ]

    def _gather(self, portraits: Sequence[Portrait]) -> Numbers:
        rows = [one.coordinates() for one in portraits]
        return np.array(
            [[row.get(name, np.nan) for name in self.names] for row in rows]
        )

    def _scale(self, raw: Numbers) -> Numbers:
        return np.asarray((raw - self.centre) / self.spread)


def _say_spreads(by: float) -> str:
    most = "over " if abs(by) >= _FARTHEST else ""
    return f"{most}{abs(by):.1f} spreads {'higher' if by > 0 else 'lower'}"


def _median(rows: Numbers) -> Numbers:
    """Median of each column over the numbers in it; not a number if there is none."""
    columns = [column[~np.isnan(column)] for column in rows.T]
    return np.array([np.median(c) if len(c) else np.nan for c in columns])


def _measure_between(points: Numbers, one: Numbers) -> Numbers:
    """(N,) root mean square over the columns that both know; 0 if there is none."""
    by = np.clip(points - one, -_FARTHEST, _FARTHEST)
    known = ~np.isnan(by)
    total = np.where(known, by, 0) ** 2
    count = np.maximum(known.sum(axis=1), 1)
    return np.asarray(np.sqrt(total.sum(axis=1) / count), np.float64)
