"""What lies in a window of a scan: light matter such as goods, or metal."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.physics.beam import Beam, steel_curve
from data.physics.materials import CARBON
from data.projection.hardening import Light, is_modelled

Levels = npt.NDArray[np.float32]
Reals = npt.NDArray[np.float64]

_AROUND: Final = (15, 15)
_CLOSE: Final = (5, 5)
_FAINTEST: Final = 1e-5
_UNKNOWN: Final = 0.5
_DEEPEST_G_CM2: Final = 700.0
_STEPS: Final = 1024


def estimate_light(
    straight: Levels, threat: Levels, energies_mv: Sequence[float | None]
) -> Light:
    """Estimate which shares of cargo and threat are light matter, from two energies.

    Light matter of one attenuation at the higher energy attenuates more at the lower
    one than steel does. A pixel's ratio is mostly noise: what counts are means over
    15 x 15 px of the scan and 5 x 5 px of the threat.

    Args:
        straight: (P, h, w) float32, transmission without scatter.
        threat: (P, h, w) float32, attenuation of the threat in air, nepers.
        energies_mv: Endpoint of each plane, MV; None where unknown.

    Returns:
        Shares of each pixel; where there is one plane or the energies are unknown,
        half of the cargo, and a threat of steel.
    """
    mv = [float(e) for e in energies_mv if e is not None and is_modelled(e)]
    if len(mv) != 2 or len(straight) != 2:
        return Light(_UNKNOWN, 0.0)
    around = [np.clip(cv2.blur(plane, _AROUND), _FAINTEST, 1) for plane in straight]
    close = [cv2.blur(plane, _CLOSE) for plane in threat]
    return Light(_place(-np.log(np.stack(around)), mv), _place(np.stack(close), mv))


def _place(attenuation: Levels, mv: Sequence[float]) -> Levels:
    """Where attenuation at two energies is between steel, 0, and carbon, 1."""
    high, low = attenuation
    steel = np.interp(high, *steel_curve(mv[0], mv[1]))
    carbon = np.interp(high, *_carbon_curve(mv[0], mv[1]))
    share = (low - steel) / np.maximum(carbon - steel, 1e-3)
    return np.asarray(np.clip(share, 0, 1), np.float32)


@lru_cache(maxsize=16)
def _carbon_curve(high_mv: float, low_mv: float) -> tuple[Reals, Reals]:
    """Attenuation of carbon of growing thickness at both energies."""
    areal = _DEEPEST_G_CM2 * np.linspace(0, 1, _STEPS) ** 2
    high, low = (Beam(mv).attenuation([(CARBON, areal)]) for mv in (high_mv, low_mv))
    return high, low
