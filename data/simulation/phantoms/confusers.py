"""Harmless things whose silhouettes come near those of firearms.

Each is about its own origin, broadside: the plane of the picture is x, y. Mm.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from data.simulation.geometry.solids import Solids
from data.simulation.phantoms.appliances import (
    build_drill,
    build_glue_gun,
    build_grinder,
    build_hair_dryer,
    build_iron,
)
from data.simulation.phantoms.hand_tools import (
    build_caulking_gun,
    build_clamp,
    build_hacksaw,
    build_hammer,
    build_pliers,
    build_socket_set,
    build_wrench,
)
from data.simulation.phantoms.household import (
    build_bicycle_pump,
    build_camera,
    build_crutch,
    build_fishing_reel,
    build_spray_bottle,
    build_stapler,
    build_tripod,
    build_umbrella,
)
from data.simulation.phantoms.phantom import Phantom
from data.simulation.phantoms.plumbing import (
    build_bracket,
    build_gate_valve,
    build_pipe_tees,
    build_tap,
    build_water_pump,
)
from data.simulation.phantoms.toy_guns import build_toy_gun
from data.truth import TOY_GUN

_BUILDERS: Final[dict[str, Callable[[np.random.Generator], Solids]]] = {
    "drill": build_drill,
    "caulking gun": build_caulking_gun,
    "hair dryer": build_hair_dryer,
    "glue gun": build_glue_gun,
    "angle grinder": build_grinder,
    "iron": build_iron,
    "socket set": build_socket_set,
    "wrench": build_wrench,
    "hammer": build_hammer,
    "hacksaw": build_hacksaw,
    "clamp": build_clamp,
    "pliers": build_pliers,
    "tap": build_tap,
    "gate valve": build_gate_valve,
    "water pump": build_water_pump,
    "pipe tees": build_pipe_tees,
    "shelf bracket": build_bracket,
    "umbrella": build_umbrella,
    "crutch": build_crutch,
    "bicycle pump": build_bicycle_pump,
    "spray bottle": build_spray_bottle,
    "camera": build_camera,
    "fishing reel": build_fishing_reel,
    "tripod": build_tripod,
    "stapler": build_stapler,
}

CONFUSERS: Final = tuple(_BUILDERS)
"""The kinds of harmless things offered."""


def draw_confuser(rng: np.random.Generator, kind: str | None = None) -> Phantom:
    """Draw a harmless thing in a size about the usual.

    Args:
        rng: Source of chance.
        kind: One of `CONFUSERS`; None draws it.

    Returns:
        One piece, named as its kind, its middle on the origin.
    """
    if kind is None:
        kind = str(rng.choice(CONFUSERS))
    return _size(rng, kind, _BUILDERS[kind](rng))


def draw_toy_gun(rng: np.random.Generator) -> Phantom:
    """Draw a toy gun of thin plastic in a size about the usual.

    Args:
        rng: Source of chance.

    Returns:
        One piece, its middle on the origin, the muzzle towards +x.
    """
    return _size(rng, TOY_GUN, build_toy_gun(rng))


def _size(rng: np.random.Generator, kind: str, built: Solids) -> Phantom:
    """A little larger or smaller, denser or lighter."""
    low, high = built.bounds()
    stretch = np.diag(rng.uniform(0.9, 1.1) * rng.uniform(0.96, 1.04, 3))
    whole = Solids()
    whole.place(built, stretch @ -(low + high) / 2, stretch)
    whole.scale_amounts(rng.uniform(0.85, 1.15))
    return Phantom(kind, {kind: whole})
