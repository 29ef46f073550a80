"""Phantoms with the outer shape of firearms: silhouettes to be found, nothing more.

Local frame of every phantom: the muzzle towards +x, the grip towards -y, z across;
the origin is near its middle. Lengths are mm, for a common size.
"""

from collections.abc import Callable
from dataclasses import dataclass
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
from data.simulation.chance import pick
from data.simulation.meshes import BALL, BOX, CYLINDER, PRISM
from data.simulation.solids import Solids
from data.simulation.turns import ALONG_X, turn_about

Reals = npt.NDArray[np.float64]
Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Firearm:
    """A phantom about its own origin.

    Attributes:
        kind: One of `KINDS`.
        solids: Its shape.
    """

    kind: str
    solids: Solids


def draw_firearm(rng: np.random.Generator, kind: str | None = None) -> Firearm:
    """Draw a phantom: its kind, proportions, material and size.

    Args:
        rng: Source of chance.
        kind: One of `KINDS`; None draws it, pistols most often.
    """
    if kind is None:
        kind = str(rng.choice(KINDS, p=_SHARES))
    solids = _BUILDERS[kind](rng)
    solids.scale_amounts(rng.uniform(0.75, 1.15))
    stretch = rng.uniform(0.9, 1.1) * rng.uniform(0.96, 1.04, 3)
    whole = Solids()
    whole.place(solids, (0, 0, 0), np.diag(stretch))
    return Firearm(kind, whole)


def _bar(
    solids: Solids,
    size: Vector,
    centre: Vector,
    material: Material,
    *,
    lean: float = 0.0,
    fill: float = 1.0,
) -> None:
    """A box, leaning in the plane of the silhouette."""
    solids.add(BOX, size, centre, material, turn=turn_about(2, lean), fill=fill)


def _rod(
    solids: Solids, size: tuple[float, float], centre: Vector, fill: float = 0.8
) -> None:
    """A steel barrel of a diameter and length, along x."""
    diameter, length = size
    solids.add(
        PRISM, (diameter, diameter, length), centre, STEEL, turn=ALONG_X, fill=fill
    )


def _guard(
    solids: Solids, centre: Vector, size: tuple[float, float], deep: float
) -> None:
    """A trigger guard: a ring with a hole, and the trigger in it."""
    solids.add_tube((size[0], size[1], deep), 3.5, centre, STEEL)
    _bar(solids, (5, size[1] * 0.6, deep * 0.7), centre, STEEL, lean=-0.3)


def _curve(  # noqa: PLR0913 - one part has that many properties
    solids: Solids,
    start: Vector,
    size: Vector,
    material: Material,
    *,
    lean: float,
    bend: float,
    fill: float,
) -> None:
    """Four boxes in a bow downwards from `start`: a grip or a magazine."""
    pieces = 4
    x, y, z = start
    long = size[1] / pieces
    for i in range(pieces):
        angle = lean + bend * i / (pieces - 1)
        down = np.array([np.sin(angle), -np.cos(angle)]) * long / 2
        x, y = x + down[0], y + down[1]
        piece = (size[0], long * 1.06, size[2])
        _bar(solids, piece, (x, y, z), material, lean=angle, fill=fill)
        x, y = x + down[0], y + down[1]


def _build_pistol(rng: np.random.Generator) -> Solids:
    """Slide over a slanted grip with the magazine in it."""
    solids = Solids()
    long, frame = rng.uniform(155, 215), pick(rng, (POLYETHYLENE, STEEL, ALUMINIUM))
    grip, lean = rng.uniform(85, 120), rng.uniform(-0.34, -0.1)
    back = -long / 2
    _bar(solids, (long, 26, 26), (0, 0, 0), STEEL, fill=rng.uniform(0.6, 0.9))
    _rod(solids, (13, long * 0.2), (long / 2, 1, 0))
    dust = (long * rng.uniform(0.6, 0.9), 17, 22)
    _bar(solids, dust, (back + dust[0] / 2 + 8, -21, 0), frame, fill=0.75)
    _bar(solids, (22, 8, 20), (back - 6, -12, 0), frame, lean=0.3)
    _bar(solids, (6, 5, 6), (back + 8, 15, 0), STEEL)
    _bar(solids, (5, 5, 4), (long / 2 - 8, 15, 0), STEEL)
    middle = np.array([np.sin(lean), -np.cos(lean)]) * grip / 2
    centre = (back + 32 + middle[0], -20 + middle[1], 0.0)
    _bar(solids, (47, grip, 29), centre, frame, lean=lean, fill=0.6)
    _bar(solids, (33, grip * 0.95, 20), centre, STEEL, lean=lean, fill=0.35)
    _bar(solids, (24, grip * 0.8, 10), centre, BRASS, lean=lean, fill=0.7)
    foot = np.array([centre[0], centre[1]]) + middle
    _bar(solids, (46, 10, 27), (foot[0], foot[1], 0), frame, lean=lean)
    _guard(solids, (back + 78, -42, 0), (46, 34), 10)
    return solids


