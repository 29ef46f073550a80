"""Machines: frames full of plates, shafts, pipes, housings, motors; cabinets."""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import (
    ALUMINIUM,
    CAST_IRON,
    COPPER,
    ELECTRONICS,
    POLYETHYLENE,
    STEEL,
    WINDINGS,
    WOOD,
)
from data.simulation.chance import pick
from data.simulation.geometry.meshes import BOX, PRISM, make_cylinder
from data.simulation.geometry.solids import Solids
from data.simulation.geometry.turns import ALONG_X, ALONG_Y, ALONG_Z, turn_about
from data.simulation.goods.rows import confine, offer_some
from data.simulation.loading.hold import Hold
from data.simulation.loading.load import Load

Reals = npt.NDArray[np.float64]
Size = tuple[float, float, float]
Part = Callable[[Solids, np.random.Generator, Reals, Size], None]

_METALS: Final = (STEEL, STEEL, CAST_IRON, ALUMINIUM)
_ROD: Final = make_cylinder(8)
_BEARER_MM: Final = 100.0


def load_machinery(rng: np.random.Generator, hold: Hold) -> Load:
    """Machines in frames, on bearers, with room between them and over them."""
    load = Load()
    free = hold.length * rng.uniform(0.12, 0.35)
    end = hold.x1 - free * rng.random()
    x = hold.x0 + 20 + free - (hold.x1 - end)
    while x + 700 < end:
        long = min(rng.uniform(900, 3600), end - x - 20)
        tall = min(rng.triangular(1150, 1920, 2200), hold.height - 150)
        deep = rng.uniform(1100, min(2150, 2 * hold.side - 20))
        base = np.array([x + long / 2, hold.floor + _BEARER_MM, 0.0])
        if rng.random() < 0.9:
            _add_machine(load, rng, base, (long, tall, deep))
        else:
            _add_cabinets(load, rng, base, (long, tall, deep))
        x += long + rng.uniform(40, 350)
    return load


def _add_machine(load: Load, rng: np.random.Generator, base: Reals, size: Size) -> None:
    long, tall, deep = size
    middle = base + np.array([0, tall / 2, 0])
    _add_frame(load.solids, rng, base, size)
    inside = Solids()
    per_metre = rng.uniform(150, 270)
    count = int(per_metre * long / 1000 * tall / 1500)
    bays = max(round(long / rng.uniform(700, 1600)), 1)
    room = (long / bays, tall, deep)
    for part, share in _PARTS:
        at = rng.uniform(-0.47, 0.47, (int(count * share / bays) + 1, 3))
        at[:, 1] = rng.beta(1.0, 1.3, len(at)) - 0.5
        part(inside, rng, at * room, room)
    for bay in range(bays):
        shift = (bay + 0.5) * room[0] - long / 2
        load.solids.place(inside, middle + np.array([shift, 0, 0]))
    heavy = Solids()
    _add_heavy(heavy, rng, size)
    load.solids.place(heavy, middle)
    sizes = rng.uniform((280, 100, 200), (1100, 320, 500), (5, 3))
    sizes = np.minimum(sizes, np.array(size) - 100)
    at = rng.uniform(-0.5, 0.5, (5, 3)) * [0.9, 0, 0.8] * np.maximum(size - sizes, 0)
    shelf = base[1] + rng.choice((0.06, 0.25, 0.45), 5) * tall
    at = base + at
    at[:, 1] = shelf + sizes[:, 1] / 2
    trays = sizes * [1, 0, 1] + [30, 3, 30]
    load.solids.add(BOX, trays, at - sizes * [0, 0.5, 0] - [0, 1.5, 0], STEEL)
    offer_some(rng, load, "machinery", (at, sizes), 5)


