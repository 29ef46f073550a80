"""How long scans take."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds a scan: encoding, network and merging, files not included.

    Attributes:
        median_s: Median.
        ninth_s: What nine in ten stay under.
        scans: Of how many.
    """

    median_s: float
    ninth_s: float
    scans: int


def timing_update(state: tuple[float, ...], elapsed_s: float) -> tuple[float, ...]:
    """Add a scan.

    Args:
        state: So far.
        elapsed_s: What it took, s.
    """
    return (*state, elapsed_s)


def timing_compute(state: tuple[float, ...]) -> Timing | None:
    """Median and ninth decile; None of nothing.

    Example:
        >>> timing_compute((1.0, 2.0, 3.0)).median_s
        2.0
    """
    if not state:
        return None
    median, ninth = np.quantile(state, [0.5, 0.9])
    return Timing(float(median), float(ninth), len(state))
