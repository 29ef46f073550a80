"""How many cores there are to compute on."""

import os


def count_cores() -> int:
    """Cores that this process may use: fewer than there are where it is pinned.

    Example:
        >>> count_cores() >= 1
        True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
