"""What it costs that the firearms of one inspection are found or missed together."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def estimate_design_effect(
    totals: npt.ArrayLike, sizes: npt.ArrayLike, variance: npt.ArrayLike
) -> Floats:
    """How many times fewer independent firearms would say as much.

    The variance of a ratio of sums over inspections (Cochran, Sampling Techniques, 3rd
    ed. 1977, section 6.4; Rao and Scott, Biometrics 48 (1992) 577), with the factor
    C / (C - 1), over `variance / (N - 1)`, which as many independent firearms would
    have. Both are unbiased, so firearms that are alone in their inspections give
    exactly 1.

    It is never taken below 1. Firearms of one container are like each other, not
    unlike: what comes out below 1 is chance, and would shorten an interval by luck.

    Few inspections, or few that differ, say little of it; none do where every firearm
    is found. So it is averaged with the worst case, in which firearms of one inspection
    are all found or all missed (sum of squared sizes over their sum; Kish, Survey
    Sampling, 1965). The worst case weighs 1, what was measured weighs
    min(4 variance, 1) (C - 1): from 0 where all firearms fared alike to C - 1. Tried
    against a t quantile of C - 1 degrees of freedom in its place, it made shorter
    intervals of few inspections, and held the truth more often where they are large.

    Args:
        totals: (..., C), sum of a value over the firearms of each inspection. For Pd
            the value is 1 if found, else 0; for a difference of two bundles it is 1, 0
            or -1.
        sizes: (..., C), firearms in each inspection, 0 or more; empty ones do not
            count.
        variance: (...), the value's mean square less its squared mean over all
            firearms; share (1 - share) for Pd.

    Returns:
        (...), 1 or more; 1 if there are no firearms.
    """
    totals, sizes = np.asarray(totals, np.float64), np.asarray(sizes, np.float64)
    variance = np.asarray(variance, np.float64)
    firearms = np.maximum(sizes.sum(-1), 1)
    others = np.maximum((sizes > 0).sum(-1) - 1, 0)
    mean = totals.sum(-1) / firearms
    spread = ((totals - mean[..., None] * sizes) ** 2).sum(-1)
    spread = spread * (others + 1) / np.maximum(others, 1)
    alone = np.where(variance > 0, variance * firearms**2 / _less_one(firearms), 1.0)
    worst = np.maximum((sizes**2).sum(-1) / firearms, 1)
    weight = np.minimum(4 * variance, 1) * others
    measured = np.maximum(spread / alone, 1)
    return np.asarray((worst + weight * measured) / (1 + weight), np.float64)


def _less_one(firearms: Floats) -> Floats:
    return np.maximum(firearms - 1, 1)
