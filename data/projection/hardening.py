"""What a threat adds behind cargo: less than in air, because cargo hardens the beam.

Cargo takes the soft photons first, and what is left passes a threat more easily. To
sum attenuations, which is to multiply transmissions (Mery and Katsaggelos, Proc. CVPR
Workshops 2017), makes a threat behind dense cargo about a third too dark.
"""

from functools import lru_cache
from typing import Final, Literal, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from data.physics.beam import MAX_ENDPOINT_MV, MIN_ENDPOINT_MV, Beam
from data.physics.materials import CARBON, STEEL, Material

Levels = npt.NDArray[np.float32]
Reals = npt.NDArray[np.float64]
Method = Literal["multiply", "factor", "curve"]

_FACTOR: Final = 0.142
_POWER: Final = 0.66
_LOW_OVER_HIGH: Final = 1.14
_MOST_BEHIND: Final = 12.0
_MOST_THREAT: Final = 6.0
_NODES: Final = (121, 31)
_AREAL: Final[Reals] = 700 * np.linspace(0, 1, 2048) ** 2


class Light(NamedTuple):
    """Which share of the attenuation is that of light matter, 0 steel to 1 carbon.

    Attributes:
        behind: Of what is there, (H, W) float32 or one number.
        threat: Of the threat, likewise.
    """

    behind: Levels | float = 0.0
    threat: Levels | float = 0.0


HEAVY: Final = Light()
"""All steel."""


def add_attenuation(
    behind: Levels,
    threat: Levels,
    energy_mv: float | None,
    *,
    light: Light = HEAVY,
    method: Method = "curve",
) -> Levels:
    """Attenuation that a threat adds to what is there.

    "multiply": the threat's own. "factor": the threat's own over
    1 + 0.142 behind^0.66, a fit that holds for steel at 4 to 9 MV alike. "curve": with
    A the attenuation of layers in the beam, A(cargo + threat) - A(cargo) is added, for
    as much steel or carbon as attenuates like the cargo, and like the threat in air;
    the four cases are weighed by the shares of light matter. Light cargo hardens a
    beam the more, as photons of high energy pass it best.

    Args:
        behind: (H, W) float32, attenuation of the scan, nepers; below 0 counts as 0.
        threat: (H, W) float32, attenuation of the threat in air, nepers, 0 or more.
        energy_mv: Endpoint of the beam, MV; None if unknown, and outside 1 to 10 MV,
            makes "curve" fall back to "factor".
        light: Shares of light matter.
        method: How.

    Returns:
        (H, W) float32, nepers, from 0 to the threat's own.
    """
    held = np.maximum(behind, np.float32(0))
    if method == "multiply":
        return threat
    if method == "factor" or not is_modelled(energy_mv):
        return np.asarray(threat / (1 + _FACTOR * held**_POWER), np.float32)
    tables = _tabulate(float(energy_mv or 0))
    of_steel, of_carbon = (
        _blend(
            _look_up(pair[0], held, threat),
            _look_up(pair[1], held, threat),
            light.behind,
        )
        for pair in tables
    )
    return np.asarray(threat * _blend(of_steel, of_carbon, light.threat), np.float32)


def convert_attenuation(threat: Levels, from_mv: float, to_mv: float) -> Levels:
    """Attenuation of steel at one beam, from that at another.

    Args:
        threat: (H, W) float32, nepers.
        from_mv: Endpoint of the beam it was measured with, MV, 1 to 10.
        to_mv: Endpoint of the other beam, MV, 1 to 10.

    Example:
        >>> one = np.ones((1, 1), np.float32)
        >>> bool(convert_attenuation(one, 6.0, 4.0)[0, 0] > 1.1)
        True
    """
    thickness, curve = _steel(from_mv)
    steel = np.interp(threat, curve, thickness)
    thickness, curve = _steel(to_mv)
    return np.asarray(np.interp(steel, thickness, curve), np.float32)


def guess_low(high: Levels, energies_mv: tuple[float, ...]) -> Levels:
    """Attenuation of steel at the lower energy.

    Args:
        high: (H, W) float32, attenuation at the higher energy, nepers.
        energies_mv: (high, low) of the scan, MV; if they are not both known, 1.14 times
            the high one, as for steel at 6 and 4 MV.
    """
    if len(energies_mv) == 2 and all(map(is_modelled, energies_mv)):
        return convert_attenuation(high, *energies_mv)
    return np.asarray(high * np.float32(_LOW_OVER_HIGH), np.float32)


def is_modelled(energy_mv: float | None) -> bool:
    """Tell whether `data.physics.beam` has a beam of this endpoint."""
    return energy_mv is not None and MIN_ENDPOINT_MV <= energy_mv <= MAX_ENDPOINT_MV


def _look_up(table: Levels, behind: Levels, threat: Levels) -> Levels:
    rows = behind * np.float32((_NODES[0] - 1) / _MOST_BEHIND)
    columns = threat * np.float32((_NODES[1] - 1) / _MOST_THREAT)
    found = cv2.remap(
        table, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(found, np.float32)


def _blend(heavy: Levels, light: Levels, share: Levels | float) -> Levels:
    return np.asarray(heavy + share * (light - heavy), np.float32)


@lru_cache(maxsize=16)
def _tabulate(energy_mv: float) -> tuple[tuple[Levels, Levels], ...]:
    """What a threat adds over what it attenuates in air, 0 to 1.

    For a threat of steel, then of carbon; of each behind steel, then behind carbon:
    rows of attenuation that is there, columns of the threat's own.
    """
    threat = np.linspace(0, _MOST_THREAT, _NODES[1])
    threat[0] = 1e-3
    behind = np.linspace(0, _MOST_BEHIND, _NODES[0])
    beam = Beam(energy_mv)
    materials = (STEEL, CARBON)
    alone = [_pass(beam, material, threat) for material in materials]
    left = [_pass(beam, material, behind) * beam.signal for material in materials]
    return tuple(
        (_compare(left[0], through, threat), _compare(left[1], through, threat))
        for through in alone
    )


def _compare(left: Reals, through: Reals, threat: Reals) -> Levels:
    added = -np.log((left @ through.T) / left.sum(axis=1, keepdims=True))
    return np.asarray(np.clip(added / threat, 0, 1), np.float32)


def _pass(beam: Beam, material: Material, attenuation: Reals) -> Reals:
    """(N, K) share of photons of each energy that pass so much attenuation."""
    curve = beam.attenuation([(material, _AREAL)])
    areal = np.interp(attenuation, curve, _AREAL)
    return np.exp(-np.outer(areal, material.mass_attenuation(beam.energies_mev)))


@lru_cache(maxsize=16)
def _steel(energy_mv: float) -> tuple[Reals, Reals]:
    """Areal density of steel, g/cm2, and its attenuation, both rising from 0."""
    return _AREAL, Beam(energy_mv).attenuation([(STEEL, _AREAL)])