def _build_revolver(rng: np.random.Generator) -> Solids:
    """Barrel, drum, frame and a bent grip."""
    solids = Solids()
    barrel = rng.uniform(50, 155)
    handle = pick(rng, (WOOD, POLYETHYLENE))
    drum = rng.uniform(34, 42)
    _rod(solids, (18, barrel), (28 + barrel / 2, 12, 0), 0.75)
    _bar(solids, (barrel * 0.8, 8, 9), (28 + barrel * 0.4, -1, 0), STEEL)
    _bar(solids, (6, 9, 4), (24 + barrel, 24, 0), STEEL)
    solids.add(CYLINDER, (drum, drum, 42), (0, 2, 0), STEEL, turn=ALONG_X, fill=0.65)
    _bar(solids, (82, 7, 17), (-4, 24, 0), STEEL)
    _bar(solids, (70, 13, 17), (-2, -22, 0), STEEL)
    _bar(solids, (26, 52, 17), (-38, 0, 0), STEEL, fill=0.85)
    _bar(solids, (8, 24, 8), (-55, 22, 0), STEEL, lean=0.6)
    grip = (33, rng.uniform(80, 110), 30)
    bow = {"lean": -0.75, "bend": 0.55}
    _curve(solids, (-40, -12, 0), grip, handle, fill=1.1, **bow)
    _curve(solids, (-40, -12, 0), (12, grip[1] * 0.9, 8), STEEL, fill=1, **bow)
    _guard(solids, (0, -42, 0), (48, 36), 9)
    return solids


def _build_rifle(rng: np.random.Generator) -> Solids:
    """Wooden or plastic stock, bent magazine, gas tube over the barrel."""
    solids = Solids()
    furniture = pick(rng, (WOOD, WOOD, POLYETHYLENE))
    barrel = rng.uniform(280, 430)
    _bar(solids, (270, 58, 36), (0, 0, 0), STEEL, fill=rng.uniform(0.25, 0.45))
    _rod(solids, (18, barrel), (135 + barrel / 2, 4, 0), 0.7)
    _rod(solids, (17, barrel * 0.65), (135 + barrel * 0.33, 28, 0), 0.5)
    _bar(solids, (170, 46, 44), (215, 12, 0), furniture, fill=1.1)
    _bar(solids, (8, 52, 8), (115 + barrel, 22, 0), STEEL)
    _bar(solids, (30, 14, 10), (120, 36, 0), STEEL)
    _curve(
        solids,
        (70, -26, 0),
        (58, rng.uniform(150, 210), 25),
        STEEL,
        lean=0.1,
        bend=rng.uniform(0.3, 0.7),
        fill=rng.uniform(0.25, 0.45),
    )
    _bar(solids, (36, 95, 28), (-92, -68, 0), furniture, lean=-0.35, fill=1.1)
    _guard(solids, (-38, -44, 0), (62, 34), 9)
    _add_stock(solids, rng, furniture)
    return solids


def _add_stock(solids: Solids, rng: np.random.Generator, material: Material) -> None:
    """A stock behind x = -130: solid, or two struts and a plate."""
    if rng.random() < 0.7:
        _bar(solids, (150, 44, 36), (-200, -10, 0), material, lean=0.12, fill=1.1)
        _bar(solids, (140, 78, 38), (-320, -34, 0), material, lean=0.12, fill=1.1)
        _bar(solids, (8, 118, 38), (-392, -40, 0), STEEL, fill=0.7)
        return
    for y, lean in ((12.0, 0.0), (-34.0, 0.28)):
        _bar(solids, (240, 12, 12), (-245, y, 0), STEEL, lean=lean, fill=0.7)
    _bar(solids, (10, 120, 32), (-362, -28, 0), STEEL)


