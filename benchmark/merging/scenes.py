"""Drawn scenes: what tiles see of firearms whose places are known.

Pistols and rifles of any slant lie in a scan that is cut into tiles; some lie over
seams, some in bundles of two to four, side by side. Each tile sees what it holds of
each, with boxes that are off by a pixel or two; what is cut strongly is often missed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from detector.boxes import Boxes
from detector.tiles import Tile, plan_tiles

Corners = npt.NDArray[np.float32]
Answers = npt.NDArray[np.float32]

PISTOL_PX: Final = (45.0, 55.0), (30.0, 37.0)
"""Length and thickness of a pistol, least and most."""

RIFLE_PX: Final = (175.0, 250.0), (40.0, 60.0)

OVERLAPS: Final = (128, 192)
SIDE: Final = 640
WIDE: Final = 768

_SIZE_PX: Final = (800, 2400), (500, 1400)
_MOST_THINGS: Final = 6
_BUNDLE_SHARE: Final = 0.5
_NEAR_SEAM: Final = 0.7
_MARGIN: Final = 100.0
_JITTER_PX: Final = 1.0
_MOST_JITTER_PX: Final = 2.0
_LEAST_SEEN: Final = 0.25
_SURELY_SEEN: Final = 0.75


@dataclass(frozen=True, slots=True)
class Thing:
    """A firearm in a scene.

    Attributes:
        corners: (4, 2) float32, px of the scan.
        rifle: Whether it is one, or a pistol.
        bundle: Number of the bundle that it lies in.
    """

    corners: Corners
    rifle: bool
    bundle: int

    @property
    def box(self) -> list[float]:
        """The smallest box around it, px."""
        return [*self.corners.min(axis=0).tolist(), *self.corners.max(axis=0).tolist()]


@dataclass(frozen=True)
class Scene:
    """What tiles saw of some firearms.

    Attributes:
        things: The firearms; those of a bundle follow each other side by side.
        tiles: By where they begin: from left to right, then from above.
        answers: (N, K, 6) float32, as `detector.merging.merge_tiles` takes them.
    """

    things: tuple[Thing, ...]
    tiles: tuple[Tile, ...]
    answers: Answers

    @cached_property
    def truth(self) -> Boxes:
        """(M, 4) float32, boxes of the firearms."""
        return np.array([thing.box for thing in self.things], np.float32)

    @cached_property
    def crossing(self) -> tuple[bool, ...]:
        """(M,) whether no tile holds all of a firearm."""
        return tuple(
            not any(_holds(tile, box) for tile in self.tiles)
            for box in self.truth.tolist()
        )

    @cached_property
    def neighbours(self) -> tuple[tuple[int, int], ...]:
        """Numbers of firearms that lie side by side in a bundle."""
        return tuple(
            (first, first + 1)
            for first, (one, other) in enumerate(pairwise(self.things))
            if one.bundle == other.bundle
        )


@dataclass(frozen=True, slots=True)
class _Plan:
    """Width and height of a scan, and how it is cut, px."""

    size: tuple[int, int]
    side: int
    overlap: int


def draw_scene(seed: int) -> Scene:
    """Draw firearms, and what tiles see of them.

    Args:
        seed: Of everything.
    """
    rng = np.random.default_rng(seed)
    width, height = (int(rng.integers(*limits)) for limits in _SIZE_PX)
    side, overlap = int(rng.choice([SIDE, WIDE])), int(rng.choice(OVERLAPS))
    plan = _Plan((width, height), side, overlap)
    things = _draw_things(rng, plan)
    if side == WIDE:
        tiles = _plan_rectangles(rng, plan)
    else:
        tiles = plan_tiles(width, height, side=side, overlap=overlap)
    tiles.sort(key=lambda tile: (tile.x0, tile.y0))
    return Scene(tuple(things), tuple(tiles), _see(rng, things, tiles))


def _draw_things(rng: np.random.Generator, plan: _Plan) -> list[Thing]:
    """Bundles and single firearms, many of them near seams, none over another's."""
    things: list[Thing] = []
    taken: list[list[float]] = []
    for bundle in range(int(rng.integers(1, _MOST_THINGS + 1))):
        group = _draw_bundle(rng, plan, bundle)
        boxes = np.array([thing.box for thing in group])
        hull = [*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist()]
        inside = (
            min(hull[:2]) >= 0 and hull[2] <= plan.size[0] and hull[3] <= plan.size[1]
        )
        if inside and not any(_meet(hull, other) for other in taken):
            taken.append(hull)
            things += group
    return things or _draw_things(rng, plan)


