"""Phantoms of derringers and pepperboxes: outer shapes only.

Sizes are about those published for the Remington Model 95 (124 mm long, 81 mm tall,
30 mm wide, 0.34 kg) and Allen and Thurber's pepperboxes (190 mm with barrels of 89 mm,
which came in 70 to 152 mm).

Frame: the muzzle towards +x, the grip towards -y, z across. Lengths are mm.
"""

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
from data.simulation.phantoms.fittings import DENSE, add_guard, bow
from data.simulation.phantoms.outlines import circle, hull

Reals = npt.NDArray[np.float64]


def build_derringer(rng: np.random.Generator) -> dict[str, Solids]:
    """Two short barrels, over or beside each other, and a small curved grip."""
    across = rng.uniform(16, 19.5)
    if rng.random() < 0.75:
        axes = np.array([(9.0, 0.0), (9.0 - across, 0.0)])
    else:
        axes = np.array([(2.0, -across / 2), (2.0, across / 2)])
    top, low = axes[:, 0].max() + across / 2, axes[:, 0].min() - across / 2
    frame = _build_breech(top, low)
    if rng.random() < 0.5:
        add_guard(frame, -15, low - 5, (30, 25), pick(rng, (STEEL, BRASS)))
    else:
        _add_spur_trigger(frame, low - 5)
    return {
        "barrel": _build_barrels(rng, axes, across),
        "frame": frame,
        "grip": _build_small_grip(rng, (-15, low + 9)),
    }


def _build_barrels(rng: np.random.Generator, axes: Reals, across: float) -> Assembly:
    """Two tubes, with a rib, a hinge and a bead."""
    barrels, length = Assembly(), rng.uniform(58, 90)
    top = axes[:, 0].max() + across / 2
    bore, loaded = rng.uniform(8.5, 11), rng.random() < 0.6
    for y, z in axes:
        barrels.rod([(0, y, z), (length, y, z)], across, STEEL, bore=bore)
        if loaded:
            barrels.rod([(0.5, y, z), (27, y, z)], bore - 0.5, BRASS, fill=0.7)
    barrels.bar((length, 3, 7), (length / 2, top + 0.5, 0), STEEL)
    barrels.pins([(3, top + 1.5)], 8, across, STEEL, fill=0.7)
    bead = hull((length - 9, top), (length - 4, top + 6), (length, top))
    barrels.plate(bead, 3, STEEL)
    return barrels


def _build_breech(top: float, low: float) -> Assembly:
    """What stands behind the barrels, a strap below them, and the hammer."""
    frame = Assembly()
    behind = hull((-1, top - 2), (-9, top), (-24, top - 10), (-30, low + 8))
    frame.plate(hull(behind, (-22, low - 2), (-1, low)), 16, STEEL, fill=0.8)
    frame.plate(hull((-20, low), (22, low), (14, low - 6), (-20, low - 6)), 14, STEEL)
    frame.rod([(-16, top - 6), (-23, top + 4), (-33, top + 6)], 6.5, STEEL)
    frame.screws([(-12, (top + low) / 2), (10, low - 3)], 15)
    return frame


def _add_spur_trigger(frame: Assembly, low: float) -> None:
    """A trigger in a sheath, without a guard."""
    sheath = hull((-8, low), (8, low), (6, low - 8), (-4, low - 11))
    frame.plate(sheath, 9, STEEL, fill=0.8)
    frame.rod([(4, low - 7), (6, low - 13), (3, low - 18)], 4.5, STEEL)


def _build_small_grip(rng: np.random.Generator, start: tuple[float, float]) -> Assembly:
    """Bent like a bird's head, or longer and straighter."""
    material = pick(rng, (WOOD, POLYETHYLENE, RUBBER))
    if rng.random() < 0.6:
        spine = bow(start, rng.uniform(56, 66), -0.85, 0.75)
        return _build_strapped_grip(spine, (22, 24, 26, 28, 27, 17), 24, material)
    spine = bow(start, rng.uniform(66, 86), -0.6, 0.3)
    return _build_strapped_grip(spine, (23, 25, 27, 30, 32, 33), 27, material)


def _build_strapped_grip(
    spine: Reals, widths: tuple[float, ...], depth: float, material: Material
) -> Assembly:
    """Side plates on a steel strap."""
    grip, fill = Assembly(), DENSE.get(material, 1.0)
    grip.strip(spine, widths, depth, material, fill=fill)
    grip.strip(spine, [0.45 * w for w in widths], depth * 0.4, STEEL, fill=0.7)
    grip.screws([spine[len(spine) // 2]], depth, 4)
    return grip


def build_pepperbox(rng: np.random.Generator) -> dict[str, Solids]:
    """A thick cluster of four to six barrels, a bar on top, a bag-shaped grip."""
    count, across = pick(rng, ((4, 14.0), (5, 13.0), (6, 12.0)))
    across *= rng.uniform(0.95, 1.1)
    spread = across / 2 / np.sin(np.pi / count)
    spine = bow((-46, -3), rng.uniform(86, 104), -1.0, 0.95)
    grip = _build_strapped_grip(spine, (27, 27, 29, 33, 36, 27), 30, WOOD)
    return {
        "barrel": _build_cluster(rng, count, across, spread),
        "frame": _build_shield(rng, spread + across / 2),
        "grip": grip,
    }


def _build_cluster(
    rng: np.random.Generator, count: int, across: float, spread: float
) -> Assembly:
    """Tubes around a core, held by bands."""
    cluster, length = Assembly(), rng.uniform(72, 128)
    loaded, turned = rng.random() < 0.5, rng.uniform(0, np.pi)
    spokes = circle(0, 0, spread, count)
    spin = np.array(
        [[np.cos(turned), -np.sin(turned)], [np.sin(turned), np.cos(turned)]]
    )
    for y, z in spokes @ spin.T:
        cluster.rod([(0, y, z), (length, y, z)], across, STEEL, bore=0.64 * across)
        if loaded:
            cluster.rod([(6, y, z), (20, y, z)], 0.6 * across, BRASS, fill=0.7)
    cluster.rod([(0, 0), (length, 0)], 2 * spread - across, STEEL, fill=0.8)
    outside = 2 * spread + across
    for x in (0.0, length - 6):
        cluster.rod([(x, 0), (x + 6, 0)], outside + 2.5, STEEL, bore=outside - 2)
    return cluster


def _build_shield(rng: np.random.Generator, radius: float) -> Assembly:
    """A round shield behind the barrels, the frame, a bar hammer and the guard."""
    frame = Assembly()
    frame.rod([(-9, 0), (-1, 0)], 2 * radius + 4, STEEL, fill=0.7)
    body = hull((-9, radius - 2), (-34, radius - 3), (-58, 8), (-54, -16))
    frame.plate(hull(body, (-36, -radius), (-9, -radius)), 17, STEEL, fill=0.75)
    frame.plate(hull((-9, -radius), (18, -radius - 1), (-9, -radius - 5)), 12, STEEL)
    frame.rod([(-50, radius - 6), (-22, radius + 7), (3, radius + 5)], 7, STEEL)
    if rng.random() < 0.7:
        add_guard(frame, -42, 1 - radius, (48, 32), pick(rng, (STEEL, BRASS)))
    else:
        hoop = circle(-24, -radius - 13, 13, 8)
        frame.rod([*hoop, hoop[0]], 5.5, STEEL)
    return frame
