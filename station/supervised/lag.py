"""How far behind the scanner a page shows columns.

A test scan's columns are held back until a firearm is in them, so where there are test
scans no page may show columns as they come: it would show the real ones first. All
scans are shown equally late, whether they are test scans or not; alarms are not.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from station.spool import ScanBegin
from station.supervised.choosing import choose
from station.supervised.patch import PATCH

LAG: Final = 1024
"""Columns that pages are behind: twice what is held back, as placing takes a while."""

PASSED: Final = "test.passed"
"""File that says how many columns of a scan that may become a test scan have passed."""

ALL: Final = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Lag:
    """Says how much of a scan pages may show.

    Args:
        rate: Share of scans that become test scans.
        secret: Of `station.supervised.choosing.read_secret`.
    """

    rate: float
    secret: bytes

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
        shown = max(came - LAG, 0)
        if (folder / PATCH).exists() or not choose(begin.id, self.rate, self.secret):
            return shown
        return min(shown, read_passed(folder))


def read_passed(folder: Path) -> int:
    """How many columns of a scan that may become a test scan have passed, so far.

    Args:
        folder: Of the scan.
    """
    try:
        content = (folder / PASSED).read_bytes()
    except OSError:
        return 0
    return int.from_bytes(content, "little") if len(content) == 4 else 0


def write_passed(folder: Path, columns: int) -> None:
    """Say how many columns have passed; it need not outlive a stop.

    Args:
        folder: Of the scan.
        columns: How many; `ALL` once no more are held back.
    """
    handle = os.open(folder / PASSED, os.O_WRONLY | os.O_CREAT, 0o640)
    try:
        os.pwrite(handle, columns.to_bytes(4, "little"), 0)
    finally:
        os.close(handle)
