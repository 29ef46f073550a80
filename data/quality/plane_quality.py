"""Put into figures what one plane of a scan tells."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from data.quality.figures import Bound, Figure
from data.quality.layout import AirPatch, Layout
from data.quality.limits import find_contrast, find_penetration, find_wire
from data.quality.lines import Lines, list_runs, measure_lines
from data.quality.patches import Patches, PatchReading, measure_patches
from data.quality.placement import Placement
from data.quality.plane import Plane, PlaneName

Flags = npt.NDArray[np.bool_]
Named = tuple[str, float, Bound]

_AROUND_PX: Final = 10
"""Rows this near to the object are not taken for air: scatter and blur."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Rows or columns that fail.

    Attributes:
        figure: What counts them: "dead_rows", "hot_rows" or "misfires".
        plane: "high" or "low".
        runs: First and last of each run, from 0.
    """

    figure: str
    plane: PlaneName
    runs: tuple[tuple[int, int], ...]

    def __str__(self) -> str:
        """The runs, such as "rows 3, 211-213"."""
        what = "column" if self.figure == "misfires" else "row"
        several = (
            "s" if self.runs[0] != self.runs[-1] or len({*self.runs[0]}) > 1 else ""
        )
        each = (str(a) if a == b else f"{a}-{b}" for a, b in self.runs)
        return f"{what}{several} {', '.join(each)}"


@dataclass(frozen=True, slots=True)
class PlaneQuality:
    """What one plane tells.

    Attributes:
        figures: Without those that could not be measured.
        readings: How well single things are seen.
        faults: Rows and columns that fail, if any.
    """

    figures: tuple[Figure, ...]
    readings: tuple[PatchReading, ...]
    faults: tuple[Fault, ...]


def measure_plane(
    plane: Plane, layout: Layout, placement: Placement, *, air_stated: bool
) -> PlaneQuality:
    """Measure a plane: lines first, as what fails is then left out of all else.

    Args:
        plane: As opened.
        layout: What is measured.
        placement: Where it is in this plane.
        air_stated: Whether the scan states its air level; else it was estimated.
    """
    rows = _measure_rows(plane, layout, placement)
    if rows is not None:
        plane = replace(plane, alive=rows.good)
    columns = _measure_columns(plane, layout, placement)
    if columns is not None:
        plane = replace(plane, fired=columns.good)
    patches = measure_patches(plane, layout, placement)
    named = [
        *_sum_up_things(patches, layout),
        *_sum_up_edges(patches),
        *_sum_up_air(patches, air_stated=air_stated),
        *_sum_up_lines(rows, columns),
    ]
    return PlaneQuality(
        tuple(Figure(name, plane.name, value, bound) for name, value, bound in named),
        tuple(patches.list_readings(plane.name, layout)),
        tuple(_list_faults(plane.name, rows, columns)),
    )


def _measure_rows(plane: Plane, layout: Layout, placement: Placement) -> Lines | None:
    """All rows, in the columns of the patches of air."""
    height, width = plane.counts.shape
    columns = np.zeros(width, bool)
    for patch in layout.of_kind(AirPatch):
        part = placement.window(patch.box, layout.margin)[1]
        columns[max(part.start, 0) : max(part.stop, 0)] = True
    seen = np.ones(height, bool)
    for first, after in layout.covered_rows:
        seen[max(first, 0) : max(after, 0)] = False
    return measure_lines(plane.transmission[:, columns], seen)


def _measure_columns(
    plane: Plane, layout: Layout, placement: Placement
) -> Lines | None:
    """All columns, in the good rows above and below the object."""
    outside = np.ones(len(plane.alive), bool)
    part = placement.window((0, 0, *layout.size), 0)[0]
    outside[max(part.start - _AROUND_PX, 0) : max(part.stop + _AROUND_PX, 0)] = False
    air = plane.transmission[outside & plane.alive]
    return measure_lines(air.T, np.ones(air.shape[1], bool))


def _sum_up_things(patches: Patches, layout: Layout) -> Iterator[Named]:
    seen = layout.seen
    if patches.steps:
        steps = [(p.steel_mm, contrast) for p, contrast in patches.steps]
        yield "penetration_mm", *find_penetration(steps, seen.penetration_cnr)
    if patches.sheets:
        sheets = [(p.sheet_mm, contrast) for p, contrast in patches.sheets]
        plate = patches.sheets[0][0].plate_mm
        yield "contrast_percent", *find_contrast(sheets, plate, seen.contrast_cnr)
    for name, behind in (("wire_air_mm", False), ("wire_plate_mm", True)):
        wires = [
            (p.diameter_mm, r) for p, r in patches.wires if (p.behind_mm > 0) == behind
        ]
        if wires:
            yield name, *find_wire(wires, seen.wire_snr)


def _sum_up_edges(patches: Patches) -> Iterator[Named]:
    for axis, edges in patches.edges.items():
        if edges:
            yield f"edge_{axis}_px", float(np.mean([e.width for e in edges])), ""
            yield f"mtf50_{axis}", float(np.mean([e.mtf50 for e in edges])), ""
            yield f"blur_{axis}_px", float(np.mean([e.blur for e in edges])), ""


def _sum_up_air(patches: Patches, *, air_stated: bool) -> Iterator[Named]:
    air = patches.air
    if air is None:
        return
    yield "air_noise_percent", 100 * air.noise, ""
    if air.photons is not None:
        yield "photons", air.photons, ""
    if air_stated:
        yield "air_level_percent", 100 * air.level, ""
    yield "saturated_percent", 100 * air.saturated, ""


def _sum_up_lines(rows: Lines | None, columns: Lines | None) -> Iterator[Named]:
    for name, lines in (("row_stripes", rows), ("column_stripes", columns)):
        stripes = None if lines is None else lines.stripes()
        if stripes is not None:
            yield f"{name}_percent", 100 * stripes, ""
    for name, failing in _list_failing(rows, columns):
        yield name, float(failing.sum()), ""


def _list_failing(
    rows: Lines | None, columns: Lines | None
) -> Iterator[tuple[str, Flags]]:
    if rows is not None:
        yield "dead_rows", rows.dead
        yield "hot_rows", rows.hot
    if columns is not None:
        yield "misfires", columns.dead


def _list_faults(
    plane: PlaneName, rows: Lines | None, columns: Lines | None
) -> Iterator[Fault]:
    for name, failing in _list_failing(rows, columns):
        if failing.any():
            yield Fault(name, plane, tuple(list_runs(failing)))
