"""Phantoms of pistols and revolvers: outer shapes only.

Frame: the muzzle towards +x, the grip towards -y, z across. Lengths are mm.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import (
    BRASS,
    POLYETHYLENE,
    RUBBER,
    STEEL,
    WOOD,
    Material,
)
from data.simulation.chance import pick
from data.simulation.geometry.solids import Solids
from data.simulation.phantoms.assembly import Assembly
from data.simulation.phantoms.fittings import FRAMES, add_guard, add_magazine, bow
from data.simulation.phantoms.outlines import circle, hull

Reals = npt.NDArray[np.float64]

_PISTOLS: Final = ((184.0, 88.0), (194.0, 94.0), (150.0, 70.0), (218.0, 96.0))
"""Length and height of the grip: twice full-size, then compact and long slide."""

_BARRELS: Final = (52.0, 76.0, 102.0, 140.0)


def build_pistol(rng: np.random.Generator) -> dict[str, Solids]:
    """Slide over a slanted grip with the magazine in it."""
    length, tall = pick(rng, _PISTOLS)
    back, lean = -length / 2, rng.uniform(-0.34, -0.12)
    material, wall = pick(rng, FRAMES)
    line = bow((back + 38, -20), tall, lean)
    magazine = Assembly()
    add_magazine(magazine, line, (31, 21), int(rng.integers(0, 8)), foot=material)
    return {
        "slide": _build_slide(rng, length),
        "frame": _build_frame(length, line, material, wall),
        "magazine": magazine,
    }


def _build_slide(rng: np.random.Generator, length: float) -> Assembly:
    """A bevelled bar with the barrel in it, cut at the port, sights on top."""
    slide, back, front = Assembly(), -length / 2, length / 2
    fill, open_top = rng.uniform(0.34, 0.52), rng.random() < 0.25
    rear = hull((back, -12), (back, 9), (back + 5, 13), (back + 60, 13), (20, -12))
    slide.plate(hull(rear, (20, 13)), 25, STEEL, fill=fill)
    roof = 4 if open_top else 13
    nose = hull((20, -12), (20, roof), (front - 8, roof), (front, roof - 5))
    slide.plate(hull(nose, (front, -8), (front - 6, -12)), 25, STEEL, fill=fill)
    port = hull((back + 0.4 * length, 3), (back + 0.4 * length, 12.9))
    slide.plate(hull(port, (15, 3), (15, 12.9)), 12, STEEL, z=6, fill=-fill)
    start, end = back + 0.4 * length, front + (6 if open_top else 2)
    slide.rod([(start, 3), (end, 3)], 15, STEEL, bore=9)
    slide.spring((start + 20, -7), (front - 8, -7), 9, 1.8, 5)
    slide.bar((7, 5, 8), (back + 7, 15, 0), STEEL)
    slide.bar((5, 5, 4), (front - 10, roof + 2, 0), STEEL)
    return slide


def _build_frame(
    length: float, line: Reals, material: Material, wall: float
) -> Assembly:
    """Dust cover, guard and the hollow grip, with a swell at its back."""
    frame, back = Assembly(), -length / 2
    front = back + 0.86 * length
    rail = hull((back + 66, -12), (front, -12), (front, -24), (back + 66, -30))
    frame.case(rail, 24, wall, material)
    top = hull((back - 2, -12), (back + 66, -12), (back + 66, -30), (back + 8, -30))
    frame.case(top, 26, wall + 0.6, material)
    top_of_grip, foot = line
    way = (foot - top_of_grip) / np.linalg.norm(foot - top_of_grip)
    aside = np.array([-way[1], way[0]])
    swell = foot - 32 * aside - 30 * way
    grip = hull(
        (back + 10, -30), (back + 64, -30), foot + 25 * aside, foot - 27 * aside
    )
    frame.case(hull(grip, swell, (back + 5, -44)), 30, wall, material)
    heel = hull(foot - 27 * aside, foot - 19 * aside, swell, swell + 8 * aside)
    frame.plate(heel, 24, material, fill=0.3 if wall < 4 else 1)
    frame.plate(hull((back - 11, -9), (back, -12), (back + 8, -30)), 18, material)
    frame.bar((7, 13, 8), (back - 3, -3, 0), STEEL, lean=0.5)
    add_guard(frame, back + 62, -29, (46, 31), material)
    frame.screws([(back + 84, -19), (back + 46, -19), (back + 66, -16)], 24)
    frame.screws([top_of_grip + 0.3 * (foot - top_of_grip) - 12 * aside], 28)
    frame.screws([top_of_grip + 0.85 * (foot - top_of_grip) - 10 * aside], 28)
    return frame


def build_revolver(rng: np.random.Generator) -> dict[str, Solids]:
    """Barrel, cylinder, frame and a bent grip."""
    barrel = pick(rng, _BARRELS) * rng.uniform(0.95, 1.08)
    across = rng.uniform(35, 41)
    return {
        "frame": _build_revolver_frame(rng, barrel),
        "cylinder": _build_cylinder(rng, across),
        "grip": _build_bent_grip(rng),
    }


def _build_cylinder(rng: np.random.Generator, across: float) -> Assembly:
    """A cylinder with six chambers, loaded or not."""
    cylinder, spread = Assembly(), across * 0.31
    cylinder.rod([(-21, 4), (21, 4)], across, STEEL)
    loaded = rng.random() < 0.6
    for y, z in circle(4, 0, spread, 6):
        ends = [(-21, y, z), (20.9, y, z)]
        cylinder.rod(ends, 10, STEEL, fill=-1)
        if loaded:
            cylinder.rod([(-20, y, z), (9, y, z)], 9, BRASS, fill=0.7)
    cylinder.rod([(21, 4), (30, 4)], 7, STEEL)
    return cylinder


def _build_revolver_frame(rng: np.random.Generator, barrel: float) -> Assembly:
    """Barrel over its rod, top strap, the frame around the cylinder."""
    frame, front = Assembly(), 32 + barrel
    frame.rod([(24, 15), (front, 15)], 17, STEEL, bore=9)
    under = front if rng.random() < 0.4 else 24 + 0.6 * barrel
    frame.rod([(31, 1), (under, 1)], 10, STEEL, bore=5)
    frame.plate(hull((front - 16, 23), (front - 3, 32), (front - 2, 23)), 4, STEEL)
    frame.bar((92, 7, 16), (-10, 27, 0), STEEL)
    frame.plate(hull((24, 24), (34, 22), (34, -17), (24, -17)), 16, STEEL)
    back = hull((-56, 23), (-26, 23), (-24, -20), (-46, -24), (-60, 0))
    frame.plate(back, 16, STEEL, fill=0.75)
    frame.plate(hull((-46, -17), (34, -17), (30, -25), (-46, -26)), 16, STEEL)
    frame.rod([(-55, 18), (-64, 30), (-73, 33)], 8, STEEL)
    frame.bar((8, 6, 12), (-46, 33, 0), STEEL)
    add_guard(frame, -28, -24, (50, 33))
    return frame


def _build_bent_grip(rng: np.random.Generator) -> Assembly:
    """Side plates on a steel strap, bent backwards and flared at the foot."""
    grip, material = Assembly(), pick(rng, (WOOD, POLYETHYLENE, RUBBER))
    tall = rng.uniform(82, 104)
    spine = bow((-43, -14), tall, -0.66, 0.5)
    widths = [27, 29, 30, 33, 38, 43]
    grip.strip(spine, widths, 31, material, fill=1.0)
    grip.strip(spine, [16, 13, 12, 12, 13, 15], 11, STEEL, fill=0.8)
    middle = spine[3]
    grip.screws([middle], 31, 5)
    return grip
