"""What a lane does beside its scans: second looks, and the bundle in shadow."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from data.errors import RecordError
from data.formats import read_scan
from station.records import Database
from station.shadow.looking import Shadow
from station.spool import DataFolder
from station.worker.finishing import STORED
from station.worker.looking import Look
from station.worker.second_look import Again, list_again, look_again

logger = logging.getLogger(__name__)

PAUSE_S: Final = 0.25
MOST: Final = 50
"""Scans that may wait for the bundle in shadow; older ones are left out."""


@dataclass(slots=True)
class Beside:
    """Runs in a thread of its own, so that no scan waits for it.

    Args:
        lane: Name of the lane.
        data: The station's data.
        database: The records.
        look: Says what looks.
        shadow: The bundle in shadow.
    """

    lane: str
    data: DataFolder
    database: Database
    look: Callable[[], Look]
    shadow: Shadow
    _waiting: deque[tuple[str, Path]] = field(
        default_factory=lambda: deque(maxlen=MOST), init=False
    )

    def put(self, scan_id: str, folder: Path) -> None:
        """Have the bundle in shadow look at a scan that was stored."""
        self._waiting.append((scan_id, folder))

    def run(self, stopping: threading.Event) -> None:
        """Look until told to stop."""
        while not stopping.wait(PAUSE_S):
            for again in list_again(self.database, self.data, self.lane):
                self._look_again(again)
            if self._waiting:
                self._look_in_shadow(*self._waiting.popleft())

    def _look_again(self, again: Again) -> None:
        try:
            look_again(again, self.look(), self.lane, self.database)
        except RecordError as error:
            logger.warning("A second look waits: %s", error)

    def _look_in_shadow(self, scan_id: str, folder: Path) -> None:
        try:
            if self.shadow.active and (folder / STORED).exists():
                scan = read_scan(folder / STORED)
                self.shadow.look(scan, scan_id, self.database)
        except Exception:
            logger.exception("The bundle in shadow failed on %s", scan_id)
