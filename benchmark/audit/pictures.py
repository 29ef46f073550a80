"""Pictures of what was found: a part of a scan, or all of it, with boxes over it."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from benchmark.audit.checks import Box
from benchmark.report.gallery.detail import cut_detail
from data.formats import read_scan
from data.rendering import render_grey
from data.scan import Picture, Scan

WIDEST_PX: Final = 560
"""Width of a picture of a whole scan at most."""

HIGHEST_PX: Final = 360
"""Its height at most."""

MARGIN: Final = 0.25
"""Share of a scan's size that is shown beyond it where a box lies there."""

_OUTSIDE: Final = 128
_QUALITY: Final = 80
_GROW_PX: Final = 2.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A rectangle over a picture, px of the picture."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Image:
    """A picture for a page.

    Attributes:
        url: The JPEG as a data URL.
        width: px.
        height: px.
        marks: What is drawn over it.
    """

    url: str
    width: int
    height: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class DrawTask:
    """A scan and the pictures that are wanted of it.

    Attributes:
        scan: Its file.
        wanted: Boxes of each picture, px of the scan, and whether it is of all of it.
    """

    scan: Path
    wanted: tuple[tuple[tuple[Box, ...], bool], ...]


def draw_images(task: DrawTask) -> list[Image]:
    """Draw all pictures of a scan, which is read once; run by worker processes.

    Args:
        task: What to draw.

    Raises:
        ScanFileError: If the scan can no longer be read.
    """
    scan = read_scan(task.scan)
    whole = _render(scan) if any(_is_whole(*w) for w in task.wanted) else None
    images = []
    for boxes, all_of_it in task.wanted:
        if whole is not None and _is_whole(boxes, all_of_it):
            images.append(draw_whole(whole, boxes))
        else:
            images.append(_draw_detail(scan, boxes))
    return images


def _render(scan: Scan) -> Picture:
    """(H, W) uint8, or (H, W, 3) of a display scan."""
    return render_grey(scan) if scan.display is None else scan.display


def _is_whole(boxes: Sequence[Box], all_of_it: bool) -> bool:
    return all_of_it or not boxes


def _draw_detail(scan: Scan, boxes: Sequence[Box]) -> Image:
    detail = cut_detail(scan, boxes, scan.info.pitch_mm)
    height, width = detail.picture.shape[:2]
    marks = tuple(_mark(detail.to_picture(box)) for box in boxes)
    return Image(detail.as_jpeg(), width, height, marks)


def draw_whole(picture: Picture, boxes: Sequence[Box]) -> Image:
    """Draw all of a scan, and some of what is beyond it if boxes lie there.

    Args:
        picture: (H, W) uint8, or (H, W, 3) uint8, RGB.
        boxes: What to mark, px of the picture.
    """
    left, top, right, bottom = _frame(picture, boxes)
    height, width = picture.shape[:2]
    shape = (bottom - top, right - left, *picture.shape[2:])
    canvas = np.full(shape, _OUTSIDE, np.uint8)
    canvas[-top : height - top, -left : width - left] = picture
    scale = min(WIDEST_PX / shape[1], HIGHEST_PX / shape[0], 1.0)
    size = (max(1, round(shape[1] * scale)), max(1, round(shape[0] * scale)))
    shown = cv2.resize(canvas, size, interpolation=cv2.INTER_AREA)
    marks = (
        _mark(tuple(scale * (e - o) for e, o in zip(box, (left, top) * 2, strict=True)))
        for box in boxes
    )
    return Image(_to_url(shown), size[0], size[1], tuple(marks))


def _frame(picture: Picture, boxes: Sequence[Box]) -> tuple[int, int, int, int]:
    """Whole px, x0, y0, x1, y1: the picture and, up to a margin, the boxes."""
    height, width = picture.shape[:2]
    corners = np.array([(0, 0, width, height), *boxes], np.float64)
    x0, y0 = corners[:, :2].min(axis=0)
    x1, y1 = corners[:, 2:].max(axis=0)
    across, up = MARGIN * width, MARGIN * height
    return (
        int(max(x0, -across)),
        int(max(y0, -up)),
        int(min(x1, width + across)),
        int(min(y1, height + up)),
    )


def _mark(box: tuple[float, ...]) -> Mark:
    """A rectangle around a box, not upon its outermost pixels."""
    x0, y0, x1, y1 = box
    return Mark(
        round(min(x0, x1) - _GROW_PX, 1),
        round(min(y0, y1) - _GROW_PX, 1),
        round(abs(x1 - x0) + 2 * _GROW_PX, 1),
        round(abs(y1 - y0) + 2 * _GROW_PX, 1),
    )


def _to_url(picture: npt.NDArray[Any]) -> str:
    quality = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]
    shown = picture[..., ::-1] if picture.ndim == 3 else picture
    coded = cv2.imencode(".jpg", np.ascontiguousarray(shown), quality)[1].tobytes()
    return f"data:image/jpeg;base64,{base64.b64encode(coded).decode()}"
