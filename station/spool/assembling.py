"""Make one scan of all columns in the spool."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.errors import StationError
from data.physics.transmission import bring_counts
from data.scan import Levels, Scan
from detector.gaps import LONGEST_GAP, SHORT_GAP
from station.spool.reader import ColumnReader, Columns

Planes = npt.NDArray[Any]


def read_columns(folder: Path) -> list[Columns]:
    """All columns of a scan, in the order in which they came."""
    return ColumnReader(folder).read(most=-1)


def assemble(columns: Sequence[Columns], width: int | None = None) -> Scan:
    """One scan of all columns; the first reading of a place counts.

    What is missing is filled as the detector fills it: a few columns with their
    neighbour, more with what nothing gets through (white in a picture). Levels are
    those of the first piece, to which the others are brought.

    Args:
        columns: As they came.
        width: Of the scan, if it is more than what came; not believed where more is
            missing than can be of one scan.

    Raises:
        StationError: If there are none.
    """
    if not columns:
        msg = "No column of the scan came. There is nothing to store."
        raise StationError(msg)
    first = columns[0].piece
    most = max(one.at + one.piece.size[0] for one in columns)
    wide = max(most, min(width or 0, most + LONGEST_GAP))
    planes = [_join(columns, index, wide) for index in range(_count(first))]
    if first.display is not None:
        return replace(first, display=planes[0])
    low = planes[1] if len(planes) > 1 else None
    return replace(first, high=planes[0], low=low)


def list_missing(
    columns: Sequence[Columns], width: int | None = None
) -> tuple[tuple[int, int], ...]:
    """Places that never came, as half-open ranges.

    Args:
        columns: As they came.
        width: Of the scan; None if nobody said.
    """
    reached, missing = 0, []
    for one in columns:
        if one.at > reached:
            missing.append((reached, one.at))
        reached = max(reached, one.at + one.piece.size[0])
    if width is not None and width > reached:
        missing.append((reached, width))
    return tuple(missing)


def _count(piece: Scan) -> int:
    return 2 if piece.kind == "dual" else 1


def _plane(piece: Scan, index: int, first: Scan) -> Planes:
    if piece.display is not None:
        return piece.display
    plane = (piece.high, piece.low)[index]
    assert plane is not None  # noqa: S101 - of the same kind as the first
    own, to = (_levels(one, index) for one in (piece, first))
    return bring_counts(plane, own, to)


def _levels(piece: Scan, index: int) -> tuple[Levels, Levels]:
    assert piece.air is not None  # noqa: S101 - counts have levels
    assert piece.dark is not None  # noqa: S101 - counts have levels
    return piece.air[index], piece.dark[index]


def _join(columns: Sequence[Columns], index: int, width: int) -> Planes:
    first = columns[0].piece
    sample = _plane(first, index, first)
    empty: int = 255 if first.display is not None else 0
    whole = np.full((sample.shape[0], width, *sample.shape[2:]), empty, sample.dtype)
    reached = 0
    for one in columns:
        plane = _plane(one.piece, index, first)
        if 0 < one.at - reached <= SHORT_GAP:
            near = whole[:, reached - 1] if reached else plane[:, 0]
            whole[:, reached : one.at] = near[:, None]
        fresh = plane[:, max(reached - one.at, 0) :]
        start = max(reached, one.at)
        whole[:, start : start + fresh.shape[1]] = fresh
        reached = max(reached, start + fresh.shape[1])
    return whole