def _add_frame(
    solids: Solids, rng: np.random.Generator, base: Reals, size: Size
) -> None:
    """Bearers, base, posts, beams, braces, and a skin at times."""
    long, tall, deep = size
    x, y, z = base
    bearers = x + np.arange(-long / 2 + 60, long / 2 - 50, rng.uniform(500, 900))
    under = [(b, y - _BEARER_MM / 2, z) for b in bearers]
    solids.add(BOX, (110, _BEARER_MM, deep), under, WOOD)
    ties = x + np.arange(-long / 2 + 60, long / 2 - 40, rng.uniform(380, 700))
    solids.add(BOX, (9, 110, deep - 90), [(t, y + 60, z) for t in ties], STEEL)
    bays = max(round(long / 900), 1)
    posts = [
        (x + s * (long / 2 - 40), y + tall / 2, z + t * (deep / 2 - 40))
        for s in np.linspace(-1, 1, bays + 1)
        for t in (-1, 1)
    ]
    solids.add_shell((70, tall, 70), 4, posts, STEEL)
    for height, thick in ((0.0, rng.uniform(90, 180)), (1.0, rng.uniform(50, 90))):
        middle = y + thick / 2 + height * (tall - thick)
        beams = [(x, middle, z + t * (deep / 2 - 40)) for t in (-1, 1)]
        solids.add_shell((long, thick, 70), 5, beams, STEEL)
    if rng.random() < 0.4:
        skin = (long * rng.uniform(0.5, 1), tall * 0.9, deep)
        side = x + rng.uniform(-0.5, 0.5) * (long - skin[0])
        solids.add_shell(skin, rng.uniform(1, 2.5), (side, y + tall / 2, z), STEEL)
    if rng.random() < 0.5:
        _add_braces(solids, base, size, bays)


def _add_braces(solids: Solids, base: Reals, size: Size, bays: int) -> None:
    """A zigzag of flat bars on the near side."""
    long, tall, deep = size
    wide, high = (long - 100) / bays, tall * 0.8
    slope = np.arctan2(high, wide) * np.where(np.arange(bays) % 2 == 0, 1, -1)
    x = base[0] - (long - 100) / 2 + (np.arange(bays) + 0.5) * wide
    at = np.column_stack(
        [x, np.full(bays, base[1] + tall / 2), np.full(bays, 10 - deep / 2)]
    )
    bar = (np.hypot(wide, high), 40, 8)
    solids.add(BOX, bar, at, STEEL, turn=turn_about(2, slope))


def _add_heavy(solids: Solids, rng: np.random.Generator, size: Size) -> None:
    """A few castings, motors, rolls that block the view, most of them low."""
    long, tall, _ = size
    count = int(rng.integers(1, 3 + int(long / 900)))
    extent = rng.uniform((180, 150, 200), (520, 420, 600), (count, 3))
    extent = np.minimum(extent, np.array(size) * 0.7)
    at = rng.uniform(-0.5, 0.5, (count, 3)) * size
    at[:, 1] = (rng.beta(1, 2.2, count) - 0.5) * tall
    at = confine(at, extent, np.array(size) * 0.97)
    kind = rng.integers(3, size=count)
    solids.add_shell(extent[kind == 0], rng.uniform(8, 16), at[kind == 0], CAST_IRON)
    across = np.minimum(extent[:, 0], extent[:, 1])
    roll = np.column_stack([across, across, extent[:, 2]])
    solids.add(PRISM, roll[kind == 1], at[kind == 1], WINDINGS, fill=0.3)
    solids.add_tube(roll[kind == 2], 11, at[kind == 2], STEEL, mesh=PRISM)


def _add_cabinets(
    load: Load, rng: np.random.Generator, base: Reals, size: Size
) -> None:
    """Switchgear and control cabinets: sheet, rails, boards, transformers."""
    long, tall, deep = size
    count = max(round(long / rng.uniform(600, 900)), 1)
    wide = long / count
    x = base[0] - long / 2 + (np.arange(count) + 0.5) * wide
    for z in (-deep / 4, deep / 4):
        at = np.column_stack([x, np.full(count, base[1] + tall / 2), np.full(count, z)])
        case = (wide - 25, tall, deep / 2 - 40)
        load.solids.add_shell(case, 2, at, STEEL)
        plate = (wide - 90, tall * 0.86, 3)
        load.solids.add(BOX, plate, at + np.array([0, 0, deep / 6]), STEEL)
        feet = (wide - 40, _BEARER_MM, 90)
        load.solids.add(BOX, feet, at - [0, tall / 2 + _BEARER_MM / 2, 0], WOOD)
        each = np.repeat(at, 16, axis=0)
        block = rng.uniform((60, 50, 60), (0.6 * wide, 190, 160), each.shape)
        room = np.array([wide - 60, tall * 0.92, deep / 2 - 80])
        spots = each + confine(rng.uniform(-0.5, 0.5, each.shape) * room, block, room)
        kinds = rng.integers(3, size=len(each))
        fills = rng.uniform(0.25, 0.8, len(each))
        for kind, material in enumerate((ELECTRONICS, POLYETHYLENE, COPPER)):
            mine = kinds == kind
            thin = [1.0, 1.0, 1.0] if kind < 2 else [1.0, 0.25, 0.2]
            load.solids.add(
                BOX, block[mine] * thin, spots[mine], material, fill=fills[mine]
            )
        low = at - [0, tall / 2 - 150, 0]
        load.solids.add(BOX, (220, 200, 160), low, WINDINGS, fill=0.5)
        niche = np.array([wide - 50, min(300.0, tall * 0.3), deep / 2 - 70])
        offer_some(rng, load, "machinery", (low + np.array([0, 160, 0]), niche), 4)


