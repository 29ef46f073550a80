"""The rear of a tractor under the front of a trailer."""

from typing import Final

import numpy as np

from data.physics.materials import ALUMINIUM, CAST_IRON, OIL, STEEL
from data.simulation.containers.members import add_channels, combine
from data.simulation.containers.wheels import TWIN, add_axles, add_mudguards
from data.simulation.geometry.meshes import BOX, CYLINDER, PRISM
from data.simulation.geometry.solids import Solids
from data.simulation.geometry.turns import ALONG_X, ALONG_Y

_SIDES: Final = np.array([-1.0, 1.0])
_RAIL_MM: Final = 420.0
_COUPLING_MM: Final = 190.0
"""Height of the coupling over the frame."""


def add_tractor(
    solids: Solids,
    rng: np.random.Generator,
    kingpin: tuple[float, float],
    ground: float,
) -> None:
    """Add coupling, frame, driven axles, tank and the rear of the cab.

    Args:
        solids: What it is added to.
        rng: Source of chance: axles, wheelbase.
        kingpin: X of the kingpin, y of the plate around it, mm.
        ground: Height of the ground, mm.
    """
    x, plate = kingpin
    top = plate - _COUPLING_MM
    _add_coupling(solids, x, plate)
    rear, front = x + rng.uniform(950, 1200), x - 4500
    middle, long = (rear + front) / 2, rear - front
    rails = combine(middle, top - 135, _SIDES * _RAIL_MM)
    solids.add(BOX, (long, 270, 8), rails, STEEL)
    for side in (-1, 1):
        solids.add(BOX, (long, 9, 85), np.add(rails, (0, side * 130, 0)), STEEL)
    ribs = combine(np.arange(front, rear, 700), top - 140, 0)
    add_channels(solids, ribs, (70, 200, 2 * _RAIL_MM), 7)
    axle = ground + TWIN.diameter / 2
    axles = x + (_SIDES * 670 if rng.random() < 0.65 else np.array([-80.0]))
    add_axles(solids, axles, axle, TWIN)
    housings = combine(axles, axle, 0)
    solids.add(CYLINDER, (430, 430, 330), housings, CAST_IRON, fill=0.5)
    solids.add_tube((110, 110, 3200), 6, (x - 1800, axle + 60, 0), STEEL, turn=ALONG_X)
    if rng.random() < 0.6:
        add_mudguards(solids, axles, axle, TWIN.diameter / 2 + 90)
    _add_supply(solids, rng, axles.min() - 1250, top)
    _add_cab(solids, x - rng.uniform(1750, 2300), top)


def _add_coupling(solids: Solids, x: float, plate: float) -> None:
    """The fifth wheel: a plate with a throat, on two pedestals."""
    solids.add(BOX, (800, 40, 860), (x - 60, plate - 22, 0), CAST_IRON)
    solids.add(BOX, (300, 34, 620), (x + 470, plate - 45, 0), CAST_IRON)
    solids.add_tube((260, 260, 90), 70, (x, plate - 85, 0), CAST_IRON, turn=ALONG_Y)
    feet = combine(x, plate - 110, _SIDES * 360)
    solids.add_shell((330, 150, 120), 18, feet, CAST_IRON)
    solids.add(BOX, (950, 14, 900), (x, plate - _COUPLING_MM + 7, 0), STEEL)


def _add_supply(solids: Solids, rng: np.random.Generator, x: float, top: float) -> None:
    """A fuel tank on one side, batteries and air vessels on the other."""
    side = rng.choice(_SIDES)
    tank = (1100, 600, 620)
    at = (x, top - 400, side * 850)
    solids.add_shell(tank, 4, at, ALUMINIUM)
    level = rng.uniform(0.1, 0.9) * 580
    solids.add(BOX, (1080, level, 600), (x, at[1] - 290 + level / 2, at[2]), OIL)
    vessels = combine(x + 350 * _SIDES, top - 330, -side * 800)
    solids.add_tube((280, 280, 560), 3.5, vessels, STEEL, mesh=PRISM)
    batteries = combine(x + 130 * _SIDES, top - 60, -side * 850)
    solids.add(BOX, (240, 220, 500), batteries, CAST_IRON, fill=0.3)


def _add_cab(solids: Solids, x: float, top: float) -> None:
    """The rear of the cab: a wall on posts, bunk, exhaust, deflectors."""
    tall, long = 2300.0, 1500.0
    y = top + 200 + tall / 2
    solids.add_shell((long, tall, 2400), 1.6, (x - long / 2, y, 0), STEEL)
    posts = combine((x - 40, x - 700), y, _SIDES * 1160)
    solids.add_shell((70, tall, 60), 2, posts, STEEL)
    solids.add(BOX, (650, 120, 1900), (x - 400, y - 250, 0), OIL, fill=0.06)
    stack = (x + 120, y - 100, 900)
    solids.add_tube((160, 160, tall), 3, stack, STEEL, turn=ALONG_Y, mesh=PRISM)
    solids.add(BOX, (450, 1800, 5), combine(x + 220, y, _SIDES * 1180), OIL)
