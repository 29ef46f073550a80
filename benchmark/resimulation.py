"""Scenes to judge projections by: cargo simulated with and without a firearm in it.

All is sampled three times as finely as the scan's pixels, and transmission averaged
over each pixel, as a detector does. A firearm in air, sampled so, is the cut-out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from data.projection.calibration import Calibration, calibrate_planes
from data.projection.cutout import Cutout
from data.scan import ScanInfo
from data.simulation.containers.container import (
    WIDTH_MM,
    build_container,
    draw_container,
)
from data.simulation.geometry.path_length import Fan, project_solids
from data.simulation.geometry.solids import Solids
from data.simulation.geometry.turns import turn_about
from data.simulation.goods.cargo import CARGO, EMPTY, draw_cargo
from data.simulation.imaging.exposure import (
    Exposure,
    draw_exposure,
    expect_signal,
    transmit,
)
from data.simulation.imaging.scanner import SCANNERS, Scanner
from data.simulation.phantoms.firearms import draw_firearm

Levels = npt.NDArray[np.float32]

SAMPLES: Final = 3
"""Rays a pixel, each way."""

MARGIN_PX: Final = 10

_LENGTH_M: Final = 4.0
_AROUND_MM: Final = 300.0
_LEAST_G_CM2: Final = 0.02
_TILT: Final = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A loaded container, as it would be seen without noise.

    Attributes:
        scanner: What scans it.
        exposure: How.
        fan: The scan's rays.
        solids: Container and cargo.
        planes: (P, H, W) float32, expected transmission.
        calibration: Estimated from the same with noise.
    """

    scanner: Scanner
    exposure: Exposure
    fan: Fan
    solids: Solids
    planes: Levels
    calibration: Calibration


@dataclass(frozen=True, slots=True, eq=False)
class Insertion:
    """One firearm, and what the scan would have shown of it.

    Attributes:
        cutout: The firearm in air.
        window: Rows and columns of the scene that it is in.
        truth: (P, h, w) float32, expected transmission with it, simulated anew.
    """

    cutout: Cutout
    window: tuple[slice, slice]
    truth: Levels


def draw_scene(rng: np.random.Generator, number: int) -> Scene:
    """Draw a scanner, a container and its cargo.

    Args:
        rng: Source of chance.
        number: Which scene: scanners and cargo kinds take turns.
    """
    scanner = SCANNERS[number % len(SCANNERS)]
    kinds = [kind for kind in CARGO if kind != EMPTY]
    exposure = draw_exposure(rng, scanner)
    container = draw_container(rng, _LENGTH_M)
    cargo = draw_cargo(rng, container.hold, kinds[number % len(kinds)])
    structure = build_container(rng, container)
    solids = Solids([*structure.solids.copies, *cargo.load.solids.copies])
    fan = _straighten(
        scanner.draw_fan(
            rng,
            (-_AROUND_MM, container.length + _AROUND_MM),
            (-_AROUND_MM, container.height + _AROUND_MM),
            WIDTH_MM / 2,
        )
    )
    planes = np.stack(
        [expect_signal(t, exposure) for t in _transmit(solids, scanner, fan)]
    )
    info = ScanInfo(pitch_mm=scanner.pitch_mm, energies_mv=scanner.energies_mv)
    calibration = calibrate_planes(_add_noise(rng, planes, exposure), info)
    return Scene(scanner, exposure, fan, solids, planes, calibration)


def draw_insertions(rng: np.random.Generator, scene: Scene) -> Iterator[Insertion]:
    """Draw firearms anywhere in a scene, without end; truth is made on demand.

    Args:
        rng: Source of chance.
        scene: Where to.
    """
    while True:
        firearm = _pose(rng, scene)
        x0, y0, x1, y1 = scene.fan.surround(*firearm.bounds())
        left, top = x0 - MARGIN_PX, y0 - MARGIN_PX
        right, bottom = x1 + MARGIN_PX, y1 + MARGIN_PX
        if left < 0 or top < 0 or right > scene.fan.width or bottom > scene.fan.height:
            continue
        window = (slice(top, bottom), slice(left, right))
        yield _insert(scene, firearm, window)


def _pose(rng: np.random.Generator, scene: Scene) -> Solids:
    heading, roll, elevation = (
        rng.uniform(-np.pi, np.pi),
        rng.normal(0, _TILT),
        rng.normal(0, _TILT),
    )
    turn = turn_about(2, heading) @ turn_about(1, elevation) @ turn_about(0, roll)
    low, high = scene.solids.bounds()
    place = rng.uniform(low, high)
    place[2] *= 0.8
    firearm = Solids()
    firearm.place(draw_firearm(rng).solids, place, turn)
    return firearm


def _insert(scene: Scene, firearm: Solids, window: tuple[slice, slice]) -> Insertion:
    rows, columns = window
    fan = scene.fan.window(columns.start, rows.start, columns.stop, rows.stop)
    fine = _refine(fan)
    carbon, iron = project_solids(firearm, fine)
    air = transmit(carbon, iron, scene.scanner)
    behind = project_solids(scene.solids, fine)
    both = transmit(behind[0] + carbon, behind[1] + iron, scene.scanner)
    alone = transmit(*behind, scene.scanner)
    pitch = scene.scanner.pitch_mm
    cutout = Cutout(
        attenuation=-np.log(np.stack(air)),
        mask=np.asarray(carbon + iron > _LEAST_G_CM2),
        pitch_mm=(pitch[0] / SAMPLES, pitch[1] / SAMPLES),
        kind="firearm",
        group="firearm",
        energies_mv=scene.scanner.energies_mv,
        blur_px=0.0,
    )
    return Insertion(cutout, window, _expect(scene, window, both, alone))


def _expect(
    scene: Scene,
    window: tuple[slice, slice],
    both: tuple[Levels, ...],
    alone: tuple[Levels, ...],
) -> Levels:
    """The scene with the firearm: its own scatter is as it was."""
    near = replace(scene.exposure, scatter=0.0)
    share = 1 - scene.exposure.scatter
    change = [
        share * (expect_signal(_average(b), near) - expect_signal(_average(a), near))
        for b, a in zip(both, alone, strict=True)
    ]
    return np.asarray(scene.planes[:, *window] + np.stack(change), np.float32)


def _transmit(solids: Solids, scanner: Scanner, fan: Fan) -> list[Levels]:
    planes = transmit(*project_solids(solids, _refine(fan)), scanner)
    return [_average(plane) for plane in planes]


def _straighten(fan: Fan) -> Fan:
    """The same rays without any skew or sway, which a window would have to follow."""
    return Fan(fan.width, fan.height, fan.x0, fan.pitch, fan.top, fan.step, fan.source)


def _refine(fan: Fan) -> Fan:
    return Fan(
        fan.width * SAMPLES,
        fan.height * SAMPLES,
        fan.x0,
        fan.pitch / SAMPLES,
        fan.top,
        fan.step / SAMPLES,
        fan.source,
    )


def _average(plane: Levels) -> Levels:
    height, width = (side // SAMPLES for side in plane.shape)
    blocks = plane.reshape(height, SAMPLES, width, SAMPLES)
    return np.asarray(blocks.mean(axis=(1, 3)), np.float32)


def _add_noise(
    rng: np.random.Generator, planes: Levels, exposure: Exposure
) -> list[Levels]:
    noisy = []
    for plane, photons in zip(planes, exposure.photons, strict=True):
        sigma = np.sqrt(plane / photons + (exposure.readout / photons) ** 2)
        noise = rng.standard_normal(plane.shape, dtype=np.float32)
        noisy.append((plane + sigma * noise).astype(np.float32))
    return noisy
