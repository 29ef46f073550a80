"""Cargo without order: machinery, household goods, scrap.

Every loader fills a hold and returns what it put there.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import (
    ALUMINIUM,
    CAST_IRON,
    CERAMIC,
    FOOD,
    PAPER,
    POLYETHYLENE,
    STEEL,
    TEXTILE,
    WINDINGS,
    WOOD,
    Material,
)
from data.simulation.chance import pick
from data.simulation.container import Hold
from data.simulation.meshes import BOX, PRISM, SACK
from data.simulation.solids import Solids
from data.simulation.turns import ALONG_X, ALONG_Y, ALONG_Z, turn_about, turn_anyhow

Reals = npt.NDArray[np.float64]

_METALS: Final = (STEEL, STEEL, CAST_IRON, ALUMINIUM)


def load_machinery(rng: np.random.Generator, hold: Hold) -> Solids:
    """Machines in frames, on bearers: plates, shafts, pipes, housings, motors."""
    solids = Solids()
    x = hold.x0 + rng.uniform(30, 150)
    while x + 700 < hold.x1:
        long = min(rng.uniform(900, 3200), hold.x1 - x)
        tall = rng.uniform(900, min(2050, hold.height - 150))
        size = (long, tall, rng.uniform(1200, 2100))
        _add_machine(solids, rng, (x + long / 2, hold.floor + 110, 0), size)
        x += long + rng.uniform(60, 500)
    return solids


def _add_machine(
    solids: Solids,
    rng: np.random.Generator,
    base: tuple[float, float, float],
    size: tuple[float, float, float],
) -> None:
    long, tall, deep = size
    x, y, z = base
    bearers = x + np.arange(-long / 2 + 60, long / 2, rng.uniform(500, 900))
    solids.add(BOX, (110, 100, deep), [(b, y - 55, z) for b in bearers], WOOD)
    posts = [
        (x + s * (long / 2 - 40), y + tall / 2, z + t * (deep / 2 - 40))
        for s in (-1, 0, 1)
        for t in (-1, 1)
    ]
    solids.add_shell((70, tall, 70), 4, posts, STEEL)
    for height in (0.04, 0.96):
        beams = [(x, y + tall * height, z + t * deep / 2) for t in (-1, 1)]
        solids.add_shell((long, rng.uniform(60, 140), 70), 5, beams, STEEL)
    if rng.random() < 0.6:
        skin = (long, tall * 0.95, deep)
        solids.add_shell(skin, rng.uniform(1, 2.5), (x, y + tall / 2, z), STEEL)
    inside = Solids()
    count = int(rng.uniform(40, 110) * long / 1000)
    for part, share in _PARTS:
        middles = rng.uniform(-0.46, 0.46, (int(count * share) + 1, 3))
        middles[:, 1] = rng.beta(1.2, 1.5, len(middles)) - 0.5
        part(inside, rng, middles * size, size)
    solids.place(inside, (x, y + tall / 2, z))


def _confine(at: Reals, extent: Reals, size: npt.ArrayLike) -> Reals:
    """Centres moved just so far that things of an extent stay in a box.

    Args:
        at: (N, 3) centres about the middle of the box, mm.
        extent: (N, 3) or (3,), of the things, mm. What is larger comes to the middle.
        size: (3,), of the box, mm.
    """
    room = np.maximum(np.asarray(size) - extent, 0) / 2
    return np.asarray(np.clip(at, -room, room))


Size = tuple[float, float, float]
Part = Callable[[Solids, np.random.Generator, Reals, Size], None]


def _add_plates(
    solids: Solids, rng: np.random.Generator, at: Reals, size: Size
) -> None:
    plate = rng.uniform(0.05, 0.5, at.shape) * size
    thin = rng.integers(3, size=len(at))
    plate[np.arange(len(at)), thin] = rng.uniform(1.5, 9, len(at))
    lean = rng.normal(0, 0.25, len(at)) * (rng.random(len(at)) < 0.2)
    plate[lean != 0, 0] *= 0.4
    turn = turn_about(2, lean)
    extent = np.einsum("nij,nj->ni", np.abs(turn), plate)
    solids.add(BOX, plate, _confine(at, extent, size), STEEL, turn=turn)


def _add_shafts(
    solids: Solids, rng: np.random.Generator, at: Reals, size: Size
) -> None:
    across = rng.uniform(8, 50, len(at))
    long = rng.uniform(0.1, 0.7, len(at)) * size[0]
    at = _confine(at, np.column_stack([long, across, across]), size)
    solids.add(PRISM, np.column_stack([across, across, long]), at, STEEL, turn=ALONG_X)


def _add_pipework(
    solids: Solids, rng: np.random.Generator, at: Reals, size: Size
) -> None:
    for axis, turn in enumerate((ALONG_X, ALONG_Y, ALONG_Z)):
        mine = at[axis::3]
        if not len(mine):
            continue
        across = np.minimum(rng.lognormal(4.0, 0.6, len(mine)), 260)
        long = rng.uniform(0.1, 0.5, len(mine)) * size[axis]
        extent = np.repeat(across[:, None], 3, axis=1)
        extent[:, axis] = long
        pipe = np.column_stack([across, across, long])
        wall = rng.uniform(2, 8, (len(mine), 1))
        places = _confine(mine, extent, size)
        solids.add_tube(pipe, wall, places, STEEL, turn=turn, mesh=PRISM)


def _add_wheels(
    solids: Solids, rng: np.random.Generator, at: Reals, size: Size
) -> None:
    """Gears, flanges and pulleys."""
    across = np.minimum(rng.lognormal(4.9, 0.6, len(at)), size[1] * 0.5)
    disc = np.column_stack([across, across, rng.uniform(6, 45, len(at))])
    at = _confine(at, across[:, None], size)
    metal = pick(rng, _METALS)
    turn = pick(rng, (ALONG_X, ALONG_Z, ALONG_Z))
    solids.add(PRISM, disc, at, metal, turn=turn)
    solids.add(PRISM, disc * [0.4, 0.4, 1], at, metal, turn=turn, fill=-0.9)


def _add_housings(
    solids: Solids, rng: np.random.Generator, at: Reals, size: Size
) -> None:
    box = np.minimum(rng.lognormal(5.0, 0.5, at.shape), np.array(size) * 0.5)
    wall = rng.uniform(2, 10, (len(at), 1))
    solids.add_shell(box, wall, _confine(at, box, size), pick(rng, _METALS))


def _add_motors(
    solids: Solids, rng: np.random.Generator, at: Reals, size: Size
) -> None:
    across = np.minimum(rng.lognormal(4.7, 0.5, len(at)), size[1] * 0.35)
    long = across * rng.uniform(1.1, 1.8, len(at))
    at = _confine(at, np.column_stack([long, across, across]), size)
    motor = np.column_stack([across, across, long])
    solids.add(PRISM, motor, at, WINDINGS, turn=ALONG_X, fill=0.6)


_PARTS: Final[tuple[tuple[Part, float], ...]] = (
    (_add_plates, 0.3),
    (_add_shafts, 0.16),
    (_add_pipework, 0.2),
    (_add_wheels, 0.12),
    (_add_housings, 0.15),
    (_add_motors, 0.07),
)


def load_household(rng: np.random.Generator, hold: Hold) -> Solids:
    """A removal: cupboards, mattresses, boxes, appliances, tools, pots."""
    solids = Solids()
    count = max(int(hold.length / 75), 3)
    size = rng.uniform((350, 300, 350), (1500, 950, 800), (count, 3))
    top = min(1900.0, hold.height - 150)
    at = _scatter(rng, hold, size, top)
    kinds = rng.integers(5, size=count)
    _add_cupboards(solids, rng, at[kinds <= 1], size[kinds <= 1])
    soft = kinds == 2
    solids.add(SACK, size[soft], at[soft], TEXTILE, fill=rng.uniform(0.04, 0.14))
    boxed = kinds == 3
    solids.add_shell(size[boxed] * 0.7, 4, at[boxed], PAPER, fill=0.75)
    goods = pick(rng, (PAPER, FOOD, CERAMIC, TEXTILE))
    solids.add(BOX, size[boxed] * 0.66, at[boxed], goods, fill=rng.uniform(0.1, 0.35))
    _add_appliances(solids, rng, at[kinds == 4])
    _add_clutter(solids, rng, at, size)
    return solids


def _scatter(rng: np.random.Generator, hold: Hold, size: Reals, top: float) -> Reals:
    """Centres of things of given sizes: anywhere, but more of them low."""
    low = np.array([hold.x0, hold.floor, -hold.side]) + size / 2
    high = np.array([hold.x1, hold.floor + top, hold.side]) - size / 2
    share = rng.random(size.shape)
    share[:, 1] = rng.beta(1, 1.5, len(size))
    return np.asarray(low + share * np.maximum(high - low, 0))


def _add_cupboards(
    solids: Solids, rng: np.random.Generator, at: Reals, size: Reals
) -> None:
    solids.add_shell(size, rng.uniform(12, 22, (len(at), 1)), at, WOOD)
    for shelf in (-0.25, 0.0, 0.25):
        wanted = rng.random(len(at)) < 0.6
        board = size[wanted] * [0.97, 0, 0.97] + [0, 16, 0]
        solids.add(BOX, board, at[wanted] + size[wanted] * [0, shelf, 0], WOOD)
    fittings = np.repeat(np.arange(len(at)), 5)
    spread = rng.uniform(-0.5, 0.5, (len(fittings), 3)) * size[fittings]
    rods = rng.uniform((5, 5, 30), (12, 12, 110), spread.shape)
    turn = pick(rng, (ALONG_X, ALONG_Y))
    solids.add(PRISM, rods, at[fittings] + spread, STEEL, turn=turn)


def _add_appliances(solids: Solids, rng: np.random.Generator, at: Reals) -> None:
    """Washing machines, fridges and cookers stand for all."""
    if not len(at):
        return
    at = at * [1, 0, 1] + [0, 600, 0]
    solids.add_shell((570, 850, 590), 0.9, at, STEEL)
    solids.add_shell((560, 840, 580), 25, at, POLYETHYLENE, fill=0.06)
    solids.add_tube((480, 480, 330), 0.9, at + np.array([0, 60, 0]), STEEL)
    motor = at + np.array([-60, -290, rng.uniform(-100, 100)])
    solids.add(PRISM, (150, 150, 110), motor, WINDINGS, fill=0.7)
    solids.add(BOX, (360, 70, 160), at + np.array([0, 290, 0]), CERAMIC, fill=0.9)


def _add_clutter(
    solids: Solids, rng: np.random.Generator, at: Reals, size: Reals
) -> None:
    """Small metal and plastic things in and between the others."""
    for material in (STEEL, ALUMINIUM, POLYETHYLENE):
        each = rng.uniform((10, 10, 3), (260, 120, 60), (2 * len(at), 3))
        place = _near(rng, at, size, len(each))
        turn = turn_anyhow(rng, len(each))
        solids.add(BOX, each, place, material, turn=turn, fill=0.3)
    pots = rng.uniform((140, 140, 90), (320, 320, 250), (len(at) // 2 + 1, 3))
    place = _near(rng, at, size, len(pots))
    solids.add_tube(pots, 2.5, place, ALUMINIUM, turn=ALONG_Y, mesh=PRISM)


def _near(rng: np.random.Generator, at: Reals, size: Reals, count: int) -> Reals:
    """Places inside things of given centres and sizes, (N, 3)."""
    owner = rng.integers(len(at), size=count)
    return np.asarray(at[owner] + rng.uniform(-0.42, 0.42, (count, 3)) * size[owner])


def load_scrap(rng: np.random.Generator, hold: Hold) -> Solids:
    """A heap of sheet, tube, bar, boxes and motors, every way round."""
    solids = Solids()
    count = int(hold.length * rng.uniform(0.05, 0.2))
    tall = rng.uniform(500, 1300)
    for smallest, largest, material in _SCRAP:
        size = rng.uniform(smallest, largest, (count // 4 + 1, 3))
        at, turn = _heap(rng, hold, tall, size)
        solids.add(BOX, size, at, material, turn=turn)
    pipes = rng.uniform((20, 20, 100), (140, 140, 700), (count // 5 + 1, 3))
    at, turn = _heap(rng, hold, tall, pipes)
    solids.add_tube(pipes, 3, at, STEEL, turn=turn, mesh=PRISM)
    boxes = rng.uniform(60, 300, (count // 5 + 1, 3))
    at, turn = _heap(rng, hold, tall, boxes)
    solids.add_shell(boxes, 4, at, STEEL, turn=turn)
    motors = rng.uniform((80, 80, 60), (200, 200, 180), (count // 12 + 1, 3))
    at, turn = _heap(rng, hold, tall, motors)
    solids.add(PRISM, motors, at, WINDINGS, turn=turn, fill=0.6)
    return solids


_SCRAP: Final[tuple[tuple[Size, Size, Material], ...]] = (
    ((60, 30, 1), (600, 300, 8), STEEL),
    ((60, 30, 1), (500, 300, 6), ALUMINIUM),
    ((10, 10, 60), (50, 50, 500), STEEL),
)


def _heap(
    rng: np.random.Generator, hold: Hold, tall: float, size: Reals
) -> tuple[Reals, Reals]:
    """Places in a heap with a wavy top, (N, 3), and turns, (N, 3, 3)."""
    turn = turn_anyhow(rng, len(size))
    x = rng.uniform(hold.x0, hold.x1, len(size))
    crest = tall * (1 + 0.35 * np.sin(x / 900))
    y = hold.floor + rng.random(len(size)) ** 1.1 * crest
    z = rng.uniform(-hold.side, hold.side, len(size))
    middle = np.array([(hold.x0 + hold.x1) / 2, (hold.floor + hold.ceiling) / 2, 0])
    room = (hold.length, hold.height, 2 * hold.side)
    extent = np.einsum("nij,nj->ni", np.abs(turn), size)
    at = _confine(np.column_stack([x, y, z]) - middle, extent, room)
    return at + middle, turn
