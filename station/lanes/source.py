"""What a source of scans is."""

import threading
from typing import Protocol


class Source(Protocol):
    """Takes scans in until it is told to stop; a lane's process runs it in a thread."""

    def run(self, stopping: threading.Event) -> None:
        """Take scans in; whatever goes wrong is reported, and it goes on.

        Args:
            stopping: Set when it shall return, within a second.
        """
