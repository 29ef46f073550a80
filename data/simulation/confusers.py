"""Harmless things whose silhouettes come near those of firearms.

Frame and units are those of `data.simulation.firearms`.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from data.physics.materials import (
    ALUMINIUM,
    CAST_IRON,
    POLYETHYLENE,
    STEEL,
    WINDINGS,
    WOOD,
)
from data.simulation.chance import pick
from data.simulation.meshes import BALL, BOX, CYLINDER, PRISM
from data.simulation.solids import Solids
from data.simulation.turns import ALONG_X, ALONG_Y, turn_about


def draw_confuser(rng: np.random.Generator) -> tuple[str, Solids]:
    """Draw a harmless thing: its kind, and its shape in a size about the usual."""
    kind = str(rng.choice(CONFUSERS))
    whole = Solids()
    stretch = rng.uniform(0.8, 1.2) * rng.uniform(0.92, 1.08, 3)
    whole.place(_BUILDERS[kind](rng), (0, 0, 0), np.diag(stretch))
    return kind, whole


def _build_drill(rng: np.random.Generator) -> Solids:
    solids = Solids()
    grip = turn_about(2, rng.uniform(-0.35, 0.0))
    solids.add(CYLINDER, (66, 66, 150), (0, 0, 0), POLYETHYLENE, turn=ALONG_X, fill=0.4)
    solids.add(CYLINDER, (42, 42, 70), (-20, 0, 0), WINDINGS, turn=ALONG_X, fill=0.8)
    solids.add(PRISM, (40, 40, 55), (95, 0, 0), STEEL, turn=ALONG_X, fill=0.7)
    solids.add(PRISM, (7, 7, 90), (160, 0, 0), STEEL, turn=ALONG_X)
    solids.add(BOX, (38, 120, 36), (-28, -80, 0), POLYETHYLENE, turn=grip, fill=0.4)
    solids.add(BOX, (90, 50, 70), (-40, -160, 0), ALUMINIUM, fill=0.7)
    return solids


def _build_wrench(rng: np.random.Generator) -> Solids:
    solids = Solids()
    long, flat = rng.uniform(160, 380), rng.uniform(6, 14)
    solids.add(BOX, (long, 22, flat), (0, 0, 0), STEEL)
    solids.add_tube((56, 50, flat), 14, (-long / 2 - 16, 0, 0), STEEL)
    for way in (-1, 1):
        jaw = turn_about(2, way * 0.25)
        place = (long / 2 + 18, way * 18, 0)
        solids.add(BOX, (50, 13, flat), place, STEEL, turn=jaw)
    return solids


def _build_bracket(rng: np.random.Generator) -> Solids:
    """An angle with a brace, like a shelf bracket or a hinge."""
    solids = Solids()
    long, tall, flat = rng.uniform(120, 320), rng.uniform(80, 220), rng.uniform(3, 8)
    solids.add(BOX, (long, flat, 35), (0, 0, 0), STEEL)
    solids.add(BOX, (flat, tall, 35), (-long / 2, -tall / 2, 0), STEEL)
    brace, lean = np.hypot(long, tall) * 0.7, np.arctan2(tall, long)
    middle = (-long * 0.15, -tall * 0.35, 0)
    solids.add(BOX, (brace, flat, 12), middle, STEEL, turn=turn_about(2, lean))
    return solids


def _build_tee(rng: np.random.Generator) -> Solids:
    solids = Solids()
    across, wall = rng.uniform(22, 60), rng.uniform(3, 6)
    run, branch = rng.uniform(150, 320), rng.uniform(80, 180)
    at = rng.uniform(-0.4, 0.4) * run
    solids.add_tube((across, across, run), wall, (0, 0, 0), CAST_IRON, turn=ALONG_X)
    down = (at, -branch / 2 - across / 2, 0)
    solids.add_tube((across, across, branch), wall, down, CAST_IRON, turn=ALONG_Y)
    for x in (-run / 2, run / 2):
        collar = (across + 14, across + 14, 30)
        solids.add_tube(collar, wall + 5, (x, 0, 0), CAST_IRON, turn=ALONG_X)
    return solids


def _build_caulking_gun(rng: np.random.Generator) -> Solids:
    solids = Solids()
    long = rng.uniform(230, 330)
    solids.add_tube((52, 52, long), 1.5, (0, 0, 0), STEEL, turn=ALONG_X)
    solids.add(PRISM, (8, 8, long * 0.8), (-long * 0.7, 0, 0), STEEL, turn=ALONG_X)
    grip = turn_about(2, -0.35)
    solids.add(BOX, (20, 120, 20), (-long / 2 - 15, -70, 0), STEEL, turn=grip, fill=0.4)
    lever = turn_about(2, 0.1)
    solids.add(BOX, (10, 110, 14), (-long / 2 + 25, -75, 0), STEEL, turn=lever)
    return solids


def _build_hair_dryer(rng: np.random.Generator) -> Solids:
    solids = Solids()
    body = rng.uniform(140, 200)
    shell = (80, 80, body)
    solids.add_tube(shell, 3, (0, 0, 0), POLYETHYLENE, turn=ALONG_X)
    solids.add(CYLINDER, (40, 40, 45), (-30, 0, 0), WINDINGS, turn=ALONG_X, fill=0.6)
    solids.add(BOX, (60, 50, 6), (40, 0, 0), STEEL, fill=0.4)
    grip = turn_about(2, rng.uniform(-0.3, 0.3))
    solids.add(BOX, (36, 130, 34), (-30, -95, 0), POLYETHYLENE, turn=grip, fill=0.3)
    solids.add(BALL, (60, 60, 60), (-body / 2, 0, 0), POLYETHYLENE, fill=0.3)
    return solids


def _build_hammer(rng: np.random.Generator) -> Solids:
    solids = Solids()
    long = rng.uniform(240, 340)
    solids.add(BOX, (long, 28, 22), (0, 0, 0), pick(rng, (WOOD, STEEL)), fill=0.9)
    solids.add(PRISM, (30, 30, 110), (long / 2, 0, 0), STEEL, turn=ALONG_Y)
    claw = turn_about(2, 0.5)
    solids.add(BOX, (26, 60, 22), (long / 2 - 8, 60, 0), STEEL, turn=claw, fill=0.7)
    return solids


_BUILDERS: Final[dict[str, Callable[[np.random.Generator], Solids]]] = {
    "drill": _build_drill,
    "wrench": _build_wrench,
    "bracket": _build_bracket,
    "pipe tee": _build_tee,
    "caulking gun": _build_caulking_gun,
    "hair dryer": _build_hair_dryer,
    "hammer": _build_hammer,
}

CONFUSERS: Final = tuple(_BUILDERS)
"""The kinds of harmless things offered."""