def _add_plates(
    solids: Solids, rng: np.random.Generator, at: Reals, size: Size
) -> None:
    plate = rng.uniform(0.05, 0.5, at.shape) * size * [1, 1, 0.55]
    thin = rng.integers(3, size=len(at))
    plate[np.arange(len(at)), thin] = rng.uniform(1.5, 6, len(at))
    lean = rng.normal(0, 0.25, len(at)) * (rng.random(len(at)) < 0.2)
    plate[lean != 0, 0] *= 0.4
    turn = turn_about(2, lean)
    extent = np.einsum("nij,nj->ni", np.abs(turn), plate)
    solids.add(BOX, plate, confine(at, extent, size), STEEL, turn=turn)


def _add_shafts(
    solids: Solids, rng: np.random.Generator, at: Reals, size: Size
) -> None:
    across = rng.uniform(8, 38, len(at))
    long = rng.uniform(0.1, 0.9, len(at)) * size[0]
    at = confine(at, np.column_stack([long, across, across]), size)
    shaft = np.column_stack([across, across, long])
    solids.add(_ROD, shaft, at, STEEL, turn=ALONG_X)


def _add_pipework(
    solids: Solids, rng: np.random.Generator, at: Reals, size: Size
) -> None:
    for axis, turn in enumerate((ALONG_X, ALONG_Y, ALONG_Z)):
        mine = at[axis::3]
        across = np.minimum(rng.lognormal(4.15, 0.6, len(mine)), 240)
        long = rng.uniform(0.1, 0.55, len(mine)) * size[axis] * (1, 1, 0.6)[axis]
        extent = np.repeat(across[:, None], 3, axis=1)
        extent[:, axis] = long
        pipe = np.column_stack([across, across, long])
        wall = rng.uniform(2, 7, (len(mine), 1))
        places = confine(mine, extent, size)
        solids.add_tube(pipe, wall, places, STEEL, turn=turn, mesh=PRISM)


def _add_wheels(
    solids: Solids, rng: np.random.Generator, at: Reals, size: Size
) -> None:
    """Gears, flanges and pulleys."""
    across = np.minimum(rng.lognormal(5.1, 0.6, len(at)), size[1] * 0.5)
    disc = np.column_stack([across, across, rng.uniform(6, 22, len(at))])
    at = confine(at, across[:, None], size)
    metal = pick(rng, _METALS)
    turn = pick(rng, (ALONG_X, ALONG_Z, ALONG_Z))
    solids.add(PRISM, disc, at, metal, turn=turn)
    solids.add(PRISM, disc * [0.4, 0.4, 1], at, metal, turn=turn, fill=-0.9)


def _add_housings(
    solids: Solids, rng: np.random.Generator, at: Reals, size: Size
) -> None:
    box = np.minimum(rng.lognormal(5.25, 0.5, at.shape), np.array(size) * 0.5)
    wall = rng.uniform(2, 8, (len(at), 1))
    solids.add_shell(box, wall, confine(at, box, size), pick(rng, _METALS))


def _add_motors(
    solids: Solids, rng: np.random.Generator, at: Reals, size: Size
) -> None:
    across = np.minimum(rng.lognormal(4.7, 0.5, len(at)), size[1] * 0.35)
    long = across * rng.uniform(1.1, 1.8, len(at))
    at = confine(at, np.column_stack([long, across, across]), size)
    motor = np.column_stack([across, across, long])
    solids.add(PRISM, motor, at, WINDINGS, turn=ALONG_X, fill=0.35)


_PARTS: Final[tuple[tuple[Part, float], ...]] = (
    (_add_plates, 0.3),
    (_add_shafts, 0.17),
    (_add_pipework, 0.2),
    (_add_wheels, 0.12),
    (_add_housings, 0.16),
    (_add_motors, 0.05),
)
