"""What firearm phantoms of several kinds share: guards, grips, magazines, stocks.

Frame: the muzzle towards +x, the grip towards -y, z across. Lengths are mm.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import (
    ALUMINIUM,
    BRASS,
    POLYETHYLENE,
    STEEL,
    WOOD,
    Material,
)
from data.simulation.phantoms.assembly import Assembly
from data.simulation.phantoms.outlines import circle, hull

Reals = npt.NDArray[np.float64]
Point = tuple[float, float]

FURNITURE: Final = (WOOD, POLYETHYLENE)
"""What stocks and grips are made of."""

FRAMES: Final = ((POLYETHYLENE, 4.5), (ALUMINIUM, 3.2), (STEEL, 1.7))
"""What pistol frames are made of, and how thick their walls are, mm."""

DENSE: Final = {WOOD: 1.15, POLYETHYLENE: 1.25}
"""Fill of solid furniture: walnut and filled nylon are denser than deal and PE."""


def bow(start: Point, length: float, lean: float, bend: float = 0.0) -> Reals:
    """A line downwards that bends forwards.

    Args:
        start: Where it begins, mm.
        length: Mm.
        lean: Radians off straight down at its beginning, towards +x.
        bend: Radians that it turns on its way.

    Returns:
        (N, 2) float64: two points if it is straight.
    """
    count = 5 if bend else 1
    angles = lean + bend * np.arange(count) / count
    steps = np.stack([np.sin(angles), -np.cos(angles)], axis=1) * length / count
    return np.concatenate([[start], np.asarray(start) + steps.cumsum(axis=0)])


def add_guard(
    model: Assembly, left: float, top: float, size: Point, material: Material = STEEL
) -> None:
    """Add a trigger guard, a loop below a line, and its trigger.

    Args:
        model: To which.
        left: Where the loop begins, mm.
        top: Height of the line, mm.
        size: Width and height of the loop, mm.
        material: What the loop is made of.
    """
    shares = np.array(
        [(0, 0), (0.04, -0.5), (0.2, -0.92), (0.55, -1), (0.9, -0.85), (1, 0)]
    )
    loop = np.array([left, top]) + shares * size
    thick, fill = (5.5, 1.0) if material is STEEL else (8.5, 1.3)
    model.rod(loop, thick, material, fill=fill)
    hook = np.array([(0.5, 0), (0.4, -0.35), (0.48, -0.72)])
    model.rod(np.array([left, top]) + hook * size, 5.5, STEEL)


def add_magazine(
    model: Assembly,
    spine: Reals,
    size: Point,
    rounds: int,
    *,
    foot: Material = POLYETHYLENE,
) -> None:
    """Add a box magazine.

    Args:
        model: To which.
        spine: (N, 2), its middle line from the top down, mm.
        size: Its extent along and across the firearm, mm.
        rounds: How many rows of what fills it show; 0 for an empty one.
        foot: What its foot is made of.
    """
    width, depth = size
    model.strip(spine, [width] * len(spine), depth, STEEL, fill=0.18)
    way = (spine[-1] - spine[-2]) / np.linalg.norm(spine[-1] - spine[-2])
    aside = np.array([-way[1], way[0]]) * (width / 2 + 1.5)
    ends = spine[-1] + aside, spine[-1] - aside
    model.plate(hull(*ends, ends[0] + 7 * way, ends[1] + 7 * way), depth + 3, foot)
    at = np.linspace(0.06, 0.8, rounds) * (len(spine) - 1)
    for place in at:
        i, part = int(place), place % 1
        step = spine[i + 1] - spine[i]
        middle = spine[i] + part * step
        across = np.array([-step[1], step[0]]) / np.linalg.norm(step)
        half = across * width * 0.42 - 0.12 * width * step / np.linalg.norm(step)
        model.rod([middle - half, middle + half], 8.5, BRASS, fill=0.9)


def add_pistol_grip(
    model: Assembly, top: Point, length: float, lean: float, material: Material
) -> None:
    """Add a slanted grip behind the trigger of a long gun.

    Args:
        model: To which.
        top: Where it begins, mm.
        length: Mm.
        lean: Radians off straight down, towards +x.
        material: What it is made of.
    """
    spine = bow(top, length, lean)
    model.strip(spine, [34, 39], 29, material, fill=0.75 * DENSE[material])
    model.strip(spine, [14, 14], 10, STEEL, fill=0.12)


def add_wire_stock(model: Assembly, x: float, heights: Point, reach: float) -> None:
    """Add two struts and a plate.

    Args:
        model: To which.
        x: Where they begin, mm.
        heights: Of the upper and the lower strut, mm.
        reach: How far back the plate is, mm.
    """
    upper, lower = heights
    end = x - reach
    model.rod([(x, upper), (end, upper)], 11, STEEL, bore=6)
    model.rod([(x, lower), (end, lower - 45)], 11, STEEL, bore=6)
    plate = hull((end - 4, upper + 12), (end + 4, upper + 12))
    plate = hull(plate, (end - 4, lower - 62), (end + 4, lower - 62))
    model.plate(plate, 32, STEEL, fill=0.55)


def add_scope(model: Assembly, x: float, y: float, length: float) -> None:
    """Add a telescopic sight on two rings.

    Args:
        model: To which.
        x: Its middle, mm.
        y: Its axis, mm.
        length: Mm.
    """
    back, front = x - length / 2, x + length / 2
    bell = back + 0.6 * length
    model.rod([(back, y), (back + 0.2 * length, y)], 36, ALUMINIUM, bore=31)
    model.rod([(back + 0.2 * length, y), (bell, y)], 26, ALUMINIUM, bore=21)
    cone = [(0.0, 26.0), (0.12 * length, 42.0), (front - bell, 44.0)]
    model.turned(cone, ALUMINIUM, start=(bell, y, 0), wall=2.5)
    model.plate(circle(x - 0.06 * length, y, 11, 8), 38, ALUMINIUM, fill=0.7)
    for place in (x - 0.2 * length, x + 0.1 * length):
        model.bar((12, 26, 20), (place, y - 22, 0), STEEL, fill=0.6)
