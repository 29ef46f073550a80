"""A contact sheet: many pictures on one page."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from data.errors import ResultError
from data.files import replacing
from data.scan import Picture

WIDTH: Final = 900
COLUMNS: Final = 2
GAP: Final = 12


def write_sheet(pictures: Sequence[Path], place: Path) -> Path:
    """Write pictures side by side into one PNG.

    Args:
        pictures: Files of pictures, at least one.
        place: Where the sheet goes.

    Returns:
        The place.

    Raises:
        ResultError: If there is no picture, or one cannot be read.
    """
    if not pictures:
        msg = f"There are no pictures to write into {place}."
        raise ResultError(msg)
    shown = [_read(path) for path in pictures]
    rows = [
        _join(shown[start : start + COLUMNS], axis=1)
        for start in range(0, len(shown), COLUMNS)
    ]
    with replacing(place) as draft:
        draft.write_bytes(cv2.imencode(".png", _join(rows, axis=0))[1].tobytes())
    return place


def _read(path: Path) -> Picture:
    picture = cv2.imread(str(path))
    if picture is None:
        msg = f"{path} cannot be read as a picture."
        raise ResultError(msg)
    height = round(picture.shape[0] * WIDTH / picture.shape[1])
    return np.asarray(
        cv2.resize(picture, (WIDTH, height), interpolation=cv2.INTER_AREA), np.uint8
    )


def _join(parts: Sequence[Picture], *, axis: int) -> Picture:
    """Put parts in a row (axis 1) or a column (axis 0), padded to one size."""
    across = 1 - axis
    most = max(part.shape[across] for part in parts)
    padded = []
    for part in parts:
        edges = [(0, 0), (0, 0), (0, 0)]
        edges[across] = (0, most - part.shape[across])
        edges[axis] = (0, GAP)
        padded.append(np.pad(part, edges, constant_values=255))
    return np.concatenate(padded, axis=axis)
