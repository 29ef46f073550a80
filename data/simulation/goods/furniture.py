"""Furniture: cupboards, sofas, mattresses, tables, chairs."""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import POLYETHYLENE, STEEL, TEXTILE, WOOD
from data.simulation.chance import pick
from data.simulation.geometry.meshes import BOX, PRISM, make_cylinder, make_pillow
from data.simulation.geometry.turns import ALONG_X, ALONG_Y
from data.simulation.goods.packing import pack_cells
from data.simulation.goods.rows import make_grid, offer_some
from data.simulation.loading.hold import Hold
from data.simulation.loading.load import Load

Reals = npt.NDArray[np.float64]
Maker = Callable[[Load, np.random.Generator, Reals, Reals], None]

_COIL: Final = make_cylinder(6)
_CUSHION: Final = make_pillow(5, roundness=0.3)


def load_furniture(rng: np.random.Generator, hold: Hold) -> Load:
    """Furniture piled up to the roof, new or used."""
    load = Load()
    centres, sizes = pack_cells(rng, hold, (1300.0, 900.0), 2250 * rng.uniform(0.7, 1))
    makers = [maker for _, maker in FURNITURE]
    shares = np.array([share for share, _ in FURNITURE]) * rng.uniform(0.2, 1, 5)
    kinds = rng.choice(len(makers), size=len(centres), p=shares / shares.sum())
    for number, make in enumerate(makers):
        mine = kinds == number
        if mine.any():
            make(load, rng, centres[mine], sizes[mine])
    return load


def add_cupboards(load: Load, rng: np.random.Generator, at: Reals, size: Reals) -> None:
    """Add cupboards and chests of drawers, with shelves, fittings and some contents.

    Args:
        load: To add them to, with niches on their shelves.
        rng: Source of chance.
        at: (N, 3), centres, mm.
        size: (N, 3), outside extent, mm.
    """
    solids = load.solids
    solids.add_shell(size, rng.uniform(14, 22, (len(at), 1)), at, WOOD, fill=1.15)
    shelves = max(int(rng.integers(1, 5)), 1)
    clear = 1 / (shelves + 1)
    for number in range(shelves + 1):
        height = (number + 1) * clear - 0.5
        board = size * [0.95, 0, 0.95] + [0, 17, 0]
        if number < shelves:
            solids.add(BOX, board, at + size * [0, height, 0], WOOD, fill=1.15)
        floor = at + size * [0, height - clear, 0] + [0, 22, 0]
        room = size * [0.9, clear * 0.8, 0.88]
        offer_some(rng, load, "furniture", (floor + room * [0, 0.5, 0], room), 8)
        share = rng.uniform(0.3, 0.95, (len(at), 3))
        pile = room * share
        kept = rng.random(len(at)) < 0.5
        stuff = pick(rng, (TEXTILE, WOOD, POLYETHYLENE))
        solids.add(
            _CUSHION, pile[kept], (floor + pile * [0, 0.5, 0])[kept], stuff, fill=0.15
        )
    upright = size * [0, 0.94, 0.94] + [17, 0, 0]
    shift = np.outer(rng.uniform(-0.2, 0.2, len(at)), [1, 0, 0]) * size
    divided = rng.random(len(at)) < 0.4
    solids.add(BOX, upright[divided], (at + shift)[divided], WOOD, fill=1.15)
    each = np.repeat(np.arange(len(at)), 8)
    spread = np.tile(
        [[x, y, z] for x in (-0.45, 0.45) for y in (-0.4, 0.4) for z in (-0.46, 0.46)],
        (len(at), 1),
    )
    solids.add(PRISM, (34, 34, 14), at[each] + size[each] * spread, STEEL, fill=0.5)
    runner = np.column_stack([np.full((len(at), 2), 9.0), size[:, 2] * 0.8])
    solids.add(_COIL, runner, at + size * [-0.46, 0.2, 0], STEEL)


def add_sofas(load: Load, rng: np.random.Generator, at: Reals, size: Reals) -> None:
    """Add sofas and armchairs: frame, springs, cushions.

    Args:
        load: To add them to, with a niche under each seat.
        rng: Source of chance.
        at: (N, 3), centres, mm.
        size: (N, 3), outside extent, mm.
    """
    solids = load.solids
    base = size * [0.98, 0.4, 0.95]
    low = at - size * [0, 0.28, 0]
    solids.add_shell(base, 24, low, WOOD, fill=0.9)
    seat = at + size * [0, 0.03, 0]
    solids.add(_CUSHION, size * [0.82, 0.24, 0.9], seat, TEXTILE, fill=0.04)
    back = at + size * [0, 0.2, 0.38]
    solids.add(_CUSHION, size * [0.95, 0.58, 0.22], back, TEXTILE, fill=0.05)
    for side in (-0.44, 0.44):
        arm = at + size * [side, 0.02, 0]
        solids.add(_CUSHION, size * [0.12, 0.56, 0.95], arm, WOOD, fill=0.25)
    count = np.arange(7)
    for row in (-0.25, 0.0, 0.25):
        x = (count + 0.5) / 7 - 0.5
        place = (
            low[:, None]
            + size[:, None]
            * np.column_stack([x * 0.8, np.full(7, 0.16), np.full(7, row)])
        ).reshape(-1, 3)
        solids.add(BOX, (9, 5, 260), place, STEEL, fill=0.6)
    room = base - 56
    offer_some(rng, load, "furniture", (low, room), 20)


