"""Pallets, and cartons on them or piled on the floor."""

from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import (
    ALUMINIUM,
    BRASS,
    CERAMIC,
    ELECTRONICS,
    FOOD,
    PAPER,
    POLYETHYLENE,
    STEEL,
    TEXTILE,
    WATER,
    WINDINGS,
    WOOD,
    Material,
)
from data.simulation.chance import pick
from data.simulation.geometry.meshes import BOX, PRISM
from data.simulation.geometry.solids import Solids
from data.simulation.geometry.turns import ALONG_X, ALONG_Y, ALONG_Z
from data.simulation.goods.rows import (
    keep_inside,
    limit_height,
    line_up,
    make_grid,
    offer_some,
    sway,
)
from data.simulation.loading.hold import Hold
from data.simulation.loading.load import Load

Reals = npt.NDArray[np.float64]

PALLET_MM: Final = 156.0
"""Height of a pallet."""


_DEEP: Final = 1140.0
_MOST_ITEMS: Final = 2200

_GOODS: Final = (
    # material, lightest and densest bulk in g/cm3 with the air in the carton
    (FOOD, 0.2, 0.6),
    (FOOD, 0.12, 0.4),
    (PAPER, 0.15, 0.55),
    (PAPER, 0.05, 0.2),
    (TEXTILE, 0.1, 0.28),
    (TEXTILE, 0.08, 0.2),
    (ELECTRONICS, 0.08, 0.25),
    (POLYETHYLENE, 0.06, 0.25),
    (WATER, 0.4, 0.75),
    (CERAMIC, 0.3, 0.75),
    (STEEL, 0.2, 0.7),
)


def load_cartons(rng: np.random.Generator, hold: Hold) -> Load:
    """Cartons with goods inside, on pallets or piled from wall to wall."""
    load = Load()
    material, lightest, densest = pick(rng, _GOODS)
    bulk = rng.uniform(lightest, densest)
    if rng.random() < 0.6:
        centres, sizes = _palletise(rng, load.solids, hold, bulk)
    else:
        centres, sizes = _pile(rng, hold, bulk)
    load.solids.add_shell(sizes, 4, centres, PAPER, fill=0.75)
    inner = sizes - 12
    _fill_cartons(load.solids, rng, (centres, inner), (material, bulk))
    niche = inner - 6
    offer_some(rng, load, "package", (centres, niche), 50)
    return load


def pallet_rows(hold: Hold) -> tuple[float, float]:
    """Where the middles of two rows of pallets are across a hold, mm.

    Args:
        hold: Where. A pallet is 1.1 m deep.
    """
    away = min(590.0, hold.side - 570.0)
    return -away, away


def add_pallets(solids: Solids, bases: npt.ArrayLike, wide: float, deep: float) -> None:
    """Add wooden pallets of boards and blocks, `PALLET_MM` high.

    Args:
        solids: To add them to.
        bases: (N, 3), the middle of each underside, mm.
        wide: Extent along x, mm.
        deep: Extent along z, mm.
    """
    places = np.reshape(np.asarray(bases, np.float64), (-1, 3))
    runners = np.array([[0, y, z * deep] for y in (11, 123) for z in (-0.43, 0, 0.43)])
    blocks = np.array(
        [[x * wide, 67, z * deep] for x in (-0.43, 0, 0.43) for z in (-0.43, 0, 0.43)]
    )
    boards = np.array([[x * wide, 145, 0] for x in (-0.42, -0.21, 0, 0.21, 0.42)])
    for part, size in (
        (runners, (wide, 22, 100)),
        (blocks, (100, 90, 100)),
        (boards, (wide * 0.14, 22, deep)),
    ):
        solids.add(BOX, size, (places[:, None] + part).reshape(-1, 3), WOOD)


