"""Household goods: a removal, or what families send home."""

from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import (
    ALUMINIUM,
    CERAMIC,
    ELECTRONICS,
    FOOD,
    PAPER,
    POLYETHYLENE,
    RUBBER,
    STEEL,
    TEXTILE,
)
from data.simulation.chance import pick
from data.simulation.geometry.meshes import BOX, CYLINDER, PRISM, SACK, make_cylinder
from data.simulation.geometry.solids import Solids
from data.simulation.geometry.turns import (
    ALONG_X,
    ALONG_Y,
    ALONG_Z,
    turn_about,
    turn_anyhow,
)
from data.simulation.goods.appliances import (
    add_cookers,
    add_coolers,
    add_fridges,
    add_washers,
)
from data.simulation.goods.furniture import (
    add_chairs,
    add_cupboards,
    add_mattresses,
    add_sofas,
    add_tables,
)
from data.simulation.goods.liquids import fill_barrels
from data.simulation.goods.packing import pack_cells
from data.simulation.goods.rows import confine, offer_some
from data.simulation.goods.tools import add_tool_boxes
from data.simulation.loading.hold import Hold
from data.simulation.loading.load import Load

Reals = npt.NDArray[np.float64]

_RIM: Final = make_cylinder(16)


def load_household(rng: np.random.Generator, hold: Hold) -> Load:
    """Furniture, boxes, bags, barrels, appliances, bicycles, tools."""
    load = Load()
    top = hold.height * rng.uniform(0.55, 1.0)
    centres, sizes = pack_cells(rng, hold, (1250.0, 850.0), top)
    kinds = rng.choice(len(_SHARES), size=len(centres), p=_SHARES)
    small = sizes.min(axis=1) < 420
    kinds = np.where(small & (kinds >= 4), kinds % 3, kinds)
    for number, make in enumerate(_MAKERS):
        mine = kinds == number
        if mine.any():
            make(load, rng, centres[mine], sizes[mine])
    floor = centres[:, 1] - sizes[:, 1] / 2 < hold.floor + 5
    roomy = np.flatnonzero(floor & (sizes > (600, 300, 320)).all(axis=1) & (kinds == 3))
    spots = centres[roomy[:6]] * [1, 0, 1] + [0, hold.floor + 132, 0]
    add_tool_boxes(load, rng, spots)
    return load


def _add_boxes(load: Load, rng: np.random.Generator, at: Reals, size: Reals) -> None:
    """Cartons of mixed things."""
    load.solids.add_shell(size, 4, at, PAPER, fill=0.75)
    goods = pick(rng, (PAPER, FOOD, CERAMIC, TEXTILE))
    fill = rng.uniform(0.03, 0.22, len(at)) * 1.1 / goods.density_g_cm3
    inner = size - 14
    load.solids.add(
        BOX, inner * [1, 0.9, 1], at - inner * [0, 0.05, 0], goods, fill=fill
    )
    _add_clutter(load.solids, rng, at, inner)
    offer_some(rng, load, "package", (at, inner * 0.97), 25)


def _add_bags(load: Load, rng: np.random.Generator, at: Reals, size: Reals) -> None:
    """Bundles of clothes, bags, suitcases with a frame."""
    fill = rng.uniform(0.05, 0.16, len(at))
    load.solids.add(SACK, size * [1, 1, 1], at, TEXTILE, fill=fill)
    framed = rng.random(len(at)) < 0.4
    case = size[framed] * [0.85, 0.7, 0.6]
    place = at[framed] - size[framed] * [0, 0.12, 0]
    load.solids.add_shell(case, 3, place, POLYETHYLENE)
    for x in (-0.25, 0.25):
        pull = np.column_stack([np.full((len(case), 2), 14.0), case[:, 1] * 0.9])
        load.solids.add(
            PRISM, pull, place + case * [x, 0, 0.4], ALUMINIUM, turn=ALONG_Y, fill=0.4
        )
    _add_clutter(load.solids, rng, at, size * 0.7)
    offer_some(
        rng, load, "goods", (at - size * [0, 0.1, 0], size * [0.7, 0.5, 0.7]), 15
    )


def _add_barrels(load: Load, rng: np.random.Generator, at: Reals, size: Reals) -> None:
    """A barrel of food and clothes in each place."""
    across = np.minimum(size[:, 0], size[:, 2])[:, None]
    across = np.minimum(across, 585.0)
    tall = np.minimum(size[:, 1:2], 890.0)
    drum = np.hstack([across, across, tall])
    base = at - size * [0, 0.5, 0] + np.hstack([across * 0, tall / 2, across * 0])
    load.solids.add_tube(
        drum, 6, base, pick(rng, (PAPER, POLYETHYLENE)), turn=ALONG_Y, mesh=CYLINDER
    )
    load.solids.add_tube(
        drum * [1, 1, 0] + [0, 0, 16],
        3,
        base + drum[:, [0, 2, 1]] * [0, 0.49, 0],
        STEEL,
        turn=ALONG_Y,
    )
    for one, extent in zip(base, drum, strict=True):
        fill_barrels(load.solids, rng, one[None], extent * [0.95, 0.95, 0.9])
    room = drum[:, [0, 2, 0]] * [0.66, 0.85, 0.66]
    offer_some(rng, load, "drum", (base, room), 12)


