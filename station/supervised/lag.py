"""How far behind the scanner a page shows columns.

A test scan's columns are held back until a firearm is in them, so where there are test
scans no page may show columns as they come: it would show the real ones first. All
scans are shown equally late, whether they are test scans or not, and alarms come no
sooner than their columns: see `station.worker.holding`. Where a lane is far behind its
scanner, pages are too: if only those of test scans were, that would tell.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from station.spool import ScanBegin

LAG: Final = 1024
"""Columns that pages are behind: twice what is held back, as placing takes a while."""

HELD: Final = 512
"""Columns that a lane may hold back of those that it has taken."""

TAKEN: Final = "test.taken"
"""File that says how many columns of a scan its lane has taken, where there are test
scans."""

ALL: Final = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Lag:
    """Says how much of a scan pages may show.

    Args:
        rate: Share of scans that become test scans.
    """

    rate: float

    def shown_width(
        self, folder: Path, begin: ScanBegin, came: int, *, done: bool
    ) -> int:
        """How many columns pages may show.

        Args:
            folder: Of the scan.
            begin: What is known of it.
            came: How many came, so far.
            done: Whether all of it was looked at.
        """
        if done or not self.rate:
            return came
        if begin.whole:
            return 0
        return max(min(came - LAG, read_taken(folder) - HELD), 0)


def read_taken(folder: Path) -> int:
    """How many columns of a scan its lane has taken, so far.

    Args:
        folder: Of the scan.
    """
    try:
        content = (folder / TAKEN).read_bytes()
    except OSError:
        return 0
    return int.from_bytes(content, "little") if len(content) == 4 else 0


def write_taken(folder: Path, columns: int) -> None:
    """Say how many columns were taken; it need not outlive a stop.

    Args:
        folder: Of the scan.
        columns: How many; `ALL` once there is nothing to hold back.
    """
    handle = os.open(folder / TAKEN, os.O_WRONLY | os.O_CREAT, 0o640)
    try:
        os.pwrite(handle, columns.to_bytes(4, "little"), 0)
    finally:
        os.close(handle)
