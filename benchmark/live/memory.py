"""How much memory this process holds, and held at most."""

import resource
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_STATUS: Final = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory of a process.

    Attributes:
        now_mb: What it holds, MB.
        peak_mb: What it held at most since it began, MB.
    """

    now_mb: float
    peak_mb: float


def read_memory() -> Memory:
    """Memory of this process; where the system does not say, now is taken for peak.

    Example:
        >>> memory = read_memory()
        >>> 1 < memory.now_mb <= memory.peak_mb
        True
    """
    if _STATUS.exists():
        # A child's rusage begins with its parent's peak; this does not.
        rows = dict(line.split(":", 1) for line in _STATUS.read_text().splitlines())
        now, peak = (_as_mb(rows[name]) for name in ("VmRSS", "VmHWM"))
        return Memory(now, max(now, peak))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak = most / 1e6 if sys.platform == "darwin" else most * 1024 / 1e6
    return Memory(peak, peak)


def _as_mb(row: str) -> float:
    """From "  1234 kB"."""
    return int(row.split(maxsplit=1)[0]) * 1024 / 1e6
