"""Phantoms of firearms cut short or put together from pipes: outer shapes only.

Cut shotguns are about as long as Ithaca's Auto and Burglar, which was made short
(406 mm with barrels of 257 mm, 2 kg), or shorter; pipes have common outer diameters.

Frame: the muzzle towards +x, the grip towards -y, z across. Lengths are mm.
"""

import numpy as np

from data.physics.materials import RUBBER, STEEL, TEXTILE, WOOD
from data.simulation.chance import pick
from data.simulation.geometry.solids import Solids
from data.simulation.phantoms.assembly import Assembly
from data.simulation.phantoms.fittings import DENSE, FURNITURE, add_guard, bow
from data.simulation.phantoms.outlines import hull


def build_sawn_off_shotgun(rng: np.random.Generator) -> dict[str, Solids]:
    """Two stubs of barrels, over or beside each other, and the stump of a stock."""
    bore = pick(rng, (18.5, 18.5, 15.7))
    stacked = rng.random() < 0.35
    return {
        "receiver": _build_action(rng, stacked=stacked),
        "barrel": _build_stubs(rng, bore, stacked=stacked),
        "stock": _build_stump(rng),
    }


def _build_action(rng: np.random.Generator, *, stacked: bool) -> Assembly:
    """A deep action with its lever, two triggers, and at times two hammers."""
    action, low = Assembly(), -40 if stacked else -28
    body = hull((-62, -4), (-50, 24), (0, 25), (16, 4), (16, low), (-62, low + 2))
    action.plate(body, 36 if stacked else 46, STEEL, fill=0.55)
    action.rod([(-44, 23), (-70, 30)], 8, STEEL)
    add_guard(action, -66, low + 2, (76, 34))
    action.rod([(-46, low), (-50, low - 14), (-46, low - 26)], 5.5, STEEL)
    if rng.random() < 0.4:
        for side in (-11.0, 11.0):
            spur = [(-34, 20, side), (-42, 40, side), (-54, 45, side)]
            action.rod(spur, 8, STEEL)
    return action


def _build_stubs(rng: np.random.Generator, bore: float, *, stacked: bool) -> Assembly:
    """Barrels cut off square, over what is left of a fore-end."""
    barrels, length = Assembly(), rng.uniform(135, 255)
    outside = bore + 4.8
    axes = [(12, 0), (12 - outside, 0)] if stacked else [(12, -12), (12, 12)]
    for y, z in axes:
        barrels.rod([(0, y, z), (length, y, z)], outside, STEEL, bore=bore)
        if rng.random() < 0.5:
            barrels.rod([(2, y, z), (20, y, z)], bore - 0.5, STEEL, fill=0.5)
            barrels.rod([(20, y, z), (58, y, z)], bore - 0.5, STEEL, fill=0.3)
    barrels.bar((length, 4, 8), (length / 2, 23, 0), STEEL)
    low = 12 - outside * (1.5 if stacked else 0.5)
    reach = rng.uniform(0.45, 0.8) * length
    fore = hull((16, low), (16, low - 20), (0.7 * reach, low - 17), (reach, low))
    wood = pick(rng, FURNITURE)
    barrels.plate(fore, 42, wood, fill=0.85 * DENSE[wood])
    return barrels


def _build_stump(rng: np.random.Generator) -> Assembly:
    """The wrist of a stock, sawn off or bent down to a grip, at times taped."""
    stump, wood = Assembly(), pick(rng, FURNITURE)
    length, lean = rng.uniform(105, 150), rng.uniform(-1.15, -0.8)
    spine = bow((-58, -10), length, lean, rng.uniform(0.15, 0.7))
    widths = np.linspace(35, rng.uniform(38, 50), len(spine))
    stump.strip(spine, widths.tolist(), 35, wood, fill=DENSE[wood])
    if rng.random() < 0.4:
        stump.strip(spine[2:5], (widths[2:5] + 4).tolist(), 39, TEXTILE, fill=0.2)
    stump.rod([(-62, -12), spine[2]], 8, STEEL)
    return stump


def build_tube_gun(rng: np.random.Generator) -> dict[str, Solids]:
    """Plain pipes with a grip: one in another, or several on a block of wood."""
    return pick(rng, (_build_single_tube, _build_tubes_on_wood))(rng)


