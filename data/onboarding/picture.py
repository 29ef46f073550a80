"""Draw a scan as it was read: container, castings, and where air was seen."""

from pathlib import Path
from typing import Final

import cv2
import numpy as np

from data.errors import ScannerProfileError
from data.files import replacing
from data.onboarding.castings import (
    CASTING_DEPTH_MM,
    CASTING_HEIGHT_MM,
    CASTING_LENGTH_MM,
    WIDTH_MM,
)
from data.onboarding.checking import ScannerCheck
from data.onboarding.inspecting import Finding
from data.onboarding.pitch import Pitch
from data.scan import Picture

WIDTH_PX: Final = 1600
"""Width of the picture."""

_GAMMA: Final = 2.4
_OUTLINE: Final = (60, 150, 20)
_NEAR: Final = (40, 40, 220)
_FAR: Final = (220, 120, 20)
_AIR: Final = (200, 170, 0)
_HALO: Final = (255, 255, 255)
_FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
_TINT: Final = 0.25
_BAND_PX: Final = 46
_NEAR_AIR: Final = 0.04


def write_picture(check: ScannerCheck, place: Path) -> Path:
    """Draw the first file of a check.

    Air is tinted, the container's outline green, its castings on the near side red, on
    the far side blue.

    Args:
        check: What was found.
        place: Ends in .png.

    Returns:
        The place.

    Raises:
        ScannerProfileError: If the ending is another one.
    """
    if place.suffix.lower() != ".png":
        msg = f"A picture cannot be {place.name}. Let it end in .png."
        raise ScannerProfileError(msg)
    finding = check.findings[0]
    pixels, scale = _open(finding)
    whole = finding.outline is not None and not finding.outline.cut_off
    if check.pitch is not None and whole:
        _draw_castings(pixels, finding, check.pitch, scale)
    canvas = _add_legend(pixels, finding)
    with replacing(place) as draft:
        draft.write_bytes(cv2.imencode(".png", canvas)[1].tobytes())
    return place


def _open(finding: Finding) -> tuple[Picture, float]:
    """The high plane in grey, air tinted, and pixels of it per pixel of the scan."""
    plane, levels = finding.planes[0], finding.levels
    scale = WIDTH_PX / plane.shape[1]
    size = (WIDTH_PX, max(round(plane.shape[0] * scale), 1))
    air_level = levels.air * np.nan_to_num(levels.gain, nan=1.0)[:, None]
    ratio = np.asarray(plane / air_level, np.float32)
    small = cv2.resize(ratio, size, interpolation=cv2.INTER_AREA)
    grey = 255 * np.clip(small, 1e-5, 1.0) ** (1 / _GAMMA)
    colours = cv2.cvtColor(grey.astype(np.uint8), cv2.COLOR_GRAY2BGR)
    air = np.abs(cv2.blur(small, (5, 5)) - 1) < _NEAR_AIR
    tinted = (1 - _TINT) * colours[air] + _TINT * np.array(_AIR)
    colours[air] = tinted.astype(np.uint8)
    return np.asarray(colours, np.uint8), scale


def _draw_castings(
    pixels: Picture, finding: Finding, pitch: Pitch, scale: float
) -> None:
    outline, ends = finding.outline, pitch.castings[0]
    assert outline is not None  # noqa: S101 - castings are fitted to outlines alone
    long = CASTING_LENGTH_MM * outline.length / pitch.length_mm[0]
    tops = [roof + ends.offset for roof in outline.roof]
    half = WIDTH_MM / 2
    sides = (
        (_FAR, (half - CASTING_DEPTH_MM, half)),
        (_NEAR, (-half, CASTING_DEPTH_MM - half)),
    )
    for colour, depth in sides:
        for low, high in (
            (0.0, CASTING_HEIGHT_MM),
            (ends.height_mm - CASTING_HEIGHT_MM, ends.height_mm),
        ):
            rows = [ends.row(y, z) for y in (low, high) for z in depth]
            for top, start in zip(
                tops, (outline.left, outline.right - long), strict=True
            ):
                box = (start, top + min(rows), start + long, top + max(rows))
                _draw_box(pixels, box, colour, scale)
    soles = max(ends.row(0.0, -half), ends.row(0.0, half))
    corners = [
        (outline.left, tops[0]),
        (outline.right, tops[1]),
        (outline.right, tops[1] + soles),
        (outline.left, tops[0] + soles),
    ]
    shape = np.rint(np.array(corners) * scale).astype(np.int32)
    cv2.polylines(pixels, [shape], isClosed=True, color=_OUTLINE, thickness=2)


def _draw_box(
    pixels: Picture,
    box: tuple[float, float, float, float],
    colour: tuple[int, int, int],
    scale: float,
) -> None:
    x0, y0, x1, y1 = (round(side * scale) for side in box)
    cv2.rectangle(pixels, (x0, y0), (x1, y1), _HALO, 3)
    cv2.rectangle(pixels, (x0, y0), (x1, y1), colour, 1)


def _add_legend(pixels: Picture, finding: Finding) -> Picture:
    band = np.full((_BAND_PX, pixels.shape[1], 3), 255, np.uint8)
    name = finding.path.name.encode("ascii", "replace").decode()
    cv2.putText(band, name, (8, 18), _FONT, 0.5, (0, 0, 0), 1, cv2.LINE_AA)
    x = 8
    for text, colour in (
        ("air", _AIR),
        ("container", _OUTLINE),
        ("castings, near side", _NEAR),
        ("castings, far side", _FAR),
    ):
        cv2.rectangle(band, (x, 28), (x + 12, 40), colour, -1)
        cv2.putText(band, text, (x + 18, 39), _FONT, 0.45, (0, 0, 0), 1, cv2.LINE_AA)
        x += 60 + 8 * len(text)
    return np.asarray(np.vstack([band, pixels]), np.uint8)