def add_mattresses(
    load: Load, rng: np.random.Generator, at: Reals, size: Reals
) -> None:
    """Add mattresses, upright side by side, of foam or with springs.

    Args:
        load: To add them to, with a niche in each bundle.
        rng: Source of chance.
        at: (N, 3), centres, mm.
        size: (N, 3), extent of each bundle, mm.
    """
    solids = load.solids
    fill = rng.uniform(0.025, 0.06)
    solids.add(BOX, size * 0.99, at, TEXTILE, fill=fill)
    solids.add_shell(size * 0.99, 6, at, TEXTILE, fill=0.2)
    if rng.random() < 0.7:
        grid = (make_grid(8, 5) + 0.5) / (8, 5) - 0.5
        layers = (-0.3, 0.0, 0.3)
        spots = np.array([[x * 0.94, y * 0.92, z] for x, y in grid for z in layers])
        coils = (at[:, None] + size[:, None] * spots).reshape(-1, 3)
        across = np.repeat(np.minimum(size[:, 0] / 9, size[:, 1] / 6), len(spots))
        ring = np.column_stack([across, across, np.repeat(size[:, 2] / 4, len(spots))])
        wall = 2.0
        if len(coils) < 900:
            solids.add_tube(ring, wall, coils, STEEL, fill=0.35, mesh=_COIL)
        frame = size * [0.98, 0.97, 0] + [0, 0, 4]
        for z in layers:
            place = at + size * [0, 0, z - 0.12]
            solids.add_shell(frame, 5, place, STEEL, fill=0.8)
    room = size * [0.8, 0.6, 0.7]
    offer_some(rng, load, "furniture", (at - size * [0, 0.1, 0], room), 20)


def add_tables(load: Load, rng: np.random.Generator, at: Reals, size: Reals) -> None:
    """Add tables with what is under them, at times of steel.

    Args:
        load: To add them to, with a niche in each drawer.
        rng: Source of chance.
        at: (N, 3), centres, mm.
        size: (N, 3), outside extent, mm.
    """
    solids = load.solids
    top = size * [0.98, 0, 0.96] + [0, 26, 0]
    solids.add(BOX, top, at + size * [0, 0.47, 0], WOOD, fill=1.1)
    metal = rng.random() < 0.4
    for x in (-0.45, 0.45):
        for z in (-0.43, 0.43):
            leg = size * [0, 0.94, 0] + [45, 0, 45]
            place = at + size * [x, -0.02, z]
            if metal:
                solids.add_shell(leg, 2, place, STEEL)
            else:
                solids.add(BOX, leg, place, WOOD, fill=1.1)
    drawer = size * [0.5, 0, 0.7] + [0, 130, 0]
    under = at + size * [0, 0.47, 0] - [0, 80, 0]
    solids.add_shell(drawer, 12, under, WOOD, fill=1.1)
    room = drawer - 30
    offer_some(rng, load, "furniture", (under, room), 12)


def add_chairs(load: Load, rng: np.random.Generator, at: Reals, size: Reals) -> None:
    """Add stacks of chairs, and bed frames.

    Args:
        load: To add them to; there is nowhere to hide anything.
        rng: Source of chance.
        at: (N, 3), centres, mm.
        size: (N, 3), extent of each stack, mm.
    """
    solids = load.solids
    count = int(rng.integers(3, 7))
    for number in range(count):
        level = (number + 0.5) / count - 0.5
        seat = size * [0.8, 0, 0.8] + [0, 16, 0]
        solids.add(BOX, seat, at + size * [0, level, 0], WOOD, fill=0.9)
        rail = np.column_stack([np.full((len(at), 2), 24.0), size[:, 0] * 0.9])
        for z in (-0.42, 0.42):
            place = at + size * [0, level - 0.02, z]
            solids.add(_COIL, rail, place, STEEL, turn=ALONG_X, fill=0.25)
    leg = np.column_stack([np.full((len(at), 2), 26.0), size[:, 1] * 0.99])
    for x in (-0.44, 0.44):
        for z in (-0.42, 0.42):
            solids.add(
                _COIL, leg, at + size * [x, 0, z], STEEL, turn=ALONG_Y, fill=0.25
            )


FURNITURE: Final[tuple[tuple[float, Maker], ...]] = (
    (0.4, add_cupboards),
    (0.2, add_sofas),
    (0.15, add_mattresses),
    (0.15, add_tables),
    (0.1, add_chairs),
)
"""Usual shares, and what adds them to a load."""
