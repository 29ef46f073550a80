"""Axles of trailers and tractors: tyres, rims, brakes, springs, mudguards."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import CAST_IRON, POLYETHYLENE, RUBBER, STEEL
from data.simulation.containers.members import combine
from data.simulation.geometry.meshes import BOX, PRISM, make_cylinder
from data.simulation.geometry.solids import Solids
from data.simulation.geometry.turns import ALONG_X, turn_about

Reals = npt.NDArray[np.float64]

_ROUND: Final = make_cylinder(24)
_TREAD: Final = make_cylinder(32)
_HOLE: Final = make_cylinder(16)
_RIM_MM: Final = 572.0
_TREAD_MM: Final = 30.0
_OUTSIDE_MM: Final = 2480.0
_GAP_MM: Final = 40.0
_FLANK_MM: Final = 15.0
_SIDES: Final = np.array([-1.0, 1.0])
_SPRING_MM: Final = 490.0
_BELTED: Final = 1.25
"""Density of a tread with its belts of steel, to that of rubber."""


@dataclass(frozen=True, slots=True)
class Tyre:
    """One size of tyre.

    Attributes:
        diameter: Outside diameter, mm.
        width: Section width, mm.
        twin: Whether two stand side by side.
    """

    diameter: float
    width: float
    twin: bool

    @property
    def breadth(self) -> float:
        """Width of all that turns at one end of an axle, mm."""
        return 2 * self.width + _GAP_MM if self.twin else self.width

    @property
    def flanks(self) -> Reals:
        """(2,) z of the outermost side walls at one end, from their middle, mm."""
        return _SIDES * (self.breadth - _FLANK_MM) / 2


TWIN: Final = Tyre(1045.0, 275.0, twin=True)
SINGLE: Final = Tyre(1065.0, 380.0, twin=False)


def draw_tyre(rng: np.random.Generator) -> Tyre:
    """Draw tyres of a trailer, a few per cent worn."""
    tyre = TWIN if rng.random() < 0.65 else SINGLE
    return Tyre(tyre.diameter - rng.uniform(0, 25), tyre.width, tyre.twin)


def add_axles(solids: Solids, x: Reals, y: float, tyre: Tyre) -> None:
    """Add axles with their wheels and brakes.

    Args:
        solids: What they are added to.
        x: (N,) of the axles, mm.
        y: Of the axles, mm.
        tyre: Their tyres.
    """
    wheels = combine(x, y, _SIDES * (_OUTSIDE_MM - tyre.breadth) / 2)
    _add_tyres(solids, wheels, tyre)
    rim = (_RIM_MM + 6, _RIM_MM + 6, tyre.breadth * 0.85)
    solids.add_tube(rim, 13, wheels, STEEL)
    outer = _OUTSIDE_MM / 2
    discs = combine(x, y, _SIDES * (outer - 60))
    solids.add(_HOLE, (_RIM_MM - 14, _RIM_MM - 14, 12), discs, STEEL)
    # Drum, shoes and linings: opaque at the energies of cargo scanners.
    drums = combine(x, y, _SIDES * (outer - 200))
    solids.add(_HOLE, (430, 430, 215), drums, CAST_IRON, fill=0.5)
    hubs = combine(x, y, _SIDES * (outer - 90))
    solids.add(PRISM, (240, 240, 230), hubs, CAST_IRON, fill=0.6)
    beams = combine(x, y, 0)
    solids.add_tube((127, 127, 2 * outer - 200), 13, beams, STEEL, mesh=PRISM)
    chambers = combine(x + 190, y + 40, _SIDES * 420)
    solids.add(PRISM, (165, 165, 190), chambers, STEEL, turn=ALONG_X, fill=0.2)
    levers = combine(x + 90, y + 20, _SIDES * 560)
    solids.add(BOX, (40, 150, 25), levers, STEEL)


def _add_tyres(solids: Solids, wheels: Reals, tyre: Tyre) -> None:
    """Treads, and side walls from them to the rims."""
    across, thick = tyre.diameter, _TREAD_MM
    tread = tyre.breadth * 0.72
    belted = _BELTED * (0.9 if tyre.twin else 1.0)
    solids.add(_TREAD, (across, across, tread), wheels, RUBBER, fill=belted)
    inside = (across - 2 * thick, across - 2 * thick, tread)
    solids.add(_ROUND, inside, wheels, RUBBER, fill=-belted)
    for flank in tyre.flanks:
        at = wheels + np.array([0, 0, flank])
        size = (across - 40, across - 40, _FLANK_MM)
        fill = _BELTED * (2 if tyre.twin else 1)
        solids.add(_ROUND, size, at, RUBBER, fill=fill)
        hole = (_RIM_MM, _RIM_MM, _FLANK_MM)
        solids.add(_HOLE, hole, at, RUBBER, fill=-fill)


def add_springs(
    solids: Solids, x: Reals, y: float, top: float, rng: np.random.Generator
) -> None:
    """Add leaf springs over the axles, or bellows behind them.

    Args:
        solids: What they are added to.
        x: (N,) of the axles, mm.
        y: Of the axles, mm.
        top: Underside of the frame, mm.
        rng: Source of chance: which.
    """
    z = _SIDES * _SPRING_MM
    _add_hangers(solids, x, y, top)
    if rng.random() < 0.35:
        tall = max(top - y - 40, 120)
        bellows = combine(x + 330, top - tall / 2, z)
        upright = turn_about(0, -np.pi / 2)
        size = (300, 300, tall)
        solids.add_tube(size, 12, bellows, RUBBER, turn=upright)
        arms = combine(x - 60, y + 90, z)
        solids.add(BOX, (900, 55, 80), arms, STEEL, turn=turn_about(2, -0.12))
    else:
        leaves = int(rng.integers(3, 6))
        for leaf in range(leaves):
            half = (530, 500, 380, 250, 130)[leaf]
            for side in (-1, 1):
                at = combine(x + side * half / 2, y + 150 - 24 * leaf, z)
                turn = turn_about(2, side * rng.uniform(0.09, 0.12))
                solids.add(BOX, (half, 22, 80), at, STEEL, turn=turn)
    seats = combine(x, y + 95, z)
    solids.add_shell((150, 70, 110), 12, seats, STEEL)
    bolts = np.concatenate([np.add(seats, (side * 62, 10, 0)) for side in _SIDES])
    solids.add(BOX, (20, 250, 110), bolts, STEEL, fill=0.4)


def _add_hangers(solids: Solids, x: Reals, y: float, top: float) -> None:
    """Brackets that hold the ends of the springs under the frame."""
    ends = np.unique(np.round(np.concatenate([x - 655, x + 655]), 1))
    low = y + 60
    places = combine(ends, (low + top) / 2, _SIDES * _SPRING_MM)
    cheeks = np.concatenate([np.add(places, (0, 0, s * 48)) for s in _SIDES])
    solids.add(BOX, (130, top - low, 9), cheeks, STEEL)
    pins = np.add(places, (0, (low - top) / 2 + 60, 0))
    solids.add(PRISM, (85, 85, 90), pins, STEEL, fill=0.6)


def add_mudguards(solids: Solids, x: Reals, y: float, radius: float) -> None:
    """Add bent sheets over the wheels.

    Args:
        solids: What they are added to.
        x: (N,) of the axles, mm.
        y: Of the axles, mm.
        radius: Of the bend, mm.
    """
    count = 7
    angles = np.linspace(0.4, np.pi - 0.4, count)
    long = radius * (angles[1] - angles[0]) * 1.01
    for angle in angles:
        offset = radius * np.array([np.cos(angle), np.sin(angle), 0])
        places = combine(x, y, _SIDES * 940) + offset
        turn = turn_about(2, angle - np.pi / 2)
        solids.add(BOX, (long, 4, 600), places, POLYETHYLENE, turn=turn)
