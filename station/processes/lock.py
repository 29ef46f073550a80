"""One process of a name for a data folder; the lock ends with the process."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data.errors import StationError


@contextmanager
def holding(root: Path, name: str, *, wait_s: float = 5.0) -> Iterator[None]:
    """Hold a lock; whoever is killed lets go of it.

    Args:
        root: The data folder.
        name: Of the lock.
        wait_s: How long to wait for another one to let go, s.

    Raises:
        StationError: If another one holds it.
    """
    place = root / "locks" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(handle, root, name, time.monotonic() + wait_s)
        yield
    finally:
        os.close(handle)


def _take(handle: int, root: Path, name: str, until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > until:
                msg = (
                    f"Another station runs on {root} ({name} is taken). Stop it, or "
                    "state another data folder."
                )
                raise StationError(msg) from error
            time.sleep(0.05)
        else:
            return
