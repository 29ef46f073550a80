"""Files and folders that appear whole or not at all."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
