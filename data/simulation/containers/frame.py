"""Frame and floor of a container: castings, posts, rails, cross-members, boards."""

from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import STEEL, WOOD
from data.simulation.containers.dimensions import (
    BOARD_MM,
    FLOOR_MM,
    HALF_MM,
    TUNNEL_FROM_MM,
    TUNNEL_MM,
    WIDTH_MM,
)
from data.simulation.containers.members import add_channels, combine
from data.simulation.geometry.meshes import BOX
from data.simulation.geometry.solids import Solids

Reals = npt.NDArray[np.float64]

BEAM_LOW_MM: Final = 12.0
"""Lower edge of the cross-members over the container's underside."""

TUNNEL_HALF_MM: Final = 515.0
"""Half the width of the tunnel for a gooseneck."""

_CASTING_MM: Final = (178.0, 118.0, 162.0)
_CASTING_WALLS_MM: Final = (16.0, 28.0, 17.0)
_ACROSS_MM: Final = WIDTH_MM - 110
_INNER_MM: Final = WIDTH_MM - 2 * 162
_SIDES: Final = np.array([-1.0, 1.0])


def add_frame(solids: Solids, length: float, height: float) -> None:
    """Add castings, posts and rails.

    Args:
        solids: What they are added to.
        length: Outside length of the container, mm.
        height: Outside height, mm.
    """
    _add_castings(solids, length, height)
    tall, middle = height - 236, height / 2
    solids.add_shell(
        (110, tall, 70), 6, combine(75, middle, _SIDES * (HALF_MM - 45)), STEEL
    )
    rear = combine(length - 62, middle, _SIDES * (HALF_MM - 48))
    solids.add_shell((112, tall, 90), 7, rear, STEEL)
    _add_post_flanges(solids, length, height)
    rails = combine(length / 2, height - 42, _SIDES * (HALF_MM - 32))
    solids.add_shell((length - 356, 60, 60), 3, rails, STEEL)
    _add_bottom_rails(solids, length)
    _add_ends(solids, length, height)


def _add_post_flanges(solids: Solids, length: float, height: float) -> None:
    """The thinner parts of the posts, with bars for lashing at the rear."""
    tall, middle = height - 236, height / 2
    front = combine(152, middle, _SIDES * (HALF_MM - 12))
    solids.add(BOX, (50, tall, 6), front, STEEL)
    x, z = length - 168, _SIDES * (HALF_MM - 12)
    solids.add(BOX, (100, tall, 5), combine(x, middle, z), STEEL)
    solids.add(BOX, (6, tall, 45), combine(x - 50, middle, z * 0.985), STEEL)
    levels = np.linspace(0.12, 0.88, 5) * height
    bars = combine(x, levels, _SIDES * (HALF_MM - 45))
    solids.add(BOX, (90, 12, 12), bars, STEEL)


def _add_castings(solids: Solids, length: float, height: float) -> None:
    """Hollow corners with an opening in each of three outer faces (ISO 1161)."""
    size, walls = np.array(_CASTING_MM), np.array(_CASTING_WALLS_MM)
    ends = [np.array([half, -half]) for half in size / 2]
    x, y, z = ends[0] % length, ends[1] % height, ends[2] + [-HALF_MM, HALF_MM]
    centres = combine(x, y, z)
    outwards = np.sign(centres - np.array([length / 2, height / 2, 0]))
    solids.add(BOX, size, centres, STEEL)
    # The inner side is thin: there the casting is joined to the frame.
    thin = np.array([0, 0, walls[2] - 6])
    hollow = size - 2 * walls + thin
    solids.add(BOX, hollow, centres - outwards * thin / 2, STEEL, fill=-1)
    reach = outwards * (size - walls) / 2
    openings = ((walls[0], 51, 64), (124, walls[1], 64), (79, 51, walls[2]))
    for axis, opening in enumerate(openings):
        holes = centres + reach * np.eye(3)[axis]
        solids.add(BOX, opening, holes, STEEL, fill=-1)


def _add_bottom_rails(solids: Solids, length: float) -> None:
    long = length - 356
    web = combine(length / 2, 92, _SIDES * (HALF_MM - 4))
    solids.add(BOX, (long, 158, 4.5), web, STEEL)
    flanges = combine(length / 2, (15.0, 168.0), _SIDES * (HALF_MM - 26))
    solids.add(BOX, (long, 4.5, 40), flanges, STEEL)


