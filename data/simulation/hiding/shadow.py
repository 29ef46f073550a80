"""What one thing adds to the picture."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from data.simulation.geometry.path_length import Fan, project_solids
from data.simulation.geometry.solids import Solids
from data.simulation.hiding.scene import Scene
from data.truth import Pose

Levels = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_SHADOW_G_CM2: Final = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Thing:
    """One thing in its place, and what truth will say of it.

    Attributes:
        label: What it is to the network.
        kind: What it is more closely.
        form: Whole, or a part, or one of a bundle; None for what is no firearm.
        piece: Which part it is, or None.
        concealment: How it is hidden.
        pose: How it lies.
        solids: Its shape.
        displaced: What it takes the place of: solids of negative amounts.
    """

    label: str
    kind: str
    form: str | None
    piece: str | None
    concealment: str
    pose: Pose
    solids: Solids
    displaced: Solids


@dataclass(frozen=True, slots=True, eq=False)
class Shadow:
    """What a thing adds to a window of the picture, g/cm2.

    Attributes:
        thing: The thing.
        window: The rays that may meet it.
        x0: First column of the window.
        y0: First row of the window.
        mask: (h, w) bool, where it is.
        carbon: (h, w) float32, what it adds, net of what it displaces.
        iron: (h, w) float32, likewise.
        alone: Carbon and iron, (h, w) float32 each, of the thing in air.
        in_front: Carbon and iron, (h, w) float32 each, between the source and it.
    """

    thing: Thing
    window: Fan
    x0: int
    y0: int
    mask: Mask
    carbon: Levels
    iron: Levels
    alone: tuple[Levels, Levels]
    in_front: tuple[Levels, Levels]

    @property
    def place(self) -> tuple[slice, slice]:
        """The window as rows and columns of the picture."""
        height, width = self.mask.shape
        return slice(self.y0, self.y0 + height), slice(self.x0, self.x0 + width)


def cast_shadow(thing: Thing, scene: Scene) -> Shadow | None:
    """The shadow of a thing; None if it is out of the picture.

    Args:
        thing: In its place.
        scene: What it is in, without it.
    """
    low, high = thing.solids.bounds()
    x0, y0, x1, y1 = scene.fan.surround(low, high)
    if x1 <= x0 or y1 <= y0:
        return None
    window = scene.fan.window(x0, y0, x1, y1)
    alone = project_solids(thing.solids, window)
    mask = alone[0] + alone[1] > _SHADOW_G_CM2
    if not mask.any():
        return None
    taken = project_solids(thing.displaced, window)
    middle = float(low[2] + high[2]) / 2
    return Shadow(
        thing,
        window,
        x0,
        y0,
        mask,
        alone[0] + taken[0],
        alone[1] + taken[1],
        alone,
        scene.in_front(window, middle),
    )
