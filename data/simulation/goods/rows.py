"""Places in rows, columns and layers, and how high a load may be for its weight."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from data.simulation.loading.hold import Hold
from data.simulation.loading.load import Load

Reals = npt.NDArray[np.float64]

PAYLOAD_KG_PER_M: Final = 2150.0
"""Payload that a container of 40 ft may carry, per metre of it."""


def make_grid(*counts: float) -> Reals:
    """Every place of a grid, as whole numbers from 0.

    Args:
        counts: Places along each axis; at least one each is made.

    Returns:
        (N, len(counts)) float64, the last axis running fastest.

    Example:
        >>> make_grid(1, 2).tolist()
        [[0.0, 0.0], [0.0, 1.0]]
    """
    axes = [np.arange(max(int(count), 1), dtype=np.float64) for count in counts]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), -1)
    return grid.reshape(-1, len(counts))


def line_up(
    rng: np.random.Generator, hold: Hold, wide: float, gap: tuple[float, float]
) -> list[float]:
    """Centres of things of one width, side by side along the scan.

    Args:
        rng: Source of chance.
        hold: Where.
        wide: Extent of each along the scan, mm.
        gap: Smallest and largest space between two, mm.

    Returns:
        None at all if one does not fit.
    """
    centres, x = [], hold.x0 + 20 + wide / 2
    while x + wide / 2 < hold.x1:
        centres.append(x)
        x += wide + rng.uniform(*gap)
    return centres


def limit_height(hold: Hold, bulk_g_cm3: float, spare_mm: float = 60.0) -> float:
    """How high goods may lie from wall to wall: to the roof, or to the payload.

    Args:
        hold: Where.
        bulk_g_cm3: Density of the goods with the air between them, g/cm3.
        spare_mm: Room to leave under the roof, mm.

    Returns:
        mm over the floor.
    """
    heaviest = PAYLOAD_KG_PER_M / (2 * hold.side / 1000 * bulk_g_cm3 * 1000) * 1000
    return min(heaviest, hold.height - spare_mm)


def sway(rng: np.random.Generator, shape: tuple[int, int, int], worst: float) -> Reals:
    """How far the layers of loose columns have slipped along the scan.

    Columns lean, more so towards the doors, and every layer slips on the one below;
    the columns of one place along the scan do so a little apart from each other.

    Args:
        rng: Source of chance.
        shape: Columns along the scan, layers, rows across; each at least 1.
        worst: Lean of the last column's top, mm: about.

    Returns:
        (columns, layers, rows) float64, mm; 0 in the lowest layer.
    """
    columns, layers, rows = shape
    height = np.linspace(0, 1, layers)[:, None]
    along = np.linspace(0.2, 1, columns)[:, None, None] ** 1.5
    lean = worst * rng.choice((-0.4, 1.0)) * along + rng.normal(0, 8, (columns, 1, 1))
    apart = rng.normal(0, 7, (columns, 1, rows))
    slip = rng.normal(0, 3.5, (columns, layers, 1)) + rng.normal(0, 2.5, shape)
    walk = slip.cumsum(axis=1)
    return np.asarray((lean + apart) * height + walk - walk[:, :1])


def confine(at: Reals, extent: npt.ArrayLike, size: npt.ArrayLike) -> Reals:
    """Centres moved just so far that things of an extent stay in a box.

    Args:
        at: (N, 3) centres about the middle of the box, mm.
        extent: (N, 3) or (3,), of the things, mm. What is larger comes to the middle.
        size: (3,), of the box, mm.
    """
    room = np.maximum(np.asarray(size) - extent, 0) / 2
    return np.asarray(np.clip(at, -room, room))


def keep_inside(hold: Hold, at: Reals, extent: npt.ArrayLike) -> Reals:
    """Centres moved just so far that upright things stay in the hold.

    Args:
        hold: Where.
        at: (N, 3) centres, mm.
        extent: (N, 3) or (3,), of the things, mm.
    """
    middle = np.array([(hold.x0 + hold.x1) / 2, (hold.floor + hold.ceiling) / 2, 0.0])
    room = (hold.length, hold.height, 2 * hold.side)
    return np.asarray(confine(at - middle, extent, room) + middle)


def cut_hold(hold: Hold, shares: Sequence[float]) -> list[Hold]:
    """Stretches of a hold, one behind the other.

    Args:
        hold: What to cut.
        shares: Of its length, rising, from 0 to 1: the edges of the stretches.
    """
    edges = [hold.x0 + hold.length * share for share in shares]
    return [replace(hold, x0=float(a), x1=float(b)) for a, b in pairwise(edges)]


def offer_some(
    rng: np.random.Generator,
    load: Load,
    kind: str,
    room: tuple[npt.ArrayLike, npt.ArrayLike],
    most: int = 30,
) -> None:
    """Offer a few of many niches, drawn at random.

    Args:
        rng: Source of chance.
        load: To offer them in.
        kind: One of `CONCEALMENTS`.
        room: (N, 3) centres and (N, 3) or (3,) extents, mm.
        most: How many at the most.
    """
    centres = np.reshape(np.asarray(room[0], np.float64), (-1, 3))
    sizes = np.broadcast_to(np.asarray(room[1], np.float64), centres.shape)
    wanted = np.flatnonzero((sizes > (60, 30, 60)).all(axis=1))
    chosen = rng.permutation(wanted)[:most]
    if len(chosen):
        load.offer(kind, centres[chosen], sizes[chosen])
