"""A part of a scan: a picture of it, and its readings for a page to window."""

import base64
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from benchmark.evaluation.ledger import Box
from data.physics.transmission import to_attenuation
from data.scan import Picture, Scan

Levels = npt.NDArray[np.uint16]
Plane = npt.NDArray[np.float32]
Reals = npt.NDArray[np.float64]

FIELD_MM: Final = 700
"""Least width and height of a detail."""

STEP_MM: Final = 100
"""It is wider or higher by whole steps, for what is longer."""

MOST_MM: Final = 2000
"""From there on the picture has a coarser scale."""

PX_PER_STEP: Final = 40
"""Scale of the pictures, common to all scans with a pitch."""

FIELD_PX: Final = 180
"""Least width and height of a detail of a scan without a pitch."""

LEVELS_PER_NEPER: Final = 1000
"""Readings are attenuation in thousandths of a neper: far below the noise."""

NO_DATA: Final = 65535
"""Level of a pixel outside of the scan."""

_MOST_PX: Final = 80_000
_ROOM: Final = 1.25
_QUALITY: Final = 82
_OUTSIDE: Final = 128
_NARROWEST: Final = 0.25
_DARKEST: Final = 4.0
_SPARE: Final = 0.25
_AROUND: Final = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Detail:
    """A part of a scan.

    Attributes:
        place: x0, y0, x1, y1, whole px of the scan; it may reach over its edges.
        steps: Width and height of the picture, in steps of 40 px.
        step_mm: What such a step is, mm: 100, or a multiple of it where the detail is
            very large; None without a pitch.
        levels: (C, H, W) uint16: attenuation in thousandths of a neper with C = 1, or
            the brightness of a display scan, 0 to 255, with C = 1 or 3.
        window: Darkest and brightest level of the picture: attenuation shows dense
            matter dark, brightness as it is.
        bright: Whether the levels are brightness.
        picture: (h, w) or (h, w, 3) uint8, RGB, at the common scale.
    """

    place: tuple[int, int, int, int]
    steps: tuple[int, int]
    step_mm: int | None
    levels: Levels
    window: tuple[int, int]
    bright: bool
    picture: Picture

    def to_picture(self, box: Box) -> Box:
        """A box of the scan in px of the picture.

        Args:
            box: x0, y0, x1, y1, px of the scan.
        """
        x0, y0, x1, y1 = self.place
        height, width = self.picture.shape[:2]
        across, up = width / (x1 - x0), height / (y1 - y0)
        left, top, right, bottom = box
        return (
            (left - x0) * across,
            (top - y0) * up,
            (right - x0) * across,
            (bottom - y0) * up,
        )

    def as_jpeg(self) -> str:
        """The picture as a data URL."""
        shown = self.picture[..., ::-1] if self.picture.ndim == 3 else self.picture
        quality = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]
        coded = cv2.imencode(".jpg", np.ascontiguousarray(shown), quality)[1]
        return f"data:image/jpeg;base64,{base64.b64encode(coded.tobytes()).decode()}"

    def pack(self) -> str:
        """The levels: differences along rows, zigzag, byte planes, zlib, base64."""
        steps = np.diff(self.levels, axis=-1, prepend=np.uint16(0)).view(np.int16)
        folded = ((steps << 1) ^ (steps >> 15)).view(np.uint16).ravel()
        planes = np.concatenate([folded >> 8, folded & 255]).astype(np.uint8)
        return base64.b64encode(zlib.compress(planes.tobytes(), 9)).decode()


