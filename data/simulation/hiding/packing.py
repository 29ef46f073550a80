"""Things to hide something in that stand by themselves: parcels, tools, plates."""

from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import (
    ALUMINIUM,
    CAST_IRON,
    PAPER,
    POLYETHYLENE,
    STEEL,
    TEXTILE,
    WOOD,
)
from data.simulation.chance import pick
from data.simulation.geometry.meshes import BOX
from data.simulation.geometry.solids import Solids
from data.simulation.hiding.posing import draw_turn
from data.simulation.phantoms.confusers import draw_confuser

Reals = npt.NDArray[np.float64]

PACKINGS: Final = ("tools", "shielding", "parcel")
"""Concealments that need no niche of the cargo."""

_SKINS: Final = (
    (PAPER, 5.0, 0.75),
    (TEXTILE, 3.0, 0.8),
    (WOOD, 14.0, 1.0),
    (POLYETHYLENE, 4.0, 1.0),
    (STEEL, 1.2, 1.0),
)
_SKIN_SHARES: Final = (0.4, 0.2, 0.15, 0.15, 0.1)
_TOOLS: Final = (
    "angle grinder",
    "caulking gun",
    "clamp",
    "drill",
    "hacksaw",
    "hammer",
    "pliers",
    "stapler",
    "wrench",
)


def draw_spare(rng: np.random.Generator, kind: str) -> Reals:
    """Draw how much larger than the thing a packing of a kind is.

    Args:
        rng: Source of chance.
        kind: One of `PACKINGS`.

    Returns:
        (3,), mm.
    """
    if kind == "tools":
        return rng.uniform((80, 60, 80), (350, 200, 300))
    if kind == "shielding":
        return rng.uniform(30, 110, 3)
    return rng.uniform(20, 90, 3)


def pack(rng: np.random.Generator, kind: str, centre: Reals, size: Reals) -> Solids:
    """Build a packing.

    Args:
        rng: Source of chance.
        kind: One of `PACKINGS`.
        centre: (3,), where it goes, mm.
        size: (3,), outside extent, mm.

    Returns:
        Its skin and what else is in it, without the thing that it hides.
    """
    packing = Solids()
    skin, wall, fill = _SKINS[rng.choice(len(_SKINS), p=_SKIN_SHARES)]
    packing.add_shell(size, wall, centre, skin, fill=fill)
    stuffing = rng.uniform(0.01, 0.15)
    packing.add(BOX, size - 2 * wall, centre, TEXTILE, fill=stuffing)
    if kind == "tools":
        _add_tools(packing, rng, centre, size - 2 * wall)
    if kind == "shielding":
        _add_plates(packing, rng, centre, size - 2 * wall)
    return packing


def _add_tools(
    packing: Solids, rng: np.random.Generator, centre: Reals, room: Reals
) -> None:
    """A few tools that lie in the box, those that fit."""
    for _ in range(int(rng.integers(3, 7))):
        tool = Solids()
        tool.place(
            draw_confuser(rng, pick(rng, _TOOLS)).solids, (0, 0, 0), draw_turn(rng)
        )
        low, high = tool.bounds()
        spare = room - (high - low)
        if (spare < 0).any():
            continue
        corner = centre - room / 2 + rng.random(3) * [1, 0.6, 1] * spare
        packing.place(tool, corner - low)


def _add_plates(
    packing: Solids, rng: np.random.Generator, centre: Reals, room: Reals
) -> None:
    """A plate before, behind, or on both sides of what is hidden."""
    metal = pick(rng, (STEEL, STEEL, CAST_IRON, ALUMINIUM))
    sides = pick(rng, ((-1,), (1,), (-1, 1)))
    for side in sides:
        thick = min(float(rng.choice((6.0, 10.0, 20.0, 40.0, 60.0))), room[2] / 3)
        at = centre + np.array([0, 0, side * (room[2] - thick) / 2])
        packing.add(BOX, (room[0], room[1], thick), at, metal)
