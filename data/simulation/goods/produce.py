"""Food that travels cooled: fruit in boxes, frozen meat, up to a load line."""

from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import FOOD, PAPER, WOOD
from data.simulation.geometry.meshes import BOX, make_cylinder, make_pillow
from data.simulation.geometry.solids import Solids
from data.simulation.geometry.turns import turn_about
from data.simulation.goods.pallets import PALLET_MM, add_pallets, pallet_rows
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

_LOAD_LINE_MM: Final = 90.0
"""Room that cold air needs under the roof."""

_LUMP: Final = make_pillow(5, roundness=0.4)
_SQUARE: Final = make_pillow(4, roundness=0.12)
_FRUIT: Final = make_cylinder(6)


def load_produce(rng: np.random.Generator, hold: Hold) -> Load:
    """Fruit in boxes on pallets, or frozen meat in cartons piled from wall to wall."""
    return _load_fruit(rng, hold) if rng.random() < 0.5 else _load_frozen(rng, hold)


def _load_fruit(rng: np.random.Generator, hold: Hold) -> Load:
    """Trays of fruit; single fruits show in the uppermost trays only."""
    load = Load()
    bulk = rng.uniform(0.3, 0.48)
    tall = limit_height(hold, bulk * 0.85, _LOAD_LINE_MM) * rng.uniform(0.93, 1.0)
    wide = float(rng.choice((1000, 1200)))
    spots = [
        (x, z) for x in line_up(rng, hold, wide, (0, 45)) for z in pallet_rows(hold)
    ]
    if not spots:
        return load
    bases = np.array([(x, hold.floor, z) for x, z in spots])
    add_pallets(load.solids, bases, wide, 1120)
    cell = np.array(
        [wide / rng.integers(2, 4), rng.uniform(160, 300), 1140 / rng.integers(2, 4)]
    )
    layers = max(int((tall - PALLET_MM) / cell[1]), 1)
    grid = make_grid(round(wide / cell[0]), layers, round(1140 / cell[2]))
    tray = (grid + 0.5) * cell - [wide / 2, -PALLET_MM, 570]
    lean = np.zeros((len(bases), len(tray), 3))
    slope = rng.normal(rng.choice((0, 25)), 9, (len(bases), 1))
    lean[:, :, 0] = slope * grid[:, 1] / layers
    centres = (bases[:, None] + tray + lean).reshape(-1, 3)
    short = np.repeat(rng.random(len(bases)) < 0.12, len(tray))
    kept = np.tile(grid[:, 1] < max(layers - 1, 1), len(bases)) | ~short
    upper = np.tile(grid[:, 1] >= layers - 2, len(bases))[kept]
    centres = keep_inside(hold, centres[kept], cell)
    load.solids.add_shell(cell - 4, 4, centres, PAPER, fill=0.7)
    fill = bulk / FOOD.density_g_cm3 * rng.uniform(0.93, 1.07, len(centres))
    inside = cell - 14
    _add_columns(load.solids, rng, (centres[~upper], inside), fill[~upper])
    _add_fruit(load.solids, rng, (centres[upper], inside), fill[upper])
    offer_some(rng, load, "goods", (centres, inside * [0.95, 0.9, 0.95]), 50)
    return load


def _add_fruit(
    solids: Solids, rng: np.random.Generator, room: tuple[Reals, Reals], fill: Reals
) -> None:
    """Rows of fruit along the rays, every second row half a fruit aside."""
    centres, size = room
    across = max(rng.uniform(65, 105), np.sqrt(size[0] * size[1] * len(centres) / 3600))
    columns, layers = (
        max(int(size[0] / across), 1),
        max(int(size[1] / (0.9 * across)), 1),
    )
    grid = make_grid(columns, layers) + 0.5
    shift = np.where(np.floor(grid[:, 1]) % 2 == 1, 0.22, -0.22)
    at = np.zeros((len(grid), 3))
    at[:, 0] = ((grid[:, 0] + shift) / columns - 0.5) * size[0] * 0.94
    at[:, 1] = (grid[:, 1] / layers - 0.5) * size[1]
    places = (centres[:, None] + at).reshape(-1, 3)
    places += rng.normal(0, 3, places.shape)
    row = (across, across * 0.96, size[2])
    filled = 0.7 * np.prod(row) * len(grid) / np.prod(size)
    dense = np.minimum(np.repeat(fill, len(grid)) / filled, 1.0)
    solids.add(_FRUIT, row, places, FOOD, fill=dense)


