"""Open a file that should hold a scan, and say in one line why it cannot be used."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from data.errors import ScanFileError

PIXEL_BUDGET: Final = 400_000_000
"""Pixels (width x height) that a reader decodes unless it is told otherwise."""

_SLACK_BYTES: Final = 16 * 2**20
"""What a file may hold besides pixels: previews, colour profiles, notes."""

_MOST_BYTES_PER_PIXEL: Final = 8


def bad_file(path: Path, what: str) -> ScanFileError:
    """Build the error for a file that cannot be read as a scan.

    Args:
        path: The file.
        what: The rest of the sentence, and what to do.

    Example:
        >>> bad_file(Path("a.png"), "is empty. Copy it again.")
        ScanFileError('a.png is empty. Copy it again.')
    """
    return ScanFileError(f"{path} {' '.join(what.split())}")


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open an ordinary file that is not empty, for reading.

    Raises:
        ScanFileError: If it is missing, empty, a folder, a device or not readable, or
            if reading it fails within the block.
    """
    try:
        _check_ordinary(path)
        with path.open("rb") as file:
            yield file
    except FileNotFoundError as error:
        raise bad_file(path, "does not exist. Check the name.") from error
    except PermissionError as error:
        what = "may not be read by this user. Change its permissions."
        raise bad_file(path, what) from error
    except OSError as error:
        what = (
            f"cannot be read: {error.strerror or error}. Check the disk and the name."
        )
        raise bad_file(path, what) from error


def check_budget(path: Path, size: tuple[int, int], pixel_budget: int) -> None:
    """Refuse a scan without pixels or with more than the budget.

    Args:
        path: Its file, to be named.
        size: Width and height, px, as its header states them.
        pixel_budget: Most pixels to decode.

    Raises:
        ScanFileError: If the size is outside 1 to `pixel_budget` px.
    """
    width, height = size
    if width < 1 or height < 1:
        what = f"states a size of {width} x {height} px. Export it again."
        raise bad_file(path, what)
    if width * height > pixel_budget:
        what = (
            f"has {width} x {height} px, more than the budget of {pixel_budget} px. "
            "Raise the budget if the size is right."
        )
        raise bad_file(path, what)


def read_rest(file: BinaryIO, path: Path, size: tuple[int, int]) -> bytes:
    """Read a whole file whose size in pixels was checked.

    Args:
        file: The open file, at any place.
        path: Its path, to be named.
        size: Width and height, px.

    Returns:
        All its bytes.

    Raises:
        ScanFileError: If the file is far larger than its pixels can be.
    """
    most = size[0] * size[1] * _MOST_BYTES_PER_PIXEL + _SLACK_BYTES
    file.seek(0)
    content = file.read(most + 1)
    if len(content) > most:
        what = f"is too large for its {size[0]} x {size[1]} px. Export it again."
        raise bad_file(path, what)
    return content


def _check_ordinary(path: Path) -> None:
    try:
        status = path.stat()
    except ValueError as error:  # a NUL in the name
        raise bad_file(path, "is not a file name. Check it.") from error
    if stat.S_ISDIR(status.st_mode):
        raise bad_file(path, "is a folder. Name a file.")
    if not stat.S_ISREG(status.st_mode):
        raise bad_file(path, "is not an ordinary file. Name a file.")
    if status.st_size == 0:
        raise bad_file(path, "is empty. Copy it again.")
