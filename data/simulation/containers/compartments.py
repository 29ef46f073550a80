"""Room for contraband in the structure itself: false walls, doors, under the floor."""

from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import STEEL, WOOD
from data.simulation.chance import pick
from data.simulation.containers.dimensions import (
    BOARD_MM,
    FLOOR_MM,
    HALF_MM,
    TUNNEL_FROM_MM,
    TUNNEL_MM,
)
from data.simulation.containers.doors import LEAF_MM
from data.simulation.containers.frame import BEAM_LOW_MM
from data.simulation.geometry.meshes import BOX
from data.simulation.loading.load import Load

Reals = npt.NDArray[np.float64]

DOOR_ROOM_MM: Final = 65.0
"""How far a covered door reaches into the hold."""

_WALL_MM: Final = 18.0
_PLATE_MM: Final = 2.0
_REACH_MM: Final = HALF_MM - 65


def add_false_wall(
    load: Load, rng: np.random.Generator, x: tuple[float, float], height: float
) -> None:
    """Add a second front wall, with shelves between it and the real one.

    Args:
        load: What it is added to, and where the room behind it is offered.
        rng: Source of chance: material, shelves.
        x: From the real wall's inside to the false wall's inside, mm.
        height: From the floor to the roof, mm.
    """
    front, end = x
    material, thick = pick(rng, ((STEEL, 2.0), (STEEL, 3.0), (WOOD, 18.0)))
    sheet = (end - thick / 2, FLOOR_MM + height / 2, 0)
    load.solids.add(BOX, (thick, height, 2 * _REACH_MM), sheet, material)
    studs = np.linspace(-_REACH_MM + 30, _REACH_MM - 30, int(rng.integers(3, 6)))
    deep = end - _WALL_MM - front
    upright = np.column_stack(
        [
            np.full(len(studs), end - _WALL_MM - 20),
            np.full(len(studs), FLOOR_MM + height / 2),
            studs,
        ]
    )
    load.solids.add_shell((40, height, 40), 3, upright, STEEL)
    shelf = FLOOR_MM + rng.uniform(0.35, 0.6) * height
    board = (deep, _WALL_MM, 2 * _REACH_MM)
    load.solids.add(BOX, board, (front + deep / 2, shelf - _WALL_MM / 2, 0), WOOD)
    free = deep - 40
    for low, high in ((FLOOR_MM, shelf - _WALL_MM), (shelf, FLOOR_MM + height - 40)):
        middle = (front + free / 2, (low + high) / 2, 0)
        load.offer("false wall", middle, (free, high - low, 2 * _REACH_MM - 80))


def add_door_covers(load: Load, length: float, height: float) -> None:
    """Add plates over the inside of the doors, with ledges behind them.

    Args:
        load: What they are added to, and where the room behind them is offered.
        length: Outside length of the container, mm.
        height: Outside height, mm.
    """
    outer = length - 95.0
    inner = length - 110 - DOOR_ROOM_MM + 3
    low, high = FLOOR_MM + 20, height - 150
    for z in (-LEAF_MM / 2 - 8, LEAF_MM / 2 + 8):
        cover = (inner, (low + high) / 2, z)
        load.solids.add(BOX, (1.5, high - low, LEAF_MM - 60), cover, STEEL)
        levels = np.linspace(low, high, 5)[:-1]
        ledge = (outer - inner, _PLATE_MM, LEAF_MM - 60)
        across, ones = (outer + inner) / 2, np.ones(len(levels))
        at = np.column_stack([across * ones, levels - _PLATE_MM / 2, z * ones])
        load.solids.add(BOX, ledge, at, STEEL)
        room = levels[1] - levels[0] - 2 * _PLATE_MM
        middle = at + np.array([1, (room + _PLATE_MM) / 2, 0])
        load.offer("door", middle, (outer - inner - 4, room, LEAF_MM - 80))


def add_floor_plates(
    load: Load, rng: np.random.Generator, length: float, beams: Reals
) -> None:
    """Add plates under a few of the cells between cross-members.

    Args:
        load: What they are added to, and where the cells are offered.
        rng: Source of chance: which cells.
        length: Outside length of the container, mm.
        beams: (N,) x of the cross-members, mm, rising.
    """
    first = TUNNEL_MM + 100 if length > TUNNEL_FROM_MM else 0.0
    pairs = np.column_stack([beams[:-1] + 45, beams[1:] - 4])
    # The pockets for forks are near the middle of the container.
    free = (pairs[:, 0] > first) & (np.abs(pairs.mean(axis=1) - length / 2) > 1400)
    if length > TUNNEL_FROM_MM:
        free = pairs[:, 0] > first
    chosen = rng.permutation(pairs[free])[: int(rng.integers(1, 4))]
    low, high = BEAM_LOW_MM, FLOOR_MM - BOARD_MM - 8
    for x0, x1 in chosen:
        z = rng.choice((-1, 1)) * (_REACH_MM / 2)
        plate = (x1 - x0 + 40, _PLATE_MM, _REACH_MM - 60)
        at = ((x0 + x1) / 2, low - _PLATE_MM / 2, z)
        load.solids.add(BOX, plate, at, STEEL)
        middle = ((x0 + x1) / 2, (low + high) / 2, z)
        load.offer("under floor", middle, (x1 - x0 - 6, high - low, _REACH_MM - 80))
