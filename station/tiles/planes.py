"""What a tile can show of a scan, as 16-bit numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, Self

import numpy as np
import numpy.typing as npt

from data.errors import NoSuchRecordError
from data.physics.transmission import to_attenuation
from data.scan import ScanKind
from station.tiles.level import SIDE
from station.tiles.opaque import mark_opaque
from station.tiles.pyramid import Planes, Pyramid

PlaneName = Literal[
    "high", "low", "attenuation", "material", "opaque", "red", "green", "blue"
]
TileName = PlaneName | Literal["view"]
"""What a tile is asked for by; "view" is all that a page draws, in one tile."""

Numbers = npt.NDArray[np.uint16]

UNITS: Final = {
    "high": ("transmission at the higher energy", 50_000),
    "low": ("transmission at the lower energy", 50_000),
    "attenuation": ("nepers at the higher energy", 4_000),
    "material": ("material, 0 to 255 and 128 unknown", 257),
    "opaque": ("1 where nothing can be said, else 0", 65_535),
    "red": ("brightness, 0 to 255", 257),
    "green": ("brightness, 0 to 255", 257),
    "blue": ("brightness, 0 to 255", 257),
}
"""What the numbers of each plane mean, and by how much that was multiplied."""

OFFERED: Final[dict[ScanKind, tuple[PlaneName, ...]]] = {
    "dual": ("high", "low", "attenuation", "material", "opaque"),
    "single": ("high", "attenuation", "opaque"),
    "display": ("red", "green", "blue"),
}
"""Which planes there are of a scan."""

VIEWED: Final[dict[ScanKind, tuple[PlaneName, ...]]] = {
    "dual": ("attenuation", "material", "opaque"),
    "single": ("attenuation", "opaque"),
    "display": ("red", "green", "blue"),
}
"""Planes of a "view", one after the other."""

Show = Callable[["Around"], npt.NDArray[np.float32]]


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
            raise NoSuchRecordError(
                msg, code="tile.outside", facts={"width": size[0], "height": size[1]}
            )
        rows = slice(y, min(y + SIDE, size[1]))
        return rows, slice(x, min(x + SIDE, size[0]))


@dataclass(frozen=True, slots=True)
class Around:
    """A tile and its neighbours, read once for all of its planes.

    Attributes:
        pyramid: Of the scan.
        level: Its scale.
        levels: (P, h, w) float32, what is there, a pixel around it too.
        rows: Which of them are the tile's.
        columns: Likewise.
    """

    pyramid: Pyramid
    level: int
    levels: Planes
    rows: slice
    columns: slice

    @classmethod
    def read(cls, pyramid: Pyramid, place: Place, width: int) -> Self:
        """Read a tile.

        Args:
            pyramid: Of the scan.
            place: Where.
            width: Columns at the tile's scale that may be seen.

        Raises:
            NoSuchRecordError: If the scan does not reach there.
        """
        came, height = pyramid.size(place.level)
        rows, columns = place.cut((width, height))
        top, left = max(rows.start - 1, 0), max(columns.start - 1, 0)
        levels = pyramid.read(
            place.level,
            slice(top, min(rows.stop + 1, height)),
            slice(left, min(columns.stop + 1, came)),
        )
        return cls(
            pyramid,
            place.level,
            levels,
            slice(rows.start - top, rows.stop - top),
            slice(columns.start - left, columns.stop - left),
        )

    @property
    def inner(self) -> Planes:
        """The tile alone."""
        return self.levels[:, self.rows, self.columns]


def list_planes(kind: ScanKind, name: TileName) -> tuple[PlaneName, ...]:
    """The planes of a tile, in order.

    Args:
        kind: Of the scan.
        name: By which the tile is asked for.

    Raises:
        NoSuchRecordError: If a scan of this kind has no such plane.

    Example:
        >>> list_planes("single", "view"), list_planes("dual", "low")
        (('attenuation', 'opaque'), ('low',))
    """
    if name == "view":
        return VIEWED[kind]
    if name not in OFFERED[kind]:
        offered = ", ".join(OFFERED[kind])
        msg = f"A {kind} scan has no plane {name}. It has: {offered}."
        raise NoSuchRecordError(msg, code="plane.unknown", facts={"plane": name})
    return (name,)


def make_tile(pyramid: Pyramid, name: TileName, place: Place, width: int) -> Numbers:
    """Cut a tile.

    Args:
        pyramid: Of the scan.
        name: What to show.
        place: Where.
        width: Columns at the tile's scale that may be seen.

    Returns:
        (h, w) uint16; of a "view" (P, h, w), its planes one after the other.

    Raises:
        NoSuchRecordError: If the scan has no such plane, or does not reach there.
    """
    names = list_planes(pyramid.first.kind, name)
    around = Around.read(pyramid, place, width)
    made = [_to_numbers(_SHOW[one](around), UNITS[one][1]) for one in names]
    return np.stack(made) if name == "view" else made[0]


def _to_numbers(shown: npt.NDArray[np.float32], by: int) -> Numbers:
    scaled = shown * np.float32(by)
    np.rint(scaled, out=scaled)
    np.clip(scaled, 0, 65_535, out=scaled)
    return scaled.astype(np.uint16)


def _show_material(around: Around) -> npt.NDArray[np.float32]:
    """Plane 3 of the DUAL encoding, as it is amid the whole scan at this scale."""
    # Compiled code: a server that starts again is up sooner without it.
    from detector.encoding.planes import show_planes  # noqa: PLC0415

    energies = around.pyramid.first.info.energies_mv
    noise = around.pyramid.noise(around.level)
    shown = show_planes(around.levels, around.columns, energies, noise).planes[2]
    return np.asarray(shown[around.rows], np.float32)


def _show_opaque(around: Around) -> npt.NDArray[np.float32]:
    shown = mark_opaque(around.pyramid, around.level, around.levels)
    return shown[around.rows, around.columns]


def _show_attenuation(around: Around) -> npt.NDArray[np.float32]:
    return to_attenuation(around.inner[0])


def _pick(number: int) -> Show:
    return lambda around: np.asarray(around.inner[number])


_SHOW: Final[dict[PlaneName, Show]] = {
    "high": _pick(0),
    "low": _pick(1),
    "attenuation": _show_attenuation,
    "material": _show_material,
    "opaque": _show_opaque,
    "red": _pick(0),
    "green": _pick(1),
    "blue": _pick(2),
}
