"""Where a thing can lie: inside the object that was scanned, on or amid something."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from data.projection.casting import Cast
from data.projection.projecting import place_window

Levels = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_TRIES: Final = 40
_SHRINK: Final = 2
SOMETHING: Final = 0.06
"""Attenuation over which there is more than air, nepers."""

_GAP_PX: Final = 31
_RIM: Final = 0.02
_INSIDE: Final = 0.98
_OPAQUE: Final = 6.5
_MOST_OPAQUE: Final = 0.3
_THIN: Final = 0.35
_NEARLY_ALL: Final = 0.9
_SUPPORT: Final = 0.3
_LEAST_TOUCH: Final = 0.25
_THICK: Final = 8
_NARROW: Final = 400
"""Columns up to which all places are looked at at once, for many starts; in whole scans
those under a start alone."""

_UNDERNEATH: Final = 0.15
_WALL_QUANTILE: Final = 0.05
_MOST_WALL: Final = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """Where things may be put in a scan.

    Attributes:
        attenuation: (h, w) float32, nepers, of means over 2 x 2 px.
        inside: (h, w) bool, on the object, a little off its rim.
        wall: Attenuation of its thinnest parts, nepers: its walls, if it is hollow.
    """

    attenuation: Levels
    inside: Mask
    wall: float

    @property
    def filled(self) -> float:
        """Share of the inside where there is more than walls, 0 to 1."""
        seen = self.attenuation[self.inside]
        return float((seen > self.wall + _THIN).mean()) if len(seen) else 0.0


def find_room(transmission: Levels) -> Room:
    """Find the object in a scan.

    Args:
        transmission: (H, W) float32, of the high plane.
    """
    attenuation = shrink_attenuation(transmission)
    something = (attenuation > SOMETHING).astype(np.uint8)
    whole = _largest(_close(something))
    rim = 2 * max(round(_RIM * min(whole.shape)), 1) + 1
    inner = cv2.erode(whole, np.ones((rim, rim), np.uint8), borderValue=0)
    inside = np.asarray(inner, bool)
    rows = np.flatnonzero(inside.any(axis=1))
    if len(rows):  # beams of a floor, and what carries the container
        inside[rows[-1] - round(_UNDERNEATH * len(rows)) :] = False
    seen = attenuation[inside]
    thinnest = float(np.quantile(seen, _WALL_QUANTILE)) if len(seen) else 0.0
    return Room(attenuation, inside, min(thinnest, _MOST_WALL))


def shrink_attenuation(transmission: Levels) -> Levels:
    """Attenuation of means over 2 x 2 px, (h, w) float32, nepers.

    Args:
        transmission: (H, W) float32.
    """
    height, width = (max(side // _SHRINK, 1) for side in transmission.shape)
    shrunk = cv2.resize(transmission, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(-np.log(np.clip(shrunk, 1e-5, 1)), np.float32)


def find_place(
    rng: np.random.Generator, cast: Cast, room: Room, taken: Mask, *, amid: bool
) -> tuple[int, int] | None:
    """Find a place for a thing.

    Args:
        rng: Source of chance.
        cast: The thing.
        room: Of the scan.
        amid: Whether it lies somewhere amid cargo; else it stands on something, with
            nothing but walls around.
        taken: (h, w) bool like `room.inside`, where other things are; this one is
            added to it.

    Returns:
        Column and row of its upper left pixel, or None if no place was found.
    """
    small = _shrink_mask(cast.mask)
    rows, columns = np.nonzero(room.inside)
    height, width = small.shape
    if not len(rows) or height > room.inside.shape[0] or width > room.inside.shape[1]:
        return None
    ground = None if amid else _Ground(room, small)
    for chosen in rng.integers(len(rows), size=_TRIES):
        start = int(columns[chosen]) - width // 2, int(rows[chosen]) - height // 2
        if not _fits(room, small, *start):
            continue
        place = _stay(room, small, start) if ground is None else ground.fall(*start)
        if place is not None and not _overlaps(taken, small, *place):
            left, top = place
            taken[top : top + height, left : left + width] |= small
            return _to_pixels(left, top, cast.mask.shape, room)
    return None


def _stay(room: Room, mask: Mask, start: tuple[int, int]) -> tuple[int, int] | None:
    """The start itself, if it is amid cargo."""
    part = room.attenuation[place_window(start, mask.shape)][mask]
    around = float((part > room.wall + _THIN).mean())
    opaque = float((part > _OPAQUE).mean())
    return start if around >= _NEARLY_ALL and opaque <= _MOST_OPAQUE else None


def _fits(room: Room, mask: Mask, left: int, top: int) -> bool:
    height, width = mask.shape
    whole = room.inside.shape
    if left < 0 or top < 0 or left + width > whole[1] or top + height > whole[0]:
        return False
    part = room.inside[top : top + height, left : left + width]
    return bool(part[mask].mean() >= _INSIDE)


class _Ground:
    """Where a thing that falls is borne.

    Args:
        room: Of the scan.
        mask: The thing, no larger than that.
    """

    def __init__(self, room: Room, mask: Mask) -> None:
        self._room = room
        self._mask = mask
        narrow = room.inside.shape[1] <= _NARROW
        self._whole = _find_stops(room, mask, slice(None)) if narrow else None

    def fall(self, left: int, top: int) -> tuple[int, int] | None:
        """The first place from a start down that bears the thing.

        On its way it stays inside, and there is nothing but walls around it.
        """
        if self._whole is None:
            under = slice(left, left + self._mask.shape[1])
            found = _find_stops(self._room, self._mask, under)
            free, ends = (each[:, 0] for each in found)
        else:
            free, ends = (each[:, left] for each in self._whole)
        stops = np.flatnonzero(ends[top:])
        if not len(stops) or not free[top + stops[0]]:
            return None
        return left, top + int(stops[0])


def _find_stops(room: Room, mask: Mask, columns: slice) -> tuple[Mask, Mask]:
    """Where a thing may be in some columns of a room, and where its fall ends.

    Returns:
        Both (H - h + 1, W - w + 1), for its upper left corner: whether it is inside
        with nothing but walls around, and whether it is borne, or is not there.
    """
    behind = room.attenuation[:, columns]
    inside = _cover(room.inside[:, columns], mask) >= _INSIDE
    amid = _cover(behind > room.wall + _THIN, mask) >= _NEARLY_ALL
    free = inside & ~amid
    return free, _find_held(behind, mask) | ~free


def _cover(place: Mask, mask: Mask) -> npt.NDArray[np.float64]:
    """Share of a thing that lies on a place, for its upper left corner anywhere."""
    sums = cv2.matchTemplate(
        place.astype(np.float32), mask.astype(np.float32), cv2.TM_CCORR
    )
    return np.rint(sums).astype(np.float64) / np.count_nonzero(mask)


def _find_held(attenuation: Levels, mask: Mask) -> Mask:
    """Whether something dense and thick begins right under a part of its lower edge.

    The rail of a far wall is dense, but nothing stands on it.

    Args:
        attenuation: (H, W) float32.
        mask: (h, w) bool, the thing.

    Returns:
        (H - h + 1, W - w + 1) bool, for its upper left corner anywhere.
    """
    columns = np.flatnonzero(mask.any(axis=0))
    lowest = mask.shape[0] - 1 - np.argmax(mask[::-1, columns], axis=0)
    low = lowest >= lowest.max() - 1
    below = int(lowest.max()) + 1
    size = np.array(attenuation.shape) - mask.shape + 1
    held = np.zeros(size, bool)
    count = min(len(attenuation) - below - _THICK + 1, len(held))
    if count <= 0:
        return held
    thinnest = sliding_window_view(attenuation[below:], _THICK, axis=0).min(axis=-1)
    touched = np.zeros((count, size[1]), np.int32)
    for row, column in zip(lowest[low], columns[low], strict=True):
        part = slice(column, column + size[1])
        here = attenuation[row : row + count, part]
        touched += thinnest[:count, part] > here + _SUPPORT
    held[:count] = touched / np.count_nonzero(low) >= _LEAST_TOUCH
    return held


def _overlaps(taken: Mask, mask: Mask, left: int, top: int) -> bool:
    height, width = mask.shape
    return bool((taken[top : top + height, left : left + width] & mask).any())


def _to_pixels(
    left: int, top: int, shape: tuple[int, ...], room: Room
) -> tuple[int, int] | None:
    """Scan pixels of a place, or None if the thing would stick out of the scan."""
    place = (left * _SHRINK, top * _SHRINK)
    tall, wide = (side * _SHRINK for side in room.inside.shape)
    if place[0] + shape[1] > wide or place[1] + shape[0] > tall:
        return None
    return place


def _shrink_mask(mask: Mask) -> Mask:
    height, width = (-(-side // _SHRINK) for side in mask.shape)
    padded = np.zeros((height * _SHRINK, width * _SHRINK), np.float32)
    padded[: mask.shape[0], : mask.shape[1]] = mask
    shrunk = cv2.resize(padded, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(shrunk >= min(0.3, float(shrunk.max())))


def _close(mask: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Bridge gaps. Without a margin the border of the scan would be bridged to."""
    margin = [(_GAP_PX, _GAP_PX)] * 2
    kernel = np.ones((_GAP_PX, _GAP_PX), np.uint8)
    closed = cv2.morphologyEx(np.pad(mask, margin), cv2.MORPH_CLOSE, kernel)
    return np.asarray(closed[_GAP_PX:-_GAP_PX, _GAP_PX:-_GAP_PX], np.uint8)


def _largest(mask: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    count, labels, facts, _ = cv2.connectedComponentsWithStats(mask)
    if count < 2:
        return np.zeros_like(mask)
    largest = 1 + int(np.argmax(facts[1:, cv2.CC_STAT_AREA]))
    outlines, _ = cv2.findContours(
        (labels == largest).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    filled = np.zeros_like(mask)
    cv2.drawContours(filled, outlines, -1, 1, cv2.FILLED)
    return filled