def _build_single_tube(rng: np.random.Generator) -> dict[str, Solids]:
    """A thin pipe in a thick one with a cap, and a grip cut from a board."""
    body, barrel = Assembly(), Assembly()
    wide, long = pick(rng, (33.7, 33.7, 42.4)), rng.uniform(150, 250)
    body.rod([(-long, 0), (0, 0)], wide, STEEL, bore=wide - 6.4)
    body.rod([(-long - 12, 0), (26 - long, 0)], wide + 9, STEEL, bore=wide, fill=0.9)
    body.rod([(-long - 10, 0), (-long + 4, 0)], wide - 6.4, STEEL, fill=0.8)
    place = -rng.uniform(0.3, 0.75) * long
    _add_board_grip(rng, body, (place, -wide / 2), wide)
    thin, reach = wide - 7, rng.uniform(90, 260)
    barrel.rod([(-0.6 * long, 0), (reach, 0)], thin, STEEL, bore=thin - 6)
    if rng.random() < 0.5:
        barrel.rod([(reach - 30, 0), (reach, 0)], thin + 8, STEEL, bore=thin)
    if rng.random() < 0.5:
        handle = bow((0.55 * reach, -thin / 2), rng.uniform(70, 95), 0.0)
        barrel.strip(handle, [34, 34], 26, WOOD)
        _clamp(barrel, 0.55 * reach, thin)
    return {"receiver": body, "barrel": barrel}


def _add_board_grip(
    rng: np.random.Generator, body: Assembly, top: tuple[float, float], wide: float
) -> None:
    """A slanted board held by clamps, with or without a loop before it."""
    x, y = top
    board, thick = pick(rng, (WOOD, WOOD, RUBBER)), rng.uniform(20, 30)
    block = hull((x - 40, y), (x + 60, y), (x + 60, y - 16), (x - 40, y - 22))
    body.plate(block, thick, board)
    grip = bow((x - 14, y - 8), rng.uniform(92, 112), rng.uniform(-0.4, -0.05))
    body.strip(grip, [38, 40], thick, board)
    body.screws([grip[0] + 0.3 * (grip[1] - grip[0]), (x + 40, y - 8)], thick, 5)
    for clamp in (x - 32, x + 46):
        _clamp(body, clamp, wide)
    if rng.random() < 0.5:
        add_guard(body, x + 4, y - 15, (50, 32))
    else:
        body.rod([(x + 22, y - 12), (x + 18, y - 30), (x + 22, y - 40)], 5, STEEL)


def _clamp(model: Assembly, x: float, wide: float) -> None:
    """A band of sheet around a pipe, and its screw."""
    model.rod([(x - 5, 0), (x + 5, 0)], wide + 2.5, STEEL, bore=wide)
    model.bar((14, 9, 9), (x, wide / 2 + 4, 0), STEEL, fill=0.7)


def _build_tubes_on_wood(rng: np.random.Generator) -> dict[str, Solids]:
    """Two to four pipes in a bunch, capped behind, on wood sawn to a grip."""
    pipes, stock = Assembly(), Assembly()
    wide, long = pick(rng, (17.2, 21.3, 26.9)), rng.uniform(140, 280)
    high, deep = pick(rng, ((2, 1), (1, 2), (2, 2), (3, 1)))
    for row in range(high):
        for column in range(deep):
            y, z = wide * (row + 0.5), wide * (column - (deep - 1) / 2)
            start = rng.uniform(-8, 8)
            ends = [(start, y, z), (start + long, y, z)]
            pipes.rod(ends, wide, STEEL, bore=wide - 5.2)
            cap = [(start - 6, y, z), (start + 22, y, z)]
            pipes.rod(cap, wide + 6, STEEL, bore=wide)
            pipes.rod([(start - 6, y, z), (start + 4, y, z)], wide - 5.2, STEEL)
    for x in (0.3 * long, 0.75 * long):
        size = (9, high * wide + 26, deep * wide + 6)
        pipes.bar(size, (x, high * wide / 2 - 10, 0), STEEL, fill=0.12)
    broad = max(30.0, deep * wide)
    reach = rng.uniform(0.55, 0.95) * long
    fore = hull((-46, 0), (reach, 0), (reach, -16), (0, -30), (-40, -26))
    stock.plate(fore, broad, WOOD)
    grip = bow((-28, -10), rng.uniform(100, 125), rng.uniform(-0.8, -0.3))
    stock.strip(grip, [40, 44], 32, WOOD)
    stock.plate(hull((-46, 0), (-16, 0), (-16, wide), (-40, 0.6 * wide)), 26, WOOD)
    stock.rod([(16, -26), (12, -44), (17, -56)], 5, STEEL)
    if rng.random() < 0.4:
        add_guard(stock, -6, -28, (48, 34))
    stock.screws([(-20, -14), (0.5 * reach, -9)], broad, 6)
    return {"barrel": pipes, "stock": stock}
