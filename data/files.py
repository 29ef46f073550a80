"""Files and folders that appear whole or not at all; files that outlast a power cut."""

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Write a file beside its place and move it there when it is whole.

    Args:
        path: Where the file shall be. Its folder is made if it is missing.

    Yields:
        The path to write to, with the ending of `path`. It is gone if the block raises.

    Example:
        >>> import tempfile
        >>> place = Path(tempfile.mkdtemp()) / "a.txt"
        >>> with replacing(place) as draft:
        ...     _ = draft.write_text("whole")
        >>> place.read_text()
        'whole'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.stem}-{secrets.token_hex(4)}{path.suffix}")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def making_folder(path: Path) -> Iterator[Path]:
    """Fill a folder beside its place and move it there when it is whole.

    Args:
        path: Where the folder shall be; it must not be there.

    Yields:
        The folder to fill. It is gone if the block raises.

    Example:
        >>> import tempfile
        >>> place = Path(tempfile.mkdtemp()) / "a"
        >>> with making_folder(place) as draft:
        ...     _ = (draft / "b.txt").write_text("whole")
        >>> (place / "b.txt").read_text()
        'whole'
    """
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        draft.mkdir(parents=True)
        yield draft
        draft.rename(path)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def replacing_durably(path: Path) -> Iterator[BinaryIO]:
    """Write a file that is on the disk, name and all, once the block has ended.

    Args:
        path: Where the file shall be. Its folder is made if it is missing.

    Yields:
        The file to write to. Where the block raises, what was there before stays.

    Raises:
        OSError: If the disk does not take it.
    """
    with replacing(path) as draft, draft.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def write_durably(path: Path, content: bytes) -> None:
    """Write a file, which is on the disk when this returns: whole or not at all.

    Args:
        path: Where. Its folder is made if it is missing.
        content: All that it holds.

    Raises:
        OSError: If the disk does not take it.
    """
    with replacing_durably(path) as file:
        file.write(content)


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


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk.

    Args:
        folder: It.

    Raises:
        OSError: If it is not there, or the disk does not take them.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest_file(path: Path) -> str:
    """SHA-256 of a file as it is now, as hexadecimal.

    Args:
        path: The file.

    Raises:
        OSError: If it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
