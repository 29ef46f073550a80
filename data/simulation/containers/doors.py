"""Doors of a container, at its far end: leaves, gaskets, hinges and locking gear."""

from typing import Final

import numpy as np

from data.physics.materials import RUBBER, STEEL
from data.simulation.containers.dimensions import FLOOR_MM, HALF_MM
from data.simulation.containers.members import END, Wave, add_corrugation, combine
from data.simulation.geometry.meshes import BOX, PRISM
from data.simulation.geometry.solids import Solids
from data.simulation.geometry.turns import ALONG_Y

LEAF_MM: Final = 1085.0
"""Width of one leaf."""

_WAVE: Final = Wave((150, 150), 30, 36)
_SIDES: Final = np.array([-1.0, 1.0])
_MIDDLES: Final = _SIDES * (LEAF_MM / 2 + 8)


def add_doors(
    solids: Solids, rng: np.random.Generator, length: float, height: float
) -> None:
    """Add two leaves of corrugated steel in frames of square tube, shut.

    Args:
        solids: What they are added to.
        rng: Source of chance: as for `add_locks`.
        length: Outside length of the container, mm.
        height: Outside height, mm.
    """
    low, high = FLOOR_MM + 8, height - 125
    tall, middle, x = high - low, (low + high) / 2, length - 68
    for z in _MIDDLES:
        extent = (LEAF_MM - 190, tall - 200)
        add_corrugation(solids, _WAVE, END, (x, middle, z), extent, 2.0)
    stiles = combine(x, middle, _edges(LEAF_MM / 2 - 48))
    solids.add_shell((50, tall, 95), 3, stiles, STEEL)
    rails = combine(x, (low + 50, high - 50), _MIDDLES)
    solids.add_shell((50, 100, LEAF_MM - 190), 3, rails, STEEL)
    _add_gaskets(solids, x + 32, (low, high))
    add_locks(solids, rng, length, height)


def add_locks(
    solids: Solids, rng: np.random.Generator, length: float, height: float
) -> None:
    """Add what is outside of the doors: hinges and locking gear.

    Args:
        solids: What they are added to.
        rng: Source of chance: how many hinges and brackets, how high the handles.
        length: Outside length of the container, mm.
        height: Outside height, mm.
    """
    _add_hinges(solids, rng, length, (FLOOR_MM + 8, height - 125))
    _add_gear(solids, rng, length, height)


def _edges(reach: float) -> list[float]:
    """Z at both edges of both leaves."""
    return [float(middle + side * reach) for middle in _MIDDLES for side in _SIDES]


def _add_gaskets(solids: Solids, x: float, span: tuple[float, float]) -> None:
    low, high = span
    sides = combine(x, (low + high) / 2, _edges(LEAF_MM / 2 + 4))
    solids.add(BOX, (24, high - low, 18), sides, RUBBER)
    ends = combine(x, (low - 6, high + 6), _MIDDLES)
    solids.add(BOX, (24, 18, LEAF_MM), ends, RUBBER)


def _add_hinges(
    solids: Solids,
    rng: np.random.Generator,
    length: float,
    span: tuple[float, float],
) -> None:
    """Lugs on the posts and blades on the leaves."""
    count = int(rng.integers(4, 6))
    y = np.linspace(span[0] + 160, span[1] - 160, count)
    lugs = combine(length - 14, y, _SIDES * (HALF_MM - 25))
    solids.add(BOX, (28, 90, 30), lugs, STEEL)
    blades = combine(length - 32, y, _SIDES * (HALF_MM - 160))
    solids.add(BOX, (10, 60, 230), blades, STEEL)


def _add_gear(
    solids: Solids, rng: np.random.Generator, length: float, height: float
) -> None:
    """Locking bars with cams, brackets and handles."""
    x, bars = length - 22, np.array([-860.0, -270.0, 270.0, 860.0])
    tall = height - 90
    pipes = combine(x, height / 2, bars)
    solids.add_tube((34, 34, tall), 3, pipes, STEEL, turn=ALONG_Y, mesh=PRISM)
    ends = combine(x, (75.0, height - 75.0), bars)
    solids.add(BOX, (38, 70, 75), ends, STEEL, fill=0.7)
    brackets = np.linspace(420, height - 420, int(rng.integers(3, 6)))
    solids.add(BOX, (34, 55, 110), combine(x, brackets, bars), STEEL, fill=0.3)
    grips = combine(x, rng.uniform(950, 1250), bars + _SIDES.repeat(2) * -215)
    solids.add(BOX, (12, 42, 430), grips, STEEL)
    solids.add(BOX, (30, 75, 70), grips + np.array([0, 0, 150]), STEEL, fill=0.6)
