"""How long one scan takes on one core, and how much memory many of them."""

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from data.errors import CargosightError
from data.simulation import SCANNERS, Recipe, simulate_scan

LARGE: Final = replace(SCANNERS[2], pitch_mm=(3.2, 3.0), below_mm=(700.0, 700.0))
"""A dual-energy scanner whose scans of 40 ft have some 1400 x 4000 px."""

FORTY_FEET_M: Final = 12.192


@dataclass(frozen=True, slots=True)
class SimulationSpeed:
    """What simulating large scans took, writing excluded.

    Attributes:
        scans: How many, one after the other in one process.
        width: Median width, px.
        height: Median height, px.
        median_s: Median time of one, on one core.
        ninth_s: Time that nine in ten stay under.
        peak_mb: Largest memory of the process, with all scans so far.
    """

    scans: int
    width: int
    height: int
    median_s: float
    ninth_s: float
    peak_mb: float

    def as_text(self) -> str:
        """All figures, for a person."""
        return (
            f"speed       {self.scans} dual-energy scans of {self.height} x "
            f"{self.width} px on one core, writing excluded: {self.median_s:.2f} s "
            f"each (median), 90 % under {self.ninth_s:.2f} s; "
            f"{self.peak_mb:.0f} MB at the peak"
        )


def measure_speed(
    scans: int, *, seed: int, progress: Callable[[int, int], None]
) -> SimulationSpeed:
    """Simulate large scans of whatever chance puts into them.

    Args:
        scans: How many, 1 or more.
        seed: Of the first; others follow.
        progress: Told how many of how many are done.

    Raises:
        CargosightError: If there is none.
    """
    if scans < 1:
        msg = f"{scans} scans take no time. Measure 1 or more."
        raise CargosightError(msg)
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        simulate_scan(seed, Recipe(length_m=2.0), scanner=LARGE)  # compiles
        rows = []
        for number in range(scans):
            rows.append(_time_one(seed + number))
            progress(number + 1, scans)
    finally:
        cv2.setNumThreads(threads)
    times, widths, heights = np.array(rows).T
    return SimulationSpeed(
        scans=scans,
        width=int(np.median(widths)),
        height=int(np.median(heights)),
        median_s=round(float(np.median(times)), 4),
        ninth_s=round(float(np.quantile(times, 0.9)), 4),
        peak_mb=round(_peak_mb(), 1),
    )


def _time_one(seed: int) -> tuple[float, int, int]:
    started = time.perf_counter()
    scan = simulate_scan(seed, Recipe(length_m=FORTY_FEET_M), scanner=LARGE).scan
    return (time.perf_counter() - started, *scan.size)


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts in kB, macOS in bytes.
    return peak / (1e6 if sys.platform == "darwin" else 1e3)
