"""Where firearms and harmless things are put: in the cargo, or in a parcel."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import PAPER, STEEL, TEXTILE, WOOD
from data.simulation.container import Hold
from data.simulation.meshes import BOX
from data.simulation.path_length import Fan
from data.simulation.solids import Solids
from data.simulation.turns import turn_about, turn_anyhow

Levels = npt.NDArray[np.float32]
Reals = npt.NDArray[np.float64]

_TRIES: Final = 40
_LEAST_CARGO_G_CM2: Final = 1.5
_COVERED: Final = 0.85
_IN_CARGO: Final = 0.9


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a thing is hidden in.

    Attributes:
        hold: The room for cargo.
        fan: The rays.
        cargo: (H, W) float32, areal density of the cargo, g/cm2.
    """

    hold: Hold
    fan: Fan
    cargo: Levels


def draw_pose(rng: np.random.Generator) -> Reals:
    """Draw how a thing lies: half of them any way round, half broadside to the rays."""
    if rng.random() < 0.5:
        return turn_anyhow(rng)
    facing = turn_about(1, np.pi * rng.integers(2) + rng.normal(0, 0.45))
    return np.asarray(
        turn_about(2, rng.uniform(0, 2 * np.pi))
        @ turn_about(0, rng.normal(0, 0.35))
        @ facing
    )


def hide(
    rng: np.random.Generator, thing: Solids, around: Surroundings
) -> tuple[Solids, Solids]:
    """Put a thing into the cargo or, where there is none, into a parcel on the floor.

    Args:
        rng: Source of chance.
        thing: About its own origin; it stays as it is.
        around: What to hide it in.

    Returns:
        The thing in its place, and what was added around it (often nothing).
    """
    densest = rng.uniform(15, 110)
    for _ in range(_TRIES if rng.random() < _IN_CARGO else 0):
        placed = _drop(rng, _pose(rng, thing, around.hold), around.hold)
        if _is_covered(placed, around, densest):
            return placed, Solids()
    return _wrap(rng, _pose(rng, thing, around.hold), around.hold)


def _pose(rng: np.random.Generator, thing: Solids, hold: Hold) -> Solids:
    """The thing turned so that it fits in the hold."""
    room = np.array([hold.length, hold.height, 2 * hold.side]) - 160
    for _ in range(_TRIES):
        posed = Solids()
        posed.place(thing, (0, 0, 0), draw_pose(rng))
        low, high = posed.bounds()
        if (high - low < room).all():
            return posed
    return thing


def _drop(rng: np.random.Generator, thing: Solids, hold: Hold) -> Solids:
    """The thing anywhere in the hold, rather low than high."""
    low, high = thing.bounds()
    first = np.array([hold.x0, hold.floor, -hold.side]) - low
    last = np.array([hold.x1, hold.ceiling, hold.side]) - high
    share = rng.random(3) * [1, 0.85, 1]
    placed = Solids()
    placed.place(thing, first + share * (last - first))
    return placed


def _is_covered(thing: Solids, around: Surroundings, densest: float) -> bool:
    x0, y0, x1, y1 = around.fan.surround(*thing.bounds())
    if x1 <= x0 or y1 <= y0:
        return False
    cargo = around.cargo[y0:y1, x0:x1]
    covered = float((cargo > _LEAST_CARGO_G_CM2).mean())
    return covered > _COVERED and float(cargo.mean()) < densest


def _wrap(rng: np.random.Generator, thing: Solids, hold: Hold) -> tuple[Solids, Solids]:
    """The thing in a carton, a bag or a case that stands on the floor."""
    low, high = thing.bounds()
    size = high - low + rng.uniform(20, 90, 3)
    spare = np.array([hold.length, hold.height, 2 * hold.side]) - size
    corner = np.array([hold.x0, hold.floor, -hold.side])
    centre = corner + size / 2 + rng.random(3) * [1, 0, 1] * np.maximum(spare, 0)
    placed, parcel = Solids(), Solids()
    placed.place(thing, centre - (low + high) / 2)
    skins = (
        (PAPER, 5.0, 0.75),
        (TEXTILE, 3.0, 0.8),
        (WOOD, 14.0, 1.0),
        (STEEL, 1.2, 1.0),
    )
    skin, wall, fill = skins[rng.choice(4, p=(0.45, 0.25, 0.2, 0.1))]
    parcel.add_shell(size, wall, centre, skin, fill=fill)
    stuffing = rng.uniform(0.02, 0.2)
    parcel.add(BOX, size - 2 * wall, centre, TEXTILE, fill=stuffing)
    return placed, parcel
