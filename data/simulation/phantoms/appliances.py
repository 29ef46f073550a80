"""Phantoms of electric tools and appliances, most of them held like a pistol.

The plane of the picture is x, y; what a tool works with points towards +x. Lengths
are mm, for a common size.
"""

import numpy as np
import numpy.typing as npt

from data.physics.materials import (
    ALUMINIUM,
    BRASS,
    COPPER,
    ELECTRONICS,
    POLYETHYLENE,
    PVC,
    STEEL,
    WATER,
    WINDINGS,
)
from data.simulation.geometry.meshes import CYLINDER
from data.simulation.phantoms.assembly import Assembly
from data.simulation.phantoms.outlines import arc, circle, hull


def add_cord(model: Assembly, start: tuple[float, float], way: int = -1) -> None:
    """Add a mains cord in loops, with its plug.

    Args:
        model: To which.
        start: Where it leaves, mm.
        way: -1 for loops towards -x, 1 for +x.
    """
    x, y = start
    loops = [(0, 0), (12, -26), (52, -44), (100, -36), (122, 0), (96, 32), (58, 22)]
    loops += [(46, -8), (74, -34), (124, -42), (160, -30)]
    path: npt.NDArray[np.float64] = np.array(loops, np.float64) * [way, 1] + [x, y]
    model.rod(path, 8, PVC, bore=4)
    model.rod(path, 4, COPPER)
    x, y = path[-1]
    outline = hull((x, y - 7), (x, y + 7), (x + 30 * way, y + 13))
    model.plate(hull(outline, (x + 30 * way, y - 13)), 18, PVC)
    for across in (-9.0, 9.0):
        pin = [(x + 22 * way, y + across), (x + 50 * way, y + across)]
        model.rod(pin, 5, BRASS)


def build_drill(rng: np.random.Generator) -> Assembly:
    """A cordless drill: motor, gears, chuck and bit, cells in its foot."""
    m = Assembly()
    m.case(hull(circle(-66, 0, 33), (62, 31), (62, -31)), 66, 3, POLYETHYLENE)
    m.rod([(-74, 0), (-8, 0)], 46, WINDINGS, fill=0.75)
    m.rod([(-92, 0), (70, 0)], 8, STEEL)
    m.rod([(0, 0), (8, 0)], 50, ALUMINIUM, fill=0.5)
    m.rod([(20, 0), (64, 0)], 46, STEEL, bore=24, fill=0.8)
    m.turned([(0, 44), (26, 44), (36, 36), (56, 18)], STEEL, start=(68, 0, 0), wall=11)
    reach = rng.uniform(60, 100)
    m.rod([(110, 0), (124 + reach, 0)], 5, STEEL)
    m.spring((126, 0), (122 + reach, 0), 6, 3, 6)
    m.turned([(0, 6), (9, 1)], STEEL, start=(124 + reach, 0, 0))
    grip = hull((-52, -32), (2, -32), (-12, -125), (-72, -125))
    m.case(grip, 40, 3.5, POLYETHYLENE)
    m.plate(hull((-4, -36), (12, -40), (8, -66), (-6, -64)), 20, POLYETHYLENE)
    m.bar((26, 40, 22), (-26, -58, 0), ELECTRONICS)
    m.bar((3, 60, 8), (-40, -96, 0), COPPER, lean=-0.2, fill=0.4)
    foot = hull((-108, -128), (34, -128), (38, -176), (-100, -178))
    m.case(foot, 78, 3, POLYETHYLENE)
    cells = [(x, -152, 0) for x in (-84, -62, -40, -18, 4)]
    m.add(CYLINDER, (19, 19, 65), cells, STEEL, fill=0.34)
    m.bar((120, 4, 60), (-36, -134, 0), ELECTRONICS, fill=0.8)
    m.screws([(-78, 20), (40, 22), (40, -22), (-52, -46), (-62, -110)], 40)
    return m


def build_grinder(rng: np.random.Generator) -> Assembly:
    """An angle grinder from above: disc, guard, side handle, cord."""
    m, radius = Assembly(), rng.uniform(58, 66)
    m.add(CYLINDER, (2 * radius, 2 * radius, 4), (40, 0, 34), STEEL)
    m.add(CYLINDER, (14, 14, 70), (40, 0, 8), STEEL)
    m.ring((40, 0, 28), 42, 12, 8, STEEL)
    holes = [(x, y, 34.0) for x, y in circle(40, 0, radius - 9, 8)]
    m.pins(holes, 8, 4, STEEL, fill=-1)
    m.strip(arc((40, 0), radius + 6, 75, 285, 14), [3] * 14, 30, STEEL)
    head = hull(circle(40, 0, 34), (-22, 26), (-22, -26))
    m.case(head, 52, 5, ALUMINIUM)
    m.ring((40, 0, 0), 48, 8, 20, STEEL)
    m.case(hull((-22, 34), (-22, -34), (-110, 30), (-110, -30)), 66, 3, POLYETHYLENE)
    m.rod([(-96, 0), (-34, 0)], 52, WINDINGS, fill=0.7)
    m.rod([(-150, 0), (30, 0)], 9, STEEL)
    m.case(hull((-110, 27), (-110, -27), (-250, 22), (-250, -22)), 52, 3, POLYETHYLENE)
    m.rod([(-142, 0), (-120, 0)], 24, COPPER, fill=0.6)
    m.bar((60, 16, 20), (-190, 6, 0), ELECTRONICS)
    m.rod([(34, 30), (34, 52)], 12, STEEL)
    m.turned([(0, 40), (6, 40), (10, 26), (60, 34), (95, 30)], PVC,
             start=(34, 50, 0), towards=(0, 1, 0))  # fmt: skip
    m.screws([(-30, 22), (-30, -22), (-236, 14), (-236, -14), (-110, 24)], 40)
    add_cord(m, (-250, 0))
    return m


