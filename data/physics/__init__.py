"""How X-rays are weakened and measured.

Modules:
    transmission: counts to transmission to attenuation.
    absorption: mass attenuation coefficients of the elements.
    materials: mixtures of elements.
    beam: the spectrum of a scanner and what its detector makes of it.
    basis: any material as carbon and iron; a table for whole pictures.
"""

from data.physics.absorption import mass_attenuation
from data.physics.basis import AttenuationTable, tabulate_attenuation, to_basis
from data.physics.beam import Beam, steel_curve
from data.physics.materials import MATERIALS, Material
from data.physics.transmission import (
    bring_counts,
    measure_transmission,
    to_attenuation,
    to_transmission,
)

__all__ = [
    "MATERIALS",
    "AttenuationTable",
    "Beam",
    "Material",
    "bring_counts",
    "mass_attenuation",
    "measure_transmission",
    "steel_curve",
    "tabulate_attenuation",
    "to_attenuation",
    "to_basis",
    "to_transmission",
]
