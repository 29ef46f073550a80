"""What a refrigerated container has: insulated walls, a floor of T-bars, a unit."""

from typing import Final

import numpy as np

from data.physics.materials import (
    ALUMINIUM,
    CAST_IRON,
    COPPER,
    POLYETHYLENE,
    POLYURETHANE,
    STEEL,
    WINDINGS,
)
from data.simulation.containers.dimensions import HALF_MM, WIDTH_MM
from data.simulation.containers.members import combine
from data.simulation.geometry.meshes import BOX, CYLINDER, PRISM
from data.simulation.geometry.solids import Solids
from data.simulation.geometry.turns import ALONG_X, ALONG_Y

UNIT_MM: Final = 430.0
"""How deep the refrigeration unit and the bulkhead behind it are."""

REEFER_FLOOR_MM: Final = 225.0
"""Top of the T-bars over the container's underside."""

SIDE_MM: Final = 75.0
"""Thickness of the side walls."""

DOOR_MM: Final = 100.0
"""Thickness of the doors."""

_SIDES: Final = np.array([-1.0, 1.0])
_ACROSS_MM: Final = WIDTH_MM - 110


def add_insulated_box(
    solids: Solids, rng: np.random.Generator, length: float, height: float
) -> None:
    """Add walls, roof, floor and doors of foam between skins.

    Args:
        solids: What they are added to.
        rng: Source of chance: skins, spacing of the posts.
        length: Outside length of the container, mm.
        height: Outside height, mm.
    """
    long, tall, skin = length - 340, height - 270, rng.uniform(0.7, 1.1)
    middle = (length / 2, height / 2 + 60, 0.0)
    foam = SIDE_MM - 10
    wall = np.array(middle) + combine(0, 0, _SIDES * (HALF_MM - 5 - foam / 2))
    solids.add(BOX, (long, tall, foam), wall, POLYURETHANE)
    outer = np.array(middle) + combine(0, 0, _SIDES * (HALF_MM - 4))
    solids.add(BOX, (long, tall, skin), outer, STEEL)
    inner = np.array(middle) + combine(0, 0, _SIDES * (HALF_MM - SIDE_MM + 1))
    solids.add(BOX, (long, tall, skin), inner, STEEL)
    solids.add(BOX, (long, 75, _ACROSS_MM), (length / 2, height - 65, 0), POLYURETHANE)
    sheets = combine(length / 2, (height - 25, height - 105), 0)
    solids.add(BOX, (long, 1.2, _ACROSS_MM), sheets, ALUMINIUM)
    _add_posts(solids, rng, length, height)
    _add_t_floor(solids, length)
    _add_bulkheads(solids, length, height)


def _add_posts(
    solids: Solids, rng: np.random.Generator, length: float, height: float
) -> None:
    """Posts in the foam, and rails along the lining where it is bumped."""
    gap = rng.uniform(700, 1150)
    x = np.arange(UNIT_MM + gap / 2, length - 300, gap)
    y, z = (height + REEFER_FLOOR_MM) / 2, _SIDES * (HALF_MM - 34)
    for edge in (-1, 1):
        sides = combine(x + edge * 24, y, z)
        solids.add(BOX, (8, height - REEFER_FLOOR_MM - 130, 42), sides, POLYETHYLENE)
    caps = combine(x, y, _SIDES * (HALF_MM - 11))
    solids.add(BOX, (56, height - REEFER_FLOOR_MM - 130, 2.5), caps, STEEL)
    ribs = combine(
        length / 2,
        REEFER_FLOOR_MM + np.array([20, 90, 160, 290, 560]),
        _SIDES * (HALF_MM - SIDE_MM - 3),
    )
    solids.add(BOX, (length - 600, 14, 4), ribs, ALUMINIUM)


def _add_t_floor(solids: Solids, length: float) -> None:
    """T-bars of aluminium along the hold, on foam over a sheet of steel."""
    long, x = length - UNIT_MM - 130, (length + UNIT_MM - 130) / 2
    z = np.linspace(-HALF_MM + 110, HALF_MM - 110, 40)
    tops = combine(x, REEFER_FLOOR_MM - 2, z)
    solids.add(BOX, (long, 4, 30), tops, ALUMINIUM)
    stems = combine(x, REEFER_FLOOR_MM - 32, z)
    solids.add(BOX, (long, 56, 3.5), stems, ALUMINIUM)
    solids.add(BOX, (long, 3, _ACROSS_MM), (x, REEFER_FLOOR_MM - 62, 0), ALUMINIUM)
    low, high = 40.0, REEFER_FLOOR_MM - 64
    foam = (length - 240, high - low, _ACROSS_MM)
    middle = (length / 2, (low + high) / 2, 0)
    solids.add(BOX, foam, middle, POLYURETHANE)
    sheet = (length - 240, 1.6, _ACROSS_MM)
    solids.add(BOX, sheet, (length / 2, low - 1, 0), STEEL)
    hats = combine(np.arange(500, length - 400, 610.0), low - 14, 0)
    solids.add_shell((90, 26, _ACROSS_MM), 3, hats, STEEL)


