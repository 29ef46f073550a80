"""What things are hidden in: all that is in the picture already."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from data.simulation.geometry.path_length import Fan, project_solids, select_solids
from data.simulation.geometry.solids import Solids
from data.simulation.loading.hold import Hold
from data.simulation.loading.load import Load, Niche

Levels = npt.NDArray[np.float32]
Reals = npt.NDArray[np.float64]


@dataclass(slots=True)
class Scene:
    """A loaded container, and what was added to it since.

    Attributes:
        hold: The room for cargo.
        fan: The rays.
        solids: All of it, one `Copies` for each mesh.
        niches: Where things can be hidden, by kind.
        added: What was put in since.
    """

    hold: Hold
    fan: Fan
    solids: Solids
    niches: dict[str, list[Niche]]
    added: Solids = field(default_factory=Solids)

    @classmethod
    def of(cls, hold: Hold, fan: Fan, loads: tuple[Load, ...]) -> "Scene":
        """The scene of some loads.

        Args:
            hold: The room for cargo.
            fan: The rays.
            loads: The container and what is in it.
        """
        solids = Solids([c for load in loads for c in load.solids.copies]).merge()
        niches: dict[str, list[Niche]] = {}
        for load in loads:
            for niche in load.niches:
                niches.setdefault(niche.kind, []).append(niche)
        return cls(hold, fan, solids, niches)

    def amounts_at(self, points: Reals) -> Reals:
        """What is at given points: see `Solids.amounts_at`.

        Args:
            points: (P, 3), mm.
        """
        return self.solids.amounts_at(points) + self.added.amounts_at(points)

    def in_front(self, window: Fan, z: float) -> tuple[Levels, Levels]:
        """Areal densities of carbon and iron between the source and a depth.

        Args:
            window: The rays.
            z: The depth, mm.

        Returns:
            Two (h, w) float32 arrays, g/cm2.
        """
        near = [*self.solids.copies, *self.added.copies]
        return project_solids(select_solids(Solids(near), window), window, until=z)
