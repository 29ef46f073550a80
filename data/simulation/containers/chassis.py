"""What carries a container: a skeletal chassis or a flat-bed trailer."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import ALUMINIUM, RUBBER, STEEL, WOOD
from data.simulation.containers.members import add_channels, add_plate, combine
from data.simulation.containers.wheels import (
    TWIN,
    Tyre,
    add_axles,
    add_mudguards,
    add_springs,
    draw_tyre,
)
from data.simulation.geometry.meshes import BOX, CYLINDER, PRISM
from data.simulation.geometry.solids import Solids
from data.simulation.geometry.turns import ALONG_X, ALONG_Y, turn_about

Reals = npt.NDArray[np.float64]

GOOSENECK: Final = "gooseneck"
STRAIGHT: Final = "straight"
FLATBED: Final = "flatbed"
BARE: Final = "bare"

GROUND_MM: Final = {
    GOOSENECK: -1190.0,
    STRAIGHT: -1330.0,
    FLATBED: -1450.0,
    BARE: 0.0,
}
"""Where the ground is, over the container's underside, for each carriage."""

_SIDES: Final = np.array([-1.0, 1.0])
_FRAME_MM: Final = 480.0
_FLANGE_MM: Final = (140.0, 14.0)
_AXLES_MM: Final = 1310.0
_LOCK_MM: Final = 89.0
"""From the end of a container to the middle of its castings."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The two main beams of a trailer.

    Attributes:
        x: (N,) from the front to the rear, mm.
        top: (N,) upper edge there, mm.
        low: (N,) lower edge there, mm.
        kingpin: X of the pin that the tractor pulls, mm.
    """

    x: Reals
    top: Reals
    low: Reals
    kingpin: float

    @property
    def pull(self) -> float:
        """Lower edge at the kingpin, mm."""
        return float(np.interp(self.kingpin, self.x, self.low))


def draw_frame(rng: np.random.Generator, carriage: str, x0: float, x1: float) -> Frame:
    """Draw the main beams.

    Args:
        rng: Source of chance.
        carriage: `GOOSENECK`, `STRAIGHT` or `FLATBED`.
        x0: Front end, mm.
        x1: Rear end, mm.
    """
    deep, neck = rng.uniform(380, 520), rng.uniform(150, 190)
    kingpin = x0 + rng.uniform(850, 1250)
    if carriage == GOOSENECK:
        knee, bend = x0 + 3230, 230.0
        front, rear = 105.0, -8.0
    else:
        knee, bend = x0 + rng.uniform(2300, 3000), rng.uniform(900, 1900)
        front = rear = -8.0 if carriage == STRAIGHT else -60.0
    x = np.minimum([x0, knee, knee + bend, x1], x1)
    top = np.array([front, front, rear, rear])
    return Frame(x, top, top - (neck, neck, deep, deep), kingpin)


def add_carriage(
    solids: Solids,
    rng: np.random.Generator,
    carriage: str,
    span: tuple[float, float],
    length: float,
) -> Frame | None:
    """Add a trailer under a container.

    Args:
        solids: What it is added to.
        rng: Source of chance.
        carriage: One of the keys of `GROUND_MM`.
        span: Front and rear end of the trailer, mm.
        length: Of the container, which begins at x = 0, mm.

    Returns:
        Its main beams, or None if the container stands by itself.
    """
    if carriage == BARE:
        return None
    x0, x1 = span
    frame = draw_frame(rng, carriage, x0, x1)
    _add_beams(solids, frame)
    ground, tyre = GROUND_MM[carriage], draw_tyre(rng)
    _add_running_gear(solids, rng, frame, (ground + tyre.diameter / 2, tyre))
    if carriage == FLATBED:
        _add_bed(solids, rng, frame, length)
    else:
        _add_bolsters(solids, rng, frame, length)
    _add_kit(solids, rng, frame, ground)
    return frame


