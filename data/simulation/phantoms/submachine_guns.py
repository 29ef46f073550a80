"""Phantoms of submachine guns: outer shapes only.

Frame: the muzzle towards +x, the grip towards -y, z across. Lengths are mm.
"""

import numpy as np

from data.physics.materials import POLYETHYLENE, STEEL
from data.simulation.chance import pick
from data.simulation.geometry.solids import Solids
from data.simulation.phantoms.assembly import Assembly
from data.simulation.phantoms.fittings import (
    add_guard,
    add_magazine,
    add_pistol_grip,
    add_wire_stock,
    bow,
)
from data.simulation.phantoms.outlines import circle, hull


def build_submachine_gun(rng: np.random.Generator) -> dict[str, Solids]:
    """A box with the magazine in the grip, a tube, or one like a small rifle."""
    shapes = (_build_box_gun, _build_tube_gun, _build_small_rifle)
    return pick(rng, shapes)(rng)


def _build_box_gun(rng: np.random.Generator) -> dict[str, Solids]:
    body, magazine, half = Assembly(), Assembly(), rng.uniform(115, 145)
    body.case(hull((-half, -22), (-half, 26), (half, 26), (half, -22)), 42, 2, STEEL)
    body.bar((half * 0.9, 26, 28), (-10, 2, 0), STEEL, fill=0.8)
    body.rod([(20, 4), (half + rng.uniform(12, 70), 4)], 17, STEEL, bore=9)
    body.rod([(half, 4), (half + 10, 4)], 30, STEEL, bore=17)
    body.spring((-half + 6, 12), (-20, 12), 14, 2, 7)
    for x in (-half + 14, half - 14):
        body.plate(hull((x - 9, 26), (x + 9, 26), (x + 6, 42), (x - 6, 42)), 22, STEEL)
    body.plate(circle(-4, 32, 8, 8), 14, STEEL)
    grip = hull((-28, -22), (22, -22), (19, -118), (-30, -118))
    body.case(grip, 34, 4, POLYETHYLENE)
    body.bar((38, 96, 26), (-5, -70, 0), STEEL, fill=0.08)
    add_guard(body, 20, -22, (56, 36))
    spine = bow((-5, -30), rng.uniform(150, 200), 0.0)
    add_magazine(magazine, spine, (30, 21), int(rng.integers(0, 9)), foot=STEEL)
    pieces: dict[str, Solids] = {"receiver": body, "magazine": magazine}
    if rng.random() < 0.7:
        pieces["stock"] = _build_strut(rng, -half)
    return pieces


def _build_strut(rng: np.random.Generator, x: float) -> Assembly:
    """One bent strut with a looped butt, or two straight ones."""
    stock = Assembly()
    if rng.random() < 0.5:
        add_wire_stock(stock, x, (14, -8), rng.uniform(160, 200))
        return stock
    bend = [(x, -12), (x - 60, -20), (x - 95, -38), (x - 195, -46)]
    stock.rod(bend, 13, STEEL, bore=7)
    end = x - 195
    loop = [(end, -40), (end - 12, -50), (end - 10, -120), (end + 12, -124)]
    stock.rod([*loop, (end + 16, -60), (end, -40)], 8, STEEL)
    return stock


def _build_tube_gun(rng: np.random.Generator) -> dict[str, Solids]:
    """A plain tube, a jacketed barrel, the magazine ahead of the guard."""
    body, barrel, stock = Assembly(), Assembly(), Assembly()
    magazine, long = Assembly(), rng.uniform(250, 310)
    back, front = -long / 2, long / 2
    body.rod([(back, 4), (front, 4)], 38, STEEL, bore=34)
    body.rod([(-10, 4), (100, 4)], 32, STEEL, fill=0.6)
    body.spring((back + 8, 4), (-14, 4), 24, 2.2, 7)
    body.rod([(30, 4, 0), (30, 14, -34)], 9, STEEL)
    add_pistol_grip(body, (-44, -12), rng.uniform(88, 102), -0.2, POLYETHYLENE)
    body.bar((110, 14, 22), (-20, -18, 0), STEEL, fill=0.35)
    add_guard(body, -28, -23, (58, 32))
    body.case(hull((52, -12), (96, -12), (94, -54), (54, -54)), 28, 2, STEEL)
    spine = bow((74, -16), rng.uniform(170, 215), 0.04, pick(rng, (0.0, 0.2)))
    add_magazine(magazine, spine, (34, 22), int(rng.integers(0, 9)), foot=STEEL)
    reach = rng.uniform(110, 200)
    barrel.rod([(front, 4), (front + reach, 4)], 16, STEEL, bore=9)
    barrel.rod([(front, 4), (front + 0.75 * reach, 4)], 34, STEEL, bore=30.5)
    barrel.bar((5, 14, 6), (front + 0.7 * reach, 28, 0), STEEL)
    add_wire_stock(stock, back, (6, -14), rng.uniform(170, 220))
    return {"receiver": body, "barrel": barrel, "stock": stock, "magazine": magazine}


def _build_small_rifle(rng: np.random.Generator) -> dict[str, Solids]:
    """A slim receiver with a hand guard and a curved magazine."""
    body, barrel, stock = Assembly(), Assembly(), Assembly()
    magazine = Assembly()
    upper = hull((-125, 2), (-125, 34), (110, 34), (110, 2))
    body.case(upper, 32, 2.4, STEEL)
    body.bar((110, 20, 22), (-10, 17, 0), STEEL, fill=0.9)
    body.case(hull((-120, 2), (42, 2), (40, -24), (-80, -24)), 30, 3, POLYETHYLENE)
    body.case(hull((42, 2), (88, 2), (86, -36), (44, -36)), 28, 2, STEEL)
    add_pistol_grip(body, (-54, -18), rng.uniform(88, 100), -0.3, POLYETHYLENE)
    add_guard(body, -34, -23, (62, 32))
    body.rod([(-106, 36), (-106, 50)], 20, STEEL, bore=8)
    spine = bow((64, -20), rng.uniform(150, 190), 0.08, rng.uniform(0.25, 0.45))
    add_magazine(magazine, spine, (37, 22), int(rng.integers(0, 9)), foot=STEEL)
    reach = rng.uniform(120, 240)
    end = 110 + reach
    barrel.rod([(110, 12), (end, 12)], 16, STEEL, bore=9)
    barrel.rod([(110, 34), (90 + reach, 34)], 17, STEEL, bore=12)
    guard = hull((110, 26), (110, -10), (110 + 0.75 * reach, -6))
    barrel.case(hull(guard, (110 + 0.75 * reach, 26)), 44, 3, POLYETHYLENE)
    barrel.ring((90 + reach, 48, 0), 26, 3.5, 12, STEEL)
    if rng.random() < 0.5:
        add_wire_stock(stock, -125, (24, 12), rng.uniform(60, 190))
    else:
        fixed = [(-125, 14), (-190, 4), (-330, -24)]
        stock.strip(fixed, [40, 56, 112], 34, POLYETHYLENE, fill=0.8)
    return {"receiver": body, "barrel": barrel, "stock": stock, "magazine": magazine}
