"""Phantoms of tools without a motor.

The plane of the picture is x, y; what a tool works with points towards +x. Lengths
are mm, for a common size.
"""

import numpy as np

from data.physics.materials import (
    CAST_IRON,
    CERAMIC,
    PAPER,
    POLYETHYLENE,
    PVC,
    STEEL,
    WOOD,
)
from data.simulation.chance import pick
from data.simulation.geometry.meshes import BOX, PRISM
from data.simulation.geometry.turns import turn_about
from data.simulation.phantoms.assembly import Assembly
from data.simulation.phantoms.outlines import arc, circle, hull


def build_caulking_gun(rng: np.random.Generator) -> Assembly:
    """A caulking gun: cartridge in its cradle, hooked rod, handle and lever."""
    m, left = Assembly(), rng.uniform(0.35, 0.9)
    m.rod([(-110, 0), (115, 0)], 50, PAPER, bore=44)
    m.rod([(110 - 200 * left, 0), (113, 0)], 43, CERAMIC, fill=0.7)
    m.turned([(0, 16), (14, 15), (96, 5)], POLYETHYLENE, start=(115, 0, 0), wall=2.4)
    m.plate(hull((112, 30), (117, 30), (117, -30), (112, -30)), 52, STEEL, fill=0.7)
    m.plate(hull((-116, 32), (-111, 32), (-111, -34), (-116, -34)), 54, STEEL)
    for z in (-24.0, 24.0):
        m.rod([(-114, -26, z), (114, -26, z)], 6, STEEL)
    m.rod([(-114, 29), (114, 29)], 5, STEEL)
    push = 106 - 200 * left
    m.rod([(push - 4, 0), (push, 0)], 42, STEEL, fill=0.7)
    back = push - 260
    m.rod([(push, 0), (back, 0), (back - 18, -14), (back - 16, -44)], 7, STEEL)
    m.spring((-158, 0), (-120, 0), 16, 2.4, 5)
    m.plate(hull((-116, 18), (-116, -22), (-172, -18), (-172, 14)), 24, STEEL, fill=0.3)
    m.strip([(-166, -6), (-182, -70), (-206, -140)], [24, 24, 26], 22, STEEL, fill=0.25)
    m.strip([(-128, -14), (-134, -70), (-164, -132)], [16, 18, 14], 18, STEEL, fill=0.4)
    m.bar((4, 46, 16), (-176, 6, 0), STEEL, lean=0.35)
    m.screws([(-128, -12), (-160, -10)], 26, 5)
    return m


def build_wrench(rng: np.random.Generator) -> Assembly:
    """An adjustable wrench: two jaws, worm, ribbed handle with a hole."""
    m, head, gap = Assembly(), Assembly(), rng.uniform(10, 22)
    m.strip([(-200, 0), (-120, 0), (-24, 0)], [22, 25, 34], 7, STEEL)
    for side in (-1, 1):
        rim = [(-196, 11 * side), (-120, 12.5 * side), (-30, 17 * side)]
        m.strip(rim, [5, 5, 5], 15, STEEL)
    m.ring((-206, 0, 0), 34, 8, 15, STEEL)
    neck = hull((-34, -17), (-34, 17), (-4, 32), (14, 30), (14, -8), (2, -26))
    head.plate(neck, 15, STEEL)
    head.plate(hull((8, 31), (8, 6), (62, 6), (64, 17), (44, 33)), 15, STEEL)
    jaw = hull((16, 6 - gap), (62, 6 - gap), (61, -4 - gap), (20, -20 - gap))
    head.plate(jaw, 15, STEEL)
    head.plate(hull((4, -22), (20, -22), (26, -24 - gap), (8, -20 - gap)), 15, STEEL)
    head.plate(hull((-15, -4), (4, -4), (4, -20), (-15, -20)), 15, STEEL, fill=-1)
    head.rod([(-13, -12), (2, -12)], 13, STEEL, fill=0.6)
    head.spring((-13, -12), (2, -12), 14, 2.5, 4)
    m.place(head, (0, 0, 0), turn_about(2, 0.38))
    return m


