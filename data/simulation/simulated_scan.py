"""One scan from one seed: a container, its cargo, what is hidden there, and truth."""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.errors import SimulationError
from data.scan import Scan, ScanInfo
from data.simulation.containers.container import (
    WIDTH_MM,
    Container,
    build_container,
    draw_container,
)
from data.simulation.describing import Picture, describe
from data.simulation.geometry.path_length import Fan, PathLengths
from data.simulation.goods.cargo import draw_cargo, draw_reefer
from data.simulation.hiding.scene import Scene
from data.simulation.identity import draw_container_number
from data.simulation.imaging.counting import expose
from data.simulation.imaging.defects import (
    Defect,
    bend,
    draw_defects,
    impair,
    worsen_exposure,
)
from data.simulation.imaging.exposure import (
    draw_exposure,
    draw_response,
    expect_signal,
    transmit,
)
from data.simulation.imaging.scanner import SCANNERS, Scanner, find_scanner
from data.simulation.imaging.warp import Warp
from data.simulation.loading.hold import Hold
from data.simulation.loading.load import Load
from data.simulation.recipe import Recipe
from data.simulation.stowing import stow_things
from data.truth import ScanDefect, Truth

Levels = npt.NDArray[np.float32]

_TRACTOR_SHARE: Final = 0.2
_CLOUD_CELLS: Final = (96, 48, 24, 12, 6)


@dataclass(frozen=True, slots=True)
class SimulatedScan:
    """A scan and what is in it."""

    scan: Scan
    truth: Truth


def simulate_scan(
    seed: int, recipe: Recipe | None = None, *, scanner: Scanner | None = None
) -> SimulatedScan:
    """Simulate one scan of one container.

    Args:
        seed: 0 or more. The same seed and arguments give the same scan, bit by bit, on
            one machine.
        recipe: What it shall be; None leaves all to chance.
        scanner: Takes the place of the recipe's.

    Returns:
        The scan, row 0 at the top, and its truth.

    Raises:
        SimulationError: If the seed is negative.
    """
    check_seed(seed)
    wish = recipe or Recipe()
    streams = np.random.SeedSequence(seed).spawn(5)
    building, loading, hiding, failing = map(np.random.default_rng, streams[:4])
    # Noise takes most of the draws, and this generator the least time for one.
    taking = np.random.Generator(np.random.SFC64(streams[4]))
    scanner = scanner or _choose_scanner(taking, wish)
    place = _load(building, loading, wish)
    fan = _draw_fan(taking, scanner, place.container)
    carbon, iron = _project(loading, place, fan)
    scene = Scene.of(place.hold, fan, (place.shell, place.goods))
    stowed = stow_things(hiding, scene, wish)
    stowed.add_to(carbon, iron)
    defects = wish.defects
    if defects is None:
        defects = draw_defects(failing, scanner)
    shot = _Shot(scanner, (carbon, iron), defects)
    info = _inform(scanner, draw_container_number(building))
    scan, picture = _take(taking, failing, shot, info)
    objects = [describe(shadow, picture) for shadow in stowed.shadows]
    truth = Truth(
        objects=tuple(each for each in objects if each is not None),
        source="simulation",
        cargo=place.kinds,
        defects=tuple(ScanDefect(kind=d.kind, severity=d.severity) for d in defects),
    )
    return SimulatedScan(scan, truth)


