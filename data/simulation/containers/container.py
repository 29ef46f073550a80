"""ISO freight containers and what carries them, as X-rays meet them.

Frame: x = 0 at the outside of the front wall, y = 0 at the container's underside,
z = 0 at its mid-plane. Lengths are mm, taken from ISO 668 and common builds.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from data.simulation.containers.chassis import (
    BARE,
    FLATBED,
    GOOSENECK,
    GROUND_MM,
    STRAIGHT,
    add_carriage,
)
from data.simulation.containers.compartments import (
    DOOR_ROOM_MM,
    add_door_covers,
    add_false_wall,
    add_floor_plates,
)
from data.simulation.containers.dimensions import (
    FLOOR_MM,
    FORTY_FOOT_MM,
    HALF_MM,
    HEIGHT_MM,
    HIGH_CUBE_MM,
    TUNNEL_FROM_MM,
    TWENTY_FOOT_MM,
    WIDTH_MM,
)
from data.simulation.containers.doors import add_doors, add_locks
from data.simulation.containers.frame import add_floor, add_frame, space_crossmembers
from data.simulation.containers.reefer import (
    DOOR_MM,
    REEFER_FLOOR_MM,
    SIDE_MM,
    UNIT_MM,
    add_insulated_box,
    add_refrigeration,
)
from data.simulation.containers.tractor import add_tractor
from data.simulation.containers.walls import add_walls
from data.simulation.geometry.solids import Solids
from data.simulation.loading.hold import Hold
from data.simulation.loading.load import Load

__all__ = ["WIDTH_MM", "Container", "build_container", "draw_container"]

_FRONT_MM: Final = 130.0
_FRONT_WALL_MM: Final = 75.0
"""Inside of the front wall."""
_FALSE_WALL_SHARE: Final = 0.1
_DOOR_COVER_SHARE: Final = 0.06
_FLOOR_PLATE_SHARE: Final = 0.12
_TRACTOR_SHARE: Final = 0.6


@dataclass(frozen=True, slots=True)
class Container:
    """A container and what it stands on.

    Attributes:
        length: Outside length, mm.
        height: Outside height, mm.
        reefer: Whether it is insulated and has a refrigeration unit.
        carriage: `GOOSENECK`, `STRAIGHT`, `FLATBED`, or `BARE` for nothing.
        false_wall: How far a false front wall stands before the real one, mm; 0 if
            there is none.
        covered_doors: Whether plates cover the inside of the doors.
    """

    length: float
    height: float
    reefer: bool = False
    carriage: str = BARE
    false_wall: float = 0.0
    covered_doors: bool = False

    @property
    def hold(self) -> Hold:
        """Room for cargo."""
        front, floor, side, rear = _FRONT_MM, FLOOR_MM, HALF_MM - 60, 110.0
        if self.reefer:
            front, floor, side = UNIT_MM + 20, REEFER_FLOOR_MM, HALF_MM - SIDE_MM - 15
            rear = DOOR_MM + 40
        elif self.covered_doors:
            rear += DOOR_ROOM_MM
        if self.false_wall:
            front = _FRONT_WALL_MM + self.false_wall + 15
        return Hold(
            front,
            self.length - rear,
            floor,
            self.height - 110.0,
            side,
        )

    @property
    def ground(self) -> float:
        """Height of the ground that it or its wheels stand on, mm: 0 or less."""
        return GROUND_MM[self.carriage]


def draw_container(
    rng: np.random.Generator, length_m: float | None, *, reefer: bool = False
) -> Container:
    """Draw one of the common sizes, what carries it, and rooms hidden in it.

    Args:
        rng: Source of chance.
        length_m: Outside length, m; None draws 20 or 40 ft.
        reefer: Whether it is a refrigerated one.
    """
    sizes, shares = (TWENTY_FOOT_MM, FORTY_FOOT_MM), (0.3, 0.7)
    drawn = float(rng.choice(sizes, p=(0.1, 0.9) if reefer else shares))
    length = drawn if length_m is None else length_m * 1e3
    tall = rng.random() < _share_high_cubes(length, reefer=reefer)
    covers, walls = rng.random(2) < (_DOOR_COVER_SHARE, _FALSE_WALL_SHARE)
    deep = rng.uniform(120, 250)
    return Container(
        length,
        HIGH_CUBE_MM if tall else HEIGHT_MM,
        reefer,
        _draw_carriage(rng, length),
        float(deep) if walls and not reefer else 0.0,
        bool(covers) and not reefer,
    )


def _share_high_cubes(length: float, *, reefer: bool) -> float:
    if length < TUNNEL_FROM_MM:
        return 0.05
    return 0.95 if reefer else 0.6


def _draw_carriage(rng: np.random.Generator, length: float) -> str:
    """Most stand on a chassis."""
    kinds = (GOOSENECK, STRAIGHT, FLATBED, BARE)
    long = length > TUNNEL_FROM_MM
    shares = (0.4, 0.25, 0.17, 0.18) if long else (0.0, 0.6, 0.2, 0.2)
    return str(rng.choice(kinds, p=shares))


def build_container(rng: np.random.Generator, container: Container) -> Load:
    """Walls, frame and floor of a container, what carries it, and rooms hidden in it.

    Args:
        rng: Source of chance: thicknesses, spacings, wear, running gear.
        container: Its size and kind.

    Returns:
        The structure, and niches of the kinds "false wall", "door" and "under floor".
    """
    load, length, height = Load(), container.length, container.height
    add_frame(load.solids, length, height)
    if container.reefer:
        add_insulated_box(load.solids, rng, length, height)
        add_refrigeration(load.solids, rng, height)
        add_locks(load.solids, rng, length, height)
    else:
        _add_dry_box(load, rng, container)
    _add_carrier(load.solids, rng, container)
    return load


def _add_dry_box(load: Load, rng: np.random.Generator, container: Container) -> None:
    length, height = container.length, container.height
    add_walls(load.solids, rng, length, height)
    add_doors(load.solids, rng, length, height)
    beams = space_crossmembers(rng, length)
    add_floor(load.solids, rng, length, beams)
    hold = container.hold
    if container.false_wall:
        x = (_FRONT_WALL_MM, _FRONT_WALL_MM + container.false_wall)
        add_false_wall(load, rng, x, hold.height)
    if container.covered_doors:
        add_door_covers(load, length, height)
    if rng.random() < _FLOOR_PLATE_SHARE:
        add_floor_plates(load, rng, length, beams)


def _add_carrier(
    solids: Solids, rng: np.random.Generator, container: Container
) -> None:
    """A trailer that is as long as the container or longer, and a tractor at times."""
    length = container.length
    front, rear = -rng.uniform(20, 250), length + rng.uniform(0, 250)
    if container.carriage == GOOSENECK:
        front = -60.0
    elif 4000 < length < TUNNEL_FROM_MM and rng.random() < 0.4:
        front = rear - 12400
    frame = add_carriage(solids, rng, container.carriage, (front, rear), length)
    if frame is not None and length > 4000 and rng.random() < _TRACTOR_SHARE:
        add_tractor(solids, rng, (frame.kingpin, frame.pull), container.ground)
