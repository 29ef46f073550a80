"""Phantoms of machine pistols: outer shapes only.

Sizes are about those published for the Beretta 93R (240 mm, 1.17 kg) and the Skorpion
vz. 61 (270 mm folded, 517 mm with its stock out, 1.28 kg).

Frame: the muzzle towards +x, the grip towards -y, z across. Lengths are mm.
"""

import numpy as np
import numpy.typing as npt

from data.physics.materials import POLYETHYLENE, STEEL
from data.simulation.chance import pick
from data.simulation.geometry.solids import Solids
from data.simulation.phantoms.assembly import Assembly
from data.simulation.phantoms.fittings import (
    DENSE,
    FRAMES,
    FURNITURE,
    add_guard,
    add_magazine,
    bow,
)
from data.simulation.phantoms.outlines import hull

Reals = npt.NDArray[np.float64]


def build_machine_pistol(rng: np.random.Generator) -> dict[str, Solids]:
    """A pistol with a magazine far below its grip, or a small box; and a wire stock."""
    return pick(rng, (_build_long_pistol, _build_small_box))(rng)


def _build_long_pistol(rng: np.random.Generator) -> dict[str, Solids]:
    magazine, length = Assembly(), rng.uniform(180, 215)
    back = -length / 2
    line = bow((back + 40, -18), rng.uniform(150, 225), rng.uniform(-0.24, -0.1))
    add_magazine(magazine, line, (30, 21), int(rng.integers(0, 12)), foot=STEEL)
    return {
        "slide": _build_open_slide(rng, length),
        "frame": _build_long_frame(rng, length, line),
        "magazine": magazine,
        "stock": _build_wire_stock(rng, (back + 3, -13), 17, over=None),
    }


def _build_open_slide(rng: np.random.Generator, length: float) -> Assembly:
    """A slide cut open on top, and a barrel with a ported end before it."""
    slide, back, front = Assembly(), -length / 2, length / 2
    fill = rng.uniform(0.36, 0.52)
    rear = hull((back, -10), (back, 12), (back + 70, 12), (back + 74, -10))
    slide.plate(rear, 25, STEEL, fill=fill)
    nose = hull((back + 74, -10), (back + 74, 1), (front - 12, 1), (front - 12, -10))
    slide.plate(nose, 25, STEEL, fill=fill)
    slide.bar((22, 20, 24), (front - 8, 2, 0), STEEL, fill=fill)
    reach = rng.uniform(14, 50)
    slide.rod([(back + 70, 3), (front + reach, 3)], 14, STEEL, bore=9)
    slide.rod([(front + 4, 3), (front + reach, 3)], 20, STEEL, bore=12, fill=0.8)
    slide.bar((9, 6, 10), (back + 8, 15, 0), STEEL)
    slide.bar((5, 6, 4), (front - 6, 15, 0), STEEL)
    slide.rod([(back + 2, 4), (back - 7, 13)], 8, STEEL)
    return slide


def _build_long_frame(rng: np.random.Generator, length: float, line: Reals) -> Assembly:
    """Dust cover as long as the slide, a big guard, an upright grip, a fore grip."""
    frame, back, front = Assembly(), -length / 2, length / 2
    material, wall = pick(rng, FRAMES)
    rail = hull((back, -10), (front - 8, -10), (front - 12, -24), (back + 6, -30))
    frame.case(rail, 25, wall, material)
    way = (line[1] - line[0]) / np.linalg.norm(line[1] - line[0])
    aside = np.array([-way[1], way[0]])
    foot = line[0] + rng.uniform(88, 102) * way
    grip = hull(line[0] + 26 * aside, line[0] - 26 * aside, foot + 26 * aside)
    grip = hull(grip, foot - 26 * aside)
    frame.case(grip, 31, wall, material)
    add_guard(frame, back + 64, -26, (58, 36), material)
    if rng.random() < 0.5:
        start = (front - 24, -24)
        frame.rod([start, (front - 14, -88)], 13, STEEL, bore=7)
        frame.strip(bow(start, 60, 0.15), [18, 20], 16, POLYETHYLENE)
    frame.screws([(back + 84, -17), tuple(line[0] + 70 * way - 12 * aside)], 26)
    return frame