def _add_ends(solids: Solids, length: float, height: float) -> None:
    """Headers and sills across both ends, and plates that guard the roof's corners."""
    beams = (
        ((60, 60, _INNER_MM), 4, (60, height - 60)),
        ((60, 130, _INNER_MM), 5, (60, 82)),
        ((108, 90, _INNER_MM), 4, (length - 60, height - 70)),
        ((108, 125, _INNER_MM), 5, (length - 60, 80)),
    )
    for size, wall, (x, y) in beams:
        solids.add_shell(size, wall, (x, y, 0), STEEL)
    for x in (255.0, length - 255.0):
        solids.add(BOX, (310, 2, _ACROSS_MM), (x, height - 14, 0), STEEL)
        corners = combine(x, height - 10, _SIDES * (HALF_MM - 190))
        solids.add(BOX, (310, 3, 280), corners, STEEL)


def space_crossmembers(rng: np.random.Generator, length: float) -> Reals:
    """Draw where the cross-members of a floor are.

    Args:
        rng: Source of chance.
        length: Outside length of the container, mm.

    Returns:
        (N,) x, mm, rising.
    """
    gap = rng.choice((275.0, 290.0, 305.0, 305.0, 330.0))
    count = max(int((length - 500) // gap), 1)
    x = np.linspace(250, length - 250, count + 1)
    return np.asarray(x + rng.normal(0, 3, count + 1))


def add_floor(
    solids: Solids, rng: np.random.Generator, length: float, beams: Reals
) -> None:
    """Add boards and what bears them.

    Args:
        solids: What they are added to.
        rng: Source of chance: seams.
        length: Outside length of the container, mm.
        beams: (N,) x of the cross-members, mm.
    """
    boards = (length - 220, BOARD_MM, WIDTH_MM - 110)
    middle = (length / 2, FLOOR_MM - BOARD_MM / 2, 0)
    solids.add(BOX, boards, middle, WOOD, fill=1.15)
    seam = (length - 220, 5, 90)
    top = FLOOR_MM - BOARD_MM - 3
    solids.add(BOX, seam, (length / 2, top, rng.uniform(-60, 60)), STEEL)
    tall = top - 3 - BEAM_LOW_MM
    y = BEAM_LOW_MM + tall / 2
    in_tunnel = (beams < TUNNEL_MM) & (length > TUNNEL_FROM_MM)
    whole = combine(beams[~in_tunnel], y, 0)
    add_channels(solids, whole, (45, tall, _ACROSS_MM), 4.2)
    if in_tunnel.any():
        _add_tunnel(solids, beams[in_tunnel], y, tall)
    elif length > 4000:
        _add_pockets(solids, length, y, tall)


def _add_tunnel(solids: Solids, beams: Reals, y: float, tall: float) -> None:
    """Room for a gooseneck: short cross-members beside it, a plate over it."""
    short = HALF_MM - 55 - TUNNEL_HALF_MM
    outriggers = combine(beams, y, _SIDES * (TUNNEL_HALF_MM + short / 2))
    add_channels(solids, outriggers, (45, tall, short), 4.2)
    plate = (TUNNEL_MM - 100, 3, 2 * TUNNEL_HALF_MM)
    middle = (TUNNEL_MM / 2 + 50, y + tall / 2 - 2, 0)
    solids.add(BOX, plate, middle, STEEL)
    bows = combine(beams, y + tall / 2 - 12, 0)
    solids.add_shell((110, 16, 2 * TUNNEL_HALF_MM), 3, bows, STEEL)
    cheeks = combine(TUNNEL_MM / 2 + 50, y + 12, _SIDES * TUNNEL_HALF_MM)
    solids.add(BOX, (TUNNEL_MM - 100, tall - 24, 4), cheeks, STEEL)
    end = (TUNNEL_MM + 40, y, 0)
    solids.add_shell((130, tall, _ACROSS_MM), 5, end, STEEL)


def _add_pockets(solids: Solids, length: float, y: float, tall: float) -> None:
    """Pockets for the forks of a truck, on both sides of the middle."""
    x = length / 2 + np.array([-1025.0, 1025.0])
    for side in (-1, 1):
        webs = combine(x + side * 180, y, 0)
        solids.add(BOX, (4, tall, _ACROSS_MM), webs, STEEL)
    plates = combine(x, y + tall / 2 - 5, 0)
    solids.add(BOX, (352, 3, _ACROSS_MM), plates, STEEL)
    straps = combine(x, y - tall / 2 + 2, _SIDES * (HALF_MM - 130))
    solids.add(BOX, (352, 6, 200), straps, STEEL)
