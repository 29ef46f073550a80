"""What scans can be played to."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from data.scan import Scan


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came of a scan that was played.

    Attributes:
        columns: How many arrived.
        wrong: Why not all did; None if they did.
        reconnects: How often the connection was made again.
    """

    columns: int
    wrong: str | None = None
    reconnects: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """A scan that is to be played.

    Attributes:
        scan: It.
        files: Of which it was read; the one by which it goes comes first.
        key: What it is called; no two are called the same.
        number: Of the inspection.
    """

    scan: Scan
    files: tuple[Path, ...]
    key: str
    number: str


class Target(Protocol):
    """Where scans are played to."""

    def play(self, item: Item) -> Arrived:
        """Play a scan to its end, or until told to stop.

        Args:
            item: The scan.
        """
        ...  # pragma: no cover

    def close(self) -> None:
        """There are no more."""
        ...  # pragma: no cover


class Waiting(Protocol):
    """Passes time; a `threading.Event` does."""

    def is_set(self) -> bool:
        """Whether to stop."""
        ...  # pragma: no cover

    def wait(self, timeout: float) -> bool:
        """Wait, or until told to stop.

        Args:
            timeout: How long, s.

        Returns:
            Whether to stop.
        """
        ...  # pragma: no cover


def wait_for_scan(scan: Scan, rate: float | None, stopping: Waiting) -> bool:
    """Let the time pass in which a scanner makes a scan.

    Args:
        scan: The scan.
        rate: Columns a second; None for no time at all.
        stopping: Set to stop.

    Returns:
        Whether to stop.
    """
    return stopping.wait(scan.size[0] / rate) if rate else stopping.is_set()


class BackOff:
    """Waits longer each time, until patience is at an end.

    Args:
        patience_s: How long altogether; None for ever.
        stopping: Set to stop.
    """

    def __init__(self, patience_s: float | None, stopping: Waiting) -> None:
        self._until = None if patience_s is None else time.monotonic() + patience_s
        self._next = 0.1
        self._stopping = stopping

    def wait(self) -> bool:
        """Wait.

        Returns:
            Whether to try again.
        """
        if self._until is not None and time.monotonic() > self._until:
            return False
        self._next, now = min(2 * self._next, 2.0), self._next
        return not self._stopping.wait(now)
