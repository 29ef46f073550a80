"""Where things are put: into niches of the cargo, or into packings of their own."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import CARBON
from data.simulation.geometry.meshes import BOX
from data.simulation.geometry.solids import Solids
from data.simulation.hiding.displacing import displace
from data.simulation.hiding.packing import PACKINGS, draw_spare, pack
from data.simulation.hiding.posing import draw_turn
from data.simulation.hiding.scene import Scene
from data.simulation.loading.load import CONCEALMENTS, Niche

Reals = npt.NDArray[np.float64]

_TRIES: Final = 24
_SPOTS: Final = 8
_PACKED: Final = 0.12
"""How likely each packing is drawn, next to 1 for each kind of niche that there is."""


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """Where a thing was put.

    Attributes:
        concealment: How it is hidden there, one of `CONCEALMENTS`.
        turn: (3, 3), how it was turned.
        shift: (3,), where its origin went, mm.
        packing: What was put around it, often nothing, less what that displaces.
    """

    concealment: str
    turn: Reals
    shift: Reals
    packing: Solids

    def move(self, solids: Solids) -> Solids:
        """Something of the thing's own frame, in its place."""
        moved = Solids()
        moved.place(solids, self.shift, self.turn)
        return moved


def hide(
    rng: np.random.Generator, thing: Solids, scene: Scene, wanted: str | None = None
) -> Placement:
    """Find a place for a thing.

    Args:
        rng: Source of chance.
        thing: About its own origin; it stays as it is.
        scene: Where to.
        wanted: One of `CONCEALMENTS`; where that cannot be had, another is taken. None
            draws one of those that there are.

    Returns:
        The place. What does not fit anywhere goes into a parcel.
    """
    for kind in _order(rng, scene, wanted):
        if kind in PACKINGS and not (kind in scene.niches and rng.random() < 0.7):
            return _pack(rng, thing, scene, kind)
        found = _find_niche(rng, thing, scene.niches.get(kind, []))
        if found is not None:
            turn, niche = found
            return Placement(
                kind, turn, _drop(rng, thing, turn, niche, scene), Solids()
            )
    return _pack(rng, thing, scene, "parcel")


def _order(rng: np.random.Generator, scene: Scene, wanted: str | None) -> list[str]:
    """Kinds of concealment in the order in which to try them."""
    kinds = [k for k in CONCEALMENTS if k in scene.niches or k in PACKINGS]
    weights = np.array([1.0 if k in scene.niches else _PACKED for k in kinds])
    order = rng.choice(len(kinds), len(kinds), replace=False, p=weights / weights.sum())
    drawn = [kinds[i] for i in order]
    return [*([wanted] if wanted in kinds else []), *drawn]


def _extent(corners: Reals, turn: Reals) -> tuple[Reals, Reals]:
    turned = corners @ turn.T
    return turned.min(axis=0), turned.max(axis=0)


def _find_niche(
    rng: np.random.Generator, thing: Solids, niches: list[Niche]
) -> tuple[Reals, Niche] | None:
    """A turn in which the thing fits a niche, and that niche."""
    if not niches:
        return None
    sizes = np.array([niche.high - niche.low for niche in niches])
    corners = thing.corners()
    for _ in range(_TRIES):
        turn = draw_turn(rng)
        low, high = _extent(corners, turn)
        fitting = np.flatnonzero((sizes >= high - low).all(axis=1))
        if len(fitting):
            return turn, niches[int(rng.choice(fitting))]
    return None


def _drop(
    rng: np.random.Generator, thing: Solids, turn: Reals, niche: Niche, scene: Scene
) -> Reals:
    """Anywhere on the underside of a niche; amid goods at any height."""
    low, high = _extent(thing.corners(), turn)
    spare = (niche.high - niche.low) - (high - low)
    filled = scene.amounts_at((niche.low + niche.high)[None] / 2).sum() > 0
    share = rng.random(3) * [1, float(filled), 1]
    return np.asarray(niche.low - low + share * spare)


def _pack(
    rng: np.random.Generator, thing: Solids, scene: Scene, kind: str
) -> Placement:
    """In a packing on the floor, where there is room if there is any."""
    hold = scene.hold
    room = np.array([hold.length, hold.height, 2 * hold.side])
    spare = np.minimum(draw_spare(rng, kind), room / 4)
    corners = thing.corners()
    for _ in range(_TRIES):
        turn = draw_turn(rng)
        low, high = _extent(corners, turn)
        if (high - low + spare < room).all():
            break
    size = np.minimum(high - low + spare, room)
    centre = _find_spot(rng, scene, size)
    packing, outside = pack(rng, kind, centre, size), Solids()
    outside.add(BOX, size, centre, CARBON)
    packing.copies += displace(outside, scene).copies
    return Placement(kind, turn, centre - (low + high) / 2, packing)


def _find_spot(rng: np.random.Generator, scene: Scene, size: Reals) -> Reals:
    """The emptiest of some places on the floor."""
    hold = scene.hold
    corner = np.array([hold.x0, hold.floor, -hold.side])
    spare = np.array([hold.length, 0, 2 * hold.side]) - size * [1, 0, 1]
    shares = rng.random((_SPOTS, 3)) * [1, 0, 1]
    centres = corner + size / 2 + shares * np.maximum(spare, 0)
    probes = np.array([[x, y, z] for x in (-1, 0, 1) for y in (-1, 1) for z in (-1, 1)])
    found = [scene.amounts_at(c + probes * size * 0.45).sum() for c in centres]
    return np.asarray(centres[int(np.argmin(found))])
