"""What cargo, containers and firearms are made of."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from data.errors import SimulationError
from data.physics.absorption import mass_attenuation

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Material:
    """A mixture of elements.

    Attributes:
        name: What it is called.
        density_g_cm3: Density of the solid substance, g/cm3.
        composition: (element, share by mass) pairs; the shares add up to 1.

    Raises:
        SimulationError: If the density is not positive or the shares do not add up.
    """

    name: str
    density_g_cm3: float
    composition: tuple[tuple[str, float], ...]

    def __post_init__(self) -> None:
        """Check the shares and the density."""
        total = sum(share for _, share in self.composition)
        if abs(total - 1) > 1e-6 or min(share for _, share in self.composition) < 0:
            msg = f"The shares of {self.name} add up to {total:g}. They must be 1."
            raise SimulationError(msg)
        if not self.density_g_cm3 > 0:
            msg = (
                f"{self.name} has a density of {self.density_g_cm3:g} g/cm3. "
                "Give a positive one."
            )
            raise SimulationError(msg)

    def mass_attenuation(self, energy_mev: npt.ArrayLike) -> Reals:
        """Mass attenuation coefficient of the mixture.

        Args:
            energy_mev: Photon energy, MeV, 0.2 to 10, of any shape.

        Returns:
            cm2/g, in the shape of `energy_mev`.
        """
        parts = [
            share * mass_attenuation(e, energy_mev) for e, share in self.composition
        ]
        return np.asarray(sum(parts))


def _material(name: str, density: float, **weights: float) -> Material:
    total = sum(weights.values())
    return Material(name, density, tuple((e, w / total) for e, w in weights.items()))


def _formula(name: str, density: float, **atoms: float) -> Material:
    masses = {"H": 1.008, "C": 12.011, "O": 15.999, "Cl": 35.45}
    return _material(name, density, **{e: n * masses[e] for e, n in atoms.items()})


CARBON: Final = _material("carbon", 1.0, C=1)
IRON: Final = _material("iron", 7.87, Fe=1)
STEEL: Final = _material("steel", 7.85, Fe=98.5, C=0.3, Mn=1.0, Si=0.2)
CAST_IRON: Final = _material("cast iron", 7.2, Fe=94.0, C=3.5, Si=2.5)
ALUMINIUM: Final = _material("aluminium", 2.70, Al=97, Si=1.5, Mg=1.5)
BRASS: Final = _material("brass", 8.5, Cu=65, Zn=35)
COPPER: Final = _material("copper", 8.96, Cu=1)
WATER: Final = _formula("water", 1.0, H=2, O=1)
OIL: Final = _formula("oil", 0.87, C=15, H=32)
POLYETHYLENE: Final = _formula("polyethylene", 0.95, C=2, H=4)
PVC: Final = _formula("pvc", 1.40, C=2, H=3, Cl=1)
POLYURETHANE: Final = _material("polyurethane foam", 0.04, C=63, O=24, H=7, N=6)
RUBBER: Final = _formula("rubber", 1.15, C=5, H=8, O=0.4)
WOOD: Final = _material("wood", 0.60, C=50, O=43.6, H=6.4)
PAPER: Final = _formula("paper", 0.80, C=6, H=10, O=5)
TEXTILE: Final = _formula("textile", 1.40, C=6, H=9, O=4)
FOOD: Final = _material("food", 1.10, C=30, O=61, H=8, N=1)
CERAMIC: Final = _material("ceramic", 2.3, O=49.5, Si=31, Al=14, K=3, Ca=2, Fe=0.5)
ELECTRONICS: Final = _material("electronics", 1.6, C=35, H=4, O=22, Si=14, Cu=15, Al=10)
WINDINGS: Final = _material("windings", 6.0, Fe=70, Cu=25, C=4.5, H=0.5)

MATERIALS: Final = {
    material.name: material
    for material in (
        STEEL,
        CAST_IRON,
        ALUMINIUM,
        BRASS,
        COPPER,
        WATER,
        OIL,
        POLYETHYLENE,
        PVC,
        POLYURETHANE,
        RUBBER,
        WOOD,
        PAPER,
        TEXTILE,
        FOOD,
        CERAMIC,
        ELECTRONICS,
        WINDINGS,
        CARBON,
        IRON,
    )
}
"""All materials, by name."""
