"""Phantoms of taps, valves, pumps, pipes and brackets.

The plane of the picture is x, y. Lengths are mm, for a common size.
"""

import numpy as np

from data.physics.materials import (
    ALUMINIUM,
    BRASS,
    CAST_IRON,
    PVC,
    RUBBER,
    STEEL,
    WINDINGS,
)
from data.simulation.geometry.meshes import CYLINDER
from data.simulation.phantoms.assembly import Assembly
from data.simulation.phantoms.outlines import arc, circle, hull

UP = (0.0, 1.0, 0.0)


def build_tap(rng: np.random.Generator) -> Assembly:
    """A kitchen tap: column, arched spout, lever, stud and hoses below."""
    m, tall, reach = Assembly(), rng.uniform(120, 170), rng.uniform(75, 95)
    column = [(0.0, 58.0), (7.0, 58.0), (9.0, 46.0), (84.0, 44.0), (92.0, 30.0)]
    m.turned(column, BRASS, towards=UP, wall=4)
    m.rod([(0, 40), (0, 78)], 32, BRASS, fill=0.5)
    spout = arc((reach, 92 + tall), reach, 180, 20, 8)
    end = spout[-1] + [-6, -46]
    path = np.concatenate([[(0, 84)], spout, [end]])
    m.rod(path, 24, BRASS, bore=19)
    m.rod([np.add(end, (3, 18)), end], 30, BRASS, bore=20)
    m.rod([(-14, 62), (-44, 66)], 26, BRASS, fill=0.7)
    m.rod([(-44, 66), (-120, 104)], 13, BRASS)
    m.knobs([(-122, 105)], 18, BRASS)
    m.rod([(0, 0), (0, -70)], 26, BRASS, bore=18)
    m.spring((0, -4), (0, -68), 28, 2.5, 6)
    m.plate(hull((-34, -34), (34, -34), (34, -28), (-34, -28)), 52, RUBBER)
    m.plate(hull((-26, -52), (26, -52), (26, -38), (-26, -38)), 40, BRASS, fill=0.6)
    for side in (-1, 1):
        hose = [(6, -60), (12, -100), (34, -140), (26, -180), (30, -220)]
        line = np.array(hose) * [side, 1]
        m.rod(line, 13, RUBBER, bore=8)
        m.spring(line[1], line[2], 15, 2.2, 4)
        m.spring(line[2], line[3], 15, 2.2, 4)
        m.rod([line[4] + [0, 14], line[4] + [0, -14]], 23, BRASS, bore=14)
    return m


def build_gate_valve(rng: np.random.Generator) -> Assembly:
    """A flanged gate valve: bonnet, stem, spoked hand wheel seen aslant."""
    m, half = Assembly(), rng.uniform(92, 115)
    flange = [(0.0, 128.0), (15.0, 128.0), (15.0, 76.0), (half - 34, 84.0)]
    for side in (-1.0, 1.0):
        m.turned(flange, CAST_IRON, start=(-side * half, 0, 0),
                 towards=(side, 0, 0), wall=14)  # fmt: skip
        for y in (-50.0, 50.0):
            bolt = [(-side * (half + 9), y), (-side * (half - 26), y)]
            m.rod(bolt, 13, STEEL)
    m.case(hull(circle(0, -8, 54, 16), (-44, 70), (44, 70)), 92, 12, CAST_IRON)
    m.plate(hull(circle(0, -6, 37, 14), (-37, 40), (37, 40)), 16, CAST_IRON)
    m.plate(hull((-66, 66), (66, 66), (66, 78), (-66, 78)), 96, CAST_IRON, fill=0.6)
    m.case(hull((-46, 78), (46, 78), (20, 140), (-20, 140)), 60, 10, CAST_IRON)
    m.plate(hull((-38, 138), (38, 138), (38, 150), (-38, 150)), 34, CAST_IRON)
    for x in (-52.0, 52.0):
        m.rod([(x, 56), (x, 92)], 13, STEEL)
    lift = rng.uniform(205, 245)
    m.rod([(0, 30), (0, lift + 22)], 18, STEEL)
    m.spring((0, 150), (0, lift - 10), 21, 3, 8)
    wide, tilt = rng.uniform(80, 98), rng.uniform(0.45, 0.7)
    around = np.linspace(0, 2 * np.pi, 25)
    flat = np.array([1.0, np.sin(tilt), np.cos(tilt)])
    ring = np.stack([np.cos(around), np.sin(around), np.sin(around)], 1) * wide * flat
    ring += np.array([0, lift, 0])
    m.rod(ring, 17, CAST_IRON)
    for spoke in ring[[3, 8, 13, 18, 23]]:
        m.rod([(0, lift, 0), spoke], 12, CAST_IRON)
    m.rod([(0, lift - 12), (0, lift + 12)], 36, CAST_IRON)
    return m


