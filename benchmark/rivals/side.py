"""What one pipeline did in scans, as arrays that groups are drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from benchmark.folder import ScanResult
from benchmark.metrics.average_precision import JudgedScan, resample_precision
from benchmark.metrics.curves import NEVER
from benchmark.metrics.matching import match_detections
from benchmark.metrics.rates import Home, Rate, Tally, number_names, pfa_compute
from benchmark.rivals.threshold import Threshold
from data.errors import ResultError

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.intp]
Weights = npt.NDArray[np.int64]


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

    def draw(self, threshold: Threshold, inside: Flags, weights: Weights) -> Values:
        """Its figures where each group counts as often as it was drawn.

        Args:
            threshold: Above it are alarms.
            inside: (F,) firearms that are counted apart.
            weights: (R, G) how often each group is drawn.

        Returns:
            (R, 4) Pd, Pd of those apart, AP50, AP50-95; NaN where there is no firearm.
        """
        behind = replace(
            self, scores=self.scores[inside], firearm_homes=self.firearm_homes[inside]
        )
        shares = [threshold.draw_pd(each, weights) for each in (self, behind)]
        precision = resample_precision(self.pairs, self.homes, weights)
        return np.column_stack([*shares, precision])

    def measure_pfa(self, threshold: float) -> Rate | None:
        """Share of clean scans with a score above a threshold; None without any."""
        tally = Tally()
        for number, (home, score) in enumerate(
            zip(self.clean_homes, self.loudest, strict=True)
        ):
            tally = tally.add(Home(str(number), str(home)), int(score > threshold), 0)
        return pfa_compute(tally)


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
