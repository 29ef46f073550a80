"""Cargo that is packed in rows: cartons, sacks, bags, drums, timber, pipes.

Every loader fills a hold from its left end and returns what it put there. The areal
density across the hold is drawn first, the look of the goods after it.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import (
    ALUMINIUM,
    BRASS,
    CERAMIC,
    ELECTRONICS,
    FOOD,
    OIL,
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
from data.simulation.container import Hold
from data.simulation.meshes import BOX, CYLINDER, PRISM, SACK, make_pillow
from data.simulation.solids import Solids
from data.simulation.turns import ALONG_X, ALONG_Y, ALONG_Z, turn_about

Reals = npt.NDArray[np.float64]

_ROWS_MM: Final = (-595.0, 595.0)
_PALLET_MM: Final = 160.0
_GOODS: Final = (
    # material, highest areal density across the hold in g/cm2
    (FOOD, 75.0),
    (FOOD, 60.0),
    (PAPER, 60.0),
    (TEXTILE, 35.0),
    (ELECTRONICS, 40.0),
    (POLYETHYLENE, 45.0),
    (WATER, 90.0),
    (CERAMIC, 90.0),
)
_DEPTH_CM: Final = 220.0


def load_cartons(rng: np.random.Generator, hold: Hold) -> Solids:
    """Pallets of cartons, each with its goods inside."""
    solids = Solids()
    goods, densest = pick(rng, _GOODS)
    areal = densest * rng.uniform(0.35, 1.0)
    side = np.array([rng.choice((300, 400, 600)), rng.uniform(170, 400), 0.0])
    side[2] = rng.choice((285, 380, 570))
    tall = min(rng.triangular(900, 2100, 2350), hold.height - 80)
    wide = float(rng.choice((800, 1000, 1200)))
    stacks = [
        (x, row, tall * (rng.uniform(0.88, 1) if rng.random() < 0.85 else 0.6))
        for x in _line(rng, hold, wide, (8, 60))
        for row in _ROWS_MM
    ]
    for x, row, _ in stacks:
        _add_pallet(solids, (x, hold.floor, row), (wide, 1100))
    parts = [
        _stack_cartons(rng, (x, hold.floor, z), (wide, h), side) for x, z, h in stacks
    ]
    if parts:
        centres, sizes = (np.concatenate(part) for part in zip(*parts, strict=True))
        solids.add_shell(sizes, 4, centres, PAPER, fill=0.75)
        packing = areal / (goods.density_g_cm3 * _DEPTH_CM)
        _fill_cartons(solids, rng, (centres, sizes - 12), (goods, packing))
    return solids


def _line(
    rng: np.random.Generator, hold: Hold, wide: float, gap: tuple[float, float]
) -> list[float]:
    """Centres of things of one width, side by side."""
    centres, x = [], hold.x0 + 20 + wide / 2
    while x + wide / 2 < hold.x1:
        centres.append(x)
        x += wide + rng.uniform(*gap)
    return centres


def _add_pallet(
    solids: Solids, base: tuple[float, float, float], size: tuple[float, float]
) -> None:
    """Boards and blocks, 150 mm high."""
    x, y, z = base
    wide, deep = size
    runners = z + np.array([-0.43, 0.0, 0.43]) * deep
    posts = x + np.array([-0.43, 0.0, 0.43]) * wide
    boards = x + np.array([-0.42, -0.21, 0.0, 0.21, 0.42]) * wide
    for height in (22.0, 122.0):
        level = [(x, y + height, runner) for runner in runners]
        solids.add(BOX, (wide, 22, 100), level, WOOD)
    top = [(board, y + 145, z) for board in boards]
    solids.add(BOX, (wide * 0.14, 22, deep), top, WOOD)
    blocks = [(post, y + 72, runner) for post in posts for runner in runners]
    solids.add(BOX, (100, 78, 100), blocks, WOOD)


def _stack_cartons(
    rng: np.random.Generator,
    base: tuple[float, float, float],
    extent: tuple[float, float],
    side: Reals,
) -> tuple[Reals, Reals]:
    """Centres and sizes of the cartons on one pallet, (N, 3) each."""
    wide, tall = extent
    counts = [
        max(1, round(wide / side[0])),
        max(1, int((tall - _PALLET_MM) / side[1])),
        max(1, int(1140 / side[2])),
    ]
    cell = np.array([wide / counts[0], side[1], 1140 / counts[2]])
    places = np.stack(np.meshgrid(*map(np.arange, counts), indexing="ij"), -1)
    places = places.reshape(-1, 3)
    missing = (places[:, 1] == counts[1] - 1) & (rng.random(len(places)) < 0.15)
    places = places[~missing]
    corner = np.add(base, (-wide / 2, _PALLET_MM, -570))
    slip = rng.normal(0, 5, (counts[1], 3))[places[:, 1]] * [1, 0, 1]
    centres = corner + (places + 0.5) * cell + slip
    centres += rng.normal(0, 2.5, centres.shape) * [1, 0, 1]
    gaps = rng.uniform(2, 9, centres.shape)
    gaps[:, 1] = 2
    return centres, cell - gaps


def _fill_cartons(
    solids: Solids,
    rng: np.random.Generator,
    room: tuple[Reals, Reals],
    goods: tuple[Material, float],
) -> None:
    """Goods as one block, as bottles or as a grid of items, some with metal parts."""
    centres, sizes = room
    material, packing = goods
    level = rng.uniform(0.82, 0.98, len(centres))
    low = centres.copy()
    low[:, 1] -= sizes[:, 1] * (1 - level) / 2
    sizes = sizes * np.column_stack([np.ones_like(level), level, np.ones_like(level)])
    counts = np.array([rng.integers(1, 4), rng.integers(1, 3), rng.integers(1, 3)])
    while len(centres) * counts.prod() > 4000:
        counts[counts.argmax()] -= 1
    bottles = rng.random() < 0.3
    places = np.stack(np.meshgrid(*map(np.arange, counts), indexing="ij"), -1)
    shares = (places.reshape(-1, 3) + 0.5) / counts - 0.5
    items = (low[:, None] + shares * sizes[:, None]).reshape(-1, 3)
    cells = np.repeat(sizes / counts, len(shares), axis=0)
    dense = np.repeat(packing * rng.uniform(0.88, 1.12, len(centres)), len(shares))
    if bottles:
        round_size = cells[:, [0, 2, 1]] * 0.94
        solids.add(PRISM, round_size, items, material, turn=ALONG_Y, fill=dense * 1.4)
    else:
        shrink = rng.uniform(0.8, 0.98, cells.shape)
        solids.add(BOX, cells * shrink, items, material, fill=dense * 1.3)
    if material is ELECTRONICS or rng.random() < 0.25:
        _add_metal_parts(solids, rng, items, cells)


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
    if len(places):
        solids.add(PRISM, size, places, metal, turn=turn, fill=0.7)


def load_sacks(rng: np.random.Generator, hold: Hold) -> Solids:
    """Sacks in layers, up to an uneven top."""
    solids = Solids()
    size = np.array(
        [rng.uniform(620, 850), rng.uniform(140, 190), rng.uniform(430, 560)]
    )
    top = min(rng.uniform(900, 2150), hold.height - 100)
    counts = (hold.length - 40, top, 2 * hold.side) // size
    grid = np.meshgrid(*(np.arange(max(count, 1)) for count in counts), indexing="ij")
    places = np.stack(grid, -1).reshape(-1, 3)
    limit = counts[1] * (1 - 0.25 * rng.random(int(max(counts[0], 1))))
    places = places[places[:, 1] < limit[places[:, 0].astype(int)]]
    places[:, 0] += 0.5 * (places[:, 1] % 2) * rng.integers(2)
    centres = np.array([hold.x0 + 20, hold.floor, -hold.side]) + (places + 0.5) * size
    centres += rng.normal(0, 12, centres.shape)
    centres = centres[centres[:, 0] + size[0] / 2 < hold.x1]
    bulge = rng.uniform(0.98, 1.12, centres.shape)
    tilt = turn_about(2, rng.normal(0, 0.03, len(centres)))
    dense = rng.uniform(0.15, 0.42) * rng.uniform(0.85, 1.15, len(centres))
    solids.add(SACK, size * bulge, centres, FOOD, turn=tilt, fill=dense)
    return solids


def load_bags(rng: np.random.Generator, hold: Hold) -> Solids:
    """Bulk bags of a tonne, bulging against each other."""
    solids = Solids()
    tall, wide = rng.uniform(1100, 1700), rng.uniform(950, 1150)
    bag = make_pillow(10, roundness=rng.choice((0.3, 0.4)))
    dense = rng.uniform(0.2, 0.75)
    for x in _line(rng, hold, wide, (-20, 60)):
        for row in _ROWS_MM:
            high = tall * rng.uniform(0.9, 1.05)
            size = np.array([wide, high, 1120]) * rng.uniform(0.97, 1.05, 3)
            centre = (x + rng.normal(0, 12), hold.floor + high / 2, row)
            tilt = turn_about(2, rng.normal(0, 0.02))
            share = dense * rng.uniform(0.95, 1.05)
            solids.add(bag, size, centre, FOOD, turn=tilt, fill=share)
    return solids


def load_drums(rng: np.random.Generator, hold: Hold) -> Solids:
    """Steel drums of liquid, or barrels of household goods, one or two high."""
    solids = Solids()
    wide, tall, layers = 585.0, 880.0, int(rng.integers(1, 3))
    places = np.array(
        [
            (x, hold.floor + 140 + 960 * layer + tall / 2, z)
            for x in _line(rng, hold, wide, (8, 30))
            for z in (-880.0, -290.0, 300.0, 890.0)
            for layer in range(layers)
        ]
    ).reshape(-1, 3)
    if not len(places):
        return solids
    boards = places[places[:, 1] < hold.floor + 900] * [1, 0, 1] + [
        0,
        hold.floor + 70,
        0,
    ]
    solids.add(BOX, (wide, 120, wide), boards, WOOD, fill=0.5)
    if rng.random() < 0.5:
        _fill_barrels(solids, rng, places, (wide, tall))
    else:
        _fill_drums(solids, rng, places, (wide, tall))
    return solids


def _fill_drums(
    solids: Solids, rng: np.random.Generator, places: Reals, size: tuple[float, float]
) -> None:
    wide, tall = size
    liquid = pick(rng, (WATER, OIL))
    solids.add_tube((wide, wide, tall), 1.2, places, STEEL, turn=ALONG_Y)
    for height in (-0.5, -0.17, 0.17, 0.5):
        hoop = places + np.array([0, height * tall, 0])
        solids.add_tube((wide + 12, wide + 12, 10), 7, hoop, STEEL, turn=ALONG_Y)
    full = rng.uniform(0.3, 0.96, len(places))
    level = places - np.outer((1 - full) * tall / 2, [0, 1, 0])
    inside = np.column_stack([np.full((len(full), 2), wide - 3), full * (tall - 10)])
    solids.add(CYLINDER, inside, level, liquid, turn=ALONG_Y)


def _fill_barrels(
    solids: Solids, rng: np.random.Generator, places: Reals, size: tuple[float, float]
) -> None:
    """Barrels of cloth, tins and bottles: what families send home."""
    wide, tall = size
    solids.add_tube((wide, wide, tall), 5, places, PAPER, turn=ALONG_Y)
    inside = (wide - 12, wide - 12, tall * 0.95)
    share = rng.uniform(0.08, 0.3, len(places))
    solids.add(CYLINDER, inside, places, TEXTILE, turn=ALONG_Y, fill=share)
    each = int(np.clip(1500 // len(places), 4, 24))
    owner = np.repeat(places, each, axis=0)
    spread = rng.uniform(-0.5, 0.5, owner.shape) * [
        wide * 0.66,
        tall * 0.85,
        wide * 0.66,
    ]
    tin = rng.uniform((50, 50, 60), (110, 110, 180), owner.shape)
    half = rng.random(len(owner)) < 0.5
    at = owner + spread
    solids.add(PRISM, tin[half], at[half], FOOD, turn=ALONG_Y, fill=0.9)
    solids.add_tube(tin[half], 0.4, at[half], STEEL, turn=ALONG_Y, mesh=PRISM)
    solids.add(BOX, tin[~half] * 1.3, at[~half], FOOD, fill=0.5)


def load_timber(rng: np.random.Generator, hold: Hold) -> Solids:
    """Bundles of boards with laths between them."""
    solids = Solids()
    long = min(float(rng.choice((2400, 3000, 4000))), hold.length - 60)
    thick, top = float(rng.choice((38, 50, 75))), rng.uniform(800, 1900)
    layers = int(700 / thick)
    for x in _line(rng, hold, long, (40, 120)):
        for row in _ROWS_MM:
            base = hold.floor
            while base + 80 + layers * thick < hold.floor + top:
                laths = [(x + s * long * 0.38, base + 40, row) for s in (-1, 1)]
                solids.add(BOX, (90, 80, 1100), laths, WOOD)
                _add_bundle(solids, rng, (x, base + 80, row), (long, thick, layers))
                base += 80 + layers * thick
    return solids


def _add_bundle(
    solids: Solids,
    rng: np.random.Generator,
    base: tuple[float, float, float],
    boards: tuple[float, float, int],
) -> None:
    long, thick, layers = boards
    columns = np.arange(4)
    grid = np.stack(np.meshgrid(np.arange(layers), columns, indexing="ij"), -1)
    level, column = grid.reshape(-1, 2).T
    y = base[1] + (level + 0.5) * thick
    x = base[0] + rng.uniform(-20, 20, len(y))
    centres = np.column_stack([x, y, base[2] - 412 + 275 * column])
    lengths = long - rng.uniform(0, 60, len(y))
    size = np.column_stack(
        [lengths, np.full(len(y), thick - 2), np.full(len(y), 270.0)]
    )
    solids.add(BOX, size, centres, WOOD, fill=rng.uniform(0.7, 1.1, len(y)))


def load_pipes(rng: np.random.Generator, hold: Hold) -> Solids:
    """Steel pipes along the hold, in layers on bearers."""
    solids = Solids()
    across, wall = rng.uniform(60, 220), rng.uniform(2.5, 7)
    top, long = rng.uniform(300, 1300), hold.length - 80
    bearers = [
        (x, hold.floor + 45, 0) for x in hold.x0 + 40 + long * np.arange(1, 5) / 5
    ]
    solids.add(BOX, (90, 90, 2100), bearers, WOOD)
    layers, columns = int(top / across), int((2 * hold.side - 80) / (across + 4))
    grid = np.stack(
        np.meshgrid(np.arange(layers), np.arange(columns), indexing="ij"), -1
    )
    level, column = grid.reshape(-1, 2).T
    if not len(level):
        return solids
    y = hold.floor + 90 + (level + 0.5) * (across + 2)
    z = -hold.side + 40 + (column + 0.5) * (across + 4)
    lengths = long - rng.uniform(0, 150, len(y))
    x = hold.x0 + 40 + lengths / 2 + rng.uniform(0, 60, len(y))
    size = np.column_stack([np.full((len(y), 2), across), lengths])
    places = np.column_stack([x, y, z])
    solids.add_tube(size, wall, places, STEEL, turn=ALONG_X, mesh=PRISM)
    return solids