def build_water_pump(rng: np.random.Generator) -> Assembly:
    """An electric water pump: ribbed motor, fan cover, feet, pump head."""
    m, long = Assembly(), rng.uniform(150, 190)
    m.rod([(-long, 0), (0, 0)], 128, ALUMINIUM, bore=114)
    for y in np.linspace(-60, 60, 11):
        deep = 2 * np.sqrt(78**2 - y**2)
        m.bar((long - 14, 3, deep), (-long / 2, y, 0), ALUMINIUM, fill=0.35)
    m.rod([(-long * 0.8, 0), (-long * 0.28, 0)], 104, WINDINGS, bore=58, fill=0.55)
    m.rod([(-long * 0.76, 0), (-long * 0.32, 0)], 54, STEEL, fill=0.6)
    m.rod([(-long - 40, 0), (84, 0)], 19, STEEL)
    cover = [(0.0, 96.0), (14.0, 136.0), (54.0, 140.0)]
    m.turned(cover, STEEL, start=(-long - 54, 0, 0), wall=2)
    for lean in (-0.25, 0.25):
        m.bar((22, 108, 30), (-long - 22, 0, 0), PVC, lean=lean, fill=0.6)
    for x in (-long, -4.0):
        m.rod([(x - 6, 0), (x + 6, 0)], 138, ALUMINIUM, bore=40)
    m.case(hull((-long + 28, 64), (-38, 64), (-44, 112), (-long + 34, 112)), 86, 4, PVC)
    m.rod([(-long * 0.62, 88), (-long * 0.38, 88)], 34, ALUMINIUM, bore=30)
    m.rod([(-38, 88), (-16, 88)], 22, BRASS, bore=10)
    foot = hull((-long + 16, -96), (-20, -96), (-30, -60), (-long + 26, -60))
    m.plate(foot, 120, ALUMINIUM, fill=0.2)
    m.bar((long + 10, 8, 150), (-long / 2, -96, 0), STEEL, fill=0.7)
    m.case(hull((6, 70), (6, -70), (20, -86), (64, -86), (72, -60), (72, 70)),
           150, 9, CAST_IRON)  # fmt: skip
    m.rod([(26, 0), (46, 0)], 116, BRASS, fill=0.4)
    m.rod([(72, 0), (124, 0)], 58, CAST_IRON, bore=36)
    m.rod([(112, 0), (126, 0)], 84, CAST_IRON, bore=36)
    m.rod([(38, 70), (38, 132)], 54, CAST_IRON, bore=32)
    m.rod([(38, 120), (38, 134)], 82, CAST_IRON, bore=32)
    return m


def build_pipe_tees(rng: np.random.Generator) -> Assembly:
    """Pipes joined by tees, an elbow, a union and a lever valve."""
    m, long, drop = Assembly(), rng.uniform(150, 190), rng.uniform(95, 140)
    m.rod([(-long, 0), (long, 0)], 34, STEEL, bore=26)
    first, second = -0.35 * long, 0.45 * long
    for x, way in ((first, -1), (second, 1)):
        m.rod([(x - 32, 0), (x + 32, 0)], 44, CAST_IRON, bore=34)
        m.rod([(x, 17 * way), (x, 42 * way)], 44, CAST_IRON, bore=34)
        for ring in ((x - 36, 0.0), (x + 26, 0.0)):
            m.rod([ring, (ring[0] + 10, 0)], 52, CAST_IRON, bore=34)
        m.rod([(x, 36 * way), (x, 46 * way)], 52, CAST_IRON, bore=34)
        m.rod([(x, 30 * way), (x, drop * way)], 34, STEEL, bore=26)
    corner = [(long - 8, 0), *arc((long, 30), 30, 270, 360, 5), (long + 30, 38)]
    m.rod(corner, 46, CAST_IRON, bore=30)
    m.rod([(long + 30, 30), (long + 30, 44)], 54, CAST_IRON, bore=34)
    m.rod([(long + 30, 36), (long + 30, 104)], 34, STEEL, bore=26)
    end = -drop
    m.plate(hull(circle(first, end - 20, 27)), 44, BRASS, fill=0.6)
    m.plate(circle(first, end - 20, 14), 40, STEEL, fill=0.4)
    m.rod([(first, end + 12), (first, end - 52)], 42, BRASS, bore=24)
    m.rod([(first, end - 20, 0), (first, end - 20, -34)], 12, BRASS)
    lever = [(first - 4, end - 20, -36), (first + 24, end - 24, -38)]
    m.rod([*lever, (first + 98, end - 38, -38)], 11, STEEL)
    m.rod([(-long - 4, 0), (-long + 30, 0)], 50, BRASS, bore=34)
    m.rod([(-long + 6, 0), (-long + 18, 0)], 60, BRASS, bore=34)
    return m


def build_bracket(rng: np.random.Generator) -> Assembly:
    """A wrought shelf bracket: two flat arms, a curved brace, a scroll, screws."""
    m, long, tall = Assembly(), rng.uniform(190, 260), rng.uniform(150, 190)
    m.bar((long, 6, 32), (long / 2, 3, 0), STEEL)
    m.bar((6, tall, 32), (3, -tall / 2, 0), STEEL)
    sweep = np.linspace(0, np.pi / 2, 10)
    radii = np.array([long - 30, tall - 24])
    quarter = np.stack([-np.sin(sweep), np.cos(sweep)], 1)
    brace = np.array([long - 24, -tall + 18]) + radii * quarter
    m.strip(brace, [6] * 10, 24, STEEL)
    turns = np.linspace(0, 3.4 * np.pi, 22)
    spiral = np.stack([np.cos(turns), np.sin(turns)], 1)
    spiral *= (7 + 3.1 * turns)[:, None]
    spiral += np.array([0.27 * long, -0.26 * tall])
    m.strip(spiral, [5] * 22, 24, STEEL)
    for x in (0.3 * long, 0.85 * long):
        m.rod([(x, 0), (x, 10)], 10, STEEL)
        m.rod([(x, 6), (x, 32)], 5, STEEL)
    for y in (-0.2 * tall, -0.85 * tall):
        m.rod([(6, y), (-4, y)], 10, STEEL)
        m.rod([(0, y), (-40, y)], 5, STEEL)
        m.add(CYLINDER, (13, 13, 8), (-44, y, 0), PVC)
    return m
