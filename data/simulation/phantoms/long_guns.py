"""Phantoms of rifles, carbines and shotguns: outer shapes only.

Frame: the muzzle towards +x, the grip towards -y, z across. Lengths are mm.
"""

import numpy as np

from data.physics.materials import (
    ALUMINIUM,
    POLYETHYLENE,
    RUBBER,
    STEEL,
    WOOD,
    Material,
)
from data.simulation.chance import pick
from data.simulation.geometry.solids import Solids
from data.simulation.phantoms.assembly import Assembly
from data.simulation.phantoms.fittings import (
    DENSE,
    FURNITURE,
    add_guard,
    add_magazine,
    add_pistol_grip,
    add_scope,
    add_wire_stock,
    bow,
)
from data.simulation.phantoms.outlines import hull


def build_rifle(rng: np.random.Generator) -> dict[str, Solids]:
    """With a curved or a straight magazine, a folded stock, or bolt-action."""
    shapes = (_build_curved_rifle, _build_straight_rifle, _build_hunting_rifle)
    return shapes[int(rng.choice(3, p=(0.5, 0.25, 0.25)))](rng)


def build_carbine(rng: np.random.Generator) -> dict[str, Solids]:
    """Light receiver; the stock on a tube, fixed or pushed in."""
    receiver, barrel, magazine = Assembly(), Assembly(), Assembly()
    receiver.case(hull((-98, 2), (-98, 30), (98, 32), (98, 2)), 30, 4, ALUMINIUM)
    lower = hull((-96, 2), (66, 2), (66, -34), (18, -38), (-20, -26), (-96, -16))
    receiver.case(lower, 27, 4, ALUMINIUM)
    receiver.rod([(-62, 16), (92, 16)], 21, STEEL, bore=9)
    add_pistol_grip(receiver, (-64, -14), rng.uniform(88, 104), -0.42, POLYETHYLENE)
    add_guard(receiver, -46, -25, (62, 30), ALUMINIUM)
    add_magazine(
        magazine,
        bow((42, -30), rng.uniform(110, 160), 0.08, pick(rng, (0.0, 0.3))),
        (60, 23),
        int(rng.integers(0, 8)),
    )
    _add_sights(rng, receiver)
    guard, length = rng.uniform(170, 300), rng.uniform(240, 400)
    length = max(length, guard + 40)
    barrel.rod([(98, 16), (98 + length, 16)], 20, STEEL, bore=6)
    barrel.rod([(98 + length, 16), (138 + length, 16)], 23, STEEL, bore=8)
    rail = hull((98, -8), (98, 40), (98 + guard, 40), (98 + guard, -6))
    barrel.case(rail, 46, 3, pick(rng, (ALUMINIUM, POLYETHYLENE)))
    barrel.bar((guard, 6, 20), (98 + guard / 2, 40, 0), ALUMINIUM, fill=0.7)
    post = hull((90 + guard, 40), (120 + guard, 40), (108 + guard, 62))
    barrel.plate(hull(post, (100 + guard, 62)), 10, STEEL)
    return {
        "receiver": receiver,
        "barrel": barrel,
        "stock": _build_tube_stock(rng),
        "magazine": magazine,
    }


def _add_sights(rng: np.random.Generator, receiver: Assembly) -> None:
    """A rail, a carrying handle, or optics above the receiver."""
    choice = rng.random()
    receiver.bar((190, 7, 20), (0, 34, 0), ALUMINIUM, fill=0.7)
    if choice < 0.35:
        receiver.rod([(-80, 36), (-72, 66), (20, 70), (62, 38)], 14, ALUMINIUM)
    elif choice < 0.6:
        add_scope(receiver, 0, 64, rng.uniform(90, 240))
    else:
        receiver.plate(hull((-86, 38), (-64, 38), (-70, 56), (-80, 56)), 16, STEEL)


def _build_tube_stock(rng: np.random.Generator) -> Assembly:
    """A plastic stock somewhere on its tube."""
    stock, reach = Assembly(), rng.uniform(110, 190)
    stock.rod([(-98, 16), (-98 - reach, 16)], 30, ALUMINIUM, bore=23)
    end = -125 - reach
    top = hull((end, 36), (end + 125, 34), (end + 125, -2), (end, -20))
    stock.case(top, 38, 3.5, POLYETHYLENE)
    heel = hull((end, -14), (end + 58, -6), (end + 22, -82), (end, -90))
    stock.case(heel, 34, 3.5, POLYETHYLENE)
    stock.plate(
        hull((end - 10, 36), (end, 36), (end, -90), (end - 10, -88)), 34, RUBBER
    )
    return stock


