"""What one pipeline did in scans, as arrays that groups are drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from benchmark.folder import ScanResult
from benchmark.metrics.average_precision import JudgedScan
from benchmark.metrics.curves import NEVER
from benchmark.metrics.matching import match_detections
from benchmark.metrics.rates import Home, Rate, Tally, number_names, rate_compute
from data.errors import ResultError

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Side:
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

    def keep(self, kept: Flags) -> "Side":
        """The same with some of the firearms.

        Args:
            kept: (F,) which.
        """
        scores, homes = self.scores[kept], self.firearm_homes[kept]
        return replace(self, scores=scores, firearm_homes=homes)


def gather_side(found: Sequence[ScanResult]) -> Side:
    """What one pipeline did, as arrays; firearms in the order of the truth.

    Args:
        found: Results of scans, and what is in them.

    Raises:
        ResultError: If there is no firearm.
    """
    pairs = tuple(one.pair for one in found)
    homes = number_names([pair.group for pair in pairs])
    clean = [n for n, p in enumerate(pairs) if not len(p.truth) + len(p.ignored)]
    holders = np.repeat(np.arange(len(pairs)), [len(pair.truth) for pair in pairs])
    if not len(holders):
        msg = "There is no firearm to find in these scans. Choose another --split."
        raise ResultError(msg)
    loudest = [float(np.max(pairs[n].scores, initial=NEVER)) for n in clean]
    return Side(
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


def measure_share(hit: Flags, homes: Numbers) -> Rate:
    """The share that was hit, and its interval.

    Args:
        hit: (N,) which were, of one or more.
        homes: (N,) group of each.
    """
    each = enumerate(zip(homes, hit, strict=True))
    rows = ((Home(str(n), str(home)), int(one), 1) for n, (home, one) in each)
    rate = rate_compute(Tally(tuple(rows)))
    assert rate is not None  # noqa: S101 - there is one or more
    return rate
