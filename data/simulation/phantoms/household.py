"""Phantoms of household and leisure goods.

The plane of the picture is x, y. Lengths are mm, for a common size.
"""

import numpy as np

from data.physics.materials import (
    ALUMINIUM,
    BRASS,
    CERAMIC,
    ELECTRONICS,
    POLYETHYLENE,
    PVC,
    RUBBER,
    STEEL,
    TEXTILE,
    WATER,
    WOOD,
)
from data.simulation.chance import pick
from data.simulation.geometry.meshes import CYLINDER
from data.simulation.geometry.turns import turn_about
from data.simulation.phantoms.assembly import Assembly
from data.simulation.phantoms.outlines import arc, circle, hull


def build_umbrella(rng: np.random.Generator) -> Assembly:
    """A folded umbrella: crook, shaft, ribs with stretchers, tip."""
    m, long = Assembly(), rng.uniform(560, 640)
    m.rod([(-170, 0), (long + 40, 0)], 11, STEEL, bore=7)
    crook = arc((-230, -48), 48, 90, 265, 9)
    handle = np.concatenate([[(-110, 0)], [(-180, 0)], crook])
    m.rod(handle, 24, pick(rng, (WOOD, PVC)), fill=1.0)
    ribs = np.linspace(-1, 1, 8)
    for spread in ribs:
        path = [(-40, spread * 26), (long * 0.45, spread * 22), (long, spread * 5)]
        m.rod(path, 4.2, STEEL)
        m.rod([(40, spread * 9), (long * 0.45, spread * 22)], 3, STEEL)
    m.knobs([(-42, spread * 26) for spread in ribs], 8, PVC)
    m.rod([(24, 0), (54, 0)], 22, PVC)
    m.rod([(long - 12, 0), (long + 10, 0)], 20, PVC)
    cloth = [(-46, 0), (long * 0.4, 0), (long, 0)]
    m.strip(cloth, [66, 52, 15], 46, TEXTILE, fill=0.35)
    m.bar((26, 62, 48), (90, 0, 0), TEXTILE, fill=0.35)
    m.turned([(0, 11), (40, 9), (66, 4)], STEEL, start=(long + 10, 0, 0))
    m.add(CYLINDER, (9, 9, 14), (-60, 0, 0), STEEL)
    return m


def build_crutch(rng: np.random.Generator) -> Assembly:
    """An underarm crutch: pad, two bows, hand grip, leg with holes, rubber foot."""
    m, long = Assembly(), rng.uniform(520, 600)
    for side in (-1, 1):
        bow = [(-long * 0.45, 12 * side), (-120, 18 * side), (60, 58 * side)]
        m.rod([*bow, (long - 30, 76 * side)], 21, ALUMINIUM, bore=16)
        holes = [(x, 68 * side) for x in np.arange(220, long - 60, 34.0)]
        m.pins(holes, 8, 20, STEEL)
    pad = hull(circle(long - 12, -84, 20), circle(long - 12, 84, 20))
    m.plate(pad, 44, RUBBER, fill=0.55)
    m.rod([(long - 30, -80), (long - 30, 80)], 14, ALUMINIUM)
    grip = rng.uniform(120, 190)
    m.rod([(grip, -66), (grip, 66)], 11, STEEL)
    m.rod([(grip, -50), (grip, 50)], 32, RUBBER, bore=12, fill=0.9)
    foot = -long - rng.uniform(0, 60)
    m.rod([(foot, 0), (-long * 0.2, 0)], 22, ALUMINIUM, bore=17)
    pins = [(x, 0) for x in np.arange(foot + 60, -long * 0.45, 26.0)]
    m.pins(pins, 9, 24, STEEL, fill=0.5)
    m.screws([(-long * 0.42, 0), (-long * 0.3, 0)], 50, 6)
    m.turned([(0, 46), (16, 44), (30, 32), (56, 28)], RUBBER, start=(foot - 16, 0, 0))
    return m


