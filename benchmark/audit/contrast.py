"""Whether anything is to be seen in a box at all."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.physics.noise import GAUSSIAN_MAD
from data.physics.transmission import to_attenuation
from data.scan import Scan

Plane = npt.NDArray[np.float32]
Box = tuple[float, float, float, float]

FLAT: Final = 2.0
"""Spread of a box, in noise, up to which nothing in it stands out."""

LEAST: Final = 0.02
"""Attenuation that is taken for nothing even in a scan without noise, nepers."""

_RIM: Final = 0.3
_LEAST_RIM_PX: Final = 4
_FEWEST: Final = 64
_DARKEST: Final = np.float32(1 / 255)
_TAILS: Final = (5.0, 95.0)
_SIGMAS: Final = 3.29
"""So many standard deviations of a normal distribution lie between these tails."""


def measure_darkness(scan: Scan) -> Plane:
    """What matter adds to: attenuation, or of a display scan -ln brightness.

    Args:
        scan: Any scan.

    Returns:
        (H, W) float32, nepers.
    """
    if scan.display is None:
        return to_attenuation(scan.transmission("high"))
    grey = cv2.cvtColor(scan.display, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    return -np.log(np.maximum(grey, _DARKEST))


def is_plain(darkness: Plane, box: Box) -> bool:
    """Whether a box shows nothing that its surround does not show.

    So it is where 3 x 3 means in the box spread by no more than `FLAT` times what noise
    makes of them, and their median is that of a rim about the box. A firearm in air or
    in even cargo never looks so; where cargo is uneven nothing can be said.

    Args:
        darkness: (H, W) float32, as `measure_darkness` gives it.
        box: x0, y0, x1, y1, px, not empty and within the scan.

    Returns:
        False where too little of it is in the scan to tell.
    """
    x0, y0, x1, y1 = (round(edge) for edge in box)
    rim = max(_LEAST_RIM_PX, round(_RIM * max(x1 - x0, y1 - y0)))
    left, top = max(x0 - rim, 0), max(y0 - rim, 0)
    part = darkness[top : y1 + rim, left : x1 + rim]
    inside = np.zeros(part.shape, np.bool_)
    inside[max(y0, 0) - top : y1 - top, max(x0, 0) - left : x1 - left] = True
    if inside.sum() < _FEWEST or (~inside).sum() < _FEWEST:
        return False
    smooth = np.asarray(cv2.blur(part, (3, 3)), np.float32)
    within, around = smooth[inside], smooth[~inside]
    low, high = np.percentile(within, _TAILS)
    nothing = FLAT * max(_estimate_noise(part) / 3, LEAST / FLAT / 2)
    apart = abs(float(np.median(within)) - float(np.median(around)))
    return float(high - low) / _SIGMAS < nothing and apart < max(nothing, LEAST)


def _estimate_noise(part: Plane) -> float:
    """Standard deviation of a pixel, from mixed differences of 2 x 2 neighbours."""
    mixed = part[:-1, :-1] - part[1:, :-1] - part[:-1, 1:] + part[1:, 1:]
    return float(GAUSSIAN_MAD * np.median(np.abs(mixed))) / 2
