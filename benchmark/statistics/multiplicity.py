"""Many tests at once, without taking chance for a finding."""

import numpy as np
import numpy.typing as npt

from benchmark.statistics.design_effect import Floats
from data.errors import ResultError


def holm(p_values: npt.ArrayLike) -> Floats:
    """Adjusted p values: compare each with the error that is allowed for all together.

    Holm, Scand. J. Stat. 6 (1979) 65: the k-th smallest of m is multiplied by
    m + 1 - k, and none is below one that was smaller.

    Args:
        p_values: (M,), 0 to 1; NaN for what was not tested, which does not count to m.

    Returns:
        (M,), in the same order, 0 to 1; NaN stays NaN.

    Raises:
        ResultError: If one is below 0 or above 1.

    Example:
        >>> holm([0.01, 0.04, np.nan, 0.03]).tolist()
        [0.03, 0.06, nan, 0.06]
    """
    adjusted = np.array(p_values, np.float64)
    tested = ~np.isnan(adjusted)
    values = adjusted[tested]
    if not np.all((values >= 0) & (values <= 1)):
        msg = "p values must be from 0 to 1, or NaN for what was not tested."
        raise ResultError(msg)
    order = np.argsort(values, kind="stable")
    raised = values[order] * np.arange(len(values), 0, -1)
    values[order] = np.minimum(np.maximum.accumulate(raised), 1)
    adjusted[tested] = values
    return adjusted
