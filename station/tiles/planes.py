"""What a tile can show of a scan, as 16-bit numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from data.errors import NoSuchRecordError
from data.physics.transmission import to_attenuation
from data.scan import ScanKind
from station.tiles.level import SIDE
from station.tiles.pyramid import Planes, Pyramid

PlaneName = Literal["high", "low", "attenuation", "material", "red", "green", "blue"]
Numbers = npt.NDArray[np.uint16]

UNITS: Final = {
    "high": ("transmission at the higher energy", 50_000),
    "low": ("transmission at the lower energy", 50_000),
    "attenuation": ("nepers at the higher energy", 4_000),
    "material": ("material, 0 to 255 and 128 unknown", 257),
    "red": ("brightness, 0 to 255", 257),
    "green": ("brightness, 0 to 255", 257),
    "blue": ("brightness, 0 to 255", 257),
}
"""What the numbers of each plane mean, and by how much that was multiplied."""

OFFERED: Final[dict[ScanKind, tuple[PlaneName, ...]]] = {
    "dual": ("high", "low", "attenuation", "material"),
    "single": ("high", "attenuation"),
    "display": ("red", "green", "blue"),
}
"""Which planes there are of a scan."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which tile of a plane.

    Attributes:
        level: 0 for full scale, k for 1/2^k.
        column: From the left, in tiles.
        row: From the top, in tiles.
    """

    level: int
    column: int
    row: int

    def cut(self, size: tuple[int, int]) -> tuple[slice, slice]:
        """Its rows and columns; those at the edges have less than 256.

        Args:
            size: Width and height at its scale, px.

        Raises:
            NoSuchRecordError: If the scan does not reach there.
        """
        x, y = self.column * SIDE, self.row * SIDE
        if x >= size[0] or y >= size[1]:
            msg = (
                f"There is no tile {self.column}, {self.row} of level {self.level}: "
                f"there the scan has {size[0]} x {size[1]} px. Ask for its geometry."
            )
            raise NoSuchRecordError(msg)
        rows = slice(y, min(y + SIDE, size[1]))
        return rows, slice(x, min(x + SIDE, size[0]))


def make_tile(pyramid: Pyramid, plane: PlaneName, place: Place, width: int) -> Numbers:
    """Cut a tile.

    Args:
        pyramid: Of the scan.
        plane: What to show.
        place: Where.
        width: Columns at the tile's scale that may be seen.

    Returns:
        (h, w) uint16.

    Raises:
        NoSuchRecordError: If the scan has no such plane, or does not reach there.
    """
    kind = pyramid.first.kind
    if plane not in OFFERED[kind]:
        offered = ", ".join(OFFERED[kind])
        msg = f"A {kind} scan has no plane {plane}. It has: {offered}."
        raise NoSuchRecordError(msg)
    rows, columns = place.cut((width, pyramid.size(place.level)[1]))
    if plane == "material":
        shown = _show_material(pyramid, place.level, rows, columns)
    else:
        shown = _SHOW[plane](pyramid.read(place.level, rows, columns))
    scaled = np.rint(shown * np.float32(UNITS[plane][1]))
    return np.asarray(np.clip(scaled, 0, 65_535), np.uint16)


def _show_material(
    pyramid: Pyramid, level: int, rows: slice, columns: slice
) -> npt.NDArray[np.float32]:
    """Plane 3 of the DUAL encoding, as it is amid the whole scan at this scale."""
    width, height = pyramid.size(level)
    left, top = max(columns.start - 1, 0), max(rows.start - 1, 0)
    around = (
        slice(top, min(rows.stop + 1, height)),
        slice(left, min(columns.stop + 1, width)),
    )
    # Compiled code: a server that starts again is up sooner without it.
    from detector.encoding.planes import show_planes  # noqa: PLC0415

    levels = pyramid.read(level, *around)
    wanted = slice(columns.start - left, columns.stop - left)
    energies = pyramid.first.info.energies_mv
    shown = show_planes(levels, wanted, energies, pyramid.noise(level)).planes[2]
    inner = shown[rows.start - top : rows.stop - top]
    return np.asarray(inner, np.float32)


def _pick(number: int) -> Callable[[Planes], npt.NDArray[np.float32]]:
    return lambda levels: np.asarray(levels[number])


def _show_attenuation(levels: Planes) -> npt.NDArray[np.float32]:
    return to_attenuation(levels[0])


_SHOW: Final = {
    "high": _pick(0),
    "low": _pick(1),
    "attenuation": _show_attenuation,
    "red": _pick(0),
    "green": _pick(1),
    "blue": _pick(2),
}
