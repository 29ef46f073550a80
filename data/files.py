"""Files that appear whole or not at all."""

import secrets
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
