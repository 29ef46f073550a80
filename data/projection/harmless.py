"""Phantoms in air: harmless things, where no benign cut-outs are to be had."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.basis import tabulate_attenuation
from data.projection.cutout import Cutout
from data.projection.hardening import is_modelled
from data.simulation.geometry.path_length import Fan, project_solids
from data.simulation.geometry.solids import Solids
from data.simulation.geometry.turns import turn_about
from data.simulation.phantoms.confusers import draw_confuser

Levels = npt.NDArray[np.float32]

PITCH_MM: Final = 1.1
"""Pixel pitch of these cut-outs, about that of real ones."""

_USUAL_MV: Final = (6.0, 4.0)
_FAR_MM: Final = 1e6
_MARGIN_MM: Final = 6.0
_LEAST_G_CM2: Final = 0.02
_TILT: Final = 0.35


@dataclass(frozen=True, slots=True, eq=False)
class Densities:
    """What parallel rays meet of a thing in air, whatever the beam.

    Attributes:
        carbon: (H, W) float32, areal density along the rays, g/cm2.
        iron: (H, W) float32, likewise.
        pitch_mm: Pixel pitch, both ways, mm.
    """

    carbon: Levels
    iron: Levels
    pitch_mm: float

    def to_cutout(self, kind: str, energies_mv: tuple[float, ...]) -> Cutout:
        """A cut-out as some beams show it, without noise or blur.

        Args:
            kind: What it is.
            energies_mv: As for `draw_harmless`; a plane for each.
        """
        known = bool(energies_mv) and all(map(is_modelled, energies_mv))
        energies = energies_mv if known else _USUAL_MV
        tables = [tabulate_attenuation(mv) for mv in energies]
        return Cutout(
            attenuation=np.stack([t.look_up(self.carbon, self.iron) for t in tables]),
            mask=np.asarray(self.carbon + self.iron > _LEAST_G_CM2),
            pitch_mm=(self.pitch_mm, self.pitch_mm),
            kind=kind,
            group=kind,
            energies_mv=energies,
            blur_px=0.0,
        )


def draw_harmless(rng: np.random.Generator, energies_mv: tuple[float, ...]) -> Cutout:
    """Draw a confuser of the simulator, as it would be scanned in air.

    Args:
        rng: Source of chance.
        energies_mv: Of the scan that it shall go into, MV; 6 and 4 MV if they are not
            known or not modelled.
    """
    phantom = draw_confuser(rng)
    tilt = turn_about(0, rng.normal(0, _TILT)) @ turn_about(1, rng.normal(0, _TILT))
    thing = Solids()
    thing.place(phantom.solids, (0, 0, 0), tilt)
    return scan_in_air(thing, phantom.kind, energies_mv)


def scan_in_air(thing: Solids, kind: str, energies_mv: tuple[float, ...]) -> Cutout:
    """A cut-out of solids, without noise or blur.

    Args:
        thing: About the origin; seen along z.
        kind: What it is.
        energies_mv: As for `draw_harmless`.
    """
    return weigh_in_air(thing).to_cutout(kind, energies_mv)


def weigh_in_air(thing: Solids, pitch_mm: float = PITCH_MM) -> Densities:
    """Areal densities of solids, with a little air around them.

    Args:
        thing: About the origin; seen along z.
        pitch_mm: Pixel pitch, mm.
    """
    low, high = thing.bounds()
    wide, tall = (
        int(np.ceil((high[i] - low[i] + 2 * _MARGIN_MM) / pitch_mm)) for i in (0, 1)
    )
    step = pitch_mm / _FAR_MM
    top = (high[1] + _MARGIN_MM) / _FAR_MM
    rays = Fan(wide, tall, low[0] - _MARGIN_MM, pitch_mm, top, step, (0.0, -_FAR_MM))
    return Densities(*project_solids(thing, rays), pitch_mm)
