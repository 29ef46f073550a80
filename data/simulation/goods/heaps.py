"""Loose goods: grain and the like, poured, and scrap, thrown in."""

from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import (
    ALUMINIUM,
    BRASS,
    CAST_IRON,
    COPPER,
    FOOD,
    POLYETHYLENE,
    STEEL,
    WINDINGS,
    WOOD,
    Material,
)
from data.simulation.chance import pick
from data.simulation.geometry.meshes import BOX, PRISM, Mesh, make_cylinder
from data.simulation.geometry.turns import turn_anyhow
from data.simulation.goods.rows import (
    PAYLOAD_KG_PER_M,
    keep_inside,
    limit_height,
    offer_some,
)
from data.simulation.goods.tools import TOOL_BOX_MM, add_tool_boxes
from data.simulation.loading.hold import Hold
from data.simulation.loading.load import Load

Reals = npt.NDArray[np.float64]
Size = tuple[float, float, float]

_STRIP_MM: Final = 130.0
_ROWS: Final = 18

_WEDGE: Final = Mesh(
    np.array(
        [
            [x, y, z]
            for z in (-0.5, 0.5)
            for x, y in ((-0.5, -0.5), (0.5, -0.5), (-0.5, 0.5))
        ]
    ),
    np.array(
        [(0, 2, 1, 1), (3, 4, 5, 5), (0, 1, 4, 3), (1, 2, 5, 4), (2, 0, 3, 5)], np.int32
    ),
)
"""Half a cube, high at low x."""

_RING: Final = make_cylinder(12)

_SCRAP: Final[tuple[tuple[Size, Size, Material], ...]] = (
    # smallest, largest, material
    ((60, 30, 1), (650, 350, 6), STEEL),
    ((60, 30, 1), (500, 300, 5), ALUMINIUM),
    ((10, 10, 60), (50, 50, 700), STEEL),
    ((40, 40, 40), (160, 140, 120), CAST_IRON),
    ((4, 4, 200), (14, 14, 900), COPPER),
)


def load_bulk(rng: np.random.Generator, hold: Hold) -> Load:
    """Grain, meal or the like, poured in a few humps, behind a board at the door."""
    load = Load()
    bulk = rng.uniform(0.3, 0.8)
    top = limit_height(hold, bulk, 220) * rng.uniform(0.7, 1.0)
    columns = max(int(hold.length / _STRIP_MM), 4)
    edges = np.linspace(hold.x0 + 8, hold.x1 - 40, columns + 1)
    crest = _draw_crest(rng, edges, top, hold.height - 60)
    deep = 2 * hold.side / _ROWS
    across = -hold.side + deep * (np.arange(_ROWS) + 0.5)
    fall = 1 - rng.uniform(0.05, 0.3) * (across / hold.side) ** 2
    heights = np.maximum(crest[:, None] * fall, 30)
    low = np.minimum(heights[:-1], heights[1:])
    wide = edges[1] - edges[0]
    x, z = (edges[:-1] + wide / 2)[:, None], across[None]
    shape = low.shape
    size = np.stack(np.broadcast_arrays(wide, low, deep), -1).reshape(-1, 3)
    at = np.stack(np.broadcast_arrays(x, hold.floor + low / 2, z), -1).reshape(-1, 3)
    fill = bulk / FOOD.density_g_cm3
    load.solids.add(BOX, size, at, FOOD, fill=fill)
    rise = heights[1:] - heights[:-1]
    slope = np.stack(
        [np.where(rise > 0, -wide, wide), np.abs(rise), np.full(shape, deep)], -1
    )
    middle = np.stack(
        np.broadcast_arrays(x, hold.floor + low + np.abs(rise) / 2, z), -1
    )
    load.solids.add(
        _WEDGE, slope.reshape(-1, 3), middle.reshape(-1, 3), FOOD, fill=fill
    )
    board = (25, min(float(heights[-1].max()) + 300, hold.height), 2 * hold.side)
    load.solids.add(BOX, board, (hold.x1 - 20, hold.floor + board[1] / 2, 0), WOOD)
    _offer_in_heap(rng, load, hold, (edges, heights.min(axis=1)))
    return load


def _draw_crest(
    rng: np.random.Generator, x: Reals, top: float, highest: float
) -> Reals:
    """Height of the heap along the scan: humps where it was poured, then a slope."""
    spouts = np.arange(x[0] - 400, x[-1], rng.uniform(1400, 2600))
    repose = np.tan(np.radians(rng.uniform(16, 26)))
    away = np.abs(x[:, None] - spouts - rng.normal(0, 120, len(spouts))).min(axis=1)
    hump = top + 160 - away * repose * 0.4 - 60 * (away / 500) ** 2 * repose
    slope = (x[-1] - x) * rng.uniform(0.25, 0.9) + rng.uniform(100, top * 0.9)
    softest = -120 * np.log(np.exp(-hump / 120) + np.exp(-slope / 120))
    return np.asarray(np.clip(softest, 40, highest))