def build_bicycle_pump(rng: np.random.Generator) -> Assembly:
    """A floor pump: T-handle, barrel, feet, gauge, hose with its head."""
    m, pulled = Assembly(), rng.uniform(40, 140)
    m.rod([(-200, 0), (250, 0)], 36, STEEL, bore=31)
    m.rod([(-200 - pulled, 0), (140, 0)], 11, STEEL)
    m.rod([(132, 0), (148, 0)], 30, RUBBER)
    m.rod([(-212, 0), (-190, 0)], 46, PVC, bore=12)
    top = -205 - pulled
    m.rod([(top, -88), (top, 88)], 16, STEEL, bore=11)
    for side in (-1, 1):
        m.rod([(top, 26 * side), (top, 90 * side)], 34, PVC, fill=0.8)
    m.rod([(top - 16, 0), (top + 20, 0)], 30, PVC)
    m.rod([(244, 0), (276, 0)], 52, CERAMIC, fill=0.6)
    m.strip([(276, -100), (268, 0), (276, 100)], [14, 22, 14], 64, ALUMINIUM, fill=0.5)
    m.ring((228, 44, 0), 62, 4, 24, STEEL)
    m.add(CYLINDER, (54, 54, 4), (228, 44, 8), BRASS)
    m.rod([(228, 44, -4), (246, 58, -4)], 4, STEEL)
    m.rod([(240, 16), (232, 28)], 14, BRASS)
    hose = [(252, -20), (236, -52), (150, -62), (0, -54), (-120, -62), (-168, -50)]
    m.rod([*hose, (-176, -26)], 13, RUBBER, bore=6)
    m.rod([(-176, -34), (-176, 4)], 22, BRASS, bore=8)
    m.rod([(-176, -8), (-146, -14)], 8, PVC)
    m.spring((252, -18), (236, -50), 15, 2, 6)
    return m


def build_spray_bottle(rng: np.random.Generator) -> Assembly:
    """A trigger spray bottle: liquid, dip tube, cap, trigger, nozzle."""
    m, full = Assembly(), rng.uniform(0.35, 0.8)
    base = hull((-46, -150), (46, -150), (48, -142), (48, -20), (20, 26), (-48, -142))
    m.case(hull(base, (-48, -20), (-20, 26)), 72, 2.2, POLYETHYLENE)
    top = -146 + full * 128
    m.plate(hull((-45, -146), (45, -146), (45, top), (-45, top)), 67, WATER)
    m.rod([(0, 20), (0, 36)], 30, POLYETHYLENE, bore=24)
    m.rod([(0, 30), (0, 54)], 38, POLYETHYLENE, bore=30)
    for x in np.linspace(-17, 17, 8):
        m.bar((1.6, 20, 20), (x, 42, 0), POLYETHYLENE)
    m.rod([(0, 52), (2, -60), (12, -140)], 6, PVC, bore=3)
    head = hull((-46, 92), (-30, 102), (52, 100), (60, 92), (60, 76), (-14, 54))
    m.case(hull(head, (14, 54), (-48, 82)), 30, 2.4, POLYETHYLENE)
    m.rod([(56, 88), (80, 88)], 22, PVC, bore=4)
    m.bar((7, 26, 26), (82, 88, 0), PVC)
    m.rod([(4, 60), (4, 86), (60, 88)], 7, PVC, bore=4)
    m.rod([(10, 74), (40, 72)], 15, PVC, bore=11)
    m.spring((12, 74), (38, 72), 9, 2, 6)
    m.knobs([(4, 64)], 7, STEEL)
    m.strip([(46, 76), (54, 46), (46, 12), (52, -8)], [12, 13, 11, 9], 20, PVC)
    m.rod([(40, 72), (52, 60)], 6, PVC)
    return m


