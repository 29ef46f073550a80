"""Long goods: boards and sheets, logs, pipes, bars and sections."""

from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import ALUMINIUM, COPPER, PVC, STEEL, WOOD, Material
from data.simulation.chance import pick
from data.simulation.geometry.meshes import BOX, PRISM, make_cylinder
from data.simulation.geometry.turns import ALONG_X
from data.simulation.goods.pallets import pallet_rows
from data.simulation.goods.rows import (
    keep_inside,
    limit_height,
    line_up,
    make_grid,
    offer_some,
)
from data.simulation.loading.hold import Hold
from data.simulation.loading.load import Load

Reals = npt.NDArray[np.float64]

_BEARER_MM: Final = 80.0
_THIN: Final = make_cylinder(8)

_PIPES: Final[tuple[tuple[Material, float, float, float], ...]] = (
    # material, thinnest and thickest pipe, wall as a share of that, mm
    (STEEL, 50, 140, 0.025),
    (STEEL, 110, 340, 0.018),
    (PVC, 90, 320, 0.035),
    (PVC, 110, 420, 0.035),
    (ALUMINIUM, 60, 160, 0.03),
    (COPPER, 50, 90, 0.025),
)


def load_timber(rng: np.random.Generator, hold: Hold) -> Load:
    """Logs, or bundles of boards or sheets with laths between them."""
    return _load_logs(rng, hold) if rng.random() < 0.2 else _load_boards(rng, hold)


def _share_length(hold: Hold, wanted: float) -> float:
    """A length near a wanted one of which a whole number fills the hold."""
    count = max(round(hold.length / wanted), 1)
    return (hold.length - 50) / count - 50


def _load_boards(rng: np.random.Generator, hold: Hold) -> Load:
    load = Load()
    long = _share_length(hold, float(rng.choice((2400, 3000, 4000, 6000))))
    thick = float(rng.choice((18, 25, 38, 50, 75)))
    dense = rng.uniform(0.65, 1.15)
    high = rng.uniform(450, 900)
    top = limit_height(hold, 0.58 * dense, 60) * rng.uniform(0.6, 1.0)
    bundles = max(int(top / (high + _BEARER_MM)), 1)
    columns = 1 if thick < 30 else int(rng.integers(4, 9))
    boards = make_grid(max(int(high / thick), 1), columns)
    for x in line_up(rng, hold, long, (20, 50)):
        for row in pallet_rows(hold):
            for level in range(bundles - int(rng.random() < 0.2)):
                base = hold.floor + level * (high + _BEARER_MM)
                end = x + rng.normal(0, 12)
                laths = [(end + s * long, base + 40, row) for s in (-0.38, 0, 0.38)]
                load.solids.add(BOX, (90, _BEARER_MM, 1100), laths, WOOD)
                at = (end, base + _BEARER_MM, row)
                _add_bundle(load, rng, at, (long, thick, dense), boards)
    return load


def _add_bundle(
    load: Load,
    rng: np.random.Generator,
    base: tuple[float, float, float],
    board: tuple[float, float, float],
    places: Reals,
) -> None:
    long, thick, dense = board
    level, column = places.T
    wide = 1100 / (column.max() + 1)
    x = base[0] + rng.uniform(-22, 22, len(level))
    y = base[1] + (level + 0.5) * thick
    centres = np.column_stack([x, y, base[2] - 550 + wide * (column + 0.5)])
    lengths = long - rng.uniform(0, 70, len(level))
    gap = np.full(len(level), wide - rng.uniform(2, 8))
    size = np.column_stack([lengths, np.full(len(level), thick - 1.5), gap])
    fill = dense * rng.uniform(0.9, 1.1, len(level))
    load.solids.add(BOX, size, centres, WOOD, fill=fill)
    high = thick * (level.max() + 1)
    middle = np.array([base[0], base[1] + high / 2, base[2]])
    for share in (-0.3, 0.3):
        for end in (-1, 1):
            strap = middle + np.array([share * long, end * (high / 2 + 2), 0])
            load.solids.add(BOX, (25, 1.5, 1100), strap, STEEL)
    sizes = rng.uniform((300, 0.3 * high, 150), (1150, 0.8 * high, 400), (3, 3))
    at = middle + rng.uniform(-0.5, 0.5, (3, 3)) * ([long, 0, 1080] - sizes * [1, 0, 1])
    offer_some(rng, load, "goods", (at, sizes), 3 if rng.random() < 0.7 else 0)