def _build_carbine(rng: np.random.Generator) -> Solids:
    """Straight lines: light receiver, rail, tube stock, straight magazine."""
    solids = Solids()
    barrel, guard = rng.uniform(200, 400), rng.uniform(180, 300)
    _bar(solids, (195, 34, 28), (0, 14, 0), ALUMINIUM, fill=0.8)
    _bar(solids, (150, 34, 26), (-15, -16, 0), ALUMINIUM, fill=0.75)
    _rod(solids, (18, 170), (0, 14, 0), 0.9)
    _rod(solids, (17, barrel), (97 + barrel / 2, 14, 0))
    _bar(solids, (guard, 46, 46), (97 + guard / 2, 14, 0), ALUMINIUM, fill=0.25)
    _bar(solids, (guard + 180, 8, 20), (guard / 2, 38, 0), ALUMINIUM, fill=0.7)
    _bar(solids, (14, 62, 10), (90 + barrel * 0.9, 34, 0), STEEL)
    _curve(
        solids,
        (32, -30, 0),
        (60, rng.uniform(110, 185), 23),
        pick(rng, (ALUMINIUM, STEEL)),
        lean=0.08,
        bend=rng.uniform(0, 0.3),
        fill=0.45,
    )
    _bar(solids, (34, 92, 27), (-72, -70, 0), POLYETHYLENE, lean=-0.4)
    _guard(solids, (-26, -44, 0), (58, 32), 9)
    _rod(solids, (30, 190), (-190, 14, 0), 0.45)
    if rng.random() < 0.8:
        _bar(solids, (120, 60, 34), (-240, -2, 0), POLYETHYLENE, fill=0.7)
        _bar(solids, (12, 125, 34), (-305, -22, 0), POLYETHYLENE)
    if rng.random() < 0.3:
        _bar(solids, (120, 22, 24), (-10, 72, 0), ALUMINIUM, fill=0.6)
        _bar(solids, (40, 28, 14), (-10, 50, 0), ALUMINIUM)
    return solids


def _build_submachine_gun(rng: np.random.Generator) -> Solids:
    """A box with the magazine in the grip, or before it."""
    solids = Solids()
    long, barrel = rng.uniform(220, 290), rng.uniform(40, 180)
    _bar(solids, (long, 46, 38), (0, 0, 0), STEEL, fill=rng.uniform(0.3, 0.55))
    _rod(solids, (16, barrel), (long / 2 + barrel / 2, 4, 0))
    ahead = rng.choice((0.0, 75.0))
    _bar(solids, (24, rng.uniform(150, 230), 20), (ahead, -100, 0), STEEL, fill=0.6)
    _bar(solids, (42, 95, 32), (0, -68, 0), POLYETHYLENE, lean=-0.06)
    _guard(solids, (44, -42, 0), (50, 36), 10)
    if rng.random() < 0.6:
        for y in (12.0, -10.0):
            _bar(solids, (190, 9, 9), (-long / 2 - 90, y, 0), STEEL)
        _bar(solids, (9, 85, 26), (-long / 2 - 185, -20, 0), STEEL)
    _bar(solids, (10, 20, 8), (long / 2 - 20, 30, 0), STEEL)
    return solids


def _build_shotgun(rng: np.random.Generator) -> Solids:
    """Long barrel over a tube, fore-end, sloping stock; at times sawn short."""
    solids = Solids()
    barrel = rng.uniform(300, 620)
    furniture = pick(rng, (WOOD, POLYETHYLENE))
    _bar(solids, (210, 52, 36), (0, 0, 0), STEEL, fill=rng.uniform(0.3, 0.5))
    _rod(solids, (24, barrel), (105 + barrel / 2, 12, 0), 0.45)
    _rod(solids, (25, barrel * 0.7), (105 + barrel * 0.35, -14, 0), 0.4)
    _bar(solids, (150, 40, 42), (105 + barrel * 0.45, -12, 0), furniture, fill=0.8)
    _guard(solids, (-55, -42, 0), (60, 34), 9)
    _bar(solids, (110, 36, 32), (-145, -22, 0), furniture, lean=0.3, fill=1.1)
    if rng.random() < 0.7:
        _bar(solids, (220, 90, 38), (-300, -68, 0), furniture, lean=0.18, fill=1.1)
    else:
        solids.add(BALL, (70, 48, 32), (-195, -48, 0), furniture)
    return solids


_BUILDERS: Final[dict[str, Callable[[np.random.Generator], Solids]]] = {
    "pistol": _build_pistol,
    "revolver": _build_revolver,
    "rifle": _build_rifle,
    "carbine": _build_carbine,
    "submachine gun": _build_submachine_gun,
    "shotgun": _build_shotgun,
}

KINDS: Final = tuple(_BUILDERS)
"""The kinds of firearm offered."""

_SHARES: Final = (0.36, 0.16, 0.16, 0.12, 0.1, 0.1)
