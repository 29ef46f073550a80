"""How well a thing is told from what surrounds it: contrast over noise."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from data.quality.placement import Window
from data.quality.plane import Pixels, Plane

Reals = npt.NDArray[np.float64]

FEWEST_PIXELS: Final = 30
"""Pixels of a thing, and of what surrounds it, under which nothing is measured."""

ROUNDING: Final = 1e-7
"""Noise of transmission under which there is none: what is left is arithmetic."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """How well a thing is seen.

    Attributes:
        cnr: Contrast-to-noise ratio of a pixel; below 0 if the thing is brighter.
        error: Standard error of that.
    """

    cnr: float
    error: float


def measure_contrast(
    plane: Plane, thing: Window, background: Sequence[Window]
) -> Contrast | None:
    """Contrast-to-noise ratio of a thing.

    Transmission is fitted by least squares as a plane over thing and background, which
    takes up shading, and a step by which the thing is darker:
    T = a + b x + c y - contrast [in the thing]. CNR = contrast / noise, where the noise
    is the standard deviation of the background about the fit (the ratio by which Burke
    and Procter judge the arrow of the penetration test, IPAC'23, contribution 2811).

    Args:
        plane: Of a scan.
        thing: What shall be seen.
        background: What surrounds it.

    Returns:
        None if there are too few pixels, or there is no noise to compare with.
    """
    inside = plane.pixels(thing)
    around = [plane.pixels(window) for window in background]
    outside = Pixels(
        *(
            np.concatenate([getattr(part, axis) for part in around])
            for axis in ("x", "y", "value")
        )
    )
    if min(len(inside.x), len(outside.x)) < FEWEST_PIXELS:
        return None
    design = np.concatenate([_explain(inside, 1.0), _explain(outside, 0.0)])
    value = np.concatenate([inside.value, outside.value])
    fit = np.linalg.lstsq(design, value, rcond=None)[0]
    rest = value - design @ fit
    free = len(outside.x) - design.shape[1] + 1
    noise = float(np.sqrt(np.sum(rest[len(inside.x) :] ** 2) / free))
    if noise < ROUNDING:
        return None
    cnr = float(fit[-1]) / noise
    spread = float(np.linalg.pinv(design.T @ design)[-1, -1])
    return Contrast(cnr, float(np.sqrt(spread + cnr**2 / (2 * free))))


def _explain(pixels: Pixels, inside: float) -> Reals:
    """What a pixel's transmission is made of: 1, x, y, and the step down."""
    count = len(pixels.x)
    return np.column_stack(
        [np.ones(count), pixels.x, pixels.y, np.full(count, -inside)]
    )