def _load_logs(rng: np.random.Generator, hold: Hold) -> Load:
    load = Load()
    thick = rng.uniform(180, 420)
    top = limit_height(hold, 0.6, 100) * rng.uniform(0.5, 0.9)
    long = _share_length(hold, rng.uniform(2800, 5800))
    layers, rows = max(int(top / thick), 1), int(2 * hold.side / thick)
    grid = make_grid(layers, rows)
    for x in line_up(rng, hold, long, (10, 60)):
        across = thick * rng.uniform(0.7, 1.0, len(grid))
        size = np.column_stack([across, across, long * rng.uniform(0.9, 1, len(grid))])
        y = hold.floor + (grid[:, 0] + 0.5) * thick * 0.97
        z = (grid[:, 1] + 0.5) * 2 * hold.side / rows - hold.side
        at = np.column_stack([x + rng.normal(0, 40, len(grid)), y, z])
        extent = size[:, [2, 0, 1]]
        at = keep_inside(hold, at + rng.normal(0, (0, 6, 6), at.shape), extent)
        fill = rng.uniform(0.9, 1.3, len(at))
        load.solids.add(PRISM, size, at, WOOD, turn=ALONG_X, fill=fill)
        niche = (min(long * 0.4, 1150.0), thick * 0.5, thick * 0.5)
        offer_some(rng, load, "goods", (at, niche), 15)
    return load


def load_pipes(rng: np.random.Generator, hold: Hold) -> Load:
    """Pipes, bars or sections along the hold, in layers or bundles on bearers."""
    load = Load()
    material, thinnest, thickest, share = pick(rng, _PIPES)
    across = rng.uniform(thinnest, thickest)
    wall = max(across * share * rng.uniform(0.8, 1.4), 1.0)
    solid = 0.785 * (1 - (1 - 2 * wall / across) ** 2)
    high = limit_height(hold, material.density_g_cm3 * solid, 150)
    top = min(high, rng.uniform(450, 1900))
    lift = 90.0
    rows = int((2 * hold.side - 20) / (across + 3))
    while True:
        grid = make_grid((top - lift) / (across + 1), rows)
        if len(grid) <= 420:
            break
        top -= 60
    long = _share_length(hold, float(rng.choice((3000, 6000, 12000))))
    for x in line_up(rng, hold, long, (10, 40)):
        bearers = [
            (x + s * long, hold.floor + lift / 2, 0) for s in (-0.4, -0.13, 0.13, 0.4)
        ]
        load.solids.add(BOX, (90, lift, 2 * hold.side - 100), bearers, WOOD)
        _lay_pipes(load, rng, hold, (x, lift, long), (grid, across, wall), material)
    return load


def _lay_pipes(
    load: Load,
    rng: np.random.Generator,
    hold: Hold,
    place: tuple[float, float, float],
    pipes: tuple[Reals, float, float],
    material: Material,
) -> None:
    x, lift, long = place
    grid, across, wall = pipes
    staves = grid[:, 0].max() + 1
    gaps = np.floor(grid[:, 0] * (across + 1) / 500) * 40 * (across < 120)
    y = hold.floor + lift + (grid[:, 0] + 0.5) * (across + 1) + gaps
    z = (grid[:, 1] - grid[:, 1].max() / 2) * (across + 3)
    lengths = (long - 30) * rng.uniform(0.985, 1.0, len(grid))
    shift = rng.uniform(-0.5, 0.5, len(grid)) * (long - 20 - lengths)
    size = np.column_stack([np.full((len(grid), 2), across), lengths])
    at = np.column_stack([x + shift, y, z])
    at = keep_inside(hold, at, size[:, [2, 0, 1]])
    mesh = PRISM if len(at) < 150 else _THIN
    load.solids.add_tube(size, wall, at, material, turn=ALONG_X, mesh=mesh)
    bundles = np.unique(gaps[gaps > 0])
    levels = [float(y[gaps == gap].min()) - across / 2 - 20 for gap in bundles]
    laths = [(x + s * long, level, 0) for level in levels for s in (-0.35, 0, 0.35)]
    if laths:
        load.solids.add(BOX, (80, 38, 2 * hold.side - 120), laths, WOOD)
    inner = across - 2 * wall
    if inner > 90:
        niche = (min(1150.0, long / 3), inner * 0.6, inner * 0.7)
    else:
        niche = (min(1150.0, long / 3), min(staves, 4) * across, 3 * across)
    spots = at + rng.uniform(-0.3, 0.3, (len(at), 1)) * [long, 0, 0]
    spots = keep_inside(hold, spots, niche)
    spots[:, 1] = np.maximum(spots[:, 1], hold.floor + lift + niche[1] / 2)
    offer_some(rng, load, "pipes", (spots, niche), 20)
