"""ISO freight containers on the bed of a chassis, as X-rays meet them.

Frame: x = 0 at the outside of the front wall, y = 0 at the container's underside,
z = 0 at its mid-plane. Lengths are mm, taken from ISO 668 and common builds.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import ALUMINIUM, RUBBER, STEEL, WOOD
from data.simulation.meshes import BOX, PRISM
from data.simulation.solids import Solids
from data.simulation.turns import ALONG_Y, turn_about

Reals = npt.NDArray[np.float64]

WIDTH_MM: Final = 2438.0
HEIGHT_MM: Final = 2591.0
HIGH_CUBE_MM: Final = 2896.0
LENGTHS_MM: Final = (6058.0, 12192.0)
FLOOR_MM: Final = 150.0

_HALF: Final = WIDTH_MM / 2
_WAVE_MM: Final = 278.0
_WAVE_DEPTH_MM: Final = 36.0


@dataclass(frozen=True, slots=True)
class Hold:
    """Room for cargo: a box of x0..x1 along the scan, floor..ceiling, and |z| <= side.

    All in mm.
    """

    x0: float
    x1: float
    floor: float
    ceiling: float
    side: float

    @property
    def length(self) -> float:
        """Extent along the scan, mm."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Floor to ceiling, mm."""
        return self.ceiling - self.floor


@dataclass(frozen=True, slots=True)
class Container:
    """A container and what it stands on.

    Attributes:
        length: Outside length, mm.
        height: Outside height, mm.
    """

    length: float
    height: float

    @property
    def hold(self) -> Hold:
        """Room for cargo."""
        return Hold(
            130.0, self.length - 110.0, FLOOR_MM, self.height - 110.0, _HALF - 60.0
        )


def draw_container(rng: np.random.Generator, length_m: float | None) -> Container:
    """Draw one of the common sizes.

    Args:
        rng: Source of chance.
        length_m: Outside length, m; None draws 20 or 40 ft.
    """
    length = (
        rng.choice(LENGTHS_MM, p=(0.3, 0.7)) if length_m is None else length_m * 1e3
    )
    return Container(float(length), float(rng.choice((HEIGHT_MM, HIGH_CUBE_MM))))


def build_container(rng: np.random.Generator, container: Container) -> Solids:
    """Walls, frame, floor and chassis of a container.

    Args:
        rng: Source of chance: wall thickness, spacing, chassis.
        container: Its size.
    """
    solids = Solids()
    _add_side_walls(solids, container, rng.uniform(1.6, 2.1))
    _add_frame(solids, container)
    _add_roof(solids, container)
    _add_floor(solids, container, rng)
    _add_ends(solids, container)
    if rng.random() < 0.8:
        _add_chassis(solids, container, rng)
    return solids


def _add_side_walls(solids: Solids, container: Container, thickness: float) -> None:
    """Trapezoidal waves: an outer flat, a web, an inner flat, a web."""
    tall = container.height - 330
    starts = np.arange(150, container.length - 150 - _WAVE_MM, _WAVE_MM)
    middle, depth = container.height / 2 - 20, _WAVE_DEPTH_MM / 2
    web = np.arctan2(_WAVE_DEPTH_MM, 68)
    for side in (-1, 1):
        wall = side * (_HALF - 24)
        parts = (
            (36.0, 72.0, depth, 0.0),
            (105.0, 77.0, 0.0, web),
            (175.0, 70.0, -depth, 0.0),
            (244.0, 77.0, 0.0, -web),
        )
        for offset, wide, out, angle in parts:
            centres = _rows(starts + offset, middle, wall + side * out)
            size = (wide, tall, thickness)
            solids.add(BOX, size, centres, STEEL, turn=turn_about(1, side * angle))