def check_seed(seed: int) -> None:
    """Refuse seeds below 0.

    Raises:
        SimulationError: If it is negative.
    """
    if seed < 0:
        msg = f"The seed {seed} is negative. Choose 0 or more."
        raise SimulationError(msg)


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """A container, and what is in it."""

    container: Container
    hold: Hold
    kinds: tuple[str, ...]
    shell: Load
    goods: Load

    def turn_round(self) -> "_Place":
        """The same with its other end first."""
        middle = self.container.length / 2
        return replace(
            self,
            hold=self.hold.turn_round(middle),
            shell=self.shell.turn_round(middle),
            goods=self.goods.turn_round(middle),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Shot:
    """What is taken: by which scanner, of what (g/cm2), with what wrong with it."""

    scanner: Scanner
    areal: tuple[Levels, Levels]
    defects: tuple[Defect, ...]


def _choose_scanner(rng: np.random.Generator, wish: Recipe) -> Scanner:
    drawn = SCANNERS[rng.integers(len(SCANNERS))]
    scanner = drawn if wish.scanner is None else find_scanner(wish.scanner)
    return scanner.place_source(wish.source)


def _load(
    building: np.random.Generator, loading: np.random.Generator, wish: Recipe
) -> _Place:
    """A container and what is in it, its front to the left or to the right."""
    reefer = draw_reefer(loading, wish.cargo)
    container = draw_container(building, wish.length_m, reefer=reefer)
    cargo = draw_cargo(loading, container.hold, wish.cargo, reefer=reefer)
    shell = build_container(building, container)
    place = _Place(container, container.hold, cargo.kinds, shell, cargo.load)
    return place if building.random() < 0.5 else place.turn_round()


def _draw_fan(rng: np.random.Generator, scanner: Scanner, container: Container) -> Fan:
    """Rays that cover the container, and often some of what carries it."""
    before, after = rng.uniform(120, 500, 2)
    if rng.random() < _TRACTOR_SHARE:
        before, after = rng.permutation([before, rng.uniform(500, 3000)])
    least, most = scanner.below_mm
    below = rng.uniform(least, min(most, 60 - container.ground + least))
    along = (-before, container.length + after)
    above = rng.uniform(60, 260)
    return scanner.draw_fan(
        rng, along, (-below, container.height + above), WIDTH_MM / 2
    )


def _project(
    rng: np.random.Generator, place: _Place, fan: Fan
) -> tuple[Levels, Levels]:
    """Areal densities of a container and its cargo, the latter a little uneven."""
    lengths = PathLengths.none(fan)
    lengths.add(place.goods.solids)
    if place.goods.solids.copies:
        np.multiply(lengths.sums, _draw_clouds(rng, fan), out=lengths.sums)
    lengths.add(place.shell.solids)
    return lengths.areal()


def _draw_clouds(rng: np.random.Generator, fan: Fan) -> Levels:
    """(W, H) factors about 1 of several scales, coarse to fine."""
    width, height = fan.width, fan.height
    finest = (max(height // _CLOUD_CELLS[-1], 2), max(width // _CLOUD_CELLS[-1], 2))
    clouds = np.zeros(finest[::-1], np.float32)
    weight, norm = 1.0, 0.0
    for cell in _CLOUD_CELLS:
        coarse = (max(width // cell, 2), max(height // cell, 2))
        noise = rng.standard_normal(coarse, dtype=np.float32) * np.float32(weight)
        clouds += cv2.resize(noise, finest, interpolation=cv2.INTER_LINEAR)
        norm += weight**2 * 0.45
        weight *= 0.7
    uneven = 1 + np.float32(rng.uniform(0.01, 0.05) / np.sqrt(norm)) * clouds
    return np.asarray(cv2.resize(np.clip(uneven, 0.6, 1.4), (height, width)))


def _take(
    taking: np.random.Generator,
    failing: np.random.Generator,
    shot: _Shot,
    info: ScanInfo,
) -> tuple[Scan, Picture]:
    """Expose a scan, with its defects."""
    exposure = draw_exposure(taking, shot.scanner)
    height, width = shot.areal[0].shape
    warp = Warp.straight(width, height)
    for defect in shot.defects:
        exposure = worsen_exposure(exposure, defect)
        warp = bend(failing, warp, defect)
    response = draw_response(taking, exposure, warp.shape)
    for defect in shot.defects:
        response = impair(failing, response, defect)
    planes = transmit(*shot.areal, shot.scanner)
    if warp.changes((height, width)):
        planes = tuple(warp.apply(plane) for plane in planes)
    signals = tuple(expect_signal(plane, exposure) for plane in planes)
    counts, air, dark = expose(taking, signals, exposure, response)
    scan = Scan(
        high=counts[0],
        low=counts[1] if len(counts) > 1 else None,
        air=air,
        dark=dark,
        info=info,
    )
    picture = Picture(shot.scanner, shot.areal, signals[0], exposure, response, warp)
    return scan, picture


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