def _add_columns(
    solids: Solids, rng: np.random.Generator, room: tuple[Reals, Reals], fill: Reals
) -> None:
    """Fruit farther down, where rows hide each other: its columns only."""
    centres, size = room
    count = 3
    shares = (np.arange(count) + 0.5) / count - 0.5
    places = (centres[:, None] + np.outer(shares, size * [1, 0, 0])).reshape(-1, 3)
    wide = rng.uniform(0.72, 0.98, len(places))
    places[:, 0] += rng.normal(0, 4, len(places))
    high = rng.uniform(0.86, 1.0, len(places))
    column = size * np.column_stack([wide / count, high, np.ones(len(places))])
    dense = np.repeat(fill, count) / (0.85 * 0.93)
    solids.add(BOX, column, places, FOOD, fill=np.minimum(dense, 1.0))


def _load_frozen(rng: np.random.Generator, hold: Hold) -> Load:
    """Cartons or blocks in leaning columns, rounded, on battens."""
    load = Load()
    bulk = rng.uniform(0.4, 0.75)
    cell = np.array(
        [rng.uniform(190, 420), rng.uniform(120, 200), rng.uniform(380, 620)]
    )
    tall = limit_height(hold, bulk * 0.85, _LOAD_LINE_MM) * rng.uniform(0.85, 1.0)
    group = int(rng.integers(1, 5))
    gap = rng.uniform(8, 40)
    columns, layers, rows = (
        max(int(c), 1)
        for c in (
            (hold.length - 40) / (cell[0] + gap / group),
            tall / cell[1],
            2 * hold.side / cell[2],
        )
    )
    cell[2] = 2 * hold.side / rows
    places = make_grid(columns, layers, rows)
    column, level, row = places.T.astype(int)
    tops = layers - np.repeat(rng.integers(0, 2, columns // group + 1), group)[:columns]
    if rng.random() < 0.4:
        tops[int(columns * rng.uniform(0.55, 0.95)) :] -= rng.integers(
            1, layers // 3 + 2
        )
    tops = np.maximum(tops[:, None] - (rng.random((columns, rows)) < 0.2), 1)
    kept = level < tops[column, row]
    places, column, level, row = places[kept], column[kept], level[kept], row[kept]
    centres = (places + 0.5) * cell + [hold.x0 + 20, hold.floor + 10, -hold.side]
    centres[:, 0] += (column // group) * gap
    slip = sway(rng, (columns // group + 1, layers, rows), rng.uniform(0, 120))
    centres[:, 0] += slip[column // group, level, row]
    centres += rng.normal(0, rng.uniform((3, 2, 3), (14, 6, 10)), centres.shape)
    upper = level >= tops[column, row] - 3
    size = cell * rng.uniform((0.86, 0.9, 0.9), (1.04, 1.1, 1.02), centres.shape)
    centres = keep_inside(hold, centres, size)
    tilt = turn_about(2, rng.normal(0, 0.05, len(centres)) * upper)
    dense = bulk / FOOD.density_g_cm3 * rng.uniform(0.9, 1.2, len(centres))
    for mesh, mine in ((_LUMP, upper), (_SQUARE if len(upper) < 1400 else BOX, ~upper)):
        load.solids.add(
            mesh, size[mine], centres[mine], FOOD, turn=tilt[mine], fill=dense[mine]
        )
    battens = [(x, hold.floor + 5, 0) for x in line_up(rng, hold, 90, (250, 250))]
    load.solids.add(BOX, (90, 10, 2 * hold.side - 60), battens, WOOD)
    niche = np.minimum(cell * [2.2, 1.6, 0.9], (900, 400, 900))
    offer_some(rng, load, "goods", (keep_inside(hold, centres, niche), niche), 50)
    return load