def build_hammer(rng: np.random.Generator) -> Assembly:
    """A claw hammer; its handle of wood, or a steel tube with a grip."""
    m, long = Assembly(), rng.uniform(250, 310)
    if rng.random() < 0.5:
        spine = [(-long, 0), (-long * 0.7, 0), (-long * 0.3, 0), (12, 0)]
        m.strip(spine, [38, 32, 25, 24], 24, WOOD, fill=1.25)
        m.plate(hull((8, -6), (16, -6), (16, 6), (8, 6)), 4, STEEL)
    else:
        m.rod([(-long + 10, 0), (0, 0)], 20, STEEL, bore=14)
        m.strip([(-long, 0), (-long * 0.5, 0)], [40, 32], 32, PVC, fill=0.8)
    m.plate(hull((-16, 20), (-13, -22), (13, -22), (16, 20)), 28, STEEL)
    face = [(0.0, 24.0), (18.0, 22.0), (22.0, 31.0), (42.0, 31.0), (45.0, 28.0)]
    m.turned(face, STEEL, start=(0, -20, 0), towards=(0, -1, 0))
    claw = [(0, 18), (-2, 44), (-14, 72), (-40, 96)]
    for z in (-8.0, 8.0):
        part = Assembly()
        part.strip(claw, [32, 22, 14, 5], 11, STEEL)
        m.place(part, (0, 0, z))
    return m


def build_hacksaw(rng: np.random.Generator) -> Assembly:
    """A hacksaw: bow, blade with teeth, pins, wing nut, closed handle."""
    m, long = Assembly(), rng.uniform(270, 310)
    bow = [(0, -6), (0, 70), (14, 92), (long - 16, 92), (long, 78), (long, -10)]
    m.rod(bow, 14, STEEL, bore=9)
    m.bar((long + 24, 13, 3.5), (long / 2, -14, 0), STEEL)
    teeth = np.arange(0.0, long, 9.0)
    points = np.column_stack([teeth, np.full(len(teeth), -21.0), 0 * teeth])
    m.add(BOX, (6, 6, 3.5), points, STEEL, turn=turn_about(2, np.pi / 4))
    for x in (0.0, long):
        m.rod([(x - 16, -14), (x + 16, -14)], 11, STEEL)
        m.screws([(x, -14)], 18, 5)
    m.rod([(long + 14, -14), (long + 34, -14)], 7, STEEL)
    for side in (-1, 1):
        m.rod([(long + 22, -14), (long + 32, -14 + 17 * side)], 8, STEEL)
    loop = [(-2, 20), (-32, 34), (-64, 14), (-86, -52), (-78, -82), (-44, -84)]
    loop += [(-24, -60), (-14, -24), (-2, 20)]
    m.strip(loop, [20, 24, 27, 26, 24, 18, 16, 18, 20], 28, POLYETHYLENE)
    return m


def build_clamp(rng: np.random.Generator) -> Assembly:
    """A G-clamp: C-shaped frame, threaded spindle, pad, sliding bar."""
    m, tall, down = Assembly(), rng.uniform(72, 100), rng.uniform(-30, 20)
    spine = [(62, -tall), (-4, -tall - 6), (-42, -tall + 26), (-46, tall - 30)]
    spine += [(-6, tall + 4), (62, tall)]
    m.strip(spine, [20, 26, 30, 30, 26, 24], 8, CAST_IRON)
    m.rod(spine, 12, CAST_IRON)
    m.rod([(52, -tall), (52, -tall + 16)], 30, CAST_IRON)
    m.rod([(52, tall - 16), (52, tall + 18)], 34, CAST_IRON)
    top = tall + 96 + down
    m.rod([(52, down), (52, top)], 13, STEEL)
    m.spring((52, down + 8), (52, top - 16), 15, 3, 14)
    m.rod([(52, down - 8), (52, down + 4)], 32, STEEL)
    bar = [(8 + rng.uniform(-14, 14), top - 4), (108, top - 4)]
    m.rod(bar, 9, STEEL)
    m.knobs(bar, 16, STEEL)
    m.rod([(52, top - 14), (52, top + 8)], 22, STEEL)
    return m


