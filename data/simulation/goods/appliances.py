"""Household appliances: washing machines, fridges, cookers, air conditioners."""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import (
    ALUMINIUM,
    CERAMIC,
    COPPER,
    ELECTRONICS,
    PAPER,
    POLYETHYLENE,
    STEEL,
    WINDINGS,
)
from data.simulation.chance import pick
from data.simulation.geometry.meshes import BOX, PRISM, make_cylinder
from data.simulation.geometry.turns import ALONG_X, ALONG_Y, ALONG_Z
from data.simulation.goods.rows import keep_inside, make_grid, offer_some
from data.simulation.loading.hold import Hold
from data.simulation.loading.load import Load

Reals = npt.NDArray[np.float64]
Maker = Callable[[Load, np.random.Generator, Reals, Reals], None]

_DRUM: Final = make_cylinder(16)
_WIRE: Final = make_cylinder(6)


def load_appliances(rng: np.random.Generator, hold: Hold) -> Load:
    """New appliances in cartons, or used ones without, in rows of one or two kinds."""
    load = Load()
    boxed = rng.random() < 0.65
    kinds = [pick(rng, APPLIANCES) for _ in range(int(rng.integers(1, 3)))]
    edge = hold.x0
    for number, (size, make) in enumerate(kinds):
        end = hold.x0 + (number + 1) * hold.length / len(kinds)
        cell = (
            np.array(size) * rng.uniform(0.92, 1.08, 3) + rng.uniform(10, 60, 3) * boxed
        )
        counts = (end - edge - 10, hold.height - 60, 2 * hold.side) // cell
        counts[1] = max(counts[1] - (rng.random() < 0.3), 1)
        places = make_grid(*counts)
        if counts[0] < 1 or counts[2] < 1:
            continue
        top = places[:, 1] == counts[1] - 1
        places = places[~(top & (counts[1] > 1) & (rng.random(len(places)) < 0.12))]
        pitch = np.array(
            [(end - edge - 10) / counts[0], cell[1] + 2, 2 * hold.side / counts[2]]
        )
        at = (places + 0.5) * pitch + [edge + 5, hold.floor, -hold.side]
        at += rng.normal(0, (6, 0, 6), at.shape)
        at[:, 1] += cell[1] / 2 - pitch[1] / 2
        at = keep_inside(hold, at, cell)
        inner = np.repeat((cell - 50 * boxed)[None], len(at), axis=0)
        make(load, rng, at, inner)
        if boxed:
            load.solids.add_shell(cell, 5, at, PAPER, fill=0.7)
            load.solids.add(
                BOX,
                cell * [0.98, 0, 0.98] + [0, 22, 0],
                at - cell * [0, 0.5, 0] + [0, 12, 0],
                POLYETHYLENE,
                fill=0.03,
            )
        edge = end
    return load


def add_washers(load: Load, rng: np.random.Generator, at: Reals, size: Reals) -> None:
    """Add washing machines.

    Args:
        load: To add them to, with a niche in each drum.
        rng: Source of chance.
        at: (N, 3), centres, mm.
        size: (N, 3), outside extent, mm.
    """
    solids = load.solids
    solids.add_shell(size, 0.9, at, STEEL)
    turn = pick(rng, (ALONG_Z, ALONG_X))
    across = size.min(axis=1, keepdims=True)
    tub = across * [0.86, 0.86, 0.62]
    middle = at + size * [0, 0.06, 0]
    solids.add_tube(tub, 5, middle, POLYETHYLENE, turn=turn, mesh=_DRUM)
    solids.add_tube(tub * [0.94, 0.94, 0.9], 0.8, middle, STEEL, turn=turn, mesh=_DRUM)
    back = (turn @ np.array([0, 0, 1.0])) * tub[:, 2:] * 0.5
    spider = np.hstack([across * 0.8, across * 0.8, np.full_like(across, 22)])
    solids.add(_DRUM, spider, middle + back, ALUMINIUM, turn=turn, fill=0.4)
    pulley = np.hstack([across * 0.5, across * 0.5, np.full_like(across, 14)])
    solids.add_tube(pulley, 30, middle + back * 1.12, ALUMINIUM, turn=turn, mesh=_DRUM)
    motor = np.array([140, 140, 150])
    low = at + size * [-0.16, -0.5, 0.12] + np.array([0, 100, 0])
    solids.add(PRISM, motor, low, WINDINGS, turn=turn, fill=0.5)
    weight = size * [0.62, 0.09, 0.3]
    solids.add(BOX, weight, at + size * [0, 0.41, 0.1], CERAMIC, fill=0.95)
    solids.add(BOX, weight * [1, 1, 0.5], at + size * [0, -0.27, -0.33], CERAMIC)
    panel = size * [0.8, 0.1, 0] + [0, 0, 40]
    solids.add(BOX, panel, at + size * [0, 0.44, -0.45], ELECTRONICS, fill=0.25)
    for side in (-0.36, 0.36):
        strut = np.column_stack([np.full((len(at), 2), 22.0), size[:, 1] * 0.4])
        solids.add(
            PRISM, strut, at + size * [side, -0.26, 0.3], STEEL, turn=ALONG_Y, fill=0.5
        )
    inside = np.hstack([across * 0.55] * 3)
    offer_some(rng, load, "appliance", (middle - size * [0, 0.06, 0], inside), 30)


