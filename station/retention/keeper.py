"""Deletes what is kept long enough, every hour and when the disk is short."""

import logging
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from data.errors import RecordError
from station.clock import is_in_doubt
from station.config import StationConfig
from station.records import Database
from station.retention.folders import FolderSweep
from station.retention.forgetting import forget
from station.retention.pictures import (
    Reason,
    by_age,
    by_size,
    list_removable,
    measure_pictures,
    remove_picture,
)
from station.spool import DataFolder

logger = logging.getLogger(__name__)

GB: Final = 1e9
HOUR_S: Final = 3600.0
LOOK_S: Final = 30.0
"""Between two looks at the disk, s."""

AMPLE: Final = 1.5
"""Where the disk is short, so many times what must be free shall be."""


@dataclass(slots=True)
class Keeper:
    """Keeps the data folder within its limits.

    Args:
        config: The station's.
        database: The records.
        data: The station's data.
        free: Says how many bytes of disk are free.
    """

    config: StationConfig
    database: Database
    data: DataFolder
    free: Callable[[Path], int] = field(
        default=lambda path: shutil.disk_usage(path).free
    )
    _sweep: FolderSweep = field(init=False)

    def __post_init__(self) -> None:
        """Have something to look at folders with."""
        self._sweep = FolderSweep(self.database, self.data)

    def run(self, stopping: threading.Event) -> None:
        """Do it until told to stop; whatever goes wrong is logged, and tried again.

        Args:
            stopping: Set when it shall return.
        """
        waited = HOUR_S
        while not stopping.is_set():
            try:
                if waited >= HOUR_S:
                    waited = 0.0
                    self.keep(datetime.now(UTC), stopping)
                elif self._lacks_disk():
                    self.make_room(stopping)
            except (RecordError, OSError) as error:
                logger.warning("Nothing is deleted now. %s", error)
            stopping.wait(LOOK_S)
            waited += LOOK_S

    def keep(self, now: datetime, stopping: threading.Event | None = None) -> None:
        """Delete and forget all whose time is over, if the clock can be believed.

        Args:
            now: The time, with its zone.
            stopping: Set when it shall return early.

        Raises:
            RecordError: If the records cannot be read or written.
        """
        doubted = is_in_doubt(self.database, now)
        if doubted:
            logger.warning("The clock was set far ahead: nothing goes by its age today")
        old = None if doubted else by_age(self.config.retention, now)
        if old is not None:
            self._remove(old, None, stopping)
        self.make_room(stopping)
        if not doubted:
            forget(self.database, self.config, now)
        self._sweep.sweep(now)

    def make_room(self, stopping: threading.Event | None = None) -> None:
        """Delete the oldest pictures above [retention] scan_gb, more on a short disk.

        Without scan_gb nothing is deleted for its size: then lanes take nothing in
        while the disk is short.

        Args:
            stopping: Set when it shall return early.

        Raises:
            RecordError: If the records cannot be read or written.
        """
        most = self.config.retention.scan_gb
        if most is None:
            return
        excess = measure_pictures(self.database) - most * GB
        if self._lacks_disk():
            excess = max(excess, AMPLE * self._least - self._measure_free())
        if excess > 0 and self._remove(by_size(), excess, stopping) < excess:
            logger.warning(
                "More pictures are held than there shall be, or the disk has"
            )

    @property
    def _least(self) -> float:
        return self.config.retention.least_free_gb * GB

    def _measure_free(self) -> int:
        self.data.root.mkdir(parents=True, exist_ok=True)
        return self.free(self.data.root)

    def _lacks_disk(self) -> bool:
        return self._measure_free() < self._least

    def _remove(
        self, reason: Reason, wanted: float | None, stopping: threading.Event | None
    ) -> int:
        """Remove pictures, so many bytes or all; gives back how many bytes went."""
        gone = 0
        for scan_id, size in list_removable(self.database, self.data, reason):
            enough = wanted is not None and gone >= wanted
            if enough or (stopping is not None and stopping.is_set()):
                break
            if remove_picture(self.database, self.data, scan_id, reason):
                gone += size
        return gone
