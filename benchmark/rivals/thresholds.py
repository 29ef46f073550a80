"""Where two pipelines alarm, and how sure Pd is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from benchmark.metrics.curves import NEVER
from benchmark.rivals.figures import Measured
from benchmark.rivals.side import Side, measure_share
from benchmark.statistics.bootstrap import percentile_interval
from benchmark.statistics.paired import paired_difference
from benchmark.verdict.estimate import draw_pd_at_pfa, reach_unseen, silence_clean
from data.errors import ResultError

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Weights = npt.NDArray[np.int64]


class Compared(NamedTuple):
    """A figure of two pipelines, and how much more the second has."""

    first: Measured
    second: Measured
    difference: Measured


class Level(NamedTuple):
    """Where one pipeline alarms.

    Attributes:
        above: Scores above it are alarms; `NEVER` where all are.
        shown: What people are told, 0 to 1.
        cut: Whether no score is low enough to reach a Pfa.
    """

    above: float
    shown: float
    cut: bool


class Thresholds(Protocol):
    """Where two pipelines alarm."""

    def find(self, sides: Sequence[Side]) -> tuple[Level, Level]:
        """The levels.

        Args:
            sides: What the two did.

        Raises:
            ResultError: If nothing tells.
        """

    def measure_pd(
        self, sides: Sequence[Side], kept: Flags, weights: Weights
    ) -> Compared | None:
        """Pd of both; None without firearms.

        Args:
            sides: What the two did.
            kept: (F,) which firearms count.
            weights: (R + 1, G) how often each group is drawn; first each once.
        """


@dataclass(frozen=True, slots=True)
class KeptPfa:
    """The least that keep a Pfa, found anew in each draw.

    Attributes:
        pfa: Share of clean scans that may alarm, 0 to below 1.
    """

    pfa: float

    def find(self, sides: Sequence[Side]) -> tuple[Level, Level]:
        """See `Thresholds`."""
        first, second = (self._find(side) for side in sides)
        return first, second

    def _find(self, side: Side) -> Level:
        if not len(side.loudest):
            msg = "No scan is clean, so no threshold can be found. Give --at scores."
            raise ResultError(msg)
        once = np.ones((1, side.groups), np.int64)
        above = float(silence_clean(side, self.pfa, once)[0])
        return Level(above, shown=max(above, 0.0), cut=above == NEVER)

    def measure_pd(
        self, sides: Sequence[Side], kept: Flags, weights: Weights
    ) -> Compared | None:
        """See `Thresholds`."""
        some = [side.keep(kept) for side in sides]
        if not len(some[0].scores):
            return None
        holders = len(np.unique(some[0].firearm_homes))
        drawn = [draw_pd_at_pfa(side, self.pfa, weights) for side in some]
        return compare_draws(drawn[0], drawn[1], weights, holders)


@dataclass(frozen=True, slots=True)
class FixedThresholds:
    """The same in all draws.

    Attributes:
        levels: Of the first and of the second.
    """

    levels: tuple[Level, Level]

    @classmethod
    def from_points(cls, first: float, second: float) -> "FixedThresholds":
        """Of operating points, whose own score is an alarm.

        Args:
            first: Score of the first, over 0, up to 1.
            second: Of the second.
        """
        return cls((_place_under(first), _place_under(second)))

    def find(self, sides: Sequence[Side]) -> tuple[Level, Level]:  # noqa: ARG002 - see `Thresholds`
        """See `Thresholds`."""
        return self.levels

    def measure_pd(
        self,
        sides: Sequence[Side],
        kept: Flags,
        weights: Weights,  # noqa: ARG002 - there are formulas
    ) -> Compared | None:
        """See `Thresholds`."""
        some = [side.keep(kept) for side in sides]
        first, second = (
            side.scores > level.above
            for side, level in zip(some, self.levels, strict=True)
        )
        homes = some[0].firearm_homes
        found = paired_difference(first, second, homes)
        if found is None:
            return None
        ours, theirs = (
            Measured(rate.share, rate.low, rate.high)
            for rate in (measure_share(first, homes), measure_share(second, homes))
        )
        return Compared(ours, theirs, Measured(found.difference, found.low, found.high))


def _place_under(score: float) -> Level:
    """Scores are float32: the next one below it."""
    below = np.nextafter(np.float32(score), np.float32(-1))
    return Level(float(below), shown=score, cut=False)


def compare_draws(
    first: Values, second: Values, weights: Weights, holders: int
) -> Compared:
    """A share of two pipelines from what it is where groups are drawn anew.

    Args:
        first: (R + 1,) of the first, first over all groups.
        second: Of the second.
        weights: (R + 1, G) how often each group was drawn.
        holders: Groups with firearms.
    """
    return Compared(
        _measure(first, weights, holders, least=0),
        _measure(second, weights, holders, least=0),
        _measure(second - first, weights, holders, least=-1),
    )


def _measure(
    drawn: Values, weights: Weights, holders: int, *, least: float
) -> Measured:
    value = float(drawn[0])
    found = percentile_interval(drawn[1:], weights[1:], value)
    if found is not None:
        return Measured(value, min(found.low, value), max(found.high, value))
    reach = reach_unseen(holders, 0.95)
    return Measured(value, max(value - reach, least), min(value + reach, 1.0))
