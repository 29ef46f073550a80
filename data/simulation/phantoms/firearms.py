"""Phantoms with the outer shape of firearms: silhouettes to be found, nothing more.

Local frame of every phantom: the muzzle towards +x, the grip towards -y, z across;
the origin is near its middle. Lengths are mm, for a common size.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from data.simulation.geometry.solids import Solids
from data.simulation.phantoms.handguns import build_pistol, build_revolver
from data.simulation.phantoms.long_guns import (
    build_carbine,
    build_rifle,
    build_shotgun,
)
from data.simulation.phantoms.phantom import Phantom
from data.simulation.phantoms.submachine_guns import build_submachine_gun

_BUILDERS: Final[dict[str, Callable[[np.random.Generator], dict[str, Solids]]]] = {
    "pistol": build_pistol,
    "revolver": build_revolver,
    "rifle": build_rifle,
    "carbine": build_carbine,
    "submachine gun": build_submachine_gun,
    "shotgun": build_shotgun,
}

KINDS: Final = tuple(_BUILDERS)
"""The kinds of firearm offered."""

_SHARES: Final = (0.36, 0.16, 0.16, 0.12, 0.1, 0.1)


def draw_firearm(rng: np.random.Generator, kind: str | None = None) -> Phantom:
    """Draw a phantom: its kind, proportions, material and size.

    Args:
        rng: Source of chance.
        kind: One of `KINDS`; None draws it, pistols most often.

    Returns:
        One to four pieces.
    """
    if kind is None:
        kind = str(rng.choice(KINDS, p=_SHARES))
    pieces = _BUILDERS[kind](rng)
    amount = rng.uniform(0.82, 1.15)
    stretch = np.diag(rng.uniform(0.94, 1.06) * rng.uniform(0.96, 1.04, 3))
    drawn = {}
    for name, piece in pieces.items():
        drawn[name] = Solids()
        drawn[name].place(piece, (0, 0, 0), stretch)
        drawn[name].scale_amounts(amount)
    return Phantom(kind, drawn)
