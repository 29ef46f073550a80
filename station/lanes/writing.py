"""Files that are on the disk, name and all, before whoever wrote them goes on."""

import os
from pathlib import Path

from data.files import replacing
from station.spool.beginning import sync_folder


def write_durably(path: Path, content: bytes) -> None:
    """Write a file, durably: it is there whole or not at all.

    Args:
        path: Where. Its folder is made if it is missing.
        content: All that it holds.

    Raises:
        OSError: If the disk does not take it.
    """
    with replacing(path) as draft, draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def move_durably(path: Path, place: Path) -> None:
    """Move a file within one disk, durably.

    Args:
        path: The file.
        place: Where it shall be. Its folder is made if it is missing.

    Raises:
        OSError: If it cannot be moved.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    path.replace(place)
    sync_folder(place.parent)
    sync_folder(path.parent)
