"""Pictures of placements for the page: the piece, and what was found."""

import base64
from typing import Final

import cv2
import numpy as np

from benchmark.acceptance.record import Box, ShownOutcome
from data.physics.transmission import to_attenuation
from data.rendering import render_grey
from data.scan import Picture, Scan

WIDTH_PX: Final = 300
HEIGHT_PX: Final = 180

_AROUND: Final = 2.2
_LEAST_PX: Final = 64
_TAILS: Final = (1, 99)
_TRUTH: Final = (210, 110, 0)
_FOUND: Final = (40, 40, 220)
_QUALITY: Final = 82


def draw_crop(scan: Scan, shown: ShownOutcome) -> str:
    """Draw a piece with what surrounds it, its contrast stretched.

    Args:
        scan: The scan.
        shown: Where the piece is, drawn in blue, and what met it, in red.

    Returns:
        A JPEG of 300 x 180 px, as a data URL.
    """
    x0, y0, scale = _frame(shown.truth)
    move = np.array([[1 / scale, 0, x0], [0, 1 / scale, y0]], np.float64)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    grey = cv2.warpAffine(
        _stretch(scan, shown.truth),
        move,
        (WIDTH_PX, HEIGHT_PX),
        flags=flags,
        borderValue=(255,),
    )
    picture = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
    for box, colour in ((shown.truth, _TRUTH), (shown.box, _FOUND)):
        if box is not None:
            _outline(picture, box, (x0, y0, scale), colour)
    encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1]
    return f"data:image/jpeg;base64,{base64.b64encode(encoded.tobytes()).decode()}"


def _frame(box: Box) -> tuple[float, float, float]:
    """Upper left corner of what is shown, scan px, and picture px for one of them."""
    x0, y0, x1, y1 = box
    width = max(_AROUND * (x1 - x0), _LEAST_PX)
    height = max(_AROUND * (y1 - y0), _LEAST_PX)
    scale = min(WIDTH_PX / width, HEIGHT_PX / height)
    return (
        (x0 + x1) / 2 - WIDTH_PX / scale / 2,
        (y0 + y1) / 2 - HEIGHT_PX / scale / 2,
        scale,
    )


def _stretch(scan: Scan, box: Box) -> Picture:
    """The scan in grey, from the thinnest to the densest around the box."""
    if scan.display is None:
        smooth = cv2.blur(scan.transmission("high"), (2, 2))
        levels = -to_attenuation(np.asarray(smooth, np.float32))
    else:
        levels = render_grey(scan).astype(np.float32)
    x0, y0, x1, y1 = box
    far_x, far_y = (max(_AROUND * side, _LEAST_PX) / 2 for side in (x1 - x0, y1 - y0))
    left, right = ((x0 + x1) / 2 + way * far_x for way in (-1, 1))
    top, bottom = ((y0 + y1) / 2 + way * far_y for way in (-1, 1))
    here = levels[max(int(top), 0) : int(bottom), max(int(left), 0) : int(right)]
    low, high = np.percentile(here, _TAILS)
    grey = (levels - low) / max(float(high - low), 1e-3) * 235 + 10
    return np.asarray(np.clip(grey, 0, 255), np.uint8)


def _outline(
    picture: cv2.typing.MatLike,
    box: Box,
    frame: tuple[float, float, float],
    colour: tuple[int, int, int],
) -> None:
    x0, y0, scale = frame
    first = (round((box[0] - x0) * scale), round((box[1] - y0) * scale))
    last = (round((box[2] - x0) * scale), round((box[3] - y0) * scale))
    cv2.rectangle(picture, first, last, colour, 2)
