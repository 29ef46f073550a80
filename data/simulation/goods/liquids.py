"""Liquids in drums and tanks, and the barrels that families send home."""

from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import (
    FOOD,
    OIL,
    PAPER,
    POLYETHYLENE,
    STEEL,
    TEXTILE,
    WATER,
)
from data.simulation.chance import pick
from data.simulation.geometry.meshes import BOX, CYLINDER, PRISM, make_cylinder
from data.simulation.geometry.solids import Solids
from data.simulation.geometry.turns import ALONG_X, ALONG_Y, turn_anyhow
from data.simulation.goods.pallets import PALLET_MM, add_pallets, pallet_rows
from data.simulation.goods.rows import line_up, offer_some
from data.simulation.loading.hold import Hold
from data.simulation.loading.load import Load

Reals = npt.NDArray[np.float64]

_WIDE: Final = 565.0
_TALL: Final = 880.0
_HOOP_MM: Final = 12.0
"""How much wider its hoops are."""

_BAR: Final = make_cylinder(6)
_HOOP: Final = make_cylinder(12)
_IBC: Final = np.array([1190.0, 1010.0, 1000.0])


def load_drums(rng: np.random.Generator, hold: Hold) -> Load:
    """Drums of liquid on pallets, one or two high, steel or plastic."""
    load = Load()
    places = _stand(rng, hold, (int(rng.integers(1, 3)), 30.0))
    steel = rng.random() < 0.7
    size = np.array([_WIDE, _WIDE, _TALL])
    wall, material = (1.2, STEEL) if steel else (6.0, POLYETHYLENE)
    load.solids.add_tube(size, wall, places, material, turn=ALONG_Y)
    lids = np.array([_WIDE, _WIDE, wall * 1.2])
    for end in (-0.49, 0.49):
        at = places + np.array([0, end * _TALL, 0])
        load.solids.add(CYLINDER, lids, at, material, turn=ALONG_Y)
    if steel:
        for height in (-0.5, -0.17, 0.17, 0.5):
            hoop = places + np.array([0, height * _TALL, 0])
            ring = (_WIDE + _HOOP_MM, _WIDE + _HOOP_MM, 10)
            load.solids.add_tube(ring, 7, hoop, STEEL, turn=ALONG_Y, mesh=_HOOP)
    full = np.clip(rng.normal(rng.uniform(0.35, 0.96), 0.02, len(places)), 0.2, 0.96)
    full[rng.random(len(places)) < 0.04] = 0.02
    level = places - np.outer((1 - full) * _TALL / 2, [0, 1, 0])
    inside = np.column_stack([np.full((len(full), 2), _WIDE - 14), full * (_TALL - 12)])
    load.solids.add(CYLINDER, inside, level, pick(rng, (WATER, OIL, OIL)), turn=ALONG_Y)
    niche = (_WIDE * 0.68, _TALL * 0.9, _WIDE * 0.68)
    offer_some(rng, load, "drum", (places, niche), 40)
    return load


def load_barrels(rng: np.random.Generator, hold: Hold) -> Load:
    """Barrels of cloth, tins and bottles, on the floor, one or two high."""
    load = Load()
    places = _stand(rng, hold, (int(rng.integers(1, 3)), 0.0))
    shell, wall = pick(rng, ((PAPER, 7.0), (POLYETHYLENE, 5.0)))
    size = (_WIDE, _WIDE, _TALL)
    load.solids.add_tube(size, wall, places, shell, turn=ALONG_Y)
    for end in (-0.49, 0.49):
        rim = (_WIDE + 6, _WIDE + 6, 16)
        at = places + np.array([0, end * _TALL, 0])
        load.solids.add_tube(rim, 3, at, STEEL, turn=ALONG_Y, mesh=_HOOP)
    fill_barrels(load.solids, rng, places, np.array(size) * [0.96, 0.96, 0.94])
    niche = (_WIDE * 0.66, _TALL * 0.88, _WIDE * 0.66)
    offer_some(rng, load, "drum", (places, niche), 40)
    return load


