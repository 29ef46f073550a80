"""Simulated scans of containers, with truth.

Modules:
    simulated_scan: one scan from one seed.
    scanner, exposure: energies, geometry, dose; counts from areal densities.
    container, cargo, packed, loose: what is scanned.
    firearms, confusers, placing: what is hidden, and where.
    meshes, solids, turns, path_length: shapes, and how much of them a ray meets.
    identity: container numbers.
    chance: typed draws.
"""

from data.simulation.scanner import SCANNERS, Scanner
from data.simulation.simulated_scan import SimulatedScan, simulate_scan

__all__ = ["SCANNERS", "Scanner", "SimulatedScan", "simulate_scan"]