def _add_bulkheads(solids: Solids, length: float, height: float) -> None:
    """The insulated bulkhead behind the unit, and insulated doors."""
    low, high = REEFER_FLOOR_MM, height - 110
    tall, y = high - low, (low + high) / 2
    for x, deep in ((UNIT_MM - 90, 80.0), (length - 30 - DOOR_MM / 2, DOOR_MM - 20)):
        solids.add(BOX, (deep, tall, _ACROSS_MM), (x, y, 0), POLYURETHANE)
        skins = combine((x - deep / 2, x + deep / 2), y, 0)
        solids.add(BOX, (1.0, tall, _ACROSS_MM), skins, STEEL)


def add_refrigeration(solids: Solids, rng: np.random.Generator, height: float) -> None:
    """Add the refrigeration unit, in the front wall.

    Args:
        solids: What it is added to.
        rng: Source of chance: where its parts are.
        height: Outside height of the container, mm.
    """
    front, back = 25.0, UNIT_MM - 140
    middle, deep = (front + back) / 2, back - front
    uprights = combine((front + 25, back - 15), height / 2, (-1080, -360, 400, 1080))
    solids.add_shell((40, height - 350, 50), 3, uprights, STEEL)
    shelves = combine(middle, (260, 0.42 * height, 0.62 * height), 0)
    solids.add(BOX, (deep, 3, _ACROSS_MM - 60), shelves, ALUMINIUM)
    sheet = (front + 2, height * 0.77, 0)
    solids.add(BOX, (1.5, 0.36 * height, _ACROSS_MM - 60), sheet, ALUMINIUM)
    _add_compressor(solids, rng, middle)
    coil = (deep * 0.45, 0.17 * height, 1500)
    at = (back - coil[0] / 2, 0.52 * height, rng.uniform(-150, 150))
    solids.add(BOX, coil, at, COPPER, fill=0.025)
    solids.add(BOX, coil, at, ALUMINIUM, fill=0.08)
    coil = (110, 0.15 * height, 1700)
    solids.add(BOX, coil, (back - 60, 0.72 * height, 0), ALUMINIUM, fill=0.12)
    _add_fans(solids, middle, height)
    _add_controls(solids, rng, (front, back), height)


def _add_compressor(solids: Solids, rng: np.random.Generator, x: float) -> None:
    z, y = rng.uniform(-700, -250), 470.0
    across, tall = rng.uniform(180, 240), rng.uniform(330, 430)
    body = (x - 20, y, z)
    solids.add_tube((across, across, tall), 16, body, CAST_IRON, turn=ALONG_Y)
    motor = (across - 40, across - 40, tall * 0.7)
    solids.add(CYLINDER, motor, (x - 20, y - 20, z), WINDINGS, turn=ALONG_Y, fill=0.7)
    receiver = (x - 30, 430, rng.uniform(250, 600))
    solids.add_tube((150, 150, 420), 4, receiver, STEEL, turn=ALONG_Y, mesh=PRISM)
    valves = combine(x, y + rng.uniform(-180, 330, 3), rng.uniform(-900, 900, 3))
    solids.add(PRISM, (55, 55, 90), valves, COPPER, turn=ALONG_Y, fill=0.5)


def _add_fans(solids: Solids, x: float, height: float) -> None:
    """A condenser fan in the middle, two evaporator fans at the top."""
    places = combine(x, height * 0.88, (-520.0, 520.0))
    places = np.concatenate([places, [[x - 40, height * 0.52, 0]]])
    solids.add_tube((430, 430, 110), 3, places, ALUMINIUM, turn=ALONG_X)
    solids.add(PRISM, (130, 130, 150), places, WINDINGS, turn=ALONG_X, fill=0.8)
    solids.add(CYLINDER, (400, 400, 8), places, ALUMINIUM, turn=ALONG_X, fill=0.5)


def _add_controls(
    solids: Solids,
    rng: np.random.Generator,
    x: tuple[float, float],
    height: float,
) -> None:
    """A box of controls, a transformer, and pipes up and down."""
    at = (x[0] + 90, 0.47 * height, 800)
    solids.add_shell((160, 520, 420), 3, at, ALUMINIUM)
    parts = rng.uniform((-50, -200, -150), (50, 200, 150), (14, 3)) + np.array(at)
    solids.add(BOX, (45, 70, 80), parts, WINDINGS, fill=0.35)
    solids.add(BOX, (150, 180, 230), (x[0] + 130, 330, 850), WINDINGS, fill=0.75)
    pipes = np.column_stack(
        [
            rng.uniform(x[0] + 40, x[1] - 20, 12),
            rng.uniform(0.25, 0.75, 12) * height,
            rng.uniform(-1000, 1000, 12),
        ]
    )
    long = rng.uniform(300, 1100, 12)
    long = np.minimum(long, 1.9 * np.minimum(pipes[:, 1] - 200, height - pipes[:, 1]))
    size = np.column_stack([np.full((12, 2), 28.0), np.maximum(long, 50)])
    solids.add_tube(size, 1.5, pipes, COPPER, turn=ALONG_Y, mesh=PRISM)