def _add_mixed(load: Load, rng: np.random.Generator, at: Reals, size: Reals) -> None:
    """Bicycles, pots, televisions, loose things on their boxes."""
    kind = rng.integers(3, size=len(at))
    _add_bicycles(load.solids, rng, at[kind == 0], size[kind == 0])
    screens, room = at[kind == 1], size[kind == 1]
    panel = room * [0.95, 0.85, 0] + [0, 0, 45]
    load.solids.add(BOX, panel, screens, ELECTRONICS, fill=0.14)
    load.solids.add(BOX, panel * [0.4, 0.3, 0.8], screens, ELECTRONICS, fill=0.5)
    pots, room = at[kind == 2], size[kind == 2]
    each = np.repeat(np.arange(len(pots)), 5)
    extent = rng.uniform((140, 140, 90), (320, 320, 250), (len(each), 3))
    spread = confine(
        rng.uniform(-0.5, 0.5, extent.shape) * room[each],
        extent[:, [0, 2, 1]],
        room[each],
    )
    load.solids.add_tube(
        extent, 2.5, pots[each] + spread, ALUMINIUM, turn=ALONG_Y, mesh=PRISM
    )
    _add_clutter(load.solids, rng, at, size * 0.9)


def _add_bicycles(
    solids: Solids, rng: np.random.Generator, at: Reals, size: Reals
) -> None:
    """Two wheels and a frame of tubes each, broadside."""
    for place, room in zip(at, size, strict=True):
        wheel = min(float(rng.uniform(480, 680)), room[1] * 0.95, room[0] * 0.6)
        reach = max(room[0] - wheel, 60) / 2
        low = place - [0, room[1] / 2 - wheel / 2, 0]
        hubs = np.array([low - [reach, 0, 0], low + np.array([reach, 0, 0])])
        solids.add_tube((wheel, wheel, 42), 16, hubs, RUBBER, mesh=_RIM, fill=0.5)
        solids.add_tube(
            (wheel - 34, wheel - 34, 24), 9, hubs, ALUMINIUM, mesh=_RIM, fill=0.5
        )
        solids.add(PRISM, (40, 40, 90), hubs, STEEL, fill=0.6)
        for lean, x, y in (
            (0.7, -0.25, 0.2),
            (-0.9, 0.2, 0.15),
            (0.05, 0.0, 0.42),
            (1.4, -0.05, 0.2),
        ):
            spot = low + np.array([x * reach, y * wheel, 0])
            turn = turn_about(2, lean) @ ALONG_X
            long = max(reach * 0.9, 120)
            solids.add_tube((32, 32, long), 2, spot, STEEL, turn=turn, mesh=PRISM)
        crank = low - [0, wheel * 0.1, 0]
        solids.add(_RIM, (170, 170, 8), crank, STEEL, fill=0.6)


def _add_clutter(
    solids: Solids, rng: np.random.Generator, at: Reals, size: Reals
) -> None:
    """Small things of metal, plastic, china in each of several boxes."""
    each = np.repeat(np.arange(len(at)), 7)
    thing = rng.uniform((12, 10, 6), (220, 130, 70), (len(each), 3))
    turn = turn_anyhow(rng, len(each))
    extent = np.einsum("nij,nj->ni", np.abs(turn), thing)
    inside = rng.uniform(-0.5, 0.5, extent.shape) * np.maximum(size[each] - extent, 0)
    fits = (extent < size[each]).all(axis=1)
    kind = rng.integers(4, size=len(each))
    for number, material in enumerate((STEEL, ALUMINIUM, POLYETHYLENE, CERAMIC)):
        mine = fits & (kind == number)
        solids.add(
            BOX,
            thing[mine],
            (at[each] + inside)[mine],
            material,
            turn=turn[mine],
            fill=0.35,
        )
    rods = rng.uniform((6, 6, 60), (26, 26, 260), (len(at), 3))
    axis = pick(rng, (ALONG_X, ALONG_Y, ALONG_Z))
    rods[:, 2] = np.minimum(rods[:, 2], size.min(axis=1))
    solids.add(PRISM, rods, at, STEEL, turn=axis, fill=0.8)


_MAKERS: Final = (
    _add_boxes,
    _add_bags,
    add_cupboards,
    _add_mixed,
    _add_barrels,
    add_mattresses,
    add_sofas,
    add_washers,
    add_fridges,
    add_cookers,
    add_tables,
    add_chairs,
    add_coolers,
)
_SHARES: Final = np.array(
    (0.27, 0.13, 0.13, 0.12, 0.09, 0.05, 0.06, 0.03, 0.03, 0.03, 0.03, 0.02, 0.01)
)
