"""The scanners that are simulated: energies, geometry, dose, blur and usual defects."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.basis import AttenuationTable, tabulate_attenuation
from data.physics.beam import Beam
from data.simulation.geometry.path_length import Fan

Range = tuple[float, float]
Reals = npt.NDArray[np.float64]

SOURCES: Final = ("usual", "anywhere")
"""Where sources stand: as a family has it, or where that of any scanner might."""

_ANY_DISTANCE_MM: Final = (4300.0, 12_000.0)
_ANY_HEIGHT_MM: Final = (-1500.0, 1600.0)
_SWAY_MM: Final = 3.0
_SWAY_WAVE_MM: Final = 3500.0


@dataclass(frozen=True, slots=True)
class Weakness:
    """A defect that scanners of a family are prone to.

    Attributes:
        kind: One of `data.simulation.imaging.defects.DEFECTS`.
        share: Share of its scans that have it.
        worst: Severity that it reaches, 1 to 5.
    """

    kind: str
    share: float
    worst: int


@dataclass(frozen=True, slots=True)
class Scanner:
    """A family of scanners; each scan draws its own value from the ranges.

    Attributes:
        name: What `ScanInfo.scanner` says.
        energies_mv: Endpoints of the high and, if there are two, the low plane, MV.
        pitch_mm: Pixel pitch (x, y) at the container's mid-plane, mm.
        source_distance_mm: Source to the container's mid-plane.
        source_height_mm: Source over the container's underside.
        photons: Photons per pixel of the high plane in air, drawn evenly in log.
        low_share: Photons of the low plane for each of the high plane.
        blur_px: Standard deviation of the detector's blur.
        scatter: Share of the signal that is scattered far.
        below_mm: How far the picture reaches under the container's underside, at the
            most: where it stands on the ground, it ends there.
        weaknesses: Its usual defects.
    """

    name: str
    energies_mv: tuple[float, ...]
    pitch_mm: tuple[float, float]
    source_distance_mm: Range = (5500.0, 8500.0)
    source_height_mm: Range = (-900.0, 400.0)
    photons: Range = (1e3, 2e5)
    low_share: float = 0.55
    blur_px: Range = (0.4, 0.7)
    scatter: Range = (0.004, 0.016)
    below_mm: Range = (30.0, 1300.0)
    weaknesses: tuple[Weakness, ...] = ()

    @property
    def tables(self) -> tuple[AttenuationTable, ...]:
        """Attenuation table of each plane."""
        return tuple(tabulate_attenuation(mv) for mv in self.energies_mv)

    @property
    def noise_factors(self) -> tuple[float, ...]:
        """Share of the photons that count towards noise, in each plane."""
        return tuple(Beam(mv).noise_factor for mv in self.energies_mv)

    def place_source(self, source: str | None) -> "Scanner":
        """The same with its source elsewhere.

        Args:
            source: One of `SOURCES`; None for "usual".
        """
        if source != "anywhere":
            return self
        return replace(
            self,
            source_distance_mm=_ANY_DISTANCE_MM,
            source_height_mm=_ANY_HEIGHT_MM,
        )

    def draw_fan(
        self, rng: np.random.Generator, x: Range, y: Range, near_mm: float
    ) -> Fan:
        """Rays that cover an object.

        Args:
            rng: Source of chance.
            x: Where the picture begins and ends along the scan, mm.
            y: Lowest and highest point to show at the object's near side, mm.
            near_mm: The near side's distance from the mid-plane, towards the source.
        """
        pitch, row_pitch = self.pitch_mm
        distance = rng.uniform(*self.source_distance_mm)
        source_y = rng.uniform(*self.source_height_mm)
        step = row_pitch / distance
        bottom, top = ((edge - source_y) / (distance - near_mm) for edge in y)
        height = max(round((top - bottom) / step), 1)
        width = max(round((x[1] - x[0]) / pitch), 1)
        skew, slope = np.clip(rng.normal(0, (0.006, 0.006)), -0.015, 0.015)
        return Fan(
            width,
            height,
            x[0],
            pitch,
            top,
            step,
            (source_y, -distance),
            float(skew),
            float(slope),
            _draw_sway(rng, width, pitch),
        )


def _draw_sway(rng: np.random.Generator, width: int, pitch: float) -> Reals:
    """A slow swing of a few mm, over waves of 1 to 6 m, (W,), mm."""
    along = np.arange(width) * pitch
    sway = np.zeros(width)
    for wave in rng.uniform(1000, 6000, 3):
        height = rng.exponential(_SWAY_MM) * wave / _SWAY_WAVE_MM
        sway += height * np.sin(2 * np.pi * along / wave + rng.uniform(0, 2 * np.pi))
    return sway


SCANNERS: Final = (
    Scanner(
        "simulated 6/4 MV",
        (6.0, 4.0),
        (4.0, 4.0),
        weaknesses=(Weakness("column stripes", 0.1, 2), Weakness("dead rows", 0.1, 1)),
    ),
    Scanner(
        "simulated 6/3.5 MV",
        (6.0, 3.5),
        (5.0, 5.0),
        source_distance_mm=(4300.0, 6000.0),
        source_height_mm=(-1100.0, -500.0),
        photons=(1e3, 6e4),
        blur_px=(0.35, 0.6),
        scatter=(0.008, 0.02),
        below_mm=(30.0, 700.0),
        weaknesses=(
            Weakness("boom wobble", 0.25, 2),
            Weakness("speed warp", 0.15, 1),
            Weakness("misregistration", 0.1, 1),
        ),
    ),
    Scanner(
        "simulated 9/6 MV",
        (9.0, 6.0),
        (3.0, 3.0),
        source_distance_mm=(9000.0, 12000.0),
        source_height_mm=(0.0, 900.0),
        photons=(2e4, 2e5),
        low_share=0.4,
        blur_px=(0.6, 1.0),
        scatter=(0.003, 0.012),
        weaknesses=(Weakness("row stripes", 0.15, 2), Weakness("dead rows", 0.15, 2)),
    ),
    Scanner(
        "simulated 6 MV",
        (6.0,),
        (6.0, 5.0),
        source_distance_mm=(7000.0, 10000.0),
        photons=(3e3, 1e5),
        blur_px=(0.3, 0.5),
        scatter=(0.006, 0.018),
        below_mm=(30.0, 1000.0),
        weaknesses=(
            Weakness("pulse misfire", 0.15, 1),
            Weakness("speed warp", 0.15, 2),
            Weakness("saturation", 0.1, 1),
        ),
    ),
)
"""The families that chance draws."""

RESERVED_SCANNERS: Final = (
    Scanner(
        "simulated 7.5/4.5 MV",
        (7.5, 4.5),
        (4.5, 3.5),
        source_distance_mm=(3500.0, 4200.0),
        source_height_mm=(900.0, 1600.0),
        photons=(2e3, 8e4),
        low_share=0.7,
        blur_px=(1.0, 1.3),
        scatter=(0.012, 0.028),
        below_mm=(30.0, 900.0),
        weaknesses=(
            Weakness("boom wobble", 0.2, 2),
            Weakness("dead rows", 0.2, 2),
            Weakness("saturation", 0.1, 1),
        ),
    ),
)
"""Families drawn only by name: what learns from chance has seen no scan of theirs."""

SCANNER_NAMES: Final = tuple(scanner.name for scanner in SCANNERS)

RESERVED_SCANNER_NAMES: Final = tuple(scanner.name for scanner in RESERVED_SCANNERS)


def find_scanner(name: str) -> Scanner:
    """The family of a name.

    Args:
        name: One of `SCANNER_NAMES` or `RESERVED_SCANNER_NAMES`.

    Raises:
        KeyError: If there is none.
    """
    known = SCANNERS + RESERVED_SCANNERS
    return {scanner.name: scanner for scanner in known}[name]
