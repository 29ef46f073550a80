"""What a loader leaves in the hold: goods, and room where something could be hidden."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from data.simulation.geometry.solids import Solids

Reals = npt.NDArray[np.float64]

CONCEALMENTS: Final = (
    "package",
    "goods",
    "drum",
    "appliance",
    "furniture",
    "engine",
    "machinery",
    "tools",
    "pipes",
    "false wall",
    "door",
    "under floor",
    "shielding",
    "parcel",
)
"""How things are hidden: inside packages; amid bulk goods such as sacks, bales, tyres,
scrap or timber; in drums, appliances, furniture, engines, machines; among tools or
pipes; in a false wall, a door, the floor; behind plates of steel; in a parcel that
stands by itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Niche:
    """Room for something to be hidden in: an upright box.

    What is put there rests on its underside, and takes the place of the goods that
    are there, if any.

    Attributes:
        kind: One of `CONCEALMENTS`.
        low: (3,) lowest x, y, z, mm.
        high: (3,) highest x, y, z, mm.
    """

    kind: str
    low: Reals
    high: Reals


@dataclass(slots=True)
class Load:
    """Goods, and the niches in and between them."""

    solids: Solids = field(default_factory=Solids)
    niches: list[Niche] = field(default_factory=list)

    def offer(self, kind: str, centres: npt.ArrayLike, sizes: npt.ArrayLike) -> None:
        """Offer niches.

        Args:
            kind: One of `CONCEALMENTS`.
            centres: (3,) or (N, 3), mm.
            sizes: (3,) or (N, 3), extent, mm.
        """
        middle, half = np.broadcast_arrays(
            np.atleast_2d(np.asarray(centres, np.float64)),
            np.atleast_2d(np.asarray(sizes, np.float64)) / 2,
        )
        self.niches += [
            Niche(kind, m - h, m + h) for m, h in zip(middle, half, strict=True)
        ]

    def turn_round(self, middle_mm: float) -> "Load":
        """The same, turned by half about the upright line through a middle.

        Args:
            middle_mm: Where on x the line stands.
        """
        turn = np.diag([-1.0, 1.0, -1.0])
        shift = np.array([2 * middle_mm, 0, 0])
        turned = Load()
        turned.solids.place(self.solids.merge(), shift, turn)
        for niche in self.niches:
            ends = turn @ niche.low + shift, turn @ niche.high + shift
            low, high = np.minimum(*ends), np.maximum(*ends)
            turned.niches.append(Niche(niche.kind, low, high))
        return turned

    def add(self, other: "Load") -> None:
        """Take over the goods and niches of another load."""
        self.solids.copies += other.solids.copies
        self.niches += other.niches