def _offer_in_heap(
    rng: np.random.Generator, load: Load, hold: Hold, crest: tuple[Reals, Reals]
) -> None:
    """Niches of several sizes, buried."""
    x, height = crest
    end = min(600.0, 0.3 * hold.length)
    first, last = (x[0] + end, 0, -0.7 * hold.side), (x[-1] - end, 0.9, 0.7 * hold.side)
    sizes = rng.uniform((280, 110, 120), (1150, 320, 420), (30, 3))
    at = rng.uniform(first, last, (30, 3))
    over = np.array(
        [
            height[np.abs(x - c[0]) <= s[0] / 2 + 150].min()
            for c, s in zip(at, sizes, strict=True)
        ]
    )
    at[:, 1] = hold.floor + sizes[:, 1] / 2 + at[:, 1] * (over - sizes[:, 1] - 20)
    deep = over > sizes[:, 1] + 60
    offer_some(rng, load, "goods", (at[deep], sizes[deep]), 30)


def load_scrap(rng: np.random.Generator, hold: Hold) -> Load:
    """A heap of sheet, tube, bar, boxes, castings and motors, every way round."""
    load = Load()
    solids = load.solids
    heap = _Heap(rng, hold)
    count = int(hold.length * heap.tall / 1000 * rng.uniform(0.12, 0.28))
    for smallest, largest, material in _SCRAP:
        size = rng.uniform(smallest, largest, (count // 4 + 1, 3))
        at, turn = heap.throw(rng, size)
        solids.add(BOX, size, at, material, turn=turn)
    rims = np.repeat(rng.uniform(250, 420, (count // 30 + 1, 1)), 3, axis=1) * [
        1,
        1,
        0.45,
    ]
    at, turn = heap.throw(rng, rims)
    solids.add_tube(rims, 5, at, pick(rng, (STEEL, ALUMINIUM)), turn=turn, mesh=_RING)
    pipes = rng.uniform((20, 20, 100), (140, 140, 900), (count // 5 + 1, 3))
    pipes[:, 1] = pipes[:, 0]
    at, turn = heap.throw(rng, pipes)
    solids.add_tube(pipes, 3, at, STEEL, turn=turn, mesh=PRISM)
    boxes = rng.uniform(60, 420, (count // 6 + 1, 3))
    at, turn = heap.throw(rng, boxes)
    solids.add_shell(boxes, rng.uniform(1, 5, (len(boxes), 1)), at, STEEL, turn=turn)
    motors = rng.uniform((80, 80, 60), (260, 260, 280), (count // 12 + 1, 3))
    motors[:, 1] = motors[:, 0]
    at, turn = heap.throw(rng, motors)
    solids.add(PRISM, motors, at, pick(rng, (WINDINGS, BRASS)), turn=turn, fill=0.5)
    loose = rng.uniform((40, 20, 20), (500, 300, 200), (count // 6 + 1, 3))
    at, turn = heap.throw(rng, loose)
    solids.add(BOX, loose, at, POLYETHYLENE, turn=turn, fill=0.15)
    load.solids.scale_amounts(heap.limit(load.solids.mass_kg))
    _offer_in_scrap(rng, load, heap)
    return load


def _offer_in_scrap(rng: np.random.Generator, load: Load, heap: "_Heap") -> None:
    sizes = rng.uniform((250, 90, 150), (1150, 280, 320), (30, 3))
    at, _ = heap.throw(rng, sizes, upright=True)
    low = heap.hold.floor + (at[:, 1] - heap.hold.floor) * 0.5
    at[:, 1] = np.maximum(low, heap.hold.floor + sizes[:, 1] / 2)
    offer_some(rng, load, "goods", (at, sizes), 30)
    few = at[rng.random(len(at)) < 0.12]
    add_tool_boxes(load, rng, keep_inside(heap.hold, few, TOOL_BOX_MM))


class _Heap:
    """A heap with a wavy top."""

    def __init__(self, rng: np.random.Generator, hold: Hold) -> None:
        self.hold = hold
        self.tall = min(rng.triangular(450, 700, 1300), hold.height * 0.7)
        self._waves = rng.uniform(0, 7, 3)

    def crest(self, x: Reals) -> Reals:
        """Height over the floor along the scan, mm."""
        first, second, third = self._waves
        wave = 0.3 * np.sin(x / 900 + first) + 0.15 * np.sin(x / 370 + second)
        slope = np.clip((self.hold.x1 - x) / 800, 0.12, 1.0)
        return np.asarray(
            self.tall * slope * (1 + wave + 0.1 * np.sin(x / 170 + third))
        )

    def throw(
        self, rng: np.random.Generator, size: Reals, *, upright: bool = False
    ) -> tuple[Reals, Reals]:
        """Places in the heap, (N, 3), and turns, (N, 3, 3)."""
        hold, count = self.hold, len(size)
        turn = (
            np.broadcast_to(np.eye(3), (count, 3, 3))
            if upright
            else turn_anyhow(rng, count)
        )
        x = rng.uniform(hold.x0, hold.x1, count)
        y = hold.floor + rng.random(count) ** 1.1 * self.crest(x)
        z = rng.uniform(-hold.side, hold.side, count)
        extent = np.einsum("nij,nj->ni", np.abs(turn), size)
        return keep_inside(hold, np.column_stack([x, y, z]), extent), turn

    def limit(self, mass_kg: float) -> float:
        """Share of a mass that may be carried."""
        return min(PAYLOAD_KG_PER_M * self.hold.length / 1000 / max(mass_kg, 1e-9), 1.0)
