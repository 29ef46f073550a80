"""Match traffic: weigh acceptance's scans so that their mix is that of a week."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmark.acceptance.baseline import Rows
from benchmark.acceptance.shift import Values

KEYS: Final = ("attenuation", "width")
"""What the mix is told by; these are then not compared."""

_QUARTILES: Final = (0.25, 0.5, 0.75)
_SLACK: Final = 0.2
_LONGER: Final = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """How a week's traffic fits acceptance's.

    Attributes:
        weights: (N,) of acceptance's scans; 0 for those whose like the week has not.
        alike: (M,) bool, which of the week's scans have their like in acceptance.
    """

    weights: Values
    alike: npt.NDArray[np.bool_]


def match_traffic(baseline: Rows, week: Rows) -> Match:
    """Weigh acceptance's scans by strata of traffic: how dense, and how long.

    Strata are the quarters of acceptance's median attenuation, apart for short and long
    scans if the longest are half as long again as the shortest. Nothing but the scans
    themselves is needed. A week's scan denser or thinner than all of acceptance by over
    0.2 nepers, or of a stratum that acceptance lacks, is not alike.

    Args:
        baseline: Acceptance's scans.
        week: The week's.
    """
    ours, theirs = _stratify(baseline, baseline), _stratify(baseline, week)
    strata = int(max(ours.max(initial=0), theirs.max(initial=0))) + 1
    shares = np.bincount(ours, minlength=strata)
    alike = (theirs >= 0) & (shares[np.maximum(theirs, 0)] > 0)
    wanted = np.bincount(theirs[alike], minlength=strata)
    weights = wanted[ours] / shares[ours]
    return Match(np.asarray(weights, np.float64), alike)


def _stratify(baseline: Rows, rows: Rows) -> npt.NDArray[np.intp]:
    """(N,) number of each scan's stratum; -1 for what is like nothing."""
    known, dense = (each.columns["attenuation"] for each in (baseline, rows))
    edges = np.quantile(known, _QUARTILES)
    quarter = np.searchsorted(edges, dense)
    widths = baseline.columns["width"]
    middle = float(np.sqrt(widths.min() * widths.max()))
    long = (rows.columns["width"] > middle) & (widths.max() > _LONGER * widths.min())
    inside = (dense >= known.min() - _SLACK) & (dense <= known.max() + _SLACK)
    return np.where(inside, quarter + len(edges) * long + long, -1).astype(np.intp)