def _palletise(
    rng: np.random.Generator, solids: Solids, hold: Hold, bulk: float
) -> tuple[Reals, Reals]:
    """Centres and sizes of the cartons on two rows of pallets, (N, 3) each."""
    wide = float(rng.choice((800, 1000, 1200, 1200)))
    side = np.array(
        [
            rng.choice((300, 400, 600, 1200)),
            rng.uniform(170, 520),
            rng.choice((285, 380, 570)),
        ]
    )
    tall = min(rng.triangular(1000, 2150, 2350), limit_height(hold, bulk * 0.9))
    stacks = [
        (x, z) for x in line_up(rng, hold, wide, (8, 60)) for z in pallet_rows(hold)
    ]
    if not stacks:
        return np.empty((0, 3)), np.empty((0, 3))
    add_pallets(solids, [(x, hold.floor, z) for x, z in stacks], wide, 1100)
    counts = (
        round(wide / side[0]),
        (tall - PALLET_MM) // side[1],
        _DEEP // side[2],
    )
    grid = make_grid(*counts)
    cell = np.array([wide, 0, _DEEP]) / (grid.max(axis=0) + 1)
    cell[1] = min(side[1], tall - PALLET_MM)
    parts = [
        _stack(rng, grid, cell) + np.array([x, hold.floor + PALLET_MM, z])
        for x, z in stacks
    ]
    centres = np.concatenate(parts)
    sizes = cell - rng.uniform((2, 1.5, 2), (9, 2, 9), centres.shape)
    return keep_inside(hold, centres, sizes), sizes