def build_camera(rng: np.random.Generator) -> Assembly:
    """A reflex camera from the front: body, prism, lens of many rings, strap."""
    m, lens = Assembly(), rng.uniform(66, 78)
    m.case(hull((-72, -46), (72, -46), (74, 34), (66, 42), (-70, 42)), 52, 3, ALUMINIUM)
    m.case(hull((-26, 42), (26, 42), (14, 64), (-14, 64)), 46, 3, ALUMINIUM)
    m.plate(hull((-18, 40), (18, 40), (8, 58), (-8, 58)), 30, CERAMIC)
    m.bar((22, 4, 22), (0, 66, 0), STEEL)
    m.plate(hull((-88, -46), (-66, -46), (-66, 40), (-84, 34)), 46, PVC, fill=0.5)
    m.bar((20, 62, 22), (-78, -8, 0), ELECTRONICS, fill=1.6)
    for across, wall, deep in ((lens, 3, 84), (lens - 12, 2.5, 60), (lens - 24, 3, 40)):
        m.ring((2, -4, -50), across, wall, deep, ALUMINIUM)
    m.ring((2, -4, -24), lens + 4, 6, 8, STEEL)
    for across, deep in ((lens - 10, 8), (lens - 26, 10), (lens - 40, 14)):
        m.add(CYLINDER, (across, across, deep), (2, -4, -50), CERAMIC)
    for x, across in ((-52.0, 15.0), (44.0, 27.0), (62.0, 13.0)):
        m.rod([(x, 42), (x, 52)], across, ALUMINIUM)
    m.bar((120, 74, 2.5), (0, -2, 20), ELECTRONICS)
    m.bar((38, 26, 3), (2, -4, 14), STEEL, fill=0.7)
    m.bar((30, 3, 30), (0, -47, 0), STEEL)
    m.screws([(-62, -38), (62, -38), (64, 28), (-58, 30), (40, -40)], 10)
    strap = [(-76, 40), (-110, 70), (-96, 118), (-30, 128), (40, 116), (104, 124)]
    m.rod([*strap, (112, 76), (78, 38)], 8, TEXTILE, fill=1.0)
    for x in (-76.0, 78.0):
        m.ring((x, 38, 0), 14, 2.5, 4, STEEL)
    return m


def build_fishing_reel(rng: np.random.Generator) -> Assembly:
    """A spinning reel under a rod: spool, bail, crank; guides along the rod."""
    m, long = Assembly(), rng.uniform(330, 420)
    m.turned([(0, 30), (16, 34), (90, 26), (110, 24)], WOOD, start=(-220, 0, 0))
    m.turned([(0, 24), (80, 27), (120, 14)], WOOD, start=(40, 0, 0))
    m.turned([(0, 12), (300, 10), (280 + long, 5)], ALUMINIUM,
             start=(-215, 0, 0), wall=4)  # fmt: skip
    m.bar((130, 5, 16), (-30, -9, 0), STEEL)
    m.rod([(-70, 0), (-56, 0)], 30, ALUMINIUM, bore=14)
    m.rod([(20, 0), (34, 0)], 30, ALUMINIUM, bore=14)
    for x, across in ((190.0, 34.0), (290.0, 24.0), (50.0 + long, 16.0)):
        m.ring((x, -across / 2 - 8, 0), across, 2.6, 4, STEEL)
        for way in (-1, 1):
            m.rod([(x + 16 * way, -5), (x + 3 * way, -9 - across / 6)], 3, STEEL)
    m.strip([(-30, -8), (-26, -44), (-34, -66)], [20, 13, 30], 14, ALUMINIUM)
    m.case(hull(circle(-44, -88, 29, 14), (6, -74), (6, -102)), 40, 4, ALUMINIUM)
    m.add(CYLINDER, (40, 40, 9), (-42, -88, 0), BRASS)
    m.rod([(-40, -88), (86, -88)], 7, STEEL)
    m.rod([(6, -88), (24, -88)], 58, ALUMINIUM, fill=0.6)
    m.rod([(24, -88), (29, -88)], 58, ALUMINIUM)
    m.rod([(29, -88), (62, -88)], 44, POLYETHYLENE, fill=1.1)
    m.rod([(62, -88), (68, -88)], 54, ALUMINIUM)
    m.turned([(0, 26), (12, 20)], PVC, start=(68, -88, 0))
    bail = [(14, -58), (50, -50), (84, -66), (92, -92), (80, -118), (14, -120)]
    m.rod(bail, 4, STEEL)
    m.rod([(-44, -88, 20), (-44, -88, 52)], 9, STEEL)
    m.rod([(-44, -88, 52), (-70, -124, 54), (-92, -152, 54)], 9, STEEL)
    m.knobs([(-98, -160, 66)], 34, PVC)
    return m


