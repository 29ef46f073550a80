"""Phantoms with the outer shape of firearms: silhouettes to be found, nothing more.

Local frame of every phantom: the muzzle towards +x, the grip towards -y, z across;
the origin is near its middle. Lengths are mm, for a common size.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from data.simulation.geometry.solids import Solids
from data.simulation.phantoms.bullpups import build_bullpup
from data.simulation.phantoms.handguns import build_pistol, build_revolver
from data.simulation.phantoms.long_guns import (
    build_carbine,
    build_rifle,
    build_shotgun,
)
from data.simulation.phantoms.machine_pistols import build_machine_pistol
from data.simulation.phantoms.makeshift_guns import (
    build_sawn_off_shotgun,
    build_tube_gun,
)
from data.simulation.phantoms.phantom import Phantom
from data.simulation.phantoms.pocket_pistols import build_derringer, build_pepperbox
from data.simulation.phantoms.submachine_guns import build_submachine_gun

_Builder = Callable[[np.random.Generator], dict[str, Solids]]

_BUILDERS: Final[dict[str, _Builder]] = {
    "pistol": build_pistol,
    "revolver": build_revolver,
    "rifle": build_rifle,
    "carbine": build_carbine,
    "submachine gun": build_submachine_gun,
    "shotgun": build_shotgun,
}

_RESERVED: Final[dict[str, _Builder]] = {
    "derringer": build_derringer,
    "pepperbox": build_pepperbox,
    "machine pistol": build_machine_pistol,
    "bullpup": build_bullpup,
    "sawn-off shotgun": build_sawn_off_shotgun,
    "tube gun": build_tube_gun,
}

KINDS: Final = tuple(_BUILDERS)
"""The kinds of firearm that chance draws."""

RESERVED_KINDS: Final = tuple(_RESERVED)
"""Kinds drawn only by name: what learns from chance has never seen them."""

_SHARES: Final = (0.36, 0.16, 0.16, 0.12, 0.1, 0.1)


def draw_firearm(rng: np.random.Generator, kind: str | None = None) -> Phantom:
    """Draw a phantom: its kind, proportions, material and size.

    Args:
        rng: Source of chance.
        kind: One of `KINDS` or `RESERVED_KINDS`; None draws one of `KINDS`, pistols
            most often.

    Returns:
        One to four pieces.
    """
    if kind is None:
        kind = str(rng.choice(KINDS, p=_SHARES))
    pieces = (_BUILDERS | _RESERVED)[kind](rng)
    amount = rng.uniform(0.82, 1.15)
    stretch = np.diag(rng.uniform(0.94, 1.06) * rng.uniform(0.96, 1.04, 3))
    drawn = {}
    for name, piece in pieces.items():
        drawn[name] = Solids()
        drawn[name].place(piece, (0, 0, 0), stretch)
        drawn[name].scale_amounts(amount)
    return Phantom(kind, drawn)