def _stack(rng: np.random.Generator, grid: Reals, cell: Reals) -> Reals:
    """Centres of the cartons of one pallet about the middle of its top, (N, 3)."""
    layers = int(grid[:, 1].max()) + 1
    lost = int(rng.integers(1, layers // 2 + 2)) if rng.random() < 0.2 else 0
    part = rng.random() if rng.random() < 0.4 else 0.0
    level = grid[:, 1]
    missing = (level >= layers - lost) | (
        (level == layers - lost - 1) & (rng.random(len(grid)) < part)
    )
    kept = grid[~missing] if not missing.all() else grid
    middle = (grid.max(axis=0) + 1) / 2 * [1, 0, 1]
    slip = rng.normal(0, 5, (layers, 3))[kept[:, 1].astype(int)] * [1, 0, 1]
    lean = rng.normal(0, 12) * kept[:, 1:2] / layers * [1, 0, 0]
    loose = rng.normal(0, 2.5, kept.shape) * [1, 0, 1]
    return np.asarray(
        (kept + 0.5 * np.array([1, 1, 1]) - middle) * cell + slip + lean + loose
    )


def _pile(rng: np.random.Generator, hold: Hold, bulk: float) -> tuple[Reals, Reals]:
    """Centres and sizes of cartons piled on the floor in leaning columns."""
    cell = np.array(
        [rng.uniform(280, 620), rng.uniform(180, 480), rng.uniform(320, 620)]
    )
    if rng.random() < 0.15:
        cell[0] = rng.uniform(950, 1250)
    cell[0] = min(cell[0], hold.length - 60)
    tall = limit_height(hold, bulk) * rng.uniform(0.75, 1.0)
    columns, layers, rows = (
        max(int(c), 1)
        for c in ((hold.length - 40) / cell[0], tall / cell[1], 2 * hold.side / cell[2])
    )
    cell[1:] = min(cell[1], hold.height - 60), 2 * hold.side / rows
    places = make_grid(columns, layers, rows)
    uneven = rng.random(columns // 3 + 1) < rng.choice((0.0, 0.1, 0.4))
    tops = layers - np.repeat(uneven, 3)[:columns].astype(int)
    if rng.random() < 0.4:
        tops[int(columns * rng.uniform(0.6, 0.95)) :] -= rng.integers(
            1, layers // 2 + 2
        )
    column, level, row = places.T.astype(int)
    kept = level < np.maximum(tops[column], 1)
    kept &= (level < tops[column] - 1) | (rng.random(len(places)) > 0.06)
    places, column, level, row = places[kept], column[kept], level[kept], row[kept]
    spread = np.sort(rng.uniform(0, hold.length - 20 - columns * cell[0], columns))
    centres = (places + 0.5) * cell + np.array([hold.x0 + 10, hold.floor, -hold.side])
    slip = sway(rng, (columns, layers, rows), rng.uniform(0, 90))
    centres[:, 0] += slip[column, level, row]
    centres[:, 0] += spread[column] + rng.normal(0, 4, len(centres))
    sizes = cell - rng.uniform((3, 1.5, 3), (14, 2, 14), centres.shape)
    return keep_inside(hold, centres, sizes), sizes


def _fill_cartons(
    solids: Solids,
    rng: np.random.Generator,
    room: tuple[Reals, Reals],
    goods: tuple[Material, float],
) -> None:
    """Goods as one block, as bottles, tins, slabs or items, some with metal parts."""
    centres, sizes = room
    material, bulk = goods
    level = rng.uniform(0.84, 0.98, len(centres))
    sizes = sizes * np.column_stack([np.ones_like(level), level, np.ones_like(level)])
    low = centres - np.outer((1 / level - 1) / 2 * sizes[:, 1], [0, 1, 0])
    counts = np.array([rng.integers(1, 6), rng.integers(1, 4), rng.integers(1, 4)])
    while counts.prod() > 1 and len(centres) * counts.prod() > _MOST_ITEMS:
        counts[counts.argmax()] -= 1
    shares = (make_grid(*counts) + 0.5) / counts - 0.5
    items = (low[:, None] + shares * sizes[:, None]).reshape(-1, 3)
    cells = np.repeat(sizes / counts, len(shares), axis=0)
    packing = bulk / material.density_g_cm3 * rng.uniform(0.9, 1.1, len(centres))
    dense = np.repeat(packing, len(shares))
    style = int(rng.integers(3))
    if style == 0 and counts.prod() > 1:
        _add_upright(solids, rng, (items, cells), material, dense)
    else:
        shrink = rng.uniform(0.8, 0.98, cells.shape) if style == 1 else np.full(3, 0.97)
        share = dense / np.prod(np.broadcast_to(shrink, cells.shape), axis=1)
        solids.add(BOX, cells * shrink, items, material, fill=np.minimum(share, 1.0))
    if material in (ELECTRONICS, STEEL) or rng.random() < 0.2:
        _add_metal_parts(solids, rng, items, cells)


def _add_upright(
    solids: Solids,
    rng: np.random.Generator,
    room: tuple[Reals, Reals],
    material: Material,
    dense: Reals,
) -> None:
    """Bottles, or tins with a rim of steel."""
    items, cells = room
    across = np.minimum(cells[:, 0], cells[:, 2]) * 0.96
    size = np.column_stack([across, across, cells[:, 1] * 0.94])
    share = dense * cells.prod(axis=1) / (0.73 * size.prod(axis=1))
    fill = np.minimum(share, 1.0)
    solids.add(PRISM, size, items, material, turn=ALONG_Y, fill=fill)
    if rng.random() < 0.3:
        rim = size * [1, 1, 0] + [0, 0, 5]
        for end in (-0.47, 0.47):
            at = items + cells * [0, end, 0]
            solids.add(PRISM, rim, at, STEEL, turn=ALONG_Y, fill=0.12)


def _add_metal_parts(
    solids: Solids, rng: np.random.Generator, items: Reals, cells: Reals
) -> None:
    chosen = rng.random(len(items)) < rng.uniform(0.2, 0.7)
    places, room = items[chosen], cells[chosen].min(axis=1)
    metal = pick(rng, (STEEL, STEEL, ALUMINIUM, BRASS, WINDINGS))
    lengths = room * rng.uniform(0.4, 0.9, len(room))
    across = np.minimum(rng.uniform(8, 45, len(room)), room)
    turn = pick(rng, (ALONG_X, ALONG_Y, ALONG_Z))
    size = np.column_stack([across, across, lengths])
    solids.add(PRISM, size, places, metal, turn=turn, fill=0.7)
