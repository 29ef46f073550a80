"""What a test scan shows in place of its real columns: a rectangle, in `test.npz`.

The columns in the spool and the stored scan stay real. Whoever shows or looks at a
test scan applies its patch, until the test was told.
"""

import io
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from data.errors import StationError
from data.files import replacing_durably
from data.physics.transmission import bring_counts
from data.scan import Counts, Levels, Picture, Scan

PATCH: Final = "test.npz"

Box = tuple[float, float, float, float]
Array = npt.NDArray[Any]

DAMAGED: Final = (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile)
"""What reading a damaged file raises."""

_PLANES: Final = ("high", "low", "display", "air", "dark")


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A rectangle of a scan with a firearm in it that is not there.

    Attributes:
        x0: Its first column.
        y0: Its first row.
        thing: Name of the cutout.
        box: x0 y0 x1 y1 of the firearm, px of the scan.
        high: (h, w) uint16, counts to show; None for a picture.
        low: (h, w) uint16; None unless the scan is dual.
        display: (h, w, 3) uint8; None for counts.
        air: (P, h) float32, levels that the counts are of; None for a picture.
        dark: (P, h) float32, likewise.
    """

    x0: int
    y0: int
    thing: str
    box: Box
    high: Counts | None = None
    low: Counts | None = None
    display: Picture | None = None
    air: Levels | None = None
    dark: Levels | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, px."""
        plane = self.display if self.high is None else self.high
        assert plane is not None  # noqa: S101 - one of them is there
        return plane.shape[1], plane.shape[0]

    def apply(self, piece: Scan, at: int) -> Scan:
        """Columns of the scan as they are shown.

        Args:
            piece: The real columns as a scan of their own, or the whole scan.
            at: Place of the first.

        Returns:
            The same where the patch does not reach; else a copy with it.
        """
        start, end = max(self.x0 - at, 0), self.x0 + self.size[0] - at
        end = min(end, piece.size[0])
        if start >= end:
            return piece
        part = slice(start + at - self.x0, end + at - self.x0)
        if piece.display is not None:
            assert self.display is not None  # noqa: S101 - of the scan's kind
            picture = self._paste(piece.display, self.display[:, part], start)
            return replace(piece, display=picture)
        high = self._paste(piece.high, self._counts(piece, 0)[:, part], start)
        if piece.low is None:
            return replace(piece, high=high)
        low = self._paste(piece.low, self._counts(piece, 1)[:, part], start)
        return replace(piece, high=high, low=low)

    def _paste(self, plane: Array | None, part: Array, start: int) -> Array:
        assert plane is not None  # noqa: S101 - the caller looked
        made = plane.copy()
        height, width = part.shape[:2]
        made[self.y0 : self.y0 + height, start : start + width] = part
        return made

    def _counts(self, piece: Scan, index: int) -> Counts:
        """Counts of a plane, as they are with the air and dark of a piece."""
        counts = (self.high, self.low)[index]
        assert counts is not None  # noqa: S101 - of the scan's kind
        assert self.air is not None  # noqa: S101 - counts have levels
        assert self.dark is not None  # noqa: S101
        assert piece.air is not None  # noqa: S101
        assert piece.dark is not None  # noqa: S101
        rows = slice(self.y0, self.y0 + len(counts))
        own = self.air[index], self.dark[index]
        to = piece.air[index, rows], piece.dark[index, rows]
        return bring_counts(counts, own, to)


def read_patch(folder: Path) -> Patch | None:
    """Read what a test scan shows.

    Args:
        folder: Of the scan.

    Returns:
        None if it is no test scan.

    Raises:
        StationError: If it cannot be read.
    """
    try:
        content = io.BytesIO((folder / PATCH).read_bytes())
        with np.load(content, allow_pickle=False) as found:
            planes = {name: found[name] for name in _PLANES if name in found}
            x0, y0 = map(int, found["corner"])
            box: Any = tuple(map(float, found["box"]))
            return Patch(x0, y0, str(found["thing"]), box, **planes)
    except FileNotFoundError:
        return None
    except DAMAGED as error:
        why = " ".join(str(error).split())
        msg = f"{folder / PATCH} cannot be read: {why}. What the scan shows is lost."
        raise StationError(msg, code="scan.damaged") from error


def write_patch(patch: Patch, folder: Path) -> None:
    """Write what a test scan shows, durably: it is there whole or not at all.

    Args:
        patch: It.
        folder: Of the scan.

    Raises:
        OSError: If the disk does not take it.
    """
    planes = {name: getattr(patch, name) for name in _PLANES}
    known = {name: plane for name, plane in planes.items() if plane is not None}
    facts = {
        "corner": np.array([patch.x0, patch.y0]),
        "box": np.array(patch.box),
        "thing": np.array(patch.thing),
    }
    with replacing_durably(folder / PATCH) as file:
        np.savez(file, allow_pickle=False, **facts, **known)


def cut_patch(real: Scan, shown: Scan, at: int, *, thing: str, box: Box) -> Patch:
    """The rectangle in which two scans differ.

    Args:
        real: Columns of a scan.
        shown: The same with a firearm; not the same everywhere.
        at: Place of the first column.
        thing: Name of the cutout.
        box: Of the firearm, px of the columns.
    """
    changed = _find_changed(real, shown)
    rows, columns = (np.flatnonzero(changed.any(axis=axis)) for axis in (1, 0))
    y, x = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    planes = {
        name: plane[y, x].copy()
        for name in ("high", "low", "display")
        if (plane := getattr(shown, name)) is not None
    }
    levels = {
        name: level[:, y].copy()
        for name in ("air", "dark")
        if (level := getattr(real, name)) is not None
    }
    x0, y0, x1, y1 = box
    return Patch(
        x0=int(x.start) + at,
        y0=int(y.start),
        thing=thing,
        box=(x0 + at, y0, x1 + at, y1),
        **planes,
        **levels,
    )


def _find_changed(real: Scan, shown: Scan) -> npt.NDArray[np.bool_]:
    if real.display is not None and shown.display is not None:
        return np.asarray((real.display != shown.display).any(axis=2))
    changed = real.high != shown.high
    if real.low is not None:
        changed |= real.low != shown.low
    return np.asarray(changed)
