"""The score from which a detection is an alarm, chosen on clean scans."""

import math
from collections.abc import Sequence
from typing import Final

WANTED_PFA: Final = 0.05
UNMEASURED: Final = 0.25
"""Threshold where clean scans are too few to choose one by: Ultralytics' own."""


_STEP: Final = 0.001
_HAIR: Final = 1e-6
"""What a score may lose as a float32: one just under a step would else alarm on it."""


def choose_threshold(clean: Sequence[float], wanted_pfa: float = WANTED_PFA) -> float:
    """The least threshold at which no more clean scans than wanted raise an alarm.

    Args:
        clean: Highest score in each clean scan, 0 where nothing was detected.
        wanted_pfa: Share of clean scans that may raise an alarm, 0 to 1.

    Returns:
        A score, 0 to 1; `UNMEASURED` if there is no clean scan. A score of 1 alarms
        whatever is wanted.

    Example:
        >>> choose_threshold([0.1, 0.2, 0.7, 0.9], wanted_pfa=0.25)
        0.701
    """
    if not clean:
        return UNMEASURED
    allowed = math.floor(wanted_pfa * len(clean) + 1e-9)
    first_silent = sorted(clean, reverse=True)[min(allowed, len(clean) - 1)]
    steps = math.floor((first_silent + _HAIR) / _STEP) + 1
    return min(1.0, round(steps * _STEP, 3))