def _build_small_box(rng: np.random.Generator) -> dict[str, Solids]:
    """A short box, the grip at its back, the magazine ahead of the guard."""
    body, magazine, half = Assembly(), Assembly(), rng.uniform(84, 100)
    back = -half
    body.case(hull((back, -15), (back, 22), (half, 22), (half, -13)), 34, 1.8, STEEL)
    body.bar((half, 22, 24), (-half * 0.3, 5, 0), STEEL, fill=0.75)
    body.rod([(half * 0.3, 4), (half + rng.uniform(25, 70), 4)], 14, STEEL, bore=8)
    body.rod([(half, 4), (half + 14, 4)], 22, STEEL, bore=14, fill=0.8)
    body.spring((back + 6, 14), (-10, 14), 9, 1.6, 6)
    for x in (back + 16, half - 12):
        body.plate(hull((x - 6, 22), (x + 6, 22), (x + 3, 33), (x - 3, 33)), 12, STEEL)
    furniture = pick(rng, FURNITURE)
    spine = bow((back + 24, -12), rng.uniform(86, 98), -0.42, 0.2)
    fill = 0.8 * DENSE[furniture]
    body.strip(spine, [30, 31, 32, 34, 37, 40], 30, furniture, fill=fill)
    body.strip(spine, [11, 11, 11, 12, 12, 12], 9, STEEL, fill=0.3)
    add_guard(body, back + 44, -14, (54, 32))
    well = half - 52
    ends = hull((well - 20, -13), (well + 20, -13), (well + 19, -27), (well - 18, -30))
    body.case(ends, 26, 2, STEEL)
    line = bow((well, -12), rng.uniform(95, 165), 0.06, pick(rng, (0.0, 0.2, 0.5)))
    add_magazine(magazine, line, (31, 18), int(rng.integers(0, 10)), foot=STEEL)
    stock = _build_wire_stock(rng, (back, 14), 19, over=(back, 34))
    return {"receiver": body, "magazine": magazine, "stock": stock}


def _build_wire_stock(
    rng: np.random.Generator,
    hinge: tuple[float, float],
    aside: float,
    *,
    over: tuple[float, float] | None,
) -> Assembly:
    """Of bent wire: out, folded along the side, or folded over the top.

    Args:
        rng: Source of chance.
        hinge: (x, y) where it is hinged, mm.
        aside: How far from the middle it lies when it is folded along the side, mm.
        over: (x, y) of the hinge when it is folded over the top; None if it cannot be.
    """
    out, stock = Assembly(), Assembly()
    choice, (x, y) = rng.random(), hinge
    _bend_wire(rng, out, rng.uniform(*((200, 290) if choice < 0.5 else (170, 225))))
    if choice < 0.5:
        stock.place(out, (x, y, 0))
    elif choice < 0.75 or over is None:
        stock.place(out, (x, y, aside), np.diag([-1.0, 1.0, 0.6]))
    else:
        stock.place(out, (*over, 0), np.diag([-1.0, 1.0, 1.0]))
    return stock


def _bend_wire(rng: np.random.Generator, out: Assembly, reach: float) -> None:
    """Two wires side by side with a hook behind, or one bent to a triangle."""
    thick = rng.uniform(6, 8)
    drop = rng.uniform(52, 78)
    if rng.random() < 0.5:
        for z in (-11.0, 11.0):
            wire = [(0, 0, z), (0.3 - reach, 2, z), (-8 - reach, -drop, z)]
            out.rod(wire, thick, STEEL)
        for x, y in ((-reach, 2), (-8 - reach, -drop), (-0.6 * reach, 1)):
            out.rod([(x, y, -14), (x, y, 14)], thick, STEEL)
        return
    loop = [(0, 6), (-reach, 10), (-8 - reach, -drop), (12 - reach, 2 - drop)]
    out.rod([*loop, (-0.35 * reach, -14), (0, -8)], thick, STEEL)
    out.bar((7, drop, 24), (-4 - reach, 10 - drop / 2, 0), STEEL, lean=-0.1, fill=0.5)
