"""One scan from one seed: a container, its cargo, what is hidden there, and truth."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.errors import SimulationError
from data.scan import Scan, ScanInfo
from data.simulation.cargo import CARGO, Cargo, draw_cargo
from data.simulation.confusers import draw_confuser
from data.simulation.container import (
    WIDTH_MM,
    Container,
    build_container,
    draw_container,
)
from data.simulation.exposure import (
    LEAKAGE,
    Exposure,
    draw_exposure,
    expect_signal,
    expose,
    measure_visibility,
    transmit,
)
from data.simulation.firearms import draw_firearm
from data.simulation.identity import draw_container_number
from data.simulation.path_length import Fan, project_solids
from data.simulation.placing import Surroundings, hide
from data.simulation.scanner import SCANNERS, Scanner
from data.simulation.solids import Solids
from data.truth import Truth, TruthObject

Levels = npt.NDArray[np.float32]

MIN_LENGTH_M: Final = 2.0
MAX_LENGTH_M: Final = 16.0
ARMED_SHARE: Final = 0.6
MOST_FIREARMS: Final = 4
VISIBLE: Final = 5.0
"""Signal-to-noise under which nobody could see a firearm (Rose's criterion)."""

_SHADOW_G_CM2: Final = 1e-3


@dataclass(frozen=True, slots=True)
class SimulatedScan:
    """A scan and what is in it."""

    scan: Scan
    truth: Truth


@dataclass(frozen=True, slots=True, eq=False)
class _Shadow:
    """What one thing adds to a window of the picture, g/cm2."""

    kind: str
    x0: int
    y0: int
    carbon: Levels
    iron: Levels

    @property
    def window(self) -> tuple[slice, slice]:
        height, width = self.iron.shape
        return slice(self.y0, self.y0 + height), slice(self.x0, self.x0 + width)


def simulate_scan(
    seed: int,
    *,
    scanner: Scanner | None = None,
    length_m: float | None = None,
    firearms: int | None = None,
    cargo: str | None = None,
) -> SimulatedScan:
    """Simulate one dual-energy scan of one container.

    Args:
        seed: 0 or more. The same seed and arguments give the same scan, bit by bit.
        scanner: None draws one of `SCANNERS`.
        length_m: Length of the container, 2 to 16 m; None draws 20 or 40 ft. Short
            ones serve for quick trials.
        firearms: How many are hidden; None draws 1 to 4 for 60 % of the scans.
        cargo: One of `CARGO`; None draws it.

    Returns:
        The scan, row 0 at the top, and its truth.

    Raises:
        SimulationError: If an argument is out of range.
    """
    check_simulation(seed, length_m, cargo)
    if firearms is not None and not 0 <= firearms <= 20:
        msg = f"{firearms} firearms cannot be hidden. Choose 0 to 20."
        raise SimulationError(msg)
    streams = np.random.SeedSequence(seed).spawn(4)
    building, loading, hiding, taking = map(np.random.default_rng, streams)
    if scanner is None:
        scanner = SCANNERS[taking.integers(len(SCANNERS))]
    container = draw_container(building, length_m)
    fan = _draw_fan(taking, scanner, container)
    load = draw_cargo(loading, container.hold, cargo)
    goods = _project_cargo(loading, load, fan)
    around = Surroundings(container.hold, fan, goods[0] + goods[1])
    carbon, iron = project_solids(build_container(building, container), fan)
    carbon += goods[0]
    iron += goods[1]
    harmless, shadows = _hide_all(hiding, around, _count_firearms(hiding, firearms))
    for shadow in (*harmless, *shadows):
        carbon[shadow.window] += shadow.carbon
        iron[shadow.window] += shadow.iron
    exposure = draw_exposure(taking, scanner)
    planes = transmit(carbon, iron, scanner)
    objects = [_describe(s, (carbon, iron), scanner, exposure) for s in shadows]
    high, low = (expect_signal(plane, exposure) for plane in planes)
    counts, air, dark = expose(taking, (high, low), exposure)
    scan = Scan(
        high=counts[0],
        low=counts[1],
        air=air,
        dark=dark,
        info=_inform(scanner, draw_container_number(building)),
    )
    named = tuple(s.kind for s in harmless if s.kind)
    truth = Truth(
        objects=tuple(objects), source="simulation", cargo=(*load.kinds, *named)
    )
    return SimulatedScan(scan, truth)


def check_simulation(seed: int, length_m: float | None, cargo: str | None) -> None:
    """Refuse what cannot be simulated, before any work.

    Args:
        seed: 0 or more.
        length_m: 2 to 16 m, or None.
        cargo: One of `CARGO`, or None.

    Raises:
        SimulationError: If one of them is out of range.
    """
    if seed < 0:
        msg = f"The seed {seed} is negative. Choose 0 or more."
        raise SimulationError(msg)
    if length_m is not None and not MIN_LENGTH_M <= length_m <= MAX_LENGTH_M:
        msg = (
            f"A container of {length_m:g} m cannot be simulated. "
            f"Choose {MIN_LENGTH_M:g} to {MAX_LENGTH_M:g} m."
        )
        raise SimulationError(msg)
    if cargo is not None and cargo not in CARGO:
        msg = f"There is no cargo {cargo!r}. Choose one of {', '.join(CARGO)}."
        raise SimulationError(msg)


def _draw_fan(rng: np.random.Generator, scanner: Scanner, container: Container) -> Fan:
    before, after = rng.uniform(120, 500, 2)
    below, above = rng.uniform(30, 420), rng.uniform(60, 260)
    along = (-before, container.length + after)
    return scanner.draw_fan(
        rng, along, (-below, container.height + above), WIDTH_MM / 2
    )


def _project_cargo(
    rng: np.random.Generator, load: Cargo, fan: Fan
) -> tuple[Levels, Levels]:
    """Areal densities of the cargo, made a little uneven."""
    carbon, iron = project_solids(load.solids, fan)
    if load.solids.copies:
        uneven = 1 + rng.uniform(0.01, 0.05) * _draw_clouds(rng, carbon.shape)
        np.clip(uneven, 0.6, 1.4, out=uneven)
        carbon *= uneven
        iron *= uneven
    return carbon, iron


def _draw_clouds(rng: np.random.Generator, shape: tuple[int, int]) -> Levels:
    """Noise of several scales, coarse to fine, of unit variance."""
    height, width = shape
    clouds = np.zeros((height, width), np.float32)
    weight, norm = 1.0, 0.0
    for cell in (96, 48, 24, 12, 6):
        coarse = (max(height // cell, 2), max(width // cell, 2))
        noise = rng.standard_normal(coarse, dtype=np.float32) * np.float32(weight)
        clouds += cv2.resize(noise, (width, height), interpolation=cv2.INTER_LINEAR)
        norm += weight**2 * 0.45
        weight *= 0.7
    clouds /= np.float32(np.sqrt(norm))
    return clouds


def _count_firearms(rng: np.random.Generator, wanted: int | None) -> int:
    armed, many = rng.random() < ARMED_SHARE, int(rng.integers(1, MOST_FIREARMS + 1))
    if wanted is not None:
        return wanted
    return many if armed else 0


def _hide_all(
    rng: np.random.Generator, around: Surroundings, firearms: int
) -> tuple[list[_Shadow], list[_Shadow]]:
    """Hide harmless things, as many with firearms as without, then the firearms.

    Parcels go with the harmless things, without a name.
    """
    harmless: list[_Shadow] = []
    for _ in range(rng.integers(4)):
        kind, thing = draw_confuser(rng)
        placed, parcel = hide(rng, thing, around)
        harmless += _cast(kind, placed, around.fan) + _cast("", parcel, around.fan)
    shadows: list[_Shadow] = []
    for _ in range(firearms):
        firearm = draw_firearm(rng)
        placed, parcel = hide(rng, firearm.solids, around)
        shadows += _cast(firearm.kind, placed, around.fan)
        harmless += _cast("", parcel, around.fan)
    return harmless, shadows


def _cast(kind: str, solids: Solids, fan: Fan) -> list[_Shadow]:
    """The shadow of a thing; none if it is out of the picture."""
    if not solids.copies:
        return []
    x0, y0, x1, y1 = fan.surround(*solids.bounds())
    if x1 <= x0 or y1 <= y0:
        return []
    carbon, iron = project_solids(solids, fan.window(x0, y0, x1, y1))
    return [_Shadow(kind, x0, y0, carbon, iron)]


def _describe(
    shadow: _Shadow,
    whole: tuple[Levels, Levels],
    scanner: Scanner,
    exposure: Exposure,
) -> TruthObject:
    """Truth of one firearm: the exact box of its shadow, and how visible it is."""
    carbon, iron = (plane[shadow.window] for plane in whole)
    mask = shadow.carbon + shadow.iron > _SHADOW_G_CM2
    with_it, _ = transmit(carbon, iron, scanner)
    without, _ = transmit(carbon - shadow.carbon, iron - shadow.iron, scanner)
    visible = measure_visibility(
        with_it[mask] + LEAKAGE,
        without[mask] + LEAKAGE,
        exposure.photons[0],
        exposure.readout,
    )
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return TruthObject(
        box=(
            float(shadow.x0 + columns[0]),
            float(shadow.y0 + rows[0]),
            float(shadow.x0 + columns[-1] + 1),
            float(shadow.y0 + rows[-1] + 1),
        ),
        kind=shadow.kind,
        attenuation_behind=round(float(-np.log(without[mask]).mean()), 4),
        signal_to_noise=round(visible, 2),
        ignore=visible < VISIBLE,
    )


def _inform(scanner: Scanner, number: str) -> ScanInfo:
    return ScanInfo(
        pitch_mm=scanner.pitch_mm,
        pitch_source="simulation",
        energies_mv=scanner.energies_mv,
        scanner=scanner.name,
        view="side",
        containers=(number,),
        air_source="file",
        synthetic=True,
    )
