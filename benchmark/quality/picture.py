"""Draw where on a test object was measured, and what was seen."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from benchmark.quality.run import MeasuredScan, QualityOptions
from data.errors import QualityError
from data.files import replacing
from data.formats import read_scan
from data.quality import Layout, Quality
from data.quality.layout import AirPatch, EdgePatch, MarkerPatch, WirePatch
from data.quality.placement import Placement
from data.rendering import render_grey
from data.scan import Picture, Scan

WIDTH_PX: Final = 1800
"""Width of the picture, about."""

_GAMMA: Final = 2.4
_SEEN: Final = (60, 150, 20)
_MISSED: Final = (40, 40, 220)
_OTHER: Final = (200, 120, 20)
_HALO: Final = (255, 255, 255)
_FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
_SIDEWAYS_PX: Final = 14
_STRIP: Final = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class _Canvas:
    """A part of a scan, enlarged, to draw upon; colours are BGR."""

    pixels: Picture
    placement: Placement
    corner: npt.NDArray[np.int_]
    times: int

    def at(self, points: npt.ArrayLike) -> npt.NDArray[np.int32]:
        """Where places of the layout are."""
        px = (self.placement.to_px(points) - self.corner) * self.times
        return np.asarray(np.rint(px), np.int32)

    def draw_outline(
        self, points: npt.ArrayLike, name: str, colour: tuple[int, int, int]
    ) -> None:
        """Join places and name what they enclose."""
        ends = self.at(points)
        cv2.polylines(self.pixels, [ends], isClosed=True, color=colour, thickness=1)
        place = (int(ends[0][0]), int(ends[0][1]) - 4)
        for ink, thick in ((_HALO, 3), (colour, 1)):
            cv2.putText(self.pixels, name, place, _FONT, 0.4, ink, thick, cv2.LINE_AA)


def write_picture(measured: MeasuredScan, options: QualityOptions, place: Path) -> Path:
    """Draw the high plane of a test object, with what was measured on it.

    What is seen is outlined in green, what is not in red, what is neither in blue.

    Args:
        measured: Which scan; it is read again.
        options: By which it was measured.
        place: Ends in .png.

    Returns:
        The place.

    Raises:
        QualityError: If the ending is another one.
        ScanFileError: If the scan cannot be read any more.
    """
    if place.suffix.lower() != ".png":
        msg = f"A picture cannot be {place.name}. Let it end in .png."
        raise QualityError(msg)
    layout, quality = options.layout, measured.quality
    scan = read_scan(measured.path, profile=options.profile)
    canvas = _open(scan, layout, quality)
    seen = {r.name: r.seen for r in quality.readings if r.plane == "high"}
    for patch in layout.patches:
        colour = _OTHER
        if patch.name in seen:
            colour = _SEEN if seen[patch.name] else _MISSED
        if isinstance(patch, WirePatch):
            canvas.draw_outline(_surround(patch), patch.name, colour)
        elif isinstance(patch, EdgePatch):
            canvas.draw_outline([patch.start, patch.end], patch.name, colour)
        else:
            margin = 0.0 if isinstance(patch, MarkerPatch) else layout.margin
            canvas.draw_outline(_corners(patch.box, margin), patch.name, colour)
    with replacing(place) as draft:
        draft.write_bytes(cv2.imencode(".png", canvas.pixels)[1].tobytes())
    return place


def _corners(
    box: tuple[float, float, float, float], margin: float
) -> list[tuple[float, float]]:
    x0, y0, x1, y1 = box
    x0, y0, x1, y1 = x0 + margin, y0 + margin, x1 - margin, y1 - margin
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def _surround(wire: WirePatch) -> npt.NDArray[np.float64]:
    """Corners of a strip beside which there is nothing else."""
    start, end = np.array(wire.start), np.array(wire.end)
    way = (end - start) / np.hypot(*(end - start))
    side = np.array([-way[1], way[0]]) * wire.clear * _STRIP
    return np.array([start + side, end + side, end - side, start - side])


def _open(scan: Scan, layout: Layout, quality: Quality) -> _Canvas:
    """The object and its patches of air, and a little around them."""
    boxes = np.array([(0, 0, *layout.size), *(p.box for p in layout.of_kind(AirPatch))])
    ends = [boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)]
    first, last = np.rint(quality.placement.to_px(ends)).astype(int)
    first = np.maximum(first - _SIDEWAYS_PX, 0)
    last = np.minimum(last + _SIDEWAYS_PX, scan.size)
    grey = render_grey(scan, gamma=_GAMMA)[first[1] : last[1], first[0] : last[0]]
    times = max(round(WIDTH_PX / grey.shape[1]), 1)
    large = np.repeat(np.repeat(grey, times, axis=0), times, axis=1)
    colours = cv2.cvtColor(large, cv2.COLOR_GRAY2BGR)
    return _Canvas(np.asarray(colours, np.uint8), quality.placement, first, times)
