"""Find how many planes a raw file holds, and how they lie in it."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from data.onboarding.layout import MOST_PLANES, Order, arrange
from data.onboarding.likeness import measure_likeness

ALIKE: Final = 0.45
"""Likeness from which two planes show one scene."""

Arrangement = tuple[Order, int, int, int]


def find_arrangement(
    data: npt.NDArray[Any], line: int, lines: int, turns: int
) -> tuple[Arrangement, float]:
    """Find planes that show one scene.

    Args:
        data: (N,) readings without header and footer.
        line: Readings from the start of a line to the start of the next.
        lines: How many there are.
        turns: Planes whose readings take turns; 1 if there are none.

    Returns:
        Order, number of planes, width and height of a plane; then the likeness of the
        two planes that are most alike, or, where there is but one, of what would be
        most alike if there were more.
    """
    options: list[Arrangement] = []
    if turns > 1:
        options = [("interleaved", turns, line // turns, lines)]
    for planes in range(2, MOST_PLANES + 1):
        if turns == 1 and line % planes == 0:
            options.append(("side_by_side", planes, line // planes, lines))
        if turns == 1 and lines % planes == 0:
            options.append(("stacked", planes, line, lines // planes))
    alone: Arrangement = ("stacked", 1, line, lines)
    best, strongest = alone, 0.0
    for option in options:
        likeness = _judge(data, option)
        if likeness > strongest:
            best, strongest = option, likeness
    return (best if strongest >= ALIKE else alone), strongest


def _judge(data: npt.NDArray[Any], option: Arrangement) -> float:
    order, count, width, height = option
    planes = arrange(data[: width * height * count], (width, height, count), order)
    likeness = [
        measure_likeness(planes[one], planes[other])
        for one in range(count)
        for other in range(one + 1, count)
    ]
    return float(np.max(likeness))