def build_tripod(rng: np.random.Generator) -> Assembly:
    """A camera tripod with spread legs, braces, a column and a pan head."""
    m, wide, deep = Assembly(), rng.uniform(190, 240), -430.0
    m.rod([(0, 60), (0, -180)], 24, ALUMINIUM, bore=20)
    m.rod([(0, 10), (0, -26)], 62, PVC, bore=24, fill=0.7)
    feet = ((-wide, 0.0), (wide * 0.9, 60.0), (wide * 0.15, -wide))
    for x, z in feet:
        hip, foot = np.array([x * 0.1, -10, z * 0.1]), np.array([x, deep, z])
        knee, ankle = hip + 0.42 * (foot - hip), hip + 0.74 * (foot - hip)
        m.rod([hip, knee], 25, ALUMINIUM, bore=18)
        m.rod([knee, ankle], 19, ALUMINIUM, bore=12)
        m.rod([ankle, foot], 13, ALUMINIUM)
        m.rod([knee - 0.03 * (foot - hip), knee + 0.03 * (foot - hip)], 34, PVC)
        m.rod([ankle - 0.03 * (foot - hip), ankle + 0.03 * (foot - hip)], 28, PVC)
        m.knobs([foot], 28, RUBBER)
        m.rod([(0, -175, 0), hip + 0.5 * (foot - hip)], 9, ALUMINIUM)
    m.rod([(0, -165), (0, -190)], 36, PVC)
    m.rod([(0, 60), (0, 92)], 46, ALUMINIUM, fill=0.6)
    m.bar((34, 34, 40), (0, 104, 0), ALUMINIUM, fill=0.5)
    m.bar((92, 9, 60), (4, 126, 0), ALUMINIUM)
    m.rod([(4, 126), (4, 142)], 8, STEEL)
    m.rod([(-18, 112), (-120, 84), (-160, 72)], 9, STEEL)
    m.rod([(-120, 84), (-230, 52)], 26, RUBBER, fill=0.9)
    m.rod([(0, 40), (44, 40)], 10, STEEL)
    m.rod([(40, 40), (58, 40)], 26, PVC)
    return m


def build_stapler(rng: np.random.Generator) -> Assembly:
    """A desk stapler, half open: base, anvil, arm with its spring and staples."""
    m, lift = Assembly(), rng.uniform(0.1, 0.22)
    m.strip([(-88, 0), (-40, -2), (72, -2)], [12, 10, 8], 38, STEEL, fill=0.6)
    m.bar((176, 5, 40), (-8, -10, 0), RUBBER)
    m.bar((22, 6, 18), (64, 4, 0), STEEL)
    arm = Assembly()
    arm.bar((150, 15, 15), (70, 6, 0), STEEL, fill=0.22)
    arm.bar((150, 1.6, 15), (70, -1, 0), STEEL)
    arm.bar((52, 9, 12), (116, 6, 0), STEEL, fill=0.8)
    arm.spring((4, 6), (88, 6), 8, 1.8, 12)
    cap = hull((-18, 16), (-14, 32), (40, 40), (138, 34), (154, 24), (154, 14))
    arm.case(cap, 30, 3, PVC)
    arm.bar((5, 30, 14), (149, 12, 0), STEEL)
    m.place(arm, (-78, 14, 0), turn_about(2, lift))
    m.plate(hull(circle(-78, 14, 17), (-96, -4), (-60, -4)), 36, STEEL, fill=0.4)
    m.plate(circle(-78, 14, 5), 44, STEEL)
    m.rod([(-40, 4), (-24, 12), (-10, 20)], 3, STEEL)
    return m
