"""Measure the image quality of a scan of a test object."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from data.errors import QualityError
from data.quality.expecting import USUAL_MV, expect_object
from data.quality.figures import FIGURES, Figure
from data.quality.layout import AirPatch, Layout
from data.quality.locating import locate_object
from data.quality.patches import PatchReading
from data.quality.placement import Placement
from data.quality.plane import Plane, open_plane
from data.quality.plane_quality import Fault, PlaneQuality, measure_plane
from data.quality.registration import measure_offset
from data.scan import Scan

_AROUND: Final = 0.03
_FEWEST_MARKERS: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Quality:
    """The image quality of one scan.

    Attributes:
        layout: Name of the layout it was measured by.
        placement: Where the test object lies.
        figures: In the order of `FIGURES`, high before low before scan; without those
            that could not be measured.
        readings: How well single things are seen.
        faults: Rows and columns that fail.
    """

    layout: str
    placement: Placement
    figures: tuple[Figure, ...]
    readings: tuple[PatchReading, ...]
    faults: tuple[Fault, ...]

    def find(self, key: str) -> Figure | None:
        """A figure by its key, such as "high.penetration_mm"; None if not measured."""
        return next((figure for figure in self.figures if figure.key == key), None)


def measure_quality(
    scan: Scan, layout: Layout, *, pitch_mm: tuple[float, float] | None = None
) -> Quality:
    """Measure the image quality of a scan of a test object.

    Args:
        scan: With counts; the object stands upright in it, with air around.
        layout: What the object is and what is measured on it.
        pitch_mm: Pixel pitch (x, y) of a scan that states none.

    Raises:
        QualityError: If it is a display scan, its pitch is unknown, or the test object
            is not found in it, or not with air beside it.
    """
    if scan.display is not None:
        msg = (
            "A display scan cannot be measured: a vendor's rendering has lost the "
            "counts. Have the 16-bit planes exported."
        )
        raise QualityError(msg)
    scale = _find_scale(scan, layout, pitch_mm)
    energy = (*scan.info.energies_mv, USUAL_MV)[0]
    high = open_plane(scan, "high", layout.covered_rows)
    expected = expect_object(layout, scale, energy)
    placement = locate_object(high.mend(), layout, expected)
    _check_air(high, layout, placement)
    stated = scan.info.air_source != "estimated"
    parts = [measure_plane(high, layout, placement, air_stated=stated)]
    figures = list(_measure_geometry(placement))
    if scan.low is not None:
        low = open_plane(scan, "low", layout.covered_rows)
        offset = _measure_offset(high, low, layout, placement)
        figures += _describe_offset(offset)
        moved = placement.move(offset or (0.0, 0.0))
        parts.append(measure_plane(low, layout, moved, air_stated=stated))
    return _join(layout, placement, parts, figures)


def _find_scale(
    scan: Scan, layout: Layout, pitch_mm: tuple[float, float] | None
) -> tuple[float, float]:
    """How many px a unit of the layout has, (x, y)."""
    if layout.unit == "px":
        return 1.0, 1.0
    pitch = scan.info.pitch_mm or pitch_mm
    if pitch is None:
        msg = (
            f"The scan states no pixel pitch, and layout {layout.name} is in mm. State "
            "the pitch."
        )
        raise QualityError(msg)
    return 1 / pitch[0], 1 / pitch[1]


def _check_air(plane: Plane, layout: Layout, placement: Placement) -> None:
    """Refuse scans that end where the layout has air."""
    height, width = plane.counts.shape
    for patch in layout.of_kind(AirPatch):
        rows, columns = placement.window(patch.box, layout.margin)
        inside = min(rows.start, columns.start) >= 0
        if not (inside and rows.stop <= height and columns.stop <= width):
            msg = (
                f"The scan ends within {patch.name!r}, where layout {layout.name} has "
                "air. Scan more before and behind the test object."
            )
            raise QualityError(msg)


def _measure_geometry(placement: Placement) -> Iterator[Figure]:
    """Stretch along the scan, and how far the markers are off a straight line.

    Through the shifts of all markers along x, and along y, a straight line is fitted.
    Its slope along x is the stretch; along y it is tilt, of the object or its carrier,
    which says nothing. The root mean square of what is left is the warp.
    """
    if len(placement.along) < _FEWEST_MARKERS:
        return
    x = placement.along * placement.scale[0]
    for axis, name in enumerate("xy"):
        shift = placement.shifts[:, axis]
        slope, start = np.polyfit(x, shift, 1)
        if name == "x":
            yield Figure("stretch_percent", "scan", 100 * float(slope))
        rest = shift - start - slope * x
        warp = float(np.sqrt(np.sum(rest**2) / (len(rest) - 2)))
        yield Figure(f"warp_{name}_px", "scan", warp)


def _measure_offset(
    high: Plane, low: Plane, layout: Layout, placement: Placement
) -> tuple[float, float] | None:
    around = _AROUND * layout.size[0]
    width, height = layout.size
    box = (-around, -around, width + around, height + around)
    rows, columns = (
        slice(max(part.start, 0), part.stop) for part in placement.window(box, 0)
    )
    return measure_offset(high.mend()[rows, columns], low.mend()[rows, columns])


def _describe_offset(offset: tuple[float, float] | None) -> list[Figure]:
    if offset is None:
        return []
    return [Figure("offset_px", "scan", float(np.hypot(*offset)))]


def _join(
    layout: Layout,
    placement: Placement,
    parts: list[PlaneQuality],
    others: list[Figure],
) -> Quality:
    figures = [figure for part in parts for figure in part.figures] + others
    order = list(FIGURES)
    planes = ("high", "low", "scan")
    figures.sort(key=lambda f: (planes.index(f.plane), order.index(f.name)))
    return Quality(
        layout.name,
        placement,
        tuple(figures),
        tuple(reading for part in parts for reading in part.readings),
        tuple(fault for part in parts for fault in part.faults),
    )