def build_pliers(rng: np.random.Generator) -> Assembly:
    """Combination pliers, a little open: toothed jaws, joint, two bent handles."""
    m, wide = Assembly(), rng.uniform(0.05, 0.16)
    for side in (-1, 1):
        half, lie = Assembly(), np.diag([1.0, side, 1.0])
        jaw = hull((6, 3), (20, 19), (44, 13), (64, 7), (64, 2), (24, 2))
        half.plate(jaw, 12, STEEL)
        half.bar((24, 5, 8), (32, 3, 0), STEEL)
        leg = [(4, -4), (-20, -17), (-60, -29), (-110, -33), (-156, -26)]
        half.strip(leg, [24, 14, 11, 10, 9], 10, STEEL)
        half.strip(leg[1:], [22, 21, 20, 17], 17, PVC, fill=1.0)
        half.plate(circle(-156, -26, 8.5), 17, PVC)
        turned = turn_about(2, side * wide) @ lie
        m.place(half, (0, 0, 0), turned)
    m.plate(circle(4, 0, 18, 14), 13, STEEL)
    m.plate(circle(4, 0, 7), 18, STEEL)
    return m


def build_socket_set(rng: np.random.Generator) -> Assembly:
    """A socket set lying in its case: sockets by size, ratchet, bars, bits."""
    m = Assembly()
    case = hull((-165, -105), (165, -105), (165, 105), (-165, 105))
    m.case(case, 62, 3, POLYETHYLENE)
    m.rod([(-40, 105), (-34, 128), (34, 128), (40, 105)], 13, PVC)
    for x in (-105.0, 105.0):
        m.bar((24, 16, 30), (x, 104, 0), STEEL, fill=0.3)
    small = np.linspace(13, 22, 10)
    rows = ((np.linspace(24, 35, 7), 76.0, 34.0), (small, 34.0, 26.0))
    for diameters, y, depth in rows:
        steps = np.cumsum(diameters + 8) - diameters / 2
        places = np.column_stack([steps - steps.mean(), 0 * steps + y, 0 * steps])
        sizes = np.column_stack([diameters, diameters, 0 * steps + depth])
        m.add_tube(sizes, diameters[:, None] * 0.16, places, STEEL, mesh=PRISM)
    m.plate(hull(circle(-124, -8, 19), (-96, -17), (-96, 1)), 26, STEEL)
    m.strip([(-96, -8), (-60, -8), (40, -8)], [17, 15, 15], 14, STEEL)
    m.strip([(20, -8), (86, -8)], [25, 27], 24, PVC)
    for y, start, end in ((-40.0, -148.0, 40.0), (-62.0, -148.0, -40.0)):
        m.rod([(start, y), (end, y)], 11, STEEL)
        m.rod([(end, y), (end + 20, y)], 18, STEEL, bore=9)
    bits = [(x, y) for y in (-66.0, -86.0) for x in np.arange(8, 150, 17.0)]
    m.pins(bits, 6, 25, STEEL)
    m.rod([(72, -42), (100, -42), (120, -42), (146, -42)], 18, STEEL, bore=10)
    handle = pick(rng, (PVC, POLYETHYLENE))
    m.rod([(-148, -88), (-84, -88)], 27, handle)
    m.rod([(-84, -88), (-16, -88)], 7, STEEL)
    m.bar((6, 34, 12), (118, -8, 0), STEEL)
    m.rod(arc((128, -6), 16, 60, 330), 8, STEEL)
    return m
