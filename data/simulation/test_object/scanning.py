"""A scan of a test object by one of the simulated scanners, as on one morning."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.quality.layout import Layout
from data.scan import Scan, ScanInfo
from data.simulation.geometry.path_length import Fan, project_solids
from data.simulation.geometry.solids import Solids
from data.simulation.imaging.counting import expose
from data.simulation.imaging.defects import Defect, bend, impair, worsen_exposure
from data.simulation.imaging.exposure import (
    Exposure,
    Response,
    draw_exposure,
    draw_response,
    expect_signal,
    transmit,
)
from data.simulation.imaging.scanner import Scanner
from data.simulation.imaging.warp import Warp
from data.simulation.test_object.building import build_object

Levels = npt.NDArray[np.float32]

_FINER: Final = 8
_AIR_MM: Final = 400.0
_ROUND_MM: Final = 600.0
_MISPLACED_MM: Final = (100.0, 60.0, 15.0)
_AXIS: Final = 0.21
"""Where the height of the source is on the object, as a share of its height."""


@dataclass(frozen=True, slots=True)
class Shot:
    """Which scan it is of a scanner of some family.

    Attributes:
        scanner: The family.
        seed: Draws the one scanner: dose, blur, geometry, and which rows fail.
        number: Draws what differs from scan to scan: noise, and the object's place.
        defects: What is wrong with the scanner.
        acquired: When the scan is made.
    """

    scanner: Scanner
    seed: int = 0
    number: int = 0
    defects: tuple[Defect, ...] = ()
    acquired: datetime | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ObjectScan:
    """A simulated scan of a test object, and what is true of it.

    Attributes:
        scan: What a scanner would give.
        exposure: Dose, noise, blur and levels.
        response: How its columns and rows answer.
        signals: (H, W) float32 of each plane, mean transmission: with blur and scatter,
            before photons, gain and misregistration.
        corner: Where the layout's corner lies, (x, y) px, without any warp.
    """

    scan: Scan
    exposure: Exposure
    response: Response
    signals: tuple[Levels, ...]
    corner: tuple[float, float]


def scan_object(layout: Layout, shot: Shot) -> ObjectScan:
    """Scan a test object that stands about as high as the source.

    Args:
        layout: What it is, in mm.
        shot: Which scanner, which scan.

    Returns:
        A scan with 400 mm of air before and behind the object, more or less.

    Raises:
        QualityError: If the layout is in px.
    """
    unit, morning, failing = (
        np.random.default_rng([shot.seed, stream])
        for stream in (0, 1 + 2 * shot.number, 2)
    )
    exposure = draw_exposure(unit, shot.scanner)
    fan = _draw_fan(unit, shot.scanner, layout)
    object_, place = _stand(morning, build_object(layout), fan, layout)
    planes = _transmit(object_, fan, shot.scanner)
    warp = Warp.straight(fan.width, fan.height)
    for defect in shot.defects:
        exposure = worsen_exposure(exposure, defect)
        warp = bend(failing, warp, defect)
    response = draw_response(morning, exposure, warp.shape)
    for defect in shot.defects:
        response = impair(failing, response, defect)
    if warp.changes((fan.height, fan.width)):
        planes = tuple(warp.apply(plane) for plane in planes)
    signals = tuple(expect_signal(plane, exposure) for plane in planes)
    counts, air, dark = expose(morning, signals, exposure, response)
    scan = Scan(
        high=counts[0],
        low=counts[1] if len(counts) > 1 else None,
        air=air,
        dark=dark,
        info=_inform(shot),
    )
    return ObjectScan(scan, exposure, response, signals, place)


def _draw_fan(rng: np.random.Generator, scanner: Scanner, layout: Layout) -> Fan:
    """Rays that cover the object and much around it, wherever the source is."""
    lowest, highest = scanner.source_height_mm
    along = (-_AIR_MM, layout.size[0] + _AIR_MM)
    return scanner.draw_fan(
        rng, along, (lowest - layout.size[1], highest + _ROUND_MM), 0.0
    )


def _stand(
    rng: np.random.Generator, solids: Solids, fan: Fan, layout: Layout
) -> tuple[Solids, tuple[float, float]]:
    """The object where it stands on a morning, and its corner in the picture, px."""
    aside, up, deeper = rng.uniform(-1, 1, 3) * _MISPLACED_MM
    top = fan.source[0] + _AXIS * layout.size[1] + up
    placed = Solids()
    placed.place(solids, (aside, top, deeper))
    tangent = (top - fan.source[0]) / (deeper - fan.source[1])
    corner = ((aside - fan.x0) / fan.pitch, (fan.top - tangent) / fan.step)
    return placed, corner


def _transmit(solids: Solids, fan: Fan, scanner: Scanner) -> tuple[Levels, ...]:
    """Transmission of each plane, averaged over every pixel: wires are thinner."""
    x0, y0, x1, y1 = fan.surround(*solids.bounds())
    fine = _refine(fan.window(x0, y0, x1, y1))
    planes = []
    for window in transmit(*project_solids(solids, fine), scanner):
        plane = np.ones((fan.height, fan.width), np.float32)
        size = (x1 - x0, y1 - y0)
        plane[y0:y1, x0:x1] = cv2.resize(window, size, interpolation=cv2.INTER_AREA)
        planes.append(plane)
    return tuple(planes)


def _refine(fan: Fan) -> Fan:
    """Several rays for each, evenly over its pixel."""
    return replace(
        fan,
        width=fan.width * _FINER,
        height=fan.height * _FINER,
        pitch=fan.pitch / _FINER,
        step=fan.step / _FINER,
        sway=None if fan.sway is None else np.repeat(fan.sway, _FINER),
    )


def _inform(shot: Shot) -> ScanInfo:
    return ScanInfo(
        pitch_mm=shot.scanner.pitch_mm,
        pitch_source="simulation",
        energies_mv=shot.scanner.energies_mv,
        scanner=shot.scanner.name,
        view="side",
        acquired=shot.acquired,
        air_source="file",
        synthetic=True,
    )
