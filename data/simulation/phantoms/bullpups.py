"""Phantoms of bullpups, rifles with the magazine behind the grip: outer shapes only.

Sizes are about those published for the Steyr AUG (790 mm, 3.6 kg), the FAMAS (757 mm,
3.8 kg) and the IWI Tavor X95 (660 mm, 3.5 kg).

Frame: the muzzle towards +x, the grip towards -y, z across. Lengths are mm.
"""

from typing import Final

import numpy as np

from data.physics.materials import ALUMINIUM, POLYETHYLENE, RUBBER, STEEL
from data.simulation.chance import pick
from data.simulation.geometry.solids import Solids
from data.simulation.phantoms.assembly import Assembly
from data.simulation.phantoms.fittings import (
    add_guard,
    add_magazine,
    add_pistol_grip,
    add_scope,
    bow,
)
from data.simulation.phantoms.outlines import hull

_HOUSINGS: Final = ((POLYETHYLENE, 4.5), (POLYETHYLENE, 4.0), (STEEL, 1.3))


def build_bullpup(rng: np.random.Generator) -> dict[str, Solids]:
    """A deep butt that holds the works and the magazine, the grip before it."""
    magazine, front = Assembly(), rng.uniform(165, 235)
    spine = bow((-116, -18), rng.uniform(135, 190), 0.1, pick(rng, (0.0, 0.3, 0.45)))
    add_magazine(magazine, spine, (62, 24), int(rng.integers(0, 8)))
    return {
        "stock": _build_housing(rng),
        "receiver": _build_works(rng, front),
        "barrel": _build_front(rng, front),
        "magazine": magazine,
    }


def _build_housing(rng: np.random.Generator) -> Assembly:
    """One shell from the butt to the grip, and the guard, at times big as a hand."""
    shell, (material, wall) = Assembly(), pick(rng, _HOUSINGS)
    heel, belly = rng.uniform(-104, -76), rng.uniform(-52, -26)
    roof = rng.uniform(30, 40)
    butt = hull((-345, roof - 8), (-150, roof), (-150, belly), (-345, heel))
    shell.case(butt, 42, wall, material)
    middle = hull((-150, roof), (70, roof - 4), (70, -8), (-20, -14), (-150, belly))
    shell.case(middle, 40, wall, material)
    pad = hull((-345, roof - 6), (-356, roof - 8), (-356, heel - 2), (-345, heel - 2))
    shell.plate(pad, 42, RUBBER)
    add_pistol_grip(shell, (6, -10), rng.uniform(90, 104), -0.22, POLYETHYLENE)
    if rng.random() < 0.35:
        loop = [(118, -8), (112, -70), (88, -104), (30, -112), (-8, -104)]
        shell.rod(loop, 14, POLYETHYLENE)
        shell.rod([(48, -10), (44, -26), (48, -38)], 6, STEEL)
    else:
        add_guard(shell, 22, -9, (62, 34), POLYETHYLENE)
    shell.screws([(-320, 0), (-60, -4)], 40)
    return shell


def _build_works(rng: np.random.Generator, front: float) -> Assembly:
    """Steel inside the shell, and above it a handle, a sight or a rail."""
    works = Assembly()
    works.bar((125, 26, 26), (-130, 10, 0), STEEL, fill=0.7)
    works.bar((170, 8, 24), (10, 24, 0), STEEL, fill=0.6)
    works.spring((-310, 12), (-200, 12), 14, 2, 3)
    works.rod([(-70, 10), (70, 10)], 20, STEEL, fill=0.85)
    choice = rng.random()
    if choice < 0.35:
        high = rng.uniform(74, 92)
        handle = [(-168, 34), (-150, high), (front - 40, high), (front - 10, 34)]
        works.rod(handle, 19, POLYETHYLENE)
        works.bar((14, 12, 8), (-130, high + 8, 0), STEEL)
    elif choice < 0.7:
        add_scope(works, 10, 74, rng.uniform(150, 240))
        works.bar((120, 8, 20), (10, 44, 0), ALUMINIUM, fill=0.7)
    else:
        works.bar((250, 8, 21), (-10, 41, 0), ALUMINIUM, fill=0.7)
        for x in (-120, 100):
            works.plate(hull((x - 9, 45), (x + 9, 45), (x, 66)), 14, STEEL)
    return works


def _build_front(rng: np.random.Generator, front: float) -> Assembly:
    """The barrel, not far out of its hand guard, at times over an upright grip."""
    barrel, end = Assembly(), front + rng.uniform(70, 200)
    barrel.rod([(70, 10), (end, 10)], 19, STEEL, bore=6)
    barrel.rod([(end - 48, 10), (end, 10)], 24, STEEL, bore=18)
    deep = rng.uniform(-30, -10)
    guard = hull((70, 33), (front, 31), (front, deep + 6), (80, deep))
    barrel.case(guard, 44, 3.5, pick(rng, (POLYETHYLENE, ALUMINIUM)))
    barrel.rod([(70, 26), (front + 30, 26)], 14, STEEL, fill=0.55)
    barrel.bar((16, 30, 18), (front + 30, 16, 0), STEEL, fill=0.7)
    if rng.random() < 0.4:
        grip = bow((front - 26, deep), rng.uniform(76, 96), 0.05)
        barrel.strip(grip, [32, 36], 30, POLYETHYLENE, fill=0.6)
    return barrel
