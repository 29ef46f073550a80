"""What all sources hand their scans to: the spool, as long as there is disk for it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from data.scan import Scan, ScanInfo, take_columns
from station.audit.reporter import Reporter
from station.config import LaneConfig
from station.records.identifiers import new_id
from station.records.moment import now
from station.spool import ColumnWriter, DataFolder, ScanBegin, begin_scan

GB: Final = 1e9
MARGIN: Final = 200e6
CHUNK: Final = 256
"""Columns of a whole scan in one record."""


@dataclass(slots=True)
class Intake:
    """Takes in the scans of one lane.

    Args:
        lane: The lane.
        data: The station's data.
        reporter: Told of a full disk.
        least_free: Bytes of disk that must stay free.
        free: Says how many bytes of disk are free.
    """

    lane: LaneConfig
    data: DataFolder
    reporter: Reporter
    least_free: float
    free: Callable[[Path], int] = field(
        default=lambda path: shutil.disk_usage(path).free
    )
    _full: bool = field(default=False, init=False)

    def has_room(self) -> bool:
        """Whether there is disk for more; a change is reported once."""
        self.data.root.mkdir(parents=True, exist_ok=True)
        free = self.free(self.data.root)
        full = free < self.least_free + (self._margin if self._full else 0.0)
        if full != self._full:
            kind = "disk.full" if full else "disk.free"
            self.reporter.report(kind, self.lane.name, {"free_bytes": free})
            self._full = full
        return not full

    @property
    def _margin(self) -> float:
        """How much more must be free once it was full, bytes: it shall not flutter."""
        return min(self.least_free / 4, MARGIN)

    def complete(self, info: ScanInfo) -> ScanInfo:
        """What is known of a scan, with what the lane knows where it does not say."""
        known: dict[str, object] = {
            "scanner": info.scanner or self.lane.scanner or self.lane.name,
            "view": info.view or self.lane.view,
        }
        if info.pitch_mm is None and self.lane.pitch_mm is not None:
            known |= {"pitch_mm": self.lane.pitch_mm, "pitch_source": "user"}
        return info.model_copy(update=known)

    def begin(
        self,
        key: str,
        kind_of: Scan,
        *,
        number: str | None = None,
        whole: bool = False,
        original: str | None = None,
    ) -> ColumnWriter:
        """Begin a scan.

        Args:
            key: What the source calls it; unique within the lane.
            kind_of: The scan, or any of its columns.
            number: What the scanner calls the inspection.
            whole: Whether it comes as one file.
            original: Name of that file.

        Raises:
            OSError: If the disk does not take it.
        """
        info = self.complete(kind_of.info)
        begin = ScanBegin(
            id=new_id(),
            lane=self.lane.name,
            key=key,
            number=number,
            kind=kind_of.kind,
            rows=kind_of.size[1],
            info=info,
            whole=whole,
            original=original,
            began=now(),
        )
        return begin_scan(self.data, begin)

    def take_whole(
        self,
        scan: Scan,
        key: str,
        *,
        number: str | None = None,
        original: str | None = None,
    ) -> ColumnWriter:
        """Take in a scan that is complete; it is on the disk when this returns.

        Args:
            scan: All of it.
            key: What the source calls it.
            number: What the scanner calls the inspection.
            original: Name of the file that it came as.

        Raises:
            OSError: If the disk does not take it; it is then ended as damaged.
        """
        writer = self.begin(key, scan, number=number, whole=True, original=original)
        width = scan.size[0]
        try:
            for start in range(0, width, CHUNK):
                writer.push(take_columns(scan, start, start + CHUNK))
            writer.end(now(), width=width)
        finally:
            writer.close()
        return writer
