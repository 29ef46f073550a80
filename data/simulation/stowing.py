"""What is hidden in a scene: firearms, and as often things that are none."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from data.simulation.geometry.path_length import project_solids
from data.simulation.geometry.solids import Solids
from data.simulation.hiding.displacing import displace
from data.simulation.hiding.hiding import Placement, hide
from data.simulation.hiding.posing import to_pose
from data.simulation.hiding.scene import Scene
from data.simulation.hiding.shadow import Shadow, Thing, cast_shadow
from data.simulation.phantoms.arrangement import Item, draw_firearms
from data.simulation.phantoms.confusers import draw_confuser, draw_toy_gun
from data.simulation.recipe import Recipe
from data.truth import FIREARM, HARMLESS, TOY_GUN

Levels = npt.NDArray[np.float32]
Reals = npt.NDArray[np.float64]

ARMED_SHARE: Final = 0.6
MOST_PLACES: Final = 4
TOY_SHARE: Final = 0.12


@dataclass(frozen=True, slots=True, eq=False)
class _Patch:
    """What a packing adds to a window of the picture, g/cm2."""

    place: tuple[slice, slice]
    carbon: Levels
    iron: Levels


@dataclass(frozen=True, slots=True, eq=False)
class Stowed:
    """All that was hidden.

    Attributes:
        shadows: Of the things, in the order in which they were hidden.
        patches: Of the packings around them.
    """

    shadows: list[Shadow]
    patches: list[_Patch]

    def add_to(self, carbon: Levels, iron: Levels) -> None:
        """Add what all of it weighs on the rays, in place.

        Args:
            carbon: (H, W) float32, g/cm2.
            iron: (H, W) float32, g/cm2.
        """
        for patch in self.patches:
            carbon[patch.place] += patch.carbon
            iron[patch.place] += patch.iron
        for shadow in self.shadows:
            carbon[shadow.place] += shadow.carbon
            iron[shadow.place] += shadow.iron


def stow_things(rng: np.random.Generator, scene: Scene, wish: Recipe) -> Stowed:
    """Hide things in a scene: harmless ones first, then firearms.

    Both kinds go through the same hands: numbers, places and packings give nothing
    away.

    Args:
        rng: Source of chance.
        scene: Where to; what is packed around the things is added to it.
        wish: How many of them, which, and how hidden.
    """
    stowed = Stowed([], [])
    for _ in range(_count(rng, wish.harmless)):
        _stow(rng, scene, stowed, _draw_harmless(rng), None)
    for _ in range(_count(rng, wish.firearms)):
        items = draw_firearms(rng, wish.kind, wish.form)
        _stow(rng, scene, stowed, [(FIREARM, item) for item in items], wish.concealment)
    return stowed


def _count(rng: np.random.Generator, wanted: int | None) -> int:
    there, many = rng.random() < ARMED_SHARE, int(rng.integers(1, MOST_PLACES + 1))
    if wanted is not None:
        return wanted
    return many if there else 0


def _draw_harmless(rng: np.random.Generator) -> list[tuple[str, Item]]:
    toy = rng.random() < TOY_SHARE
    phantom = draw_toy_gun(rng) if toy else draw_confuser(rng)
    item = Item(phantom.kind, None, None, phantom.solids, np.eye(3))
    return [(TOY_GUN if toy else HARMLESS, item)]


def _stow(
    rng: np.random.Generator,
    scene: Scene,
    stowed: Stowed,
    items: list[tuple[str, Item]],
    wanted: str | None,
) -> None:
    whole = Solids([c for _, item in items for c in item.solids.copies])
    place = hide(rng, whole, scene, wanted)
    if place.packing.copies:
        scene.added.copies += place.packing.copies
        stowed.patches.extend(_patch(place.packing, scene))
    things = [_put(label, item, place, scene) for label, item in items]
    shadows = [cast_shadow(thing, scene) for thing in things]
    stowed.shadows.extend(shadow for shadow in shadows if shadow is not None)


def _put(label: str, item: Item, place: Placement, scene: Scene) -> Thing:
    solids = place.move(item.solids)
    return Thing(
        label,
        item.kind,
        item.form,
        item.piece,
        place.concealment,
        to_pose(place.turn @ item.turn),
        solids,
        displace(solids, scene),
    )


def _patch(packing: Solids, scene: Scene) -> list[_Patch]:
    x0, y0, x1, y1 = scene.fan.surround(*packing.bounds())
    if x1 <= x0 or y1 <= y0:
        return []
    carbon, iron = project_solids(packing, scene.fan.window(x0, y0, x1, y1))
    return [_Patch((slice(y0, y1), slice(x0, x1)), carbon, iron)]
