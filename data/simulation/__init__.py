"""Simulated scans of containers, with truth.

Modules:
    simulated_scan: one scan from one seed.
    recipe: what it shall be.
    stowing, describing: what is hidden in it, and truth about that.
    geometry: shapes, and how much of them a ray meets.
    imaging: scanners, exposure, defects; counts from areal densities.
    loading: containers, what carries them, and cargo.
    phantoms: firearms and things that look like them.
    hiding: where and how things are hidden.
    identity: container numbers.
    chance: typed draws.
"""

from data.simulation.imaging.scanner import SCANNERS, Scanner
from data.simulation.recipe import Recipe
from data.simulation.simulated_scan import SimulatedScan, simulate_scan

__all__ = ["SCANNERS", "Recipe", "Scanner", "SimulatedScan", "simulate_scan"]
