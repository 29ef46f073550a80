"""Above which score a pipeline alarms: one that keeps a Pfa, or one that was given."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from benchmark.verdict.estimate import Scored, draw_pd, draw_pd_at_pfa, silence_clean
from data.errors import ResultError

Values = npt.NDArray[np.float64]
Weights = npt.NDArray[np.int64]


class Threshold(Protocol):
    """Above which score a pipeline alarms."""

    def find(self, side: Scored) -> float:
        """The score, `NEVER` where none is low enough.

        Raises:
            ResultError: If nothing tells.
        """

    def draw_pd(self, side: Scored, weights: Weights) -> Values:
        """(R,) Pd where each group counts as often as (R, G) weights say."""


@dataclass(frozen=True, slots=True)
class KeptPfa:
    """The least that keeps a Pfa, found anew in each draw.

    Attributes:
        pfa: Share of clean scans that may alarm, 0 to below 1.
    """

    pfa: float

    def find(self, side: Scored) -> float:
        """See `Threshold`."""
        if not len(side.loudest):
            msg = "No scan is clean, so no threshold can be found. Give --at scores."
            raise ResultError(msg)
        once = np.ones((1, int(side.clean_homes.max()) + 1), np.int64)
        return float(silence_clean(side, self.pfa, once)[0])

    def draw_pd(self, side: Scored, weights: Weights) -> Values:
        """See `Threshold`."""
        return draw_pd_at_pfa(side, self.pfa, weights)


@dataclass(frozen=True, slots=True)
class FixedThreshold:
    """The same in all draws.

    Attributes:
        above: Scores above it are alarms.
    """

    above: float

    @classmethod
    def from_point(cls, score: float) -> "FixedThreshold":
        """Of an operating point, whose own score is an alarm; scores are float32."""
        return cls(float(np.nextafter(np.float32(score), np.float32(-1))))

    def find(self, side: Scored) -> float:  # noqa: ARG002 - see `Threshold`
        """See `Threshold`."""
        return self.above

    def draw_pd(self, side: Scored, weights: Weights) -> Values:
        """See `Threshold`."""
        return draw_pd(side, np.full(len(weights), self.above), weights)
