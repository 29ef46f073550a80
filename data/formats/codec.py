"""Decode PNG, JPEG and BMP with OpenCV, and take the decoders at their word.

The C libraries under OpenCV hand over half-grey pictures of damaged files and say so
only on the standard error stream. Here that stream is listened to while they decode:
what they complain of becomes an error, and nothing of it reaches the screen.
"""

import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from data.formats.opening import bad_file

_STDERR: Final = 2
_ALONE: Final = threading.Lock()
_DAMAGE: Final = (
    b"Corrupt JPEG data",
    b"Premature end of JPEG",
    b"Invalid SOS parameters",
    b"Inconsistent progression",
    b"libpng error",
)
_CHATTER: Final = (b"libpng warning", b"Warning: ", b"[ WARN:", b"[ERROR:", b"[ INFO:")

Result = TypeVar("Result")


def decode(content: bytes, path: Path, flags: int) -> npt.NDArray[Any]:
    """Decode a whole picture file.

    Args:
        content: The file.
        path: Its path, to be named.
        flags: Of `cv2.imdecode`. EXIF rotation is never applied.

    Returns:
        (H, W) or (H, W, C), uint8 or uint16; colour is BGR, as OpenCV has it.

    Raises:
        ScanFileError: If it does not decode wholly and without complaint.
    """
    buffer = np.frombuffer(content, np.uint8)
    if flags != cv2.IMREAD_UNCHANGED:  # which never rotates
        flags |= cv2.IMREAD_IGNORE_ORIENTATION
    picture, said = _listen(lambda: _decode(buffer, flags))
    complaint = next((line for line in said if line.startswith(_DAMAGE)), None)
    if picture is None or complaint is not None:
        why = (complaint or b"it does not decode").decode("ascii", "replace")
        raise bad_file(path, f"is damaged: {why}. Copy it again.")
    return picture


def _decode(buffer: npt.NDArray[np.uint8], flags: int) -> npt.NDArray[Any] | None:
    try:
        return cv2.imdecode(buffer, flags)
    except cv2.error:
        return None


def _listen(work: Callable[[], Result]) -> tuple[Result, list[bytes]]:
    with _ALONE, tempfile.TemporaryFile() as heard:
        _open_stderr()
        kept = os.dup(_STDERR)
        os.dup2(heard.fileno(), _STDERR)
        try:
            result = work()
        finally:
            os.dup2(kept, _STDERR)
            os.close(kept)
        heard.seek(0)
        lines = heard.read().splitlines(keepends=True)
    # Another thread may have written to the stream meanwhile: pass that on.
    foreign = [line for line in lines if not line.startswith(_DAMAGE + _CHATTER)]
    if foreign:
        os.write(_STDERR, b"".join(foreign))
    return result, [line.strip() for line in lines]


def _open_stderr() -> None:
    try:
        os.fstat(_STDERR)
    except OSError:  # a service may run without one
        nowhere = os.open(os.devnull, os.O_RDWR)
        if nowhere != _STDERR:
            os.dup2(nowhere, _STDERR)
            os.close(nowhere)
