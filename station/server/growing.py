"""Which scans come in, and how wide they are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.errors import StationError
from station.spool import DataFolder, ScanBegin
from station.spool.beginning import read_begin
from station.spool.widths import WidthReader


@dataclass(slots=True)
class Growth:
    """Follows the scans of all lanes that are not done with.

    Args:
        data: The station's data.
        lanes: Names of the lanes.
        count_shown: Says how many columns of a scan pages may show: its folder, how it
            began, and how many came.
        find_inspections: Says of which inspections scans are views; of those that are
            in the records.
    """

    data: DataFolder
    lanes: Sequence[str]
    count_shown: Callable[[Path, ScanBegin, int], int]
    find_inspections: Callable[[Sequence[str]], Mapping[str, str]]
    _known: dict[str, tuple[ScanBegin, WidthReader] | None] = field(
        default_factory=dict, init=False
    )
    _inspections: dict[str, str] = field(default_factory=dict, init=False)

    def look(self) -> dict[str, dict[str, Any]]:
        """How wide each scan is now, as messages."""
        there = {
            scan_id: (lane, folder)
            for lane in self.lanes
            for scan_id, folder in self.data.list_open(lane)
        }
        self._known = {
            scan_id: self._known.get(scan_id) or _open(folder)
            for scan_id, (_, folder) in there.items()
        }
        self._learn(list(there))
        return {
            scan_id: {
                "type": "columns",
                "lane": there[scan_id][0],
                "scan": scan_id,
                "inspection": self._inspections.get(scan_id),
                "width": self.count_shown(there[scan_id][1], known[0], known[1].read()),
            }
            for scan_id, known in self._known.items()
            if known is not None
        }

    def _learn(self, names: list[str]) -> None:
        """Ask for the inspections of new scans: one never changes."""
        known = self._inspections
        fresh = [name for name in names if name not in known]
        found = self.find_inspections(fresh) if fresh else {}
        self._inspections = {
            name: known.get(name) or found[name]
            for name in names
            if name in known or name in found
        }


def _open(folder: Path) -> tuple[ScanBegin, WidthReader] | None:
    try:
        return read_begin(folder), WidthReader(folder)
    except StationError:
        return None  # damaged: whoever looks at it says so
