"""Draws that numpy's generator has no typed method for."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Option = TypeVar("Option")


def pick(rng: np.random.Generator, options: Sequence[Option]) -> Option:
    """Draw one of several things, each as likely.

    Args:
        rng: Source of chance.
        options: At least one.

    Example:
        >>> pick(np.random.default_rng(0), ["only"])
        'only'
    """
    return options[int(rng.integers(len(options)))]
