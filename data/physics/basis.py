"""Any material as so much carbon and so much iron: two numbers for two energies.

Between 0.3 and 10 MeV scattering and pair production explain nearly all attenuation,
so that two basis materials stand for all others: within 0.1 % of the attenuation of
wood and water, 0.6 % of plastics and 2 % of aluminium and brass.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.physics.beam import Beam
from data.physics.materials import CARBON, IRON, Material

Levels = npt.NDArray[np.float32]

MAX_AREAL_G_CM2: Final = 700.0
"""Where the table ends: nearly 900 mm of steel, far beyond what any scanner sees."""

_NODES: Final = 192
_FIT_MV: Final = 6.0
_FIT_DEPTH_G_CM2: Final = 20.0


@lru_cache(maxsize=256)
def to_basis(material: Material) -> tuple[float, float]:
    """The carbon and the iron that attenuate like 1 g of a material.

    Args:
        material: Any mixture of the elements offered.

    Returns:
        (carbon, iron), g per g: least squares over the detected 6 MV spectrum behind
        20 g/cm2 of iron. One of them is below 0 for materials outside the two.

    Example:
        >>> [round(part, 3) for part in to_basis(IRON)]
        [0.0, 1.0]
    """
    beam = Beam(_FIT_MV)
    energies = beam.energies_mev
    iron = IRON.mass_attenuation(energies)
    weight = np.sqrt(beam.signal * np.exp(-_FIT_DEPTH_G_CM2 * iron))[:, None]
    basis = np.stack([CARBON.mass_attenuation(energies), iron], axis=1)
    wanted = material.mass_attenuation(energies)[:, None]
    fit = np.linalg.lstsq(basis * weight, wanted * weight, rcond=None)[0]
    return float(fit[0, 0]), float(fit[1, 0])


@dataclass(frozen=True, slots=True, eq=False)
class AttenuationTable:
    """Attenuation of one beam for every mixture of carbon and iron.

    Attributes:
        endpoint_mv: Endpoint of the beam, MV.
        nodes: (N, N) float32, nepers; rows are carbon, columns iron, both spaced
            evenly in the square root of the areal density.
        max_areal_g_cm2: Areal density of the last node; the first is 0.
    """

    endpoint_mv: float
    nodes: Levels
    max_areal_g_cm2: float = MAX_AREAL_G_CM2

    def look_up(self, carbon: Levels, iron: Levels) -> Levels:
        """Attenuation of given areal densities, between the nodes by bilinear steps.

        Args:
            carbon: (H, W) float32, g/cm2; below 0 counts as 0, over 700 as 700.
            iron: (H, W) float32, g/cm2, likewise.

        Returns:
            (H, W) float32, nepers, within 0.002 + 0.2 % of `Beam.attenuation`.
        """
        columns, rows = _to_nodes(iron), _to_nodes(carbon)
        return np.asarray(
            cv2.remap(
                self.nodes,
                columns,
                rows,
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE,
            ),
            np.float32,
        )


@lru_cache(maxsize=16)
def tabulate_attenuation(endpoint_mv: float) -> AttenuationTable:
    """Make the table of a beam; made once, then remembered.

    Args:
        endpoint_mv: Endpoint of the beam, MV, 1 to 10.

    Raises:
        SimulationError: If the endpoint is out of range.
    """
    beam = Beam(endpoint_mv)
    areal = MAX_AREAL_G_CM2 * np.linspace(0, 1, _NODES) ** 2
    through = [
        np.exp(-np.outer(areal, material.mass_attenuation(beam.energies_mev)))
        for material in (CARBON, IRON)
    ]
    signal = (through[0] * beam.signal) @ through[1].T
    nodes = -np.log(np.maximum(signal, 1e-300)).astype(np.float32)
    nodes.flags.writeable = False
    return AttenuationTable(endpoint_mv, nodes)


def _to_nodes(areal: Levels) -> Levels:
    scale = (_NODES - 1) / np.sqrt(MAX_AREAL_G_CM2)
    return np.sqrt(np.maximum(areal, 0)) * np.float32(scale)
