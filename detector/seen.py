"""Which scans a network has learned from: it must never be judged by them.

The file travels with the run and the bundle. A scan is named by the first 16 digits of
its content's hash: a million of them fit 17 MB, and nobody can tell from them what a
scan shows.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from data.errors import TrainingError

SEEN: Final = "seen.txt"

_DIGITS: Final = 16
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


def to_text(seen: Iterable[str]) -> str:
    """The content of the file.

    Args:
        seen: Scans, as `shorten` names them.
    """
    return "".join(f"{name}\n" for name in sorted(set(seen)))


def read_seen(folder: Path) -> frozenset[str] | None:
    """Which scans the network in a folder has learned from.

    Args:
        folder: Of a run or of a bundle.

    Returns:
        Scans, as `shorten` names them; None if nobody wrote it down.

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
    names = text.splitlines()
    if not all(_LINE.fullmatch(name) for name in names):
        msg = f"{folder / SEEN} is damaged. Get the folder again."
        raise TrainingError(msg)
    return frozenset(names)
