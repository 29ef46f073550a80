"""Columns of a scan that never came."""

from typing import Final

SHORT_GAP: Final = 4
"""Missing columns that are filled with their neighbour: a packet or two."""

LONGEST_GAP: Final = 100_000
"""Most columns that may be missing at once: more are another scan."""
