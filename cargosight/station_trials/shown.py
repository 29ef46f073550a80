"""When a page showed what, and how much later that was than it could have been."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Moments = Sequence[tuple[float, float]]
"""How many columns a page showed, and since when, s; in the order of time."""


def list_column_delays(moments: Moments, made: Floats) -> tuple[Floats, int]:
    """How long each column of a scan took to the page.

    Args:
        moments: How many columns were shown since when.
        made: (columns,) when each was due at the scanner, by the same clock, s.

    Returns:
        The delays of those that were shown, s, and how many were not.
    """
    counts = np.maximum.accumulate([count for count, _ in moments] or [0.0])
    times = np.array([moment for _, moment in moments] or [0.0])
    first = np.searchsorted(counts, np.arange(1, len(made) + 1))
    seen = first < len(moments)
    return times[first[seen]] - made[seen], int((~seen).sum())


def list_flag_delays(
    flagged: dict[str, float], edges: dict[str, float], made: Floats
) -> tuple[list[float], int]:
    """How long each alarm of a scan took to the page.

    Args:
        flagged: Since when the box of each alarm was shown, s.
        edges: Right edge of each alarm that was raised, px of the scan.
        made: (columns,) when each was due at the scanner, by the same clock, s.

    Returns:
        The delays of those that were shown, s; below 0 where that was before all of
        the box was due. And how many were not shown.
    """
    delays = []
    for alarm, edge in edges.items():
        if alarm in flagged:
            last = min(max(round(edge) - 1, 0), len(made) - 1)
            delays.append(flagged[alarm] - float(made[last]))
    return delays, len(edges) - len(delays)


def count_columns(there: npt.NDArray[np.bool_], rows: int) -> float | None:
    """How many columns of a scan a picture of it has.

    All rows of the scan must be in sight, and its pixels square.

    Args:
        there: (H, W) where the picture shows the scan.
        rows: Of the scan.

    Returns:
        None if no scan is in sight.
    """
    down, across = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    if not down.size:
        return None
    scale = rows / (down[-1] + 1 - down[0])
    return float((across[-1] + 1 - across[0]) * scale)