def _build_curved_rifle(rng: np.random.Generator) -> dict[str, Solids]:
    """Wooden furniture, gas tube over the barrel, bent magazine."""
    receiver, barrel, magazine = Assembly(), Assembly(), Assembly()
    furniture, length = pick(rng, (WOOD, WOOD, POLYETHYLENE)), rng.uniform(300, 430)
    body = hull((-135, -28), (-135, 18), (-120, 31), (95, 31), (135, 22), (135, -28))
    receiver.case(body, 36, 2, STEEL)
    receiver.bar((150, 22, 26), (30, 8, 0), STEEL, fill=0.75)
    receiver.spring((-128, 15), (-48, 15), 13, 2, 5)
    add_pistol_grip(receiver, (-96, -26), rng.uniform(88, 104), -0.36, furniture)
    add_guard(receiver, -76, -28, (70, 34))
    spine = bow((44, -24), rng.uniform(160, 215), 0.1, rng.uniform(0.45, 0.75))
    add_magazine(magazine, spine, (60, 25), int(rng.integers(0, 7)), foot=STEEL)
    end = 135 + length
    barrel.rod([(135, 4), (end, 4)], 17, STEEL, bore=7)
    barrel.rod([(135, 30), (135 + 0.62 * length, 30)], 18, STEEL, bore=11)
    wood = hull((135, -16), (135, 16), (305, 14), (305, -10))
    barrel.plate(wood, 46, furniture, fill=0.75 * DENSE[furniture])
    barrel.plate(hull((150, 21), (290, 21), (290, 42), (150, 42)), 36, furniture)
    gas = hull((130 + 0.62 * length, 4), (150 + 0.62 * length, 4))
    barrel.plate(hull(gas, (128 + 0.62 * length, 36)), 16, STEEL, fill=0.8)
    barrel.plate(hull((end - 34, 4), (end - 16, 4), (end - 22, 50)), 10, STEEL)
    barrel.bar((26, 16, 12), (132, 40, 0), STEEL)
    stock = _build_stock(rng, (-135, 2), furniture)
    return {
        "receiver": receiver,
        "barrel": barrel,
        "stock": stock,
        "magazine": magazine,
    }


def _build_stock(
    rng: np.random.Generator, at: tuple[float, float], material: Material
) -> Assembly:
    """Solid, of struts, or folded along the side."""
    stock, (x, y), choice = Assembly(), at, rng.random()
    if choice < 0.55:
        spine = [(x, y - 4), (x - 70, y - 14), (x - 250, y - 44)]
        stock.strip(spine, [40, 44, 112], 36, material, fill=DENSE[material])
        end = x - 258
        butt = hull((end, y + 11), (end - 7, y + 10), (end + 9, y - 100))
        stock.plate(hull(butt, (end + 17, y - 99)), 36, STEEL, fill=0.6)
        return stock
    if choice < 0.75:
        add_wire_stock(stock, x, (y + 16, y - 18), rng.uniform(200, 250))
        return stock
    folded = Assembly()
    add_wire_stock(folded, 0, (16, -18), 215)
    stock.place(folded, (x - 4, y, 24), np.diag([-1.0, 1.0, 0.4]))
    return stock


def _build_straight_rifle(rng: np.random.Generator) -> dict[str, Solids]:
    """A long battle rifle: slim hand guard, straight magazine."""
    receiver, barrel, magazine = Assembly(), Assembly(), Assembly()
    furniture, length = pick(rng, FURNITURE), rng.uniform(420, 520)
    receiver.case(hull((-150, 0), (-150, 34), (110, 34), (110, 0)), 34, 3, STEEL)
    receiver.case(hull((-150, 0), (90, 0), (90, -26), (-150, -20)), 32, 2.2, STEEL)
    receiver.bar((130, 20, 24), (20, 15, 0), STEEL, fill=0.5)
    add_pistol_grip(receiver, (-84, -22), rng.uniform(90, 104), -0.34, furniture)
    add_guard(receiver, -64, -24, (68, 32))
    receiver.bar((20, 18, 12), (-130, 42, 0), STEEL)
    spine = bow((50, -22), rng.uniform(95, 125), 0.12, pick(rng, (0.0, 0.18)))
    add_magazine(magazine, spine, (74, 26), int(rng.integers(0, 6)), foot=STEEL)
    end = 110 + length
    barrel.rod([(110, 14), (end, 14)], 17, STEEL, bore=8)
    barrel.rod([(110, 36), (110 + 0.6 * length, 36)], 15, STEEL, bore=9)
    wood = hull((110, -12), (110, 28), (330, 25), (330, -4))
    barrel.plate(wood, 42, furniture, fill=0.7 * DENSE[furniture])
    barrel.plate(hull((400, 14), (420, 14), (412, 56)), 10, STEEL)
    barrel.turned([(0, 23), (55, 20)], STEEL, start=(end, 14, 0), wall=5)
    stock = _build_stock(rng, (-150, 10), furniture)
    return {
        "receiver": receiver,
        "barrel": barrel,
        "stock": stock,
        "magazine": magazine,
    }