def build_glue_gun(rng: np.random.Generator) -> Assembly:
    """A glue gun: nozzle, heater, stick, trigger, wire stand, cord."""
    m, stick = Assembly(), rng.uniform(60, 130)
    body = hull((-95, 18), (-88, 24), (58, 22), (66, 14), (66, -14), (-95, -18))
    m.case(body, 34, 2.6, POLYETHYLENE)
    m.rod([(0, 2), (62, 2)], 24, ALUMINIUM, bore=11)
    m.turned([(0, 24), (10, 22), (14, 15), (40, 6)], BRASS, start=(62, 2, 0), wall=3)
    m.rod([(-95 - stick, 2), (44, 2)], 11, POLYETHYLENE, fill=1.1)
    m.ring((-30, 2, 0), 26, 4, 14, POLYETHYLENE)
    m.spring((-60, -8), (-8, -8), 7, 1.6, 7)
    grip = hull((-92, -16), (-46, -16), (-62, -118), (-102, -114))
    m.case(grip, 30, 2.8, POLYETHYLENE)
    m.rod([(-36, -14), (-30, -40), (-44, -76)], 12, PVC)
    m.rod([(-44, -14), (-62, -60)], 4, STEEL)
    m.rod([(50, -12), (64, -78), (38, -84), (26, -78), (46, -12)], 3.5, STEEL)
    m.bar((18, 22, 14), (-76, -54, 0), ELECTRONICS)
    m.rod([(-80, -64), (-84, -112)], 4, COPPER)
    m.screws([(-84, 14), (-66, -28), (-84, -102), (48, -8), (-20, 17)], 26)
    add_cord(m, (-84, -116))
    return m


def build_hair_dryer(rng: np.random.Generator) -> Assembly:
    """A hair dryer: fan, heating coils, nozzle, grille, cord."""
    m, front = Assembly(), rng.uniform(84, 110)
    body = hull(circle(-40, 0, 44), (front, 33), (front, -33))
    m.case(body, 84, 2.6, POLYETHYLENE)
    nozzle = hull((front, 30), (front, -30), (front + 52, -15), (front + 52, 15))
    m.case(nozzle, 60, 2.4, POLYETHYLENE)
    for y in (-20.0, -7.0, 7.0, 20.0):
        m.spring((16, y), (front - 8, y), 11, 2.2, 7)
    for y in (-13.5, 0.0, 13.5):
        m.bar((front - 14, 1.6, 56), (front / 2 + 8, y, 0), ELECTRONICS)
    m.rod([(-58, 0), (-22, 0)], 34, WINDINGS, fill=0.7)
    m.rod([(-22, 0), (6, 0)], 5, STEEL)
    for lean in (-0.5, 0.0, 0.5):
        m.bar((5, 66, 30), (-8, 0, 0), PVC, lean=lean)
    for y in np.linspace(-28, 28, 9):
        m.bar((5, 2, 60), (-80, y, 0), POLYETHYLENE)
    m.bar((3, 74, 60), (-76, 0, 0), STEEL, fill=0.3)
    grip = hull((-56, -38), (-14, -40), (-8, -165), (-40, -168))
    m.case(grip, 34, 2.6, POLYETHYLENE)
    m.bar((16, 44, 18), (-30, -78, 0), ELECTRONICS)
    m.bar((8, 18, 12), (-12, -78, 0), PVC)
    m.rod([(-30, -100), (-24, -165)], 4.5, COPPER)
    m.screws([(-40, -58), (-26, -150)], 28)
    m.ring((-24, -176, 0), 20, 4, 5, PVC)
    add_cord(m, (-24, -168))
    return m


def build_iron(rng: np.random.Generator) -> Assembly:
    """An electric iron from the side: sole plate, handle over it, water, cord."""
    m, lift = Assembly(), rng.uniform(0, 8)
    sole = hull((-110, 0), (-110, 12), (112, 12), (142, 10), (112, 2))
    m.plate(sole, 104, ALUMINIUM, fill=0.75)
    m.rod([(-92, 9, 30), (96, 9, 8), (96, 9, -8), (-92, 9, -30)], 7, STEEL)
    skirt = hull((-112, 14), (134, 12), (96, 44), (-112, 50))
    m.case(skirt, 98, 3, POLYETHYLENE)
    front = hull((96, 44), (20, 47), (44, 92 + lift), (62, 92 + lift))
    m.case(front, 62, 3, POLYETHYLENE)
    m.plate(hull((-100, 16), (100, 18), (78, 36), (-60, 36)), 80, WATER)
    top = [(56, 84), (30, 100), (-30, 108), (-84, 104), (-108, 88)]
    m.strip([(x, y + lift) for x, y in top], [24, 26, 28, 28, 26], 36, PVC, fill=0.6)
    m.strip([(-102, 96 + lift), (-100, 46)], [26, 34], 40, PVC, fill=0.6)
    m.rod([(-98, 60), (-100, 90), (-60, 106 + lift), (20, 102 + lift)], 4.5, COPPER)
    m.add(CYLINDER, (44, 44, 12), (-26, 42, 0), PVC)
    m.rod([(-26, 14), (-26, 40)], 9, STEEL)
    m.turned([(0, 14), (10, 14), (10, 9), (18, 9)], PVC, start=(30, 108 + lift, 0),
             towards=(0, 1, 0))  # fmt: skip
    m.spring((24, 84 + lift), (24, 104 + lift), 8, 1.6, 4)
    m.screws([(-104, 30), (112, 22), (-96, 84)], 40)
    add_cord(m, (-112, 96))
    return m
