"""How far the low plane lies off the high one."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

Levels = npt.NDArray[np.float32]

_ROUNDS: Final = 200
_PRECISE: Final = 1e-7
_SMOOTH_PX: Final = 5
_MOST_PX: Final = 20.0


def measure_offset(high: Levels, low: Levels) -> tuple[float, float] | None:
    """How far what the low plane shows lies from where the high plane shows it.

    The shift with the largest enhanced correlation coefficient of the two planes
    (Evangelidis and Psarakis, 2008; `cv2.findTransformECC`): neither their contrast nor
    their level matters. It is the transmission that is compared, as its edges are moved
    by blur and resampling no more than the picture is; those of attenuation are.

    Args:
        high: (H, W) float32, transmission of the high plane about the object.
        low: (H, W) float32, that of the low plane.

    Returns:
        (x, y) px; None if there is nothing to compare, or it is over 20 px.
    """
    start = np.eye(2, 3, dtype=np.float32)
    until = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, _ROUNDS, _PRECISE)
    everywhere = np.ones(low.shape, np.uint8)
    first, second = (np.ascontiguousarray(plane) for plane in (high, low))
    try:
        _, warp = cv2.findTransformECC(
            first, second, start, cv2.MOTION_TRANSLATION, until, everywhere, _SMOOTH_PX
        )
    except cv2.error:
        return None
    x, y = float(warp[0, 2]), float(warp[1, 2])
    return (x, y) if max(abs(x), abs(y)) <= _MOST_PX else None
