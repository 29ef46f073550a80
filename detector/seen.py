"""Which scans a network has learned from: it must never be judged by them.

The file travels with the run and the bundle. A scan is named by the first 16 digits of
its content's hash: half a million of them fit 8.5 MB, and nobody can tell from them
what a scan shows.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from data.errors import TrainingError

SEEN: Final = "seen.txt"

_DIGITS: Final = 16
_UNKNOWN: Final = "and others that nobody wrote down"
_LINE: Final = re.compile(rf"[0-9a-f]{{{_DIGITS}}}")


def shorten(sha256: str) -> str:
    """How a scan is named in such a file.

    Args:
        sha256: Hash of its content.

    Example:
        >>> shorten("0123456789abcdef0123")
        '0123456789abcdef'
    """
    return sha256[:_DIGITS]


def to_text(seen: Iterable[str], *, whole: bool = True) -> str:
    """The content of the file.

    Args:
        seen: Scans, as `shorten` names them.
        whole: Whether these are all of them.
    """
    mark = "" if whole else f"{_UNKNOWN}\n"
    return mark + "".join(f"{name}\n" for name in sorted(set(seen)))


def read_seen(folder: Path) -> frozenset[str] | None:
    """Which scans the network in a folder has learned from.

    Args:
        folder: Of a run or of a bundle.

    Returns:
        Scans, as `shorten` names them; None if nobody wrote it down. There may be more:
        see `is_whole`.

    Raises:
        TrainingError: If the file is damaged.
    """
    try:
        text = (folder / SEEN).read_text("ascii")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{folder / SEEN} cannot be read: {error}. Get the folder again."
        raise TrainingError(msg) from error
    names = [line for line in text.splitlines() if line != _UNKNOWN]
    if not all(_LINE.fullmatch(name) for name in names):
        msg = f"{folder / SEEN} is damaged. Get the folder again."
        raise TrainingError(msg)
    return frozenset(names)


def is_whole(folder: Path) -> bool:
    """Whether it is known of all scans that the network in a folder has learned from.

    Args:
        folder: Of a run or of a bundle.
    """
    try:
        with (folder / SEEN).open("r", encoding="ascii") as file:
            return file.readline().rstrip("\n") != _UNKNOWN
    except OSError:
        return False