def add_fridges(load: Load, rng: np.random.Generator, at: Reals, size: Reals) -> None:
    """Add fridges and freezers.

    Args:
        load: To add them to, with a niche on some shelf of each.
        rng: Source of chance.
        at: (N, 3), centres, mm.
        size: (N, 3), outside extent, mm.
    """
    solids = load.solids
    solids.add_shell(size, 0.6, at, STEEL)
    solids.add_shell(size - 4, 48, at, POLYETHYLENE, fill=0.04)
    solids.add_shell(size - 100, 1.5, at, POLYETHYLENE)
    for height in (-0.22, 0.0, 0.2, 0.33):
        shelf = size * [0.8, 0, 0.75] + [0, 5, 0]
        solids.add(BOX, shelf, at + size * [0, height, 0], CERAMIC, fill=0.8)
    low = at + size * [0.2, -0.5, 0.3] + [0, 120, 0]
    solids.add(_DRUM, (170, 170, 210), low, WINDINGS, turn=ALONG_Y, fill=0.55)
    for height in np.linspace(-0.3, 0.4, 12):
        tube = np.column_stack([np.full((len(at), 2), 6.0), size[:, 0] * 0.85])
        place = at + size * [0, height, 0.49]
        solids.add(_WIRE, tube, place, STEEL, turn=ALONG_X, fill=0.6)
    hinge = at + size * [0.46, 0.47, -0.45]
    solids.add(BOX, (60, 14, 40), hinge, STEEL)
    inside = size * [0.72, 0.18, 0.62]
    shelf = at + size * [0, -0.22, 0] + inside * [0, 0.5, 0]
    offer_some(rng, load, "appliance", (shelf, inside), 30)


def add_cookers(load: Load, rng: np.random.Generator, at: Reals, size: Reals) -> None:
    """Add cookers with an oven.

    Args:
        load: To add them to, with a niche in each oven.
        rng: Source of chance.
        at: (N, 3), centres, mm.
        size: (N, 3), outside extent, mm.
    """
    solids = load.solids
    solids.add_shell(size, 1.0, at, STEEL)
    oven = size * [0.76, 0.46, 0.72]
    middle = at - size * [0, 0.06, 0]
    solids.add_shell(oven + 60, 28, middle, CERAMIC, fill=0.05)
    solids.add_shell(oven, 1.2, middle, STEEL)
    for height in (-0.2, 0.15):
        rack = oven * [0.95, 0, 0.9] + [0, 8, 0]
        solids.add(BOX, rack, middle + oven * [0, height, 0], STEEL, fill=0.12)
    for x, z in ((-0.24, -0.22), (0.24, -0.22), (-0.24, 0.22), (0.24, 0.22)):
        place = at + size * [x, 0.49, z]
        burner = (rng.uniform(70, 120), rng.uniform(70, 120), 26)
        solids.add(_DRUM, burner, place - [0, 14, 0], ALUMINIUM, turn=ALONG_Y)
        grate = (210, 12, 210)
        solids.add(BOX, grate, place + np.array([0, -6, 0]), STEEL, fill=0.25)
    for x in np.linspace(-0.35, 0.35, 5):
        knob = at + size * [x, 0.4, -0.48]
        solids.add(PRISM, (36, 36, 40), knob, STEEL, fill=0.5)
    handle = np.column_stack([np.full((len(at), 2), 20.0), size[:, 0] * 0.8])
    solids.add(
        PRISM, handle, at + size * [0, 0.24, -0.49], STEEL, turn=ALONG_X, fill=0.5
    )
    offer_some(rng, load, "appliance", (middle - oven * [0, 0.02, 0], oven * 0.9), 30)


def add_coolers(load: Load, rng: np.random.Generator, at: Reals, size: Reals) -> None:
    """Add the outdoor units of air conditioners.

    Args:
        load: To add them to, with a niche behind the fan of each.
        rng: Source of chance.
        at: (N, 3), centres, mm.
        size: (N, 3), outside extent, mm.
    """
    solids = load.solids
    solids.add_shell(size, 1.0, at, STEEL)
    fins = size * [0.7, 0.9, 0] + [0, 0, 28]
    solids.add(BOX, fins, at + size * [-0.12, 0, 0.42], ALUMINIUM, fill=0.25)
    for height in np.linspace(-0.4, 0.4, 9):
        tube = np.column_stack([np.full((len(at), 2), 9.0), size[:, 0] * 0.72])
        solids.add(
            _WIRE,
            tube,
            at + size * [-0.12, height, 0.42],
            COPPER,
            turn=ALONG_X,
            fill=0.35,
        )
    fan = np.column_stack(
        [np.repeat(size[:, 1:2] * 0.7, 2, axis=1), np.full(len(at), 40.0)]
    )
    solids.add_tube(fan, 6, at + size * [-0.15, 0, -0.4], POLYETHYLENE, mesh=_DRUM)
    hub = at + size * [-0.15, 0, -0.25]
    solids.add(PRISM, (95, 95, 90), hub, WINDINGS, fill=0.5)
    pump = at + size * [0.36, -0.5, 0] + [0, 155, 0]
    solids.add(_DRUM, (130, 130, 270), pump, WINDINGS, turn=ALONG_Y, fill=0.5)
    board = at + size * [0.36, 0.3, 0]
    solids.add(BOX, (150, 60, 180), board, ELECTRONICS, fill=0.4)
    inside = size * [0.55, 0.35, 0.42]
    low = at - size * [0.15, 0.5, -0.02] + inside * [0, 0.5, 0] + [0, 4, 0]
    offer_some(rng, load, "appliance", (low, inside), 30)


APPLIANCES: Final[tuple[tuple[tuple[float, float, float], Maker], ...]] = (
    ((600, 850, 600), add_washers),
    ((650, 1700, 680), add_fridges),
    ((600, 900, 600), add_cookers),
    ((600, 870, 560), add_fridges),
    ((860, 640, 360), add_coolers),
)
"""Usual sizes, mm, and what adds them to a load."""