def cut_detail(
    scan: Scan, boxes: Sequence[Box], pitch_mm: tuple[float, float] | None
) -> Detail:
    """Cut out what is around some boxes.

    Args:
        scan: The scan.
        boxes: What must be seen, px of the scan; the window suits the first.
        pitch_mm: Pixel pitch (x, y), mm; None if unknown.
    """
    frame = _find_frame(scan.size, boxes, pitch_mm)
    readings = _read(scan, frame.place)
    across, up = frame.steps
    shown = _resize(readings, (across * PX_PER_STEP, up * PX_PER_STEP))
    if scan.display is not None:
        picture = np.nan_to_num(shown, nan=_OUTSIDE)
        levels, window = _as_brightness(readings), (0, 255)
    else:
        window = _choose_window(readings, _shift(boxes[0], frame.place))
        picture = _show(shown, window)
        levels = _as_levels(readings)
    return Detail(
        frame.place,
        frame.steps,
        frame.step_mm,
        levels,
        window,
        scan.display is not None,
        np.asarray(np.clip(np.rint(picture), 0, 255), np.uint8),
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    place: tuple[int, int, int, int]
    steps: tuple[int, int]
    step_mm: int | None


def _find_frame(
    size: tuple[int, int], boxes: Sequence[Box], pitch_mm: tuple[float, float] | None
) -> _Frame:
    """Where a detail lies, and how large its picture is."""
    corners = np.array(boxes, np.float64)
    low, high = corners[:, :2].min(axis=0), corners[:, 2:].max(axis=0)
    wanted = _ROOM * (high - low)
    if pitch_mm is None:
        side = max(float(wanted.max()), FIELD_PX)
        side_steps = FIELD_MM // STEP_MM
        place = _place(size, (low + high) / 2, np.full(2, side))
        return _Frame(place, (side_steps, side_steps), None)
    pitch = np.asarray(pitch_mm)
    field = np.maximum(np.ceil(wanted * pitch / STEP_MM) * STEP_MM, FIELD_MM)
    coarser = max(int(np.ceil(field.max() / MOST_MM)), 1)
    across, up = (int(step) for step in np.ceil(field / STEP_MM / coarser))
    mm = coarser * STEP_MM
    place = _place(size, (low + high) / 2, np.array([across, up]) * mm / pitch)
    return _Frame(place, (across, up), mm)


def _place(
    size: tuple[int, int], middle: Reals, wanted: Reals
) -> tuple[int, int, int, int]:
    """Whole px: within the scan where there is room, else in its middle."""
    across = np.maximum(np.rint(wanted), 1)
    spare = np.asarray(size) - across
    start = np.clip(np.rint(middle - across / 2), 0, np.maximum(spare, 0))
    start = np.where(spare < 0, spare // 2, start)
    x0, y0 = (int(edge) for edge in start)
    return x0, y0, x0 + int(across[0]), y0 + int(across[1])


def _read(scan: Scan, place: tuple[int, int, int, int]) -> Plane:
    """(h, w) attenuation, or (h, w, 3) brightness; NaN outside of the scan."""
    x0, y0, x1, y1 = place
    width, height = scan.size
    rows, columns = (
        slice(max(y0, 0), min(y1, height)),
        slice(max(x0, 0), min(x1, width)),
    )
    source: npt.NDArray[Any]
    if scan.display is None:
        source = scan.transmission("high")
    else:
        source = scan.display.astype(np.float32)
    part = np.full((y1 - y0, x1 - x0, *source.shape[2:]), np.nan, np.float32)
    part[rows.start - y0 : rows.stop - y0, columns.start - x0 : columns.stop - x0] = (
        source[rows, columns]
    )
    part = _thin_out(part)
    return part if scan.display is not None else to_attenuation(part)


def _thin_out(part: Plane) -> Plane:
    """Fewer pixels, averaged over area, if there are too many for a page."""
    height, width = part.shape[:2]
    share = np.sqrt(_MOST_PX / (height * width))
    if share >= 1:
        return part
    return _resize(part, (int(width * share), int(height * share)))


def _resize(part: Plane, size: tuple[int, int]) -> Plane:
    height, width = part.shape[:2]
    smaller = size[0] * size[1] < height * width
    way = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(part, size, interpolation=way), np.float32)


def _shift(box: Box, place: tuple[int, int, int, int]) -> Box:
    """A box of the scan as shares of the detail, 0 to 1."""
    x0, y0, x1, y1 = place
    left, top, right, bottom = box
    return (
        (left - x0) / (x1 - x0),
        (top - y0) / (y1 - y0),
        (right - x0) / (x1 - x0),
        (bottom - y0) / (y1 - y0),
    )


def _choose_window(attenuation: Plane, box: Box) -> tuple[int, int]:
    """Levels that show what is in a box, and hard around it, with good contrast."""
    near = _cut_near(attenuation, box)
    near = near[np.isfinite(near)]
    if not near.size:
        near = np.zeros(1, np.float32)
    low, high = np.percentile(near, [_DARKEST, 100 - _DARKEST])
    spare = _SPARE * (high - low)
    low = max(min(low - spare, (low + high - _NARROWEST) / 2), 0.0)
    high = max(high + spare, low + _NARROWEST)
    return round(float(low) * LEVELS_PER_NEPER), round(float(high) * LEVELS_PER_NEPER)


def _cut_near(attenuation: Plane, box: Box) -> Plane:
    """Pixels of a box, given as shares of the detail, and of a rim about it."""
    height, width = attenuation.shape
    x0, y0, x1, y1 = box
    across, up = (_AROUND * max(side, _AROUND) for side in (x1 - x0, y1 - y0))
    left, top = max(x0 - across, 0), max(y0 - up, 0)
    columns = slice(int(left * width), int((x1 + across) * width) + 1)
    rows = slice(int(top * height), int((y1 + up) * height) + 1)
    return attenuation[rows, columns]


def _show(attenuation: Plane, window: tuple[int, int]) -> Plane:
    low, high = (level / LEVELS_PER_NEPER for level in window)
    grey = 255 * (high - attenuation) / (high - low)
    return np.where(np.isfinite(grey), np.clip(grey, 0, 255), _OUTSIDE)


def _as_levels(attenuation: Plane) -> Levels:
    """(1, H, W); below air it is 0."""
    scaled = np.clip(np.rint(attenuation * LEVELS_PER_NEPER), 0, NO_DATA - 1)
    levels = np.where(np.isfinite(attenuation), scaled, NO_DATA).astype(np.uint16)
    return np.ascontiguousarray(levels[None])


def _as_brightness(brightness: Plane) -> Levels:
    """(1, H, W) of grey pictures, else (3, H, W)."""
    filled = np.where(np.isfinite(brightness), np.rint(brightness), NO_DATA)
    levels = np.moveaxis(filled, 2, 0).astype(np.uint16)
    grey = (levels == levels[:1]).all()
    return np.ascontiguousarray(levels[:1] if grey else levels)
