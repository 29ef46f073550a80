"""Goods in cloth: sacks, bulk bags, bales."""

from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import FOOD, PAPER, POLYETHYLENE, STEEL, TEXTILE, Material
from data.simulation.chance import pick
from data.simulation.geometry.meshes import BOX, make_pillow
from data.simulation.geometry.turns import turn_about
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

_FINE: Final = make_pillow(7, roundness=0.42)
_COARSE: Final = make_pillow(4, roundness=0.35)
_BAG: Final = make_pillow(9, roundness=0.52)
_SQUARE_BAG: Final = make_pillow(9, roundness=0.32)
_BALE: Final = make_pillow(6, roundness=0.14)

_SACKED_G_CM3: Final = (0.35, 0.5, 0.6, 0.75)
"""Bulk density of sacks of meal, coffee, nuts or rice."""

_BALED: Final[tuple[tuple[Material, float, float], ...]] = (
    # material, lightest and densest bale in g/cm3
    (TEXTILE, 0.2, 0.5),
    (TEXTILE, 0.15, 0.35),
    (PAPER, 0.3, 0.6),
    (POLYETHYLENE, 0.15, 0.35),
)


def load_sacks(rng: np.random.Generator, hold: Hold) -> Load:
    """Sacks in leaning columns of layers, up to an uneven top."""
    load = Load()
    cell = np.array(
        [rng.uniform(420, 760), rng.uniform(125, 240), rng.uniform(420, 760)]
    )
    bulk = pick(rng, _SACKED_G_CM3) * rng.uniform(0.85, 1.1)
    tall = limit_height(hold, bulk * 0.85, 200) * rng.uniform(0.75, 1.0)
    columns, layers, rows = (
        max(int(c), 1)
        for c in ((hold.length - 30) / cell[0], tall / cell[1], 2 * hold.side / cell[2])
    )
    cell[[0, 2]] = (hold.length - 30) / columns, 2 * hold.side / rows
    places = make_grid(columns, layers, rows)
    tops = _draw_tops(rng, (columns, rows), layers)
    column, level, row = places.T.astype(int)
    kept = level < tops[column, row]
    places, column, level, row = places[kept], column[kept], level[kept], row[kept]
    centres = (places + 0.5) * cell + [hold.x0 + 15, hold.floor, -hold.side]
    wide = rng.dirichlet(np.full(columns, 150.0)) * (hold.length - 30)
    centres[:, 0] = hold.x0 + 15 + (wide.cumsum() - wide / 2)[column]
    slip = sway(rng, (columns, layers, rows), rng.uniform(0, 110))
    centres[:, 0] += slip[column, level, row]
    centres += rng.normal(0, (11, 5, 11), centres.shape)
    upper = level >= tops[column, row] - 2
    size = cell * rng.uniform((0.94, 1.08, 0.96), (1.05, 1.3, 1.1), centres.shape)
    size[:, 0] *= (wide / cell[0])[column]
    size[upper & (level >= tops[column, row] - 1)] *= (0.95, 1.15, 0.95)
    angle = rng.normal(0, 0.03, len(centres)) * np.where(upper, 3, 1)
    rise = np.outer(np.abs(np.sin(angle)) * size[:, 0], [0, 0.6, 0])
    centres = keep_inside(hold, centres, size + rise)
    tilt = turn_about(2, angle)
    dense = bulk / FOOD.density_g_cm3 * rng.uniform(0.9, 1.1, len(centres))
    for mesh, mine in ((_FINE, upper), (_COARSE, ~upper)):
        load.solids.add(
            mesh, size[mine], centres[mine], FOOD, turn=tilt[mine], fill=dense[mine]
        )
    offer_some(rng, load, "goods", (centres, cell * [1.6, 0.8, 0.85]), 40)
    return load


def _draw_tops(
    rng: np.random.Generator, shape: tuple[int, int], layers: int
) -> npt.NDArray[np.int_]:
    """Layers in each column and row: level, with a few missing, or stepped down."""
    tops = np.full(shape, layers) - (rng.random(shape) < rng.uniform(0.0, 0.4))
    if rng.random() < 0.5:
        tops[int(shape[0] * rng.uniform(0.5, 0.97)) :] -= rng.integers(
            1, layers // 2 + 2
        )
    return np.asarray(np.maximum(tops, 1), np.int_)