def _build_hunting_rifle(rng: np.random.Generator) -> dict[str, Solids]:
    """Bolt-action: one long stock under the barrel, often with a scope."""
    stock, barrel = Assembly(), Assembly()
    furniture, length = pick(rng, (WOOD, WOOD, POLYETHYLENE)), rng.uniform(440, 560)
    barrel.rod([(-130, 12), (60, 12)], 32, STEEL, bore=19)
    barrel.turned([(0, 28), (80, 19), (length, 15)], STEEL, start=(60, 12, 0), wall=4)
    barrel.rod([(-160, 13), (-60, 13)], 15, STEEL)
    barrel.rod([(-118, 12, 4), (-128, -12, 30)], 9, STEEL)
    if rng.random() < 0.7:
        add_scope(barrel, -20, 56, rng.uniform(260, 330))
    else:
        barrel.bar((5, 12, 5), (50 + length, 26, 0), STEEL)
    fill = DENSE[furniture]
    fore = rng.uniform(0.5, 0.85) * length
    spine = [(fore, 0), (60, -10), (-110, -14), (-178, -24), (-225, -36)]
    spine += [(-300, -44), (-440, -54)]
    widths = [22, 40, 42, 36, 46, 84, 118]
    stock.strip(spine, widths, 40, furniture, fill=0.9 * fill)
    stock.plate(hull((-444, 4), (-458, 2), (-450, -113), (-436, -112)), 38, RUBBER)
    add_guard(stock, -136, -32, (76, 32))
    stock.bar((92, 16, 22), (-8, -24, 0), STEEL, fill=0.4)
    return {"barrel": barrel, "stock": stock}


def build_shotgun(rng: np.random.Generator) -> dict[str, Solids]:
    """Pump-action or double-barrelled, each at times sawn short."""
    furniture, sawn = pick(rng, FURNITURE), rng.random() < 0.3
    length = rng.uniform(250, 340) if sawn else rng.uniform(480, 690)
    shape = pick(rng, (_build_pump_gun, _build_double_gun))
    pieces = shape(length, furniture)
    pieces["stock"] = _build_sporting_stock(furniture, sawn=sawn)
    return pieces


def _build_pump_gun(length: float, furniture: Material) -> dict[str, Solids]:
    receiver, barrel = Assembly(), Assembly()
    body = hull((-105, -26), (-105, 8), (-80, 27), (105, 27), (105, -28))
    receiver.case(body, 38, 3, STEEL)
    receiver.rod([(-70, 10), (80, 10)], 20, STEEL, bore=8)
    add_guard(receiver, -72, -27, (72, 36))
    end = 105 + length
    barrel.rod([(105, 12), (end, 12)], 24, STEEL, bore=18.5)
    tube = 105 + 0.72 * length
    barrel.rod([(105, -15), (tube, -15)], 25, STEEL, bore=22)
    barrel.spring((0.5 * (105 + tube), -15), (tube - 6, -15), 20, 2, 6)
    barrel.bar((10, 34, 18), (tube - 8, -1, 0), STEEL, fill=0.7)
    middle = 105 + 0.38 * length
    fore = hull((middle - 80, -36), (middle + 80, -33), (middle + 84, 0))
    barrel.plate(hull(fore, (middle - 84, 0)), 44, furniture, fill=0.7)
    barrel.bar((5, 5, 5), (end - 6, 26, 0), STEEL)
    return {"receiver": receiver, "barrel": barrel}


def _build_double_gun(length: float, furniture: Material) -> dict[str, Solids]:
    action, barrels = Assembly(), Assembly()
    body = hull((-105, -6), (-90, 26), (-20, 24), (16, 2), (16, -30), (-105, -30))
    action.plate(body, 46, STEEL, fill=0.4)
    action.rod([(-84, 22), (-112, 32)], 8, STEEL)
    add_guard(action, -96, -28, (78, 34))
    for side in (-12.0, 12.0):
        ends = [(-20, 12, side), (length + 60, 12, side)]
        barrels.rod(ends, 23, STEEL, bore=18)
    barrels.bar((length + 70, 4, 8), (length / 2 + 20, 22, 0), STEEL)
    fore = hull((16, 0), (16, -26), (150, -22), (230, -6), (230, 0))
    barrels.plate(fore, 48, furniture, fill=0.85)
    return {"receiver": action, "barrel": barrels}


def _build_sporting_stock(material: Material, *, sawn: bool) -> Assembly:
    """A sloping butt with a bent wrist, or only the wrist."""
    stock, fill = Assembly(), DENSE[material]
    if sawn:
        spine = [(-105, -8), (-150, -24), (-190, -58), (-205, -96)]
        stock.strip(spine, [38, 38, 40, 44], 36, material, fill=fill)
        return stock
    spine = [(-105, -10), (-160, -26), (-230, -40), (-390, -72)]
    stock.strip(spine, [36, 38, 74, 124], 38, material, fill=fill)
    stock.plate(hull((-401, -10), (-416, -12), (-390, -134), (-376, -132)), 38, RUBBER)
    return stock
