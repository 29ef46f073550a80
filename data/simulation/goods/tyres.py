"""Tyres: stacked flat, laced into each other, or thrown in."""

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import RUBBER, STEEL
from data.simulation.geometry.meshes import PRISM, Mesh
from data.simulation.geometry.solids import Solids
from data.simulation.geometry.turns import ALONG_Y, turn_about
from data.simulation.goods.rows import keep_inside, make_grid, offer_some
from data.simulation.loading.hold import Hold
from data.simulation.loading.load import Load

Reals = npt.NDArray[np.float64]

_FEW: Final = 280
"""Up to so many, each is drawn with more sides."""


@lru_cache(maxsize=2)
def _make_barrel(sides: int) -> Mesh:
    """A cylinder with bevelled edges, of diameter 1 and length 1 along z."""
    angle = np.arange(sides) * (2 * np.pi / sides)
    circle = np.column_stack([np.cos(angle), np.sin(angle)]) / 2
    rings = ((-0.5, 0.84), (-0.26, 1.0), (0.26, 1.0), (0.5, 0.84))
    vertices = [np.column_stack([r * circle, np.full(sides, z)]) for z, r in rings]
    around = [(i, (i + 1) % sides) for i in range(sides)]
    faces = [
        (low + i, low + j, low + sides + j, low + sides + i)
        for low in range(0, 3 * sides, sides)
        for i, j in around
    ]
    top = 3 * sides
    for i in range(1, sides - 1):
        faces.append((0, i + 1, i, i))
        faces.append((top, top + i, top + i + 1, top + i + 1))
    return Mesh(np.concatenate(vertices), np.array(faces, np.int32))


def load_tyres(rng: np.random.Generator, hold: Hold) -> Load:
    """Columns of tyres of a few sizes, with a loose layer on top."""
    load = Load()
    across, wide = _draw_size(rng)
    across = min(across, hold.length - 40)
    lace = rng.choice((0.0, rng.uniform(0.3, 0.6)))
    loose = rng.choice((0.04, 0.2))
    step = wide * (1.0 if lace == 0 else rng.uniform(0.75, 0.9))
    tall = (hold.height - 120) * rng.uniform(0.6, 1.0)
    columns, layers, rows = (
        max(int(c), 1)
        for c in (
            (hold.length - 20) / across,
            (tall - 0.5 * lace * across) / step,
            (2 * hold.side) / across,
        )
    )
    tops = np.maximum(layers - rng.integers(0, 3, (columns, rows)), 1)
    places = make_grid(columns, layers, rows)
    column, level, row = places.T.astype(int)
    kept = level < tops[column, row]
    places, column, level = places[kept], column[kept], level[kept]
    pitch = np.array([(hold.length - 20) / columns, step, 2 * hold.side / rows])
    start = np.array([hold.x0 + 10, hold.floor + 0.4 * lace * across, -hold.side])
    at = (places + 0.5) * pitch + start
    at += rng.normal(0, (14, 2, 10), at.shape)
    side = np.where((column + level * (lace > 0)) % 2 == 0, 1, -1)
    lean = lace * side + rng.normal(0, loose, len(at))
    turn = turn_about(2, lean) @ turn_about(0, rng.normal(0, loose, len(at))) @ ALONG_Y
    upper = at[level == tops[column, row[kept]] - 1]
    top, tumble = _throw(rng, hold, upper, (across, wide))
    at, turn = np.concatenate([at, top]), np.concatenate([turn, tumble])
    size = np.array([across, across, wide]) * rng.uniform(0.93, 1.0, (len(at), 1))
    at = keep_inside(
        hold, at, np.einsum("nij,nj->ni", np.abs(turn), size) * [0.98, 1, 0.98]
    )
    add_tyres(load.solids, size, at, turn)
    bore = (across * 0.56, wide * 2.4, across * 0.4)
    offer_some(rng, load, "goods", (at[: len(places)], bore), 40)
    long = (min(across * 1.8, 1200.0), wide * 0.9, 200.0)
    offer_some(
        rng, load, "goods", (keep_inside(hold, at[: len(places)], long), long), 15
    )
    load.niches = [n for n in load.niches if n.high[1] < at[:, 1].max()]
    return load


def _draw_size(rng: np.random.Generator) -> tuple[float, float]:
    """Diameter and width, mm: cars, vans, lorries."""
    kind = rng.choice(3, p=(0.6, 0.25, 0.15))
    smallest, largest = (
        ((560, 165), (680, 225), (900, 270))[kind],
        ((690, 235), (790, 265), (1080, 330))[kind],
    )
    across, wide = rng.uniform(smallest, largest)
    return float(across), float(wide)


def _throw(
    rng: np.random.Generator, hold: Hold, upper: Reals, size: tuple[float, float]
) -> tuple[Reals, Reals]:
    """Middles and turns of loose tyres on the uppermost of some columns."""
    across, wide = size
    fits = upper[:, 1] + 0.5 * wide + 0.7 * across < hold.ceiling
    wanted = upper[fits & (rng.random(len(upper)) < rng.choice((0.0, 0.5, 0.9)))]
    angle = rng.normal(0, 0.35, len(wanted))
    lift = 0.5 * wide * (1 + np.cos(angle)) + 0.3 * across * np.abs(np.sin(angle))
    aside = rng.normal(0, 0.15 * across, (len(wanted), 3)) * [1, 0, 1]
    tilt = turn_about(2, angle) @ turn_about(0, rng.normal(0, 0.15, len(wanted)))
    return wanted + aside + np.outer(lift, [0, 1, 0]), tilt @ ALONG_Y


def add_tyres(solids: Solids, size: Reals, at: Reals, turn: Reals) -> None:
    """Add tyres: tread, side walls and beads, with the air they leave.

    Args:
        solids: To add them to.
        size: (N, 3), two diameters and the width, mm.
        at: (N, 3), centres, mm.
        turn: (N, 3, 3): turns of the axle, which lies along z before.
    """
    mesh = _make_barrel(18 if len(at) <= _FEW else 10)
    tread = np.clip(size[:, :1] * 0.03, 13, 28)
    wall = np.clip(size[:, :1] * 0.015, 7, 14)
    axle = turn[:, :, 2]
    solids.add(mesh, size, at, RUBBER, turn=turn)
    cavity = size - 2 * np.hstack([tread, tread, wall])
    solids.add(mesh, cavity, at, RUBBER, turn=turn, fill=-1)
    belt = size * [0.985, 0.985, 0.55]
    solids.add_tube(belt, 1.3, at, STEEL, turn=turn, mesh=PRISM)
    hole = np.hstack([size[:, :2] * 0.58, wall])
    for end in (-1, 1):
        place = at + end * axle * (size[:, 2:] - wall) / 2
        solids.add(PRISM, hole, place, RUBBER, turn=turn, fill=-1)
