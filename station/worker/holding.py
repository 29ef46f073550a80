"""Alarms that wait until pages may show their columns."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from station.spool import ScanBegin
from station.supervised.lag import Lag
from station.worker.alarms import Raised


@dataclass(slots=True)
class HeldAlarms:
    """The alarms of one scan, in the order in which they were raised.

    Where there are test scans pages are behind the scanner: an alarm on columns that
    nobody sees yet would be a question that nobody can answer. They wait here, before
    they are in the records, so nothing can tell of them too soon. Without test scans
    none waits.

    Args:
        folder: Of the scan.
        begin: What is known of it.
        lag: How far pages are behind.
    """

    folder: Path
    begin: ScanBegin
    lag: Lag
    _held: deque[Raised] = field(default_factory=deque, init=False)

    def add(self, raised: Sequence[Raised]) -> None:
        """Hold alarms that are new or have grown."""
        self._held.extend(raised)

    def release(self, came: int) -> list[Raised]:
        """Let those go that may be seen, none before one that was raised earlier.

        Args:
            came: Columns that came so far.
        """
        if not self._held:
            return []
        if not self.lag.rate:
            return self.release_all()
        shown = self.lag.shown_width(self.folder, self.begin, came, done=False)
        free: list[Raised] = []
        while self._held and self._held[0].box[2] <= shown:
            free.append(self._held.popleft())
        return free

    def release_all(self) -> list[Raised]:
        """Let all of them go: the whole scan is about to be seen."""
        free = list(self._held)
        self._held.clear()
        return free