def _add_beams(solids: Solids, frame: Frame) -> None:
    """Two I-beams: flanges that follow the edges, and webs."""
    z = _SIDES * _FRAME_MM
    wide, thick = _FLANGE_MM
    for edge in (frame.top - thick / 2, frame.low + thick / 2):
        long, rise = np.diff(frame.x), np.diff(edge)
        kept = long > 1
        slope = np.where(kept, rise / np.maximum(long, 1), 0)
        slanted = np.tile(np.eye(3), (len(long), 1, 1))
        slanted[:, 1, 0] = slope
        middle = np.column_stack([frame.x[:-1] + long / 2, edge[:-1] + rise / 2])
        size = np.column_stack([long, np.full((len(long), 2), (thick, wide))])
        for side in z:
            at = np.column_stack([middle, np.full(len(long), side)])[kept]
            solids.add(BOX, size[kept], at, STEEL, turn=slanted[kept])
    for i in range(len(frame.x) - 1):
        a, b = frame.x[i], frame.x[i + 1]
        if b - a > 1:
            corners = (
                (a, frame.top[i] - thick),
                (b, frame.top[i + 1] - thick),
                (a, frame.low[i] + thick),
                (b, frame.low[i + 1] + thick),
            )
            add_plate(solids, corners, z, 7)