def fill_barrels(
    solids: Solids, rng: np.random.Generator, places: Reals, size: Reals
) -> None:
    """Cloth, tins, boxes and bottles, as families pack them.

    Args:
        solids: To add them to.
        rng: Source of chance.
        places: (N, 3), middles of the barrels, mm.
        size: (3,), two diameters and the height of the room inside, mm.
    """
    share = rng.uniform(0.06, 0.22, len(places))
    solids.add(CYLINDER, size, places, TEXTILE, turn=ALONG_Y, fill=share)
    each = int(np.clip(1600 // max(len(places), 1), 6, 24))
    owner = np.repeat(places, each, axis=0)
    reach = size[[0, 2, 1]] * [0.62, 0.8, 0.62]
    at = owner + rng.uniform(-0.5, 0.5, owner.shape) * reach
    tin = rng.uniform((50, 50, 60), (110, 110, 180), owner.shape)
    kind = rng.integers(4, size=len(owner))
    tins, jars, rest = kind == 0, kind == 1, kind > 1
    solids.add(PRISM, tin[tins], at[tins], FOOD, turn=ALONG_Y, fill=0.95)
    rim = tin[tins] * [1.0, 1.0, 0] + [0, 0, 6]
    solids.add(
        PRISM,
        rim,
        at[tins] + tin[tins][:, [0, 2, 1]] * [0, 0.5, 0],
        STEEL,
        turn=ALONG_Y,
        fill=0.15,
    )
    solids.add(PRISM, tin[jars], at[jars], POLYETHYLENE, turn=ALONG_Y, fill=0.8)
    boxes = tin[rest] * rng.uniform(0.6, 1.5, tin[rest].shape)
    turn = turn_anyhow(rng, len(boxes))
    solids.add(BOX, boxes, at[rest], FOOD, turn=turn, fill=0.45)


def _stand(rng: np.random.Generator, hold: Hold, plan: tuple[int, float]) -> Reals:
    """Middles of drums in rows of four, (N, 3), none if none fits.

    The plan: layers, and the thickness of the boards between them, mm.
    """
    layers, board = plan
    step = _TALL + 20 + board
    rows = max(int(2 * hold.side / (_WIDE + _HOOP_MM)), 1)
    across = [(row + 0.5) * 2 * hold.side / rows - hold.side for row in range(rows)]
    return np.array(
        [
            (x + shift, hold.floor + 15 + board / 2 + step * layer + _TALL / 2, z)
            for x in line_up(rng, hold, _WIDE + _HOOP_MM, (6, 18))
            for z in across
            for shift in [rng.uniform(-5, 5)]
            for layer in range(min(layers, int((hold.height - 40) // step)))
        ]
    ).reshape(-1, 3)


def load_ibcs(rng: np.random.Generator, hold: Hold) -> Load:
    """Tanks of a cubic metre, each in a cage on a pallet, one or two high."""
    load = Load()
    layers = min(
        int(rng.integers(1, 3)), int((hold.height - 20) // (_IBC[1] + PALLET_MM))
    )
    step = _IBC[1] + PALLET_MM
    spots = [
        (x, hold.floor + step * layer, z)
        for x in line_up(rng, hold, float(_IBC[0]), (6, 50))
        for z in pallet_rows(hold)
        for layer in range(layers)
    ]
    bases = np.array(spots).reshape(-1, 3)
    add_pallets(load.solids, bases, 1190, 1000)
    middles = bases + np.array([0, PALLET_MM + _IBC[1] / 2, 0])
    tank = _IBC - (50, 30, 50)
    load.solids.add_shell(tank, 2.5, middles, POLYETHYLENE)
    most = 0.97 if layers == 1 else 0.6
    full = np.clip(rng.normal(rng.uniform(0.4, most), 0.03, len(bases)), 0.1, 0.97)
    liquid = np.repeat((tank - 8)[None], len(bases), axis=0)
    liquid[:, 1] *= full
    at = middles.copy()
    at[:, 1] -= (1 - full) * (tank[1] - 8) / 2
    load.solids.add(BOX, liquid, at, pick(rng, (WATER, OIL, WATER)))
    neck = middles + np.array([0, _IBC[1] / 2 - 15, 0])
    load.solids.add(PRISM, (160, 160, 45), neck, POLYETHYLENE, turn=ALONG_Y, fill=0.5)
    valve = middles + np.array([0, -_IBC[1] / 2 + 50, -_IBC[2] / 2 + 60])
    load.solids.add(PRISM, (70, 70, 120), valve, POLYETHYLENE, fill=0.7)
    _add_cages(load.solids, middles)
    offer_some(rng, load, "drum", (middles, tank * [0.9, 0.96, 0.9]), 30)
    return load


def _add_cages(solids: Solids, middles: Reals) -> None:
    """Tubes of 18 mm around tanks, thin enough to count as bars of less steel."""
    wide, tall, deep = _IBC
    for z in (-deep / 2 + 12, deep / 2 - 12):
        upright = [(x, 0, z) for x in np.linspace(-wide / 2 + 15, wide / 2 - 15, 8)]
        at = (middles[:, None] + upright).reshape(-1, 3)
        solids.add(_BAR, (18, 18, tall), at, STEEL, turn=ALONG_Y, fill=0.22)
        level = [(0, y, z) for y in np.linspace(-tall / 2 + 15, tall / 2 - 10, 6)]
        at = (middles[:, None] + level).reshape(-1, 3)
        solids.add(_BAR, (18, 18, wide), at, STEEL, turn=ALONG_X, fill=0.22)
    for x in (-wide / 2 + 12, wide / 2 - 12):
        level = [(x, y, 0) for y in np.linspace(-tall / 2 + 15, tall / 2 - 10, 6)]
        at = (middles[:, None] + level).reshape(-1, 3)
        solids.add(_BAR, (18, 18, deep), at, STEEL, fill=0.22)
