"""The sheets that are kept in memory: those asked for last, up to a size."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final

from station.tiles.sheet import Sheet

MOST_BYTES: Final = 300_000_000
"""Memory of all sheets; a scan of 1400 x 4000 in two energies takes 38 MB."""


class Gallery:
    """Keeps sheets.

    Args:
        most_bytes: Of memory; the sheet asked for last is kept however large it is.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._sheets: OrderedDict[Hashable, Sheet] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: Hashable, make: Callable[[], Sheet]) -> Sheet:
        """A sheet, made if it is not there.

        Args:
            name: Of it.
            make: Makes it; what takes long is for `Sheet.refresh` to do.
        """
        with self._lock:
            if name not in self._sheets:
                self._sheets[name] = make()
            self._sheets.move_to_end(name)
            self._trim()
            return self._sheets[name]

    def drop(self, name: Hashable) -> None:
        """Keep a sheet no longer."""
        with self._lock:
            self._sheets.pop(name, None)

    def _trim(self) -> None:
        size = sum(sheet.size_bytes for sheet in self._sheets.values())
        while size > self._most_bytes and len(self._sheets) > 1:
            _, gone = self._sheets.popitem(last=False)
            size -= gone.size_bytes