def _add_running_gear(
    solids: Solids,
    rng: np.random.Generator,
    frame: Frame,
    stance: tuple[float, Tyre],
) -> None:
    """Axles near the rear, with springs, and with mudguards at times."""
    x0, x1 = frame.x[0], frame.x[-1]
    y, tyre = stance
    room = (x1 - x0) - 3200
    count = int(np.clip(room // _AXLES_MM, 1, rng.choice((2, 3, 3))))
    last = x1 - min(rng.uniform(950, 2100), (x1 - x0) / 3)
    x = last - np.arange(count) * _AXLES_MM
    add_axles(solids, x, y, tyre)
    add_springs(solids, x, y, float(frame.low[-1]), rng)
    if rng.random() < 0.7:
        add_mudguards(solids, x, y, tyre.diameter / 2 + rng.uniform(70, 110))
    flaps = combine(last + 780, y + 40, _SIDES * 940)
    solids.add(BOX, (8, 560, 600), flaps, RUBBER)


def _add_bolsters(
    solids: Solids, rng: np.random.Generator, frame: Frame, length: float
) -> None:
    """Beams across the frame, with twist-locks at their ends; cross-members."""
    x0, x1 = frame.x[0], frame.x[-1]
    x = [_LOCK_MM, length - _LOCK_MM]
    if x1 - x0 > 11000:
        middle = x1 - 6096
        x += [middle - 160, middle + 160]
        x += [x1 - 2900, x0 + 3650] if rng.random() < 0.5 else []
    bolsters = combine(x, -70, 0)
    solids.add_shell((rng.uniform(130, 200), 120, 2330), 6, bolsters, STEEL)
    _add_twist_locks(solids, np.array(x))
    ribs = np.arange(frame.x[2] + 300, x1 - 300, rng.uniform(700, 1300))
    tall = rng.uniform(90, 160)
    add_channels(solids, combine(ribs, -40 - tall, 0), (60, tall, 950), 6)
    outriggers = combine(ribs, -60, _SIDES * 830)
    if rng.random() < 0.5:
        solids.add(BOX, (8, 90, 680), outriggers, STEEL)


def _add_twist_locks(solids: Solids, x: Reals) -> None:
    places = combine(x, -45, _SIDES * 1130)
    solids.add(BOX, (170, 90, 180), places, STEEL, fill=0.35)
    pins = places + np.array([0, 40, 0])
    solids.add(BOX, (50, 130, 50), pins, STEEL)
    grips = places + np.array([0, -80, 0])
    solids.add(BOX, (22, 120, 22), grips, STEEL)


def _add_bed(
    solids: Solids, rng: np.random.Generator, frame: Frame, length: float
) -> None:
    """Boards on cross-members between side rails; a board at the head at times."""
    x0, x1 = frame.x[0], frame.x[-1]
    long, middle = x1 - x0, (x0 + x1) / 2
    solids.add(BOX, (long, 30, 2420), (middle, -20, 0), WOOD, fill=1.2)
    ribs = np.arange(x0 + 200, x1 - 100, rng.uniform(330, 520))
    add_channels(solids, combine(ribs, -95, 0), (50, 100, 2380), 5)
    rails = combine(middle, -85, _SIDES * 1240)
    solids.add(BOX, (long, 150, 6), rails, STEEL)
    solids.add(BOX, (long, 6, 60), np.add(rails, (0, 75, 0)), STEEL)
    solids.add(BOX, (long, 6, 60), np.add(rails, (0, -75, 0)), STEEL)
    ends = combine((x0 + 20, x1 - 20), -95, 0)
    solids.add_shell((40, 160, 2440), 5, ends, STEEL)
    _add_twist_locks(solids, np.array([_LOCK_MM, length - _LOCK_MM]))
    if rng.random() < 0.4:
        tall = rng.uniform(500, 1500)
        sheet = (x0 - 15, tall / 2, 0)
        solids.add(BOX, (3, tall, 2380), sheet, STEEL)
        posts = combine(x0 - 45, tall / 2, np.linspace(-1150, 1150, 5))
        solids.add_shell((60, tall, 60), 4, posts, STEEL)


def _add_kit(
    solids: Solids, rng: np.random.Generator, frame: Frame, ground: float
) -> None:
    """What hangs under the frame: legs, tanks, boxes, the bumper, the kingpin."""
    x0, x1, low = frame.x[0], float(frame.x[-1]), float(frame.low[-1])
    pin = combine(frame.kingpin, frame.pull - 60, 0)
    solids.add(PRISM, (88, 88, 150), pin, STEEL, turn=ALONG_Y)
    solids.add(BOX, (1100, 12, 1100), np.add(pin, (0, 66, 0)), STEEL)
    _add_bumper(solids, x1, low, ground)
    if x1 - x0 < 5500:
        return
    _add_legs(solids, rng, frame, ground)
    if x1 - x0 > 11000:
        kinds = (_add_tank, _add_tank, _add_spare, _add_valves, _add_case)
        chosen = rng.permutation(len(kinds))[:3]
        for x, kind in zip(np.linspace(x0 + 4450, x1 - 5900, 3), chosen, strict=True):
            kinds[kind](solids, rng, (float(x), low))


def _add_bumper(solids: Solids, x1: float, low: float, ground: float) -> None:
    """A bar that keeps cars from running under, on two struts, and lamps."""
    bar = ground + 520
    solids.add_shell((100, 110, 2300), 5, (x1 - 60, bar, 0), STEEL)
    tall = max(low - bar, 50)
    struts = combine(x1 - 70, bar + tall / 2, _SIDES * _FRAME_MM)
    solids.add_shell((90, tall, 90), 6, struts, STEEL)
    braces = combine(x1 - 260, bar + tall / 2, _SIDES * _FRAME_MM)
    solids.add(BOX, (500, 40, 60), braces, STEEL, turn=turn_about(2, -0.7))
    lamps = combine(x1 - 30, bar + 110, _SIDES * 850)
    solids.add_shell((60, 120, 400), 3, lamps, ALUMINIUM)


def _add_legs(
    solids: Solids, rng: np.random.Generator, frame: Frame, ground: float
) -> None:
    """Landing gear, wound up."""
    long = float(frame.x[-1] - frame.x[0])
    x = frame.x[0] + min(rng.uniform(3450, 3700), 0.3 * long)
    low = ground + rng.uniform(280, 420)
    top = float(np.interp(x, frame.x, frame.top)) - 60
    legs = combine(x, (low + top) / 2, _SIDES * 640)
    solids.add_shell((125, top - low, 125), 7, legs, STEEL)
    inner = legs - np.array([0, (top - low) * 0.15, 0])
    solids.add_shell((100, (top - low) * 0.7, 100), 9, inner, STEEL)
    gears = combine(x, top - 130, _SIDES * 640)
    solids.add(BOX, (150, 190, 110), gears, STEEL, fill=0.35)
    solids.add(BOX, (290, 14, 200), combine(x, low, _SIDES * 640), STEEL)
    solids.add_tube((48, 48, 1280), 4, (x, top - 150, 0), STEEL, mesh=PRISM)
    braces = combine(x + 330, (low + top) / 2 + 120, _SIDES * 600)
    solids.add(BOX, (780, 55, 8), braces, STEEL, turn=turn_about(2, 0.75))


def _add_tank(
    solids: Solids, rng: np.random.Generator, at: tuple[float, float]
) -> None:
    """A vessel of compressed air, across or along the frame."""
    x, low = at
    across, long = rng.uniform(230, 330), rng.uniform(600, 950)
    turn = ALONG_X if rng.random() < 0.4 else None
    centre = (x, low - across / 2 + 130, 0)
    solids.add_tube((across, across, long), 3.5, centre, STEEL, turn=turn)
    solids.add_tube((across, across, 25), 25, centre, STEEL, turn=turn)


def _add_spare(
    solids: Solids,
    rng: np.random.Generator,
    at: tuple[float, float],
) -> None:
    """A spare wheel that lies in a basket."""
    x, low = at
    y, across = low - rng.uniform(210, 330), TWIN.diameter
    tread = (across, across, 0.74 * TWIN.width)
    centre, up = (x, y, 0), turn_about(0, -np.pi / 2)
    solids.add_tube(tread, 30, centre, RUBBER, turn=up, fill=1.25)
    for side in (-1, 1):
        wall = (x, y + side * TWIN.width * 0.44, 0)
        size = (across - 60, across - 60, 18)
        solids.add_tube(size, 210, wall, RUBBER, turn=up)
    solids.add_tube((578, 578, 220), 9, centre, STEEL, turn=up)
    solids.add(CYLINDER, (560, 560, 12), (x, y + 40, 0), STEEL, turn=up)
    tall = low - y + 130
    rods = combine(x + _SIDES * 580, low - tall / 2, _SIDES * _FRAME_MM)
    solids.add(BOX, (30, tall, 45), rods, STEEL)
    bars = combine(x, y - 145, _SIDES * 250)
    solids.add(BOX, (1200, 12, 60), bars, STEEL)


def _add_case(
    solids: Solids, rng: np.random.Generator, at: tuple[float, float]
) -> None:
    """A box for tools or chocks at one side, with things in it."""
    x, low = at
    size = rng.uniform((400, 350, 350), (800, 500, 500))
    centre = np.array([x, low - size[1] / 2 + 60, rng.choice(_SIDES) * 900])
    solids.add_shell(size, 2, centre, STEEL)
    things = rng.uniform(20, 150, (4, 3))
    places = centre + rng.uniform(-0.35, 0.35, (4, 3)) * size * [1, 0, 1]
    places[:, 1] += (things[:, 1] - size[1]) / 2 + 2
    solids.add(BOX, things, places, STEEL, fill=0.25)


def _add_valves(
    solids: Solids, rng: np.random.Generator, at: tuple[float, float]
) -> None:
    """Valves and lines of the brakes."""
    x, low = at
    places = rng.uniform((x - 250, low + 40, -400), (x + 250, low + 280, 400), (6, 3))
    solids.add(BOX, rng.uniform(40, 110, (6, 3)), places, ALUMINIUM, fill=0.6)
    lines = combine(x, low + rng.uniform(30, 250, 3), rng.uniform(-400, 400, 1))
    solids.add(BOX, (1500, 12, 12), lines, RUBBER)
