"""Walls and roof of a dry box: corrugated steel, vents, lashing rings, patches."""

from typing import Final

import numpy as np

from data.physics.materials import POLYETHYLENE, STEEL
from data.simulation.chance import pick
from data.simulation.containers.dimensions import FLOOR_MM, HALF_MM, WIDTH_MM
from data.simulation.containers.members import (
    END,
    ROOF,
    SIDE,
    Wave,
    add_corrugation,
    combine,
)
from data.simulation.geometry.meshes import BOX
from data.simulation.geometry.solids import Solids

_SIDE_WAVES: Final = (
    Wave((72, 70), 68, 36),
    Wave((72, 70), 68, 36),
    Wave((110, 104), 18, 36),
    Wave((90, 80), 60, 28),
)
_FRONT_WAVE: Final = Wave((110, 104), 18, 45)
_ROOF_WAVE: Final = Wave((80, 79), 25, 20)
_WALL_MM: Final = HALF_MM - 24
_END_MM: Final = 126.0
_END_PANEL_MM: Final = 1150.0


def add_walls(
    solids: Solids, rng: np.random.Generator, length: float, height: float
) -> None:
    """Add side walls, front wall and roof.

    Args:
        solids: What they are added to.
        rng: Source of chance: profile, thickness, rings, vents, patches.
        length: Outside length of the container, mm.
        height: Outside height, mm.
    """
    _add_sides(solids, rng, length, height)
    tall, middle = height - 230, height / 2 + 20
    front = (45.0, middle, 0.0)
    extent = (WIDTH_MM - 220, tall)
    add_corrugation(solids, _FRONT_WAVE, END, front, extent, rng.uniform(1.6, 2.0))
    roof = (length / 2, height - 28.0, 0.0)
    extent = (length - 2 * _END_MM, WIDTH_MM - 110)
    add_corrugation(solids, _ROOF_WAVE, ROOF, roof, extent, rng.uniform(1.9, 2.2))
    _add_rings(solids, rng, length, height)
    _add_vents(solids, rng, length, height)
    _add_patches(solids, rng, length, height)


def _add_sides(
    solids: Solids, rng: np.random.Generator, length: float, height: float
) -> None:
    """Panels, the outermost of a thicker sheet."""
    wave, thin = pick(rng, _SIDE_WAVES), rng.uniform(1.5, 1.8)
    thick = thin + rng.choice((0.0, 0.4))
    inner, tall = length - 2 * _END_MM, height - 225
    panel = min(_END_PANEL_MM, inner / 3)
    middle = (inner - 2 * panel) / 2
    bends = (
        (length / 2, 2 * middle, thin),
        (length / 2 - middle - panel / 2, panel, thick),
        (length / 2 + middle + panel / 2, panel, thick),
    )
    for side in (-1, 1):
        axes = SIDE * np.array([1.0, side, 1.0])
        for x, long, sheet in bends:
            centre = (x, height / 2 + 50, side * _WALL_MM)
            add_corrugation(solids, wave, axes, centre, (long, tall), sheet)


def _add_rings(
    solids: Solids, rng: np.random.Generator, length: float, height: float
) -> None:
    """Loops of rod under the top rails and over the bottom rails."""
    count = max(round(length / rng.uniform(1000, 1500)), 2)
    x = np.linspace(260, length - 260, count) + rng.normal(0, 12, count)
    tall, rod, z = 55.0, 11.0, np.array([-1.0, 1.0]) * (HALF_MM - 62)
    levels = (height - 100 - tall / 2, FLOOR_MM + 15 + tall / 2)
    for level, outwards in zip(levels, (-1, 1), strict=True):
        x = x if outwards < 0 else x[::2]
        legs = combine(np.concatenate([x - 20, x + 20]), level, z)
        solids.add(BOX, (rod, tall, rod), legs, STEEL)
        bows = combine(x, level + outwards * (tall / 2), z)
        solids.add(BOX, (30, rod, rod), bows, STEEL)


def _add_vents(
    solids: Solids, rng: np.random.Generator, length: float, height: float
) -> None:
    """Pairs of small ventilators high in the walls, near the ends."""
    if rng.random() < 0.2:
        return
    x = np.array([rng.uniform(350, 450), length - rng.uniform(350, 450)])
    if rng.random() < 0.6:
        x = np.concatenate([x, np.add(x, (260, -260))])
    places = combine(x, height - 330, np.array([-1.0, 1.0]) * (HALF_MM - 8))
    solids.add(BOX, (95, 190, 22), places, POLYETHYLENE, fill=0.35)
    solids.add(BOX, (70, 50, 1.5), places, STEEL)


def _add_patches(
    solids: Solids, rng: np.random.Generator, length: float, height: float
) -> None:
    """Welds around pieces that replace damaged ones, and a plate at times."""
    count = int(rng.poisson(1.5))
    size = rng.uniform((150, 150, 2.5), (900, 600, 4), (count, 3))
    low = np.array([_END_MM + 500, FLOOR_MM + 350, 0])
    high = np.array([length - _END_MM - 500, height - 450, 0])
    places = rng.uniform(low, np.maximum(low, high), (count, 3))
    places[:, 2] = rng.choice((-1, 1), count) * (HALF_MM - 8)
    for axis in (0, 1):
        bead = size.copy()
        bead[:, axis] = 7
        for end in (-0.5, 0.5):
            at = places + end * size * np.eye(3)[axis]
            solids.add(BOX, bead, at, STEEL)
    plates = places[rng.random(count) < 0.2]
    solids.add(BOX, (260, 180, 1.2), plates, STEEL)
