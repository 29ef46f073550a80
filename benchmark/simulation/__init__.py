"""How fast the simulator is, how like real scans, and what it makes.

Modules:
    speed: seconds a scan, scans a second, memory.
    likeness: attenuation and edges beside those of real scans.
    mix: what is in scans that are left to chance.
"""

from benchmark.simulation.likeness import Likeness, measure_likeness
from benchmark.simulation.mix import Mix, measure_mix
from benchmark.simulation.speed import SimulationSpeed, measure_speed

__all__ = [
    "Likeness",
    "Mix",
    "SimulationSpeed",
    "measure_likeness",
    "measure_mix",
    "measure_speed",
]
