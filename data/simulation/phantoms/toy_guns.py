"""Phantoms of toy guns: thin plastic shells with springs and screws in them.

Frame: the muzzle towards +x, the grip towards -y, z across. Lengths are mm.
"""

import numpy as np

from data.physics.materials import POLYETHYLENE, PVC, STEEL, WATER
from data.simulation.chance import pick
from data.simulation.phantoms.assembly import Assembly
from data.simulation.phantoms.outlines import circle, hull


def build_toy_gun(rng: np.random.Generator) -> Assembly:
    """A water pistol, a dart blaster or a cap revolver."""
    shapes = (_build_water_pistol, _build_blaster, _build_cap_revolver)
    return pick(rng, shapes)(rng)


def _add_toy_guard(model: Assembly, left: float, top: float) -> None:
    loop = [(0, 0), (4, -24), (18, -34), (38, -34), (50, -22), (52, 0)]
    corner = np.array([left, top])
    model.rod(corner + loop, 9, POLYETHYLENE)
    hook = [(28, 0), (22, -12), (26, -25)]
    model.rod(corner + hook, 8, POLYETHYLENE)
    model.spring((left + 10, top + 4), (left + 26, top + 4), 6, 1.2, 4)


def _build_water_pistol(rng: np.random.Generator) -> Assembly:
    """A bulbous body with a tank on top, part filled, and a piston."""
    m = Assembly()
    m.case(hull(circle(-62, 4, 24), (70, 18), (70, -12)), 40, 2.8, POLYETHYLENE)
    m.turned([(0, 26), (22, 15), (30, 20), (36, 20)], PVC, start=(70, 4, 0), wall=5)
    tank = hull(circle(-28, 52, 22), circle(24, 50, 20))
    m.case(tank, 46, 2.4, POLYETHYLENE)
    if rng.random() < 0.6:
        level = rng.uniform(36, 62)
        water = hull((-44, 38), (-36, 34), (36, 34), (41, level), (-47, level))
        m.plate(water, 40, WATER)
    m.rod([(0, 20), (0, 36)], 28, PVC, bore=22)
    m.rod([(-4, 70), (-4, 82)], 24, PVC, bore=16)
    m.rod([(-2, 32), (-2, 8), (60, 4)], 6, PVC, bore=3)
    m.rod([(-20, -2), (26, -2)], 16, PVC, bore=11)
    m.spring((-16, -2), (20, -2), 10, 1.4, 7)
    m.case(hull((-82, -16), (-34, -18), (-46, -102), (-92, -98)), 34, 2.8, POLYETHYLENE)
    _add_toy_guard(m, -36, -16)
    m.screws([(-68, -40), (-74, -86), (52, 10), (-50, 14)], 28, 2.6)
    return m


def _build_blaster(rng: np.random.Generator) -> Assembly:
    """A chunky body, a wide muzzle, a plunger with a big spring, ribs."""
    m, long = Assembly(), rng.uniform(70, 120)
    body = hull((-104, 26), (-96, 40), (long - 14, 40), (long, 28), (long, -18))
    m.case(hull(body, (-90, -22)), 46, 3, POLYETHYLENE)
    m.rod([(long, 10), (long + 34, 10)], 46, PVC, bore=20, fill=0.6)
    m.rod([(-50, 10), (long + 20, 10)], 22, POLYETHYLENE, bore=17)
    m.spring((-84, 10), (-12, 10), 19, 1.6, 11)
    m.rod([(-118, 10), (-16, 10)], 7, PVC)
    m.ring((-126, 10, 0), 30, 5, 9, PVC)
    m.rod([(-14, 10), (-4, 10)], 17, PVC)
    for x in np.arange(-76, long - 10, 22.0):
        m.bar((1.6, 20, 34), (x, -10, 0), POLYETHYLENE)
    m.bar((long + 70, 7, 18), ((long - 70) / 2, 46, 0), POLYETHYLENE, fill=0.5)
    grip = hull((-80, -20), (-34, -22), (-40, -118), (-92, -112))
    m.case(grip, 36, 3, POLYETHYLENE)
    _add_toy_guard(m, -36, -20)
    m.screws([(-92, 30), (-62, -44), (-76, -100), (20, 34), (long - 12, -8)], 32, 2.8)
    return m


def _build_cap_revolver(rng: np.random.Generator) -> Assembly:
    """A small plastic revolver with a plug in its muzzle and a ring of caps."""
    m, barrel = Assembly(), rng.uniform(50, 95)
    m.rod([(26, 12), (26 + barrel, 12)], 19, POLYETHYLENE, bore=14)
    m.rod([(18 + barrel, 12), (34 + barrel, 12)], 21, PVC, fill=0.8)
    m.case(hull((-50, 24), (28, 28), (30, -20), (-48, -22)), 24, 2.8, POLYETHYLENE)
    m.rod([(-18, 3), (20, 3)], 38, PVC, bore=28)
    for y in (-10.0, 3.0, 16.0):
        m.rod([(-14, y), (12, y)], 8, PVC, bore=5)
    m.rod([(-30, 3), (-20, 3)], 5, STEEL)
    m.rod([(-44, 12), (-56, 30), (-66, 30)], 8, PVC)
    m.spring((-44, -12), (-52, 12), 6, 1.3, 6)
    m.case(hull((-58, -6), (-30, -20), (-58, -92), (-94, -84)), 28, 2.8, POLYETHYLENE)
    _add_toy_guard(m, -30, -20)
    m.screws([(-40, 0), (-60, -48), (-76, -78), (24, -10)], 24, 2.6)
    return m
