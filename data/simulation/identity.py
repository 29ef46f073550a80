"""Container numbers: ISO 6346 owner code, serial number and check digit."""

import string
from typing import Final

import numpy as np

_OWNER: Final = "XSM"  # stands for no carrier: these containers exist in memory only

_VALUES: Final = dict(
    zip(
        string.digits + string.ascii_uppercase,
        [n for n in range(39) if n < 10 or n % 11],
        strict=True,
    )
)


def check_digit(code: str) -> int:
    """Check digit of a container number.

    Letters count from A = 10 and skip multiples of 11; the value at place i is
    weighted by 2 to the power i; the sum modulo 11, with 10 as 0, is the digit.

    Args:
        code: The first ten characters: four capitals, six figures.

    Example:
        >>> check_digit("CSQU305438")
        3
    """
    total = sum(_VALUES[letter] << place for place, letter in enumerate(code))
    return total % 11 % 10


def draw_container_number(rng: np.random.Generator) -> str:
    """Draw a valid number of an owner that does not exist."""
    code = f"{_OWNER}U{rng.integers(1_000_000):06d}"
    return f"{code}{check_digit(code)}"
