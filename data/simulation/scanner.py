"""The scanners that are simulated: energies, geometry, dose and blur."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from data.physics.basis import AttenuationTable, tabulate_attenuation
from data.physics.beam import Beam
from data.simulation.path_length import Fan

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Scanner:
    """A family of scanners; each scan draws its own value from the ranges.

    Attributes:
        name: What `ScanInfo.scanner` says.
        energies_mv: Endpoints of the high and the low plane, MV.
        pitch_mm: Pixel pitch (x, y) at the container's mid-plane, mm.
        source_distance_mm: Source to the container's mid-plane.
        source_height_mm: Source over the container's underside.
        photons: Photons per pixel of the high plane in air, drawn evenly in log.
        low_share: Photons of the low plane for each of the high plane.
        blur_px: Standard deviation of the detector's blur.
        scatter: Share of the signal that is scattered far.
    """

    name: str
    energies_mv: tuple[float, float]
    pitch_mm: tuple[float, float]
    source_distance_mm: Range = (6500.0, 9000.0)
    source_height_mm: Range = (-300.0, 500.0)
    photons: Range = (1e3, 2e5)
    low_share: float = 0.55
    blur_px: Range = (0.4, 0.7)
    scatter: Range = (0.004, 0.016)

    @property
    def tables(self) -> tuple[AttenuationTable, AttenuationTable]:
        """Attenuation tables of the high and the low plane."""
        high, low = self.energies_mv
        return tabulate_attenuation(high), tabulate_attenuation(low)

    @property
    def noise_factors(self) -> tuple[float, float]:
        """Share of the photons that count towards noise, in each plane."""
        high, low = self.energies_mv
        return Beam(high).noise_factor, Beam(low).noise_factor

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
        return Fan(width, height, x[0], pitch, top, step, (source_y, -distance))


SCANNERS: Final = (
    Scanner("simulated 6/4 MV", (6.0, 4.0), (4.0, 4.0)),
    Scanner("simulated 6/3.5 MV", (6.0, 3.5), (5.0, 5.0), blur_px=(0.35, 0.6)),
)
"""The families offered."""