def load_bags(rng: np.random.Generator, hold: Hold) -> Load:
    """Bulk bags of a tonne with domed tops, some with a second layer on them."""
    load = Load()
    bulk = rng.uniform(0.3, 0.85)
    wide, deep = rng.uniform(680, 1120), hold.side - 15
    tall = min(rng.uniform(1000, 1750), limit_height(hold, bulk * 0.8, 250))
    spots = [(x, z) for x in line_up(rng, hold, wide, (-15, 45)) for z in (-1, 1)]
    bases = np.array([(x, hold.floor, z * deep / 2) for x, z in spots]).reshape(-1, 3)
    room = hold.height - tall
    second = bases[_draw_stretch(rng, len(bases))] if room > 750 else bases[:0]
    high = min(room - 120, tall) * rng.uniform(0.8, 1.0)
    size = np.concatenate(
        [
            np.repeat([[wide, tall, deep]], len(bases), axis=0),
            np.repeat([[wide, high, deep]], len(second), axis=0),
        ]
    ) * rng.uniform((0.94, 0.93, 0.96), (1.03, 1.0, 1.0), (len(bases) + len(second), 3))
    bottom = np.concatenate([bases, second + np.array([0, tall * 0.96, 0])])
    centres = bottom + size * [0, 0.5, 0] + rng.normal(0, (14, 0, 5), size.shape)
    centres = keep_inside(hold, centres, size)
    tilt = turn_about(2, rng.normal(0, 0.012, len(size)))
    dense = bulk / FOOD.density_g_cm3 * rng.uniform(0.92, 1.05, len(size))
    mesh = pick(rng, (_BAG, _SQUARE_BAG))
    load.solids.add(mesh, size, centres, FOOD, turn=tilt, fill=dense)
    slack = size * [1.0, 0.5, 0.97]
    above = keep_inside(hold, centres + size * [0, 0.34, 0], slack)
    load.solids.add(mesh, slack, above, POLYETHYLENE, turn=tilt, fill=0.004)
    niche = size * [0.75, 0.4, 0.7]
    offer_some(rng, load, "goods", (centres - size * [0, 0.1, 0], niche), 30)
    return load


def _draw_stretch(rng: np.random.Generator, count: int) -> slice:
    """Some neighbours of a number of things; none at times."""
    first, last = np.sort(rng.integers(0, count + 1, 2)) * int(rng.random() < 0.6)
    return slice(int(first), int(last))


def load_bales(rng: np.random.Generator, hold: Hold) -> Load:
    """Pressed bales in straps, up to the roof or to the payload."""
    load = Load()
    material, lightest, densest = pick(rng, _BALED)
    bulk = rng.uniform(lightest, densest)
    cell = np.array(
        [rng.uniform(550, 1420), rng.uniform(480, 950), hold.side / rng.integers(1, 3)]
    )
    cell[0] = min(cell[0], hold.length - 40)
    tall = limit_height(hold, bulk) * rng.uniform(0.85, 1.0)
    columns, rows = (
        max(int((hold.length - 20) / cell[0]), 1),
        round(2 * hold.side / cell[2]),
    )
    layers = max(round(tall / cell[1]), 1)
    cell[1] = tall / layers
    places = make_grid(columns, layers, rows)
    tops = _draw_tops(rng, (columns, 1), layers)
    column, level, row = places.T.astype(int)
    kept = level < tops[column, 0]
    places, column, level, row = places[kept], column[kept], level[kept], row[kept]
    spare = min(hold.length - 20 - columns * cell[0], 45.0 * columns)
    spread = np.sort(rng.uniform(0, spare, columns))
    centres = (places + 0.5) * cell + [hold.x0 + 10, hold.floor, -hold.side]
    centres[:, 0] += spread[column]
    slip = sway(rng, (columns, layers, rows), rng.uniform(0, 50))
    centres[:, 0] += slip[column, level, row]
    size = cell * rng.uniform((0.97, 0.97, 0.96), (1.02, 1.0, 1.0), centres.shape)
    centres = keep_inside(hold, centres, size)
    dense = bulk / material.density_g_cm3 * rng.uniform(0.88, 1.1, len(centres))
    load.solids.add(_BALE, size, centres, material, fill=dense)
    _add_straps(load, rng, centres, size)
    offer_some(rng, load, "goods", (centres, size * [0.94, 0.7, 0.9]), 40)
    return load


def _add_straps(
    load: Load, rng: np.random.Generator, centres: Reals, size: Reals
) -> None:
    """Wires or bands round each bale, in planes across the scan."""
    count = int(rng.integers(3, 8))
    for share in (np.arange(count) + 0.5) / count - 0.5:
        at = centres + size * [0, 0.495, 0] + size * [share, 0, 0]
        band = size * [0, 0, 0.9] + [float(count + 6), 4, 0]
        load.solids.add(BOX, band, at, STEEL, fill=0.5)
        load.solids.add(BOX, band, at - size * [0, 0.99, 0], STEEL, fill=0.5)
