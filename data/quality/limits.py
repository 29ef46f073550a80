"""From what is seen of several thicknesses to the one that is just seen."""

import math
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

import numpy as np

from data.quality.contrast import Contrast
from data.quality.figures import Bound

Limit = tuple[float, Bound]

_CLEAR: Final = 4.0

MOST_PERCENT: Final = 100.0
"""Contrast sensitivity that stands for none at all."""


def find_penetration(steps: Sequence[tuple[float, Contrast]], seen: float) -> Limit:
    """Thickness of steel through which a thing is just seen.

    Between the last of the unbroken run of steps, from the thinnest on, that reach the
    ratio, and the next one, the logarithm of the ratio is taken to fall evenly: what
    comes through steel falls exponentially. A ratio under its own standard error counts
    as that error.

    Args:
        steps: Thickness, mm, and contrast of each.
        seen: Contrast-to-noise ratio from which it is seen.

    Returns:
        mm; over the thickest step if all are seen, under the thinnest if none is.

    Example:
        >>> find_penetration([(100, Contrast(4.0, 0.1)), (200, Contrast(1.0, 0.1))], 2)
        (150.0, '')
    """
    rising = sorted(steps, key=lambda step: step[0])
    run = list(takewhile(lambda step: step[1].cnr >= seen, rising))
    if not run:
        return rising[0][0], "under"
    if len(run) == len(rising):
        return rising[-1][0], "over"
    (thin, bright), (thick, dark) = run[-1], rising[len(run)]
    low = max(dark.cnr, min(dark.error, 0.99 * seen))
    share = math.log(bright.cnr / seen) / math.log(bright.cnr / low)
    return thin + share * (thick - thin), ""


def find_wire(wires: Sequence[tuple[float, float]], seen: float) -> Limit:
    """Diameter of the wire that is just seen.

    Thin wires take away signal by their cross-section: the ratio is fitted as
    slope diameter^2, by least squares over all wires. Thick wires, which are wider than
    the blur, count less: by 1 / (1 + (ratio / (4 seen))^4).

    Args:
        wires: Diameter, mm, and signal-to-noise ratio of each.
        seen: Ratio from which one is seen.

    Returns:
        mm; under the thinnest wire or over the thickest if it is outside of them.

    Example:
        >>> find_wire([(1.0, 5.0), (3.0, 45.0)], 20.0)
        (2.0, '')
    """
    rising = sorted(wires)
    square = np.array([mm**2 for mm, _ in rising])
    ratios = np.array([ratio for _, ratio in rising])
    weight = 1 / (1 + (np.maximum(ratios, 0) / (_CLEAR * seen)) ** 4)
    slope = float((weight * square) @ ratios / ((weight * square) @ square))
    if slope * square[-1] < seen:
        return rising[-1][0], "over"
    if slope * square[0] > seen:
        return rising[0][0], "under"
    return math.sqrt(seen / slope), ""


def find_contrast(
    sheets: Sequence[tuple[float, Contrast]], plate_mm: float, seen: float
) -> Limit:
    """Thickness of the sheet that is just seen, over that of the plate it lies on.

    The ratio is taken to go with the sheet's thickness; the slope is fitted to all
    sheets, weighted by their errors.

    Args:
        sheets: Thickness, mm, and contrast of each.
        plate_mm: Thickness of the plate.
        seen: Contrast-to-noise ratio from which one is seen.

    Returns:
        %; over 100 % if nothing is seen.

    Example:
        >>> find_contrast([(2.0, Contrast(1.0, 0.1))], 100.0, 0.5)
        (1.0, '')
    """
    thickness = np.array([mm for mm, _ in sheets])
    ratio = np.array([contrast.cnr for _, contrast in sheets])
    weight = np.array([contrast.error**-2 for _, contrast in sheets])
    slope = float((weight * thickness) @ ratio / ((weight * thickness) @ thickness))
    if slope * plate_mm <= seen:
        return MOST_PERCENT, "over"
    return 100 * seen / slope / plate_mm, ""
