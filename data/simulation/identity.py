"""Container numbers of an owner that does not exist."""

from typing import Final

import numpy as np

from data.container_number import check_digit

_OWNER: Final = "XSM"  # stands for no carrier: these containers exist in memory only


def draw_container_number(rng: np.random.Generator) -> str:
    """Draw a valid number of an owner that does not exist."""
    code = f"{_OWNER}U{rng.integers(1_000_000):06d}"
    return f"{code}{check_digit(code)}"
