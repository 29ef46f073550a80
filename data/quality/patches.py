"""Measure the patches of a layout on one plane."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

import numpy as np

from data.quality.air import Air, measure_air
from data.quality.contrast import Contrast, measure_contrast
from data.quality.edges import Edge, measure_edge
from data.quality.layout import (
    AirPatch,
    ContrastPatch,
    EdgePatch,
    Layout,
    PenetrationPatch,
    WirePatch,
)
from data.quality.placement import Placement
from data.quality.plane import Plane, PlaneName
from data.quality.wires import WireProfile, measure_wire

Thing = TypeVar("Thing", PenetrationPatch, ContrastPatch)

_Seen = PenetrationPatch | ContrastPatch | WirePatch

USUAL_BLUR_PX: Final = 0.6
"""Blur where no edge tells it."""

MOST_SATURATED: Final = 0.2
"""Share of saturated air above which wires in air are not measured: noise is lost."""


@dataclass(frozen=True, slots=True)
class PatchReading:
    """How well one thing is seen.

    Attributes:
        name: Of the patch.
        kind: "penetration", "contrast" or "wire".
        plane: "high" or "low".
        ratio: Contrast-to-noise ratio of a pixel; of a wire, signal-to-noise ratio.
        seen: Whether it counts as seen.
    """

    name: str
    kind: Literal["penetration", "contrast", "wire"]
    plane: PlaneName
    ratio: float
    seen: bool


@dataclass(frozen=True, slots=True, eq=False)
class Patches:
    """What the patches of a plane tell; what could not be measured is left out.

    Attributes:
        steps: Steps of the penetration test.
        sheets: Sheets of the contrast test.
        wires: Wires and their signal-to-noise ratios.
        edges: Edges crossed along x, and along y.
        air: All patches of air together.
    """

    steps: list[tuple[PenetrationPatch, Contrast]]
    sheets: list[tuple[ContrastPatch, Contrast]]
    wires: list[tuple[WirePatch, float]]
    edges: dict[Literal["x", "y"], list[Edge]]
    air: Air | None

    def list_readings(self, plane: PlaneName, layout: Layout) -> list[PatchReading]:
        """How well each thing is seen, in the layout's order of kinds.

        Args:
            plane: Whose patches these are.
            layout: Says from where on a thing counts as seen.
        """
        seen = layout.seen
        ratios: list[tuple[_Seen, float, float]] = [
            *((p, contrast.cnr, seen.penetration_cnr) for p, contrast in self.steps),
            *((p, contrast.cnr, seen.contrast_cnr) for p, contrast in self.sheets),
            *((p, ratio, seen.wire_snr) for p, ratio in self.wires),
        ]
        return [
            PatchReading(p.name, p.kind, plane, ratio, ratio >= least)
            for p, ratio, least in ratios
        ]


def measure_patches(plane: Plane, layout: Layout, placement: Placement) -> Patches:
    """Measure all patches.

    Args:
        plane: Of a scan, with what fails in it marked.
        layout: What is measured.
        placement: Where it is in this plane.
    """
    bench = _Bench(plane, layout, placement)
    edges = bench.measure_edges()
    known = [edge.blur for each in edges.values() for edge in each]
    blur = float(np.mean(known)) if known else USUAL_BLUR_PX
    air = bench.measure_air()
    bare = air is None or air.saturated <= MOST_SATURATED
    wires = [p for p in layout.of_kind(WirePatch) if bare or p.behind_mm]
    return Patches(
        steps=bench.measure_contrasts(layout.of_kind(PenetrationPatch)),
        sheets=bench.measure_contrasts(layout.of_kind(ContrastPatch)),
        wires=bench.measure_wires(wires, blur),
        edges=edges,
        air=air,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Bench:
    """A plane with the object upon it."""

    plane: Plane
    layout: Layout
    placement: Placement

    def measure_contrasts(
        self, things: Sequence[Thing]
    ) -> list[tuple[Thing, Contrast]]:
        margin = self.layout.margin
        found = []
        for thing in things:
            inside = self.placement.window(thing.box, margin)
            around = [self.placement.window(box, margin) for box in thing.background]
            contrast = measure_contrast(self.plane, inside, around)
            if contrast is not None:
                found.append((thing, contrast))
        return found

    def measure_edges(self) -> dict[Literal["x", "y"], list[Edge]]:
        found: dict[Literal["x", "y"], list[Edge]] = {"x": [], "y": []}
        for patch in self.layout.of_kind(EdgePatch):
            start, end = self.placement.to_px([patch.start, patch.end])
            reach = patch.clear * self.placement.scale["xy".index(patch.axis)]
            edge = measure_edge(self.plane, start, end, reach, patch.axis)
            if edge is not None:
                found[patch.axis].append(edge)
        return found

    def measure_wires(
        self, wires: Sequence[WirePatch], blur_px: float
    ) -> list[tuple[WirePatch, float]]:
        scale = min(self.placement.scale)
        found = []
        for patch in wires:
            start, end = self.placement.to_px([patch.start, patch.end])
            mm = scale if self.layout.unit == "mm" else 0.0
            profile = WireProfile(blur_px, patch.diameter_mm * mm)
            clear = patch.clear * scale
            ratio = measure_wire(self.plane, start, end, clear, profile)
            if ratio is not None:
                found.append((patch, ratio))
        return found

    def measure_air(self) -> Air | None:
        margin, patches = self.layout.margin, self.layout.of_kind(AirPatch)
        windows = [self.placement.window(patch.box, margin) for patch in patches]
        return measure_air(self.plane, windows)