def _add_frame(solids: Solids, container: Container) -> None:
    length, top = container.length, container.height
    for side in (-1, 1):
        edge = side * _HALF
        rail = (length / 2, top - 60, edge - side * 30)
        solids.add_shell((length, 60, 60), 3, rail, STEEL)
        flat = (length, 158, 4.5)
        solids.add(BOX, flat, (length / 2, 80, edge - side * 5), STEEL)
        for x in (85.0, length - 85.0):
            post = (150, top - 230, 90)
            solids.add_shell(post, 6, (x, top / 2, edge - side * 48), STEEL)
            for y in (59.0, top - 59.0):
                corner = (x, y, edge - side * 81)
                solids.add_shell((178, 118, 162), 26, corner, STEEL)


def _add_roof(solids: Solids, container: Container) -> None:
    starts = np.arange(150, container.length - 150, 209.0)
    wide = WIDTH_MM - 120
    high = _rows(starts + 55, container.height - 32, 0)
    low = _rows(starts + 160, container.height - 50, 0)
    solids.add(BOX, (118, 2, wide), high, STEEL)
    solids.add(BOX, (91, 2, wide), low, STEEL)


def _add_floor(solids: Solids, container: Container, rng: np.random.Generator) -> None:
    length, wide = container.length, WIDTH_MM - 120
    boards = (length - 200, 28, wide)
    solids.add(BOX, boards, (length / 2, FLOOR_MM - 14, 0), WOOD, fill=1.15)
    gaps = rng.choice((280.0, 305.0, 305.0, 330.0), size=int(length // 280))
    beams = 220 + np.cumsum(gaps)
    beams = beams[beams < length - 220]
    solids.add(BOX, (5.5, 115, wide), _rows(beams, 60, 0), STEEL)
    for y in (5.0, 118.0):
        solids.add(BOX, (45, 4.5, wide), _rows(beams + 22, y, 0), STEEL)


def _add_ends(solids: Solids, container: Container) -> None:
    """A corrugated front wall; two doors with locking bars."""
    length, tall, middle = (
        container.length,
        container.height - 300,
        container.height / 2,
    )
    strips = np.arange(-_HALF + 170, _HALF - 100, 262)
    offsets = 45.0 + 40 * (np.arange(len(strips)) % 2)
    front = np.column_stack([offsets, np.full(len(strips), middle), strips])
    solids.add(BOX, (2, tall, 150), front, STEEL)
    doors = (3, tall, WIDTH_MM - 200)
    solids.add(BOX, doors, (length - 60, middle, 0), STEEL)
    for z in (-900.0, -330.0, 330.0, 900.0):
        bar = (length - 12, middle, z)
        solids.add_tube((34, 34, tall), 3, bar, STEEL, turn=ALONG_Y)


def _add_chassis(
    solids: Solids, container: Container, rng: np.random.Generator
) -> None:
    """Two beams under the container, cross-members, and wheels at the back."""
    length, wide = container.length, rng.uniform(420, 520)
    for z in (-wide, wide):
        solids.add(BOX, (length, 12, 150), (length / 2, -20, z), STEEL)
        solids.add(BOX, (length, 12, 150), (length / 2, -370, z), STEEL)
        solids.add(BOX, (length, 340, 8), (length / 2, -195, z), STEEL)
    for x in np.arange(500, length - 300, rng.uniform(1100, 1700)):
        solids.add_shell((90, 160, 2 * wide), 6, (x, -180, 0), STEEL)
    for x in length - np.arange(1100, min(length / 2, 5000), 1320):
        for z in (-1050.0, -720.0, 720.0, 1050.0):
            solids.add(PRISM, (1040, 1040, 300), (x, -700, z), RUBBER)
            solids.add(PRISM, (620, 620, 300), (x, -700, z), RUBBER, fill=-1)
            solids.add(PRISM, (430, 430, 26), (x, -700, z), ALUMINIUM)


def _rows(x: Reals, y: float, z: float) -> Reals:
    """(N, 3) centres along the scan."""
    return np.column_stack([x, np.full(len(x), y), np.full(len(x), z)])
