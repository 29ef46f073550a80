"""Files that are on the disk, name and all, before whoever wrote them goes on."""

from pathlib import Path

from station.spool.beginning import sync_folder


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
