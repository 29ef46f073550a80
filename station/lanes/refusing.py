"""Put files aside: those that were taken, and those that cannot be read."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from data.files import move_durably, write_durably

TAKEN: Final = "taken"
"""Folder of files that were taken, in the watched one."""

REFUSED: Final = "refused"
"""Folder of files that cannot be read, in the watched one; a text says why."""


def put_aside(path: Path, root: Path, into: str, tag: str) -> Path:
    """Move a file into a folder of the watched one.

    Args:
        path: The file.
        root: The watched folder.
        into: Name of the folder, such as TAKEN; in it the file keeps its path.
        tag: Put before its name if there is another file of that name.

    Returns:
        Where it is now.

    Raises:
        OSError: If it cannot be moved.
    """
    place = root / into / path.relative_to(root)
    if place.exists():
        place = place.with_name(f"{tag}-{place.name}")
    move_durably(path, place)
    return place


def refuse(files: Sequence[Path], root: Path, reason: str, tag: str) -> None:
    """Move files that cannot be read aside, with a text that says why.

    Args:
        files: Of one scan, the main one first.
        root: The watched folder.
        reason: One line.
        tag: Put before names that are there already.

    Raises:
        OSError: If they cannot be moved.
    """
    places = [put_aside(path, root, REFUSED, tag) for path in files]
    explain(places[0], reason)


def explain(place: Path, reason: str) -> None:
    """Write why a file was refused, beside it.

    Args:
        place: Where it is now.
        reason: One line.
    """
    text = place.with_name(f"{place.name}.txt")
    write_durably(text, f"{reason}\n".encode(errors="replace"))