def _draw_bundle(rng: np.random.Generator, plan: _Plan, bundle: int) -> list[Thing]:
    """One firearm, or two to four of a kind side by side."""
    rifle = bool(rng.random() < 0.5)
    length, thickness = (rng.uniform(*px) for px in (RIFLE_PX if rifle else PISTOL_PX))
    count = int(rng.integers(2, 5)) if rng.random() < _BUNDLE_SHARE else 1
    angle = rng.uniform(0, math.pi)
    along = np.array([math.cos(angle), math.sin(angle)])
    across = np.array([-along[1], along[0]])
    middle = np.array([_draw_place(rng, plan, extent) for extent in plan.size])
    gap = thickness * rng.uniform(1.0, 1.4)
    half = along * length / 2, across * thickness / 2
    ways = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    return [
        Thing(
            np.array(
                [
                    middle + n * gap * across + a * half[0] + b * half[1]
                    for a, b in ways
                ],
                np.float32,
            ),
            rifle,
            bundle,
        )
        for n in range(count)
    ]


def _draw_place(rng: np.random.Generator, plan: _Plan, extent: int) -> float:
    """A coordinate of a firearm: often where two tiles meet."""
    step = plan.side - plan.overlap
    if extent > plan.side and rng.random() < _NEAR_SEAM:
        seam = step * int(rng.integers(1, extent // step + 1)) + plan.overlap / 2
        return float(seam + rng.uniform(-_MARGIN, _MARGIN))
    return float(rng.uniform(0, extent))


def _plan_rectangles(rng: np.random.Generator, plan: _Plan) -> list[Tile]:
    """Columns of one or two rectangles of any height, which overlap."""
    (width, height), overlap = plan.size, plan.overlap
    tiles = []
    for column in plan_tiles(width, WIDE, side=WIDE, overlap=overlap):
        cut = int(rng.integers(overlap, height - overlap + 1))
        halves = [(0, cut), (cut - overlap, height)]
        spans = halves if rng.random() < 0.5 else [(0, height)]
        tiles += [Tile(column.x0, y0, column.x1, y1) for y0, y1 in spans]
    return tiles


def _see(
    rng: np.random.Generator, things: Sequence[Thing], tiles: Sequence[Tile]
) -> Answers:
    """What a network finds in each tile."""
    base = rng.uniform(0.35, 0.95, len(things))
    answers = np.zeros((len(tiles), len(things), 6), np.float32)
    for rows, tile in zip(answers, tiles, strict=True):
        for row, thing, score in zip(rows, things, base, strict=True):
            row[:] = _look(rng, tile, thing, score)
    return answers


def _look(
    rng: np.random.Generator, tile: Tile, thing: Thing, score: float
) -> list[float]:
    """A row of answers: zeros where the network misses what there is."""
    xs, ys = (tile.x0, tile.x1, tile.x1, tile.x0), (tile.y0, tile.y0, tile.y1, tile.y1)
    frame = np.array([xs, ys], np.float32).T
    area, part = cv2.intersectConvexConvex(thing.corners, frame)
    share = area / cv2.contourArea(thing.corners)
    sure = (share - _LEAST_SEEN) / (_SURELY_SEEN - _LEAST_SEEN)
    if rng.random() >= sure:
        return [0.0] * 6
    part = part.reshape(-1, 2) - frame[0]
    noise = rng.normal(0, _JITTER_PX, 4).clip(-_MOST_JITTER_PX, _MOST_JITTER_PX)
    box = np.concatenate([part.min(axis=0), part.max(axis=0)]) + noise
    return [*box.tolist(), score * (0.5 + 0.5 * share) * rng.uniform(0.8, 1.0), 0.0]


def _holds(tile: Tile, box: Sequence[float]) -> bool:
    across = tile.x0 <= box[0] and box[2] <= tile.x1
    return across and tile.y0 <= box[1] and box[3] <= tile.y1


def _meet(first: Sequence[float], second: Sequence[float]) -> bool:
    across = first[0] < second[2] and second[0] < first[2]
    return across and first[1] < second[3] and second[1] < first[3]
