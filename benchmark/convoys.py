"""Scans of several containers with truth: two on a trailer, or a train of wagons.

The simulator's parts are put in one row and scanned together, so that perspective,
skew, sway and noise are those of one scan. Pictures are small: `PITCH_MM` a pixel.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

import cv2
import numpy as np
import numpy.typing as npt

from data.physics.transmission import measure_transmission, to_attenuation
from data.simulation.chance import pick
from data.simulation.containers.chassis import (
    BARE,
    FLATBED,
    GOOSENECK,
    GROUND_MM,
    STRAIGHT,
    Frame,
    add_carriage,
)
from data.simulation.containers.container import (
    WIDTH_MM,
    build_container,
    draw_container,
)
from data.simulation.containers.tractor import add_tractor
from data.simulation.geometry.path_length import Fan, project_solids
from data.simulation.geometry.solids import Solids
from data.simulation.goods.cargo import draw_cargo, draw_reefer
from data.simulation.imaging.counting import expose
from data.simulation.imaging.exposure import (
    draw_exposure,
    draw_response,
    expect_signal,
    transmit,
)
from data.simulation.imaging.scanner import SCANNERS, Scanner
from data.simulation.imaging.warp import Warp
from data.simulation.loading.hold import Hold

Levels = npt.NDArray[np.float32]
Reals = npt.NDArray[np.float64]
Convoy = Literal["single", "pair", "train", "none"]

CONVOYS: Final[tuple[Convoy, ...]] = ("single", "pair", "train", "none")
"""One container; two of 20 ft on one trailer; 2 to 5 on wagons; goods without any."""

PITCH_MM: Final = 32.0
SAMPLES: Final = 4
"""Rays a pixel, each way."""

GAPS_MM: Final = (50.0, 500.0)
MOST_WARP: Final = 0.05

_LENGTHS_M: Final = (6.058, 12.192, 13.716)
_SHARES: Final = (0.45, 0.45, 0.1)
_LOOSE: Final = ("vehicles", "cartons", "machinery", "pipes", "timber", "ibcs")
_WAGON_MM: Final = 150.0
_WARPED_SHARE: Final = 0.5
_TRACTOR_SHARE: Final = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class ConvoyScan:
    """A small picture of a convoy, and where its containers are.

    Attributes:
        kind: One of `CONVOYS`.
        attenuation: (h, w) float32, nepers, `PITCH_MM` a pixel.
        boxes: (N, 4) float64, containers from left to right, px: ends at the mid-plane,
            upper and lower edge of the near side at the middle of their length.
        lengths_mm: (N,) outside lengths.
    """

    kind: Convoy
    attenuation: Levels
    boxes: Reals
    lengths_mm: Reals


@dataclass(slots=True)
class _Row:
    """What stands in a row: its solids, its containers as (x0, x1, height), mm."""

    solids: Solids
    placed: list[tuple[float, float, float]]
    ground: float = 0.0

    @property
    def end(self) -> float:
        """Where the last container ends, mm."""
        return self.placed[-1][1] if self.placed else 0.0


def draw_convoy(rng: np.random.Generator, kind: Convoy) -> ConvoyScan:
    """Draw a convoy and scan it.

    Args:
        rng: Source of chance.
        kind: One of `CONVOYS`.
    """
    scanner = _coarsen(pick(rng, SCANNERS))
    row = _DRAWERS[kind](rng)
    fan = _draw_fan(rng, scanner, row)
    warp = _draw_warp(rng, fan)
    planes = transmit(*project_solids(row.solids, fan), scanner)
    exposure = draw_exposure(rng, scanner)
    signal = expect_signal(warp.apply(planes[0]), exposure)
    response = draw_response(rng, exposure, signal.shape)
    counts, air, dark = expose(rng, (signal,), exposure, response)
    boxes = [_bound(each, fan, warp) for each in row.placed]
    lengths = [x1 - x0 for x0, x1, _ in row.placed]
    return ConvoyScan(
        kind,
        to_attenuation(_average(measure_transmission(counts[0], air[0], dark[0]))),
        np.array(boxes, np.float64).reshape(-1, 4),
        np.array(lengths, np.float64),
    )


def _coarsen(scanner: Scanner) -> Scanner:
    """The same with fewer, larger pixels that count as many photons for their area."""
    pitch = PITCH_MM / SAMPLES
    gain = pitch**2 / (scanner.pitch_mm[0] * scanner.pitch_mm[1])
    low, high = scanner.photons
    photons = (low * gain, high * gain)
    return replace(scanner, pitch_mm=(pitch, pitch), photons=photons)


def _draw_single(rng: np.random.Generator) -> _Row:
    row = _Row(Solids(), [])
    length = float(rng.choice(_LENGTHS_M, p=_SHARES))
    _add_container(rng, row, length, carried=True)
    return row


def _draw_pair(rng: np.random.Generator) -> _Row:
    """Two boxes of 20 ft on one trailer of 40 ft."""
    row = _Row(Solids(), [])
    _add_container(rng, row, 6.058)
    _add_container(rng, row, 6.058)
    kind = pick(rng, (GOOSENECK, STRAIGHT, FLATBED))
    frame = _carry(rng, row, kind, (-60.0, row.end + 60.0))
    if frame is not None and rng.random() < _TRACTOR_SHARE:
        add_tractor(row.solids, rng, (frame.kingpin, frame.pull), row.ground)
    return row


def _draw_train(rng: np.random.Generator) -> _Row:
    """Containers on wagons: some stand close, others on a wagon of their own."""
    row = _Row(Solids(), [])
    for length in rng.choice(_LENGTHS_M, int(rng.integers(2, 6)), p=_SHARES):
        before = row.end
        _add_container(rng, row, float(length))
        span = (row.placed[-1][0], row.end)
        if before:
            span = ((before + span[0]) / 2, span[1])
        _carry(rng, row, FLATBED, (span[0] - _WAGON_MM / 8, span[1] + _WAGON_MM / 8))
    return row


def _draw_none(rng: np.random.Generator) -> _Row:
    """Vehicles or other goods, on a trailer or on the ground."""
    row, length = _Row(Solids(), []), float(rng.uniform(5000, 12000))
    hold = Hold(0, length, 0, float(rng.uniform(1500, 2600)), WIDTH_MM / 2 - 60)
    cargo = draw_cargo(rng, hold, pick(rng, _LOOSE))
    row.solids.copies += cargo.load.solids.copies
    if rng.random() < 0.6:
        _carry(rng, row, FLATBED, (-100.0, length + 100.0))
    return row


_DRAWERS: Final = {
    "single": _draw_single,
    "pair": _draw_pair,
    "train": _draw_train,
    "none": _draw_none,
}


def _add_container(
    rng: np.random.Generator, row: _Row, length_m: float, *, carried: bool = False
) -> None:
    """Add a container behind those that are there, with a gap."""
    reefer = draw_reefer(rng, None)
    container = draw_container(rng, length_m, reefer=reefer)
    if not carried:
        container = replace(container, carriage=BARE)
    row.ground = min(row.ground, container.ground)
    load = build_container(rng, container)
    load.add(draw_cargo(rng, container.hold, reefer=reefer).load)
    if rng.random() < 0.5:
        load = load.turn_round(container.length / 2)
    x0 = row.end + float(rng.uniform(*GAPS_MM)) if row.placed else 0.0
    row.solids.place(load.solids, (x0, 0, 0))
    row.placed.append((x0, x0 + container.length, container.height))


def _carry(
    rng: np.random.Generator, row: _Row, carriage: str, span: tuple[float, float]
) -> Frame | None:
    """Add a trailer or a wagon under a part of the row."""
    part = Solids()
    length = span[1] - span[0]
    frame = add_carriage(part, rng, carriage, (0.0, length), length)
    row.solids.place(part, (span[0], 0, 0))
    row.ground = min(row.ground, GROUND_MM[carriage])
    return None if frame is None else replace(frame, kingpin=frame.kingpin + span[0])


def _draw_fan(rng: np.random.Generator, scanner: Scanner, row: _Row) -> Fan:
    """Rays that cover the row, and air or a part of the tractor before and behind."""
    low, high = row.solids.bounds()
    ends = (0.0, row.end) if row.placed else (float(low[0]), float(high[0]))
    before, after = np.exp(rng.uniform(np.log(150), np.log(4000), 2))
    tall = max([height for _, _, height in row.placed] or [float(high[1])])
    least, most = scanner.below_mm
    below = rng.uniform(least, min(most, 60 - row.ground + least))
    above = tall + rng.uniform(60, 260)
    along = (ends[0] - before, ends[1] + after)
    return scanner.draw_fan(rng, along, (-below, above), WIDTH_MM / 2)


def _draw_warp(rng: np.random.Generator, fan: Fan) -> Warp:
    """Half of the scans are taken at a speed that is off, and changes."""
    straight = Warp.straight(fan.width, fan.height)
    if rng.random() > _WARPED_SHARE:
        return straight
    along = np.arange(round(fan.width * (1 + 2 * MOST_WARP))) * fan.pitch
    speed = np.full(len(along), rng.uniform(-0.6, 0.6))
    for wave in rng.uniform(3000, 20000, 2):
        speed += 0.2 * np.sin(2 * np.pi * (along / wave + rng.random()))
    shown = np.cumsum(1 + MOST_WARP * speed)
    shown -= shown[0]
    x = shown[shown < fan.width].astype(np.float32)
    return replace(straight, x=x, y=np.zeros_like(x))


def _bound(
    placed: tuple[float, float, float], fan: Fan, warp: Warp
) -> tuple[float, float, float, float]:
    x0, x1, height = placed
    columns = (np.array([x0, x1]) - fan.x0) / fan.pitch
    shown = np.interp(columns - 0.5, warp.x, np.arange(len(warp.x))) + 0.5
    source_y, source_z = fan.source
    near, climb = -WIDTH_MM / 2 - source_z, fan.slope * (x0 + x1) / 2
    rows = [(fan.top - (y + climb - source_y) / near) / fan.step for y in (height, 0.0)]
    left, right = (float(each) / SAMPLES for each in shown)
    return left, rows[0] / SAMPLES, right, rows[1] / SAMPLES


def _average(plane: Levels) -> Levels:
    height, width = (max(side // SAMPLES, 1) for side in plane.shape)
    cut = plane[: height * SAMPLES, : width * SAMPLES]
    return np.asarray(
        cv2.resize(cut, (width, height), interpolation=cv2.INTER_AREA), np.float32
    )
