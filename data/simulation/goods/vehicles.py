"""Cars, lashed to the floor, and what is packed around them."""

from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import (
    ALUMINIUM,
    CAST_IRON,
    COPPER,
    OIL,
    PAPER,
    STEEL,
    TEXTILE,
    WINDINGS,
    WOOD,
)
from data.simulation.chance import pick
from data.simulation.geometry.meshes import BOX, CYLINDER, PRISM
from data.simulation.geometry.solids import Solids
from data.simulation.geometry.turns import ALONG_X, ALONG_Y, turn_about
from data.simulation.goods.rows import offer_some
from data.simulation.goods.tyres import add_tyres
from data.simulation.loading.hold import Hold
from data.simulation.loading.load import Load

Reals = npt.NDArray[np.float64]

_SHORTEST: Final = 3300.0
_SHEET_MM: Final = 0.8
_GLASS_G_CM3: Final = 2.5


def load_vehicles(rng: np.random.Generator, hold: Hold) -> Load:
    """One or two cars, nose to tail, with boxes of parts where there is room."""
    load = Load()
    x = hold.x0 + rng.uniform(40, 200)
    while x + _SHORTEST < hold.x1 - 20:
        long = min(rng.uniform(3500, 4900), hold.x1 - x - 20)
        wide = min(rng.uniform(1620, 1850), 2 * hold.side - 60)
        tall = min(rng.uniform(1380, 1850), hold.height - 60)
        _add_car(load, rng, (x + long / 2, hold.floor, 0.0), (long, tall, wide))
        x += long + rng.uniform(150, 900)
    _add_boxes(load, rng, hold, (x, hold.x1))
    return load


def _add_boxes(
    load: Load, rng: np.random.Generator, hold: Hold, ends: tuple[float, float]
) -> None:
    """Cartons and crates of parts in the room left behind the last car."""
    count = int(max(ends[1] - ends[0], 0) / 600) * 6
    size = rng.uniform((300, 250, 400), (580, 600, 730), (count, 3))
    places = np.arange(count)
    third = 2 * hold.side / 3
    at = np.column_stack(
        [
            ends[0] + 300 + 600 * (places // 6),
            np.zeros(count),
            -hold.side + third * (places // 2 % 3 + 0.5),
        ]
    )
    lower = np.where(places % 2 == 1, places - 1, places)
    at[:, 1] = hold.floor + size[:, 1] / 2 + (places % 2) * size[lower, 1]
    load.solids.add_shell(size, 6, at, pick(rng, (PAPER, WOOD)))
    fill = rng.uniform(0.02, 0.09, count)
    load.solids.add(BOX, size * 0.9, at, STEEL, fill=fill)
    offer_some(rng, load, "package", (at, size - 30), 15)


def _add_car(
    load: Load,
    rng: np.random.Generator,
    base: tuple[float, float, float],
    size: tuple[float, float, float],
) -> None:
    """A car whose wheels stand on a place, facing either way."""
    car = Solids()
    long, tall, wide = size
    wheel = min(rng.uniform(570, 690), tall * 0.45)
    nose, tail = -long / 2, long / 2
    axles = (nose + long * 0.19, tail - long * 0.2)
    _add_body(car, size, wheel)
    _add_cabin(
        car, rng, size, (nose + long * 0.26, tail - long * rng.uniform(0.03, 0.2))
    )
    _add_running_gear(car, size, axles, wheel)
    _add_drive(car, rng, size, wheel)
    _add_seats(car, size, wheel)
    flip = 1.0 if rng.random() < 0.5 else -1.0
    load.solids.place(car, base, np.diag([flip, 1.0, flip]))
    low = wheel * 0.42
    rooms = (
        (
            "machinery",
            (tail - long * 0.11, low + 122, 0),
            (long * 0.15, 240, wide * 0.6),
        ),
        ("engine", (nose + long * 0.1, low + 200, 0), (380, 160, 300)),
        ("furniture", (long * 0.16, low + 87, 0), (480, 170, wide * 0.65)),
        ("furniture", (-long * 0.05, low + 77, wide * 0.2), (450, 150, 420)),
        ("machinery", (long * 0.0, low + 30, 0), (1050, 60, 300)),
    )
    for kind, middle, room in rooms:
        load.offer(kind, np.array(middle) * [flip, 1, flip] + base, room)


def _add_body(car: Solids, size: tuple[float, float, float], wheel: float) -> None:
    """Floor, sills, panels of the sides, bonnet, bumpers."""
    long, tall, wide = size
    low, belt = wheel * 0.4, tall * 0.58
    side = belt - low
    floor = (long * 0.9, 1.2, wide * 0.94)
    car.add(BOX, floor, (0, low, 0), STEEL)
    for z in (-wide / 2 + 40, wide / 2 - 40):
        panel = (long * 0.48, side, _SHEET_MM)
        for skin in (-30, 30):
            car.add(BOX, panel, (long * 0.05, low + side / 2, z + skin), STEEL)
        car.add_shell((long * 0.5, 110, 70), 1.5, (long * 0.04, low + 55, z), STEEL)
        beam = (long * 0.4, low + side * 0.5, z)
        car.add_tube(
            (34, 34, long * 0.42),
            2.5,
            (0.05 * long, *beam[1:]),
            STEEL,
            turn=ALONG_X,
            mesh=PRISM,
        )
        for x, part in ((-0.4, 0.17), (0.41, 0.16)):
            wing = (long * part, side * 0.55, _SHEET_MM)
            car.add(BOX, wing, (long * x, belt - side * 0.28, z), STEEL)
        rail = (long * 0.24, 95, 60)
        car.add_shell(rail, 1.8, (-long * 0.36, low + 120, z * 0.6), STEEL)
        car.add_shell(rail, 1.8, (long * 0.38, low + 120, z * 0.6), STEEL)
    bonnet = turn_about(2, 0.09)
    hood = (long * 0.24, _SHEET_MM, wide * 0.86)
    car.add(BOX, hood, (-long * 0.36, belt - 25, 0), STEEL, turn=bonnet)
    for x in (-long / 2 + 55, long / 2 - 55):
        car.add_shell((90, 110, wide * 0.9), 2.0, (x, low + 130, 0), STEEL)
        car.add_shell((100, 260, wide * 0.94), 3.5, (x, low + 160, 0), TEXTILE)
    firewall = (1.2, side, wide * 0.86)
    car.add(BOX, firewall, (-long * 0.24, low + side / 2, 0), STEEL)


def _add_cabin(
    car: Solids,
    rng: np.random.Generator,
    size: tuple[float, float, float],
    ends: tuple[float, float],
) -> None:
    """Pillars, roof and glass."""
    _, tall, wide = size
    belt = tall * 0.58
    front, rear = ends
    rise = tall - belt
    roof0, roof1 = (
        front + rise * rng.uniform(0.9, 1.3),
        rear - rise * rng.uniform(0.2, 0.8),
    )
    roof = (roof1 - roof0, _SHEET_MM, wide * 0.78)
    car.add(BOX, roof, ((roof0 + roof1) / 2, tall - 12, 0), STEEL)
    car.add_shell((40, 30, wide * 0.78), 1.2, (roof0, tall - 30, 0), STEEL)
    car.add_shell((40, 30, wide * 0.78), 1.2, (roof1, tall - 30, 0), STEEL)
    middle = (front + rear) / 2
    lines = ((front, roof0), (middle, middle), (rear, roof1))
    for low, high in lines:
        lean = turn_about(2, np.arctan2(low - high, rise))
        length = float(np.hypot(rise, high - low)) - 30
        place = ((low + high) / 2, belt + rise / 2 - 8)
        for z in (-wide * 0.42, wide * 0.42):
            pillar = (60, length, 45)
            car.add_shell(pillar, 1.6, (*place, z), STEEL, turn=lean)
        if low != high:
            pane = (5, length * 0.95, wide * 0.74)
            car.add(
                BOX, pane, (*place, 0), CAST_IRON, turn=lean, fill=_GLASS_G_CM3 / 7.2
            )
    for z in (-wide * 0.42, wide * 0.42):
        rail = (roof1 - roof0, 40, 40)
        car.add_shell(rail, 1.4, ((roof0 + roof1) / 2, tall - 35, z), STEEL)


def _add_running_gear(
    car: Solids,
    size: tuple[float, float, float],
    axles: tuple[float, float],
    wheel: float,
) -> None:
    """Wheels with rims and brakes, axles, springs, tank, exhaust."""
    long, _, wide = size
    tread = 205.0
    spots = np.array(
        [
            (x, wheel / 2, s * (wide / 2 - tread / 2 - 10))
            for x in axles
            for s in (-1, 1)
        ]
    )
    around = np.repeat(np.eye(3)[None], 4, axis=0)
    add_tyres(car, np.repeat([[wheel, wheel, tread]], 4, axis=0), spots, around)
    rim = wheel * 0.62
    car.add_tube((rim, rim, tread * 0.8), 5, spots, ALUMINIUM)
    car.add(CYLINDER, (rim, rim, 14), spots, ALUMINIUM, fill=0.6)
    car.add(CYLINDER, (rim * 0.72, rim * 0.72, 22), spots, CAST_IRON)
    springs = spots * [1, 1, 0.8] + [0, wheel * 0.35, 0]
    car.add_tube((120, 120, wheel * 0.5), 12, springs, STEEL, turn=ALONG_Y, fill=0.35)
    car.add(PRISM, (45, 45, wheel * 0.6), springs, STEEL, turn=ALONG_Y)
    beams = spots[[0, 2]] * [1, 1, 0]
    car.add_tube((60, 60, wide * 0.7), 5, beams, STEEL, mesh=PRISM)
    pipe = (55, 55, long * 0.62)
    car.add_tube(
        pipe, 1.6, (long * 0.1, wheel * 0.36, 180), STEEL, turn=ALONG_X, mesh=PRISM
    )
    box = (170, 170, 480)
    car.add_tube(box, 3, (long * 0.33, wheel * 0.38, 250), STEEL, turn=ALONG_X)
    tank = (long * 0.22, wheel * 0.42 - 90, -120)
    car.add_shell((520, 170, 700), 1.2, tank, STEEL)
    car.add(BOX, (515, 20, 695), (tank[0], tank[1] - 70, tank[2]), OIL)


def _add_drive(
    car: Solids,
    rng: np.random.Generator,
    size: tuple[float, float, float],
    wheel: float,
) -> None:
    """Engine, gearbox, radiator, battery, dashboard."""
    long, tall, wide = size
    x, y = -long * 0.36, wheel * 0.42 + 180
    car.add_shell((420, 330, 380), 14, (x, y, 60), CAST_IRON)
    bores = [(x - 150 + 100 * i, y + 60, 60) for i in range(4)]
    car.add_tube((86, 86, 190), 6, bores, CAST_IRON, turn=ALONG_Y, mesh=PRISM)
    pistons = np.array(bores) + [[0, rng.uniform(-50, 50), 0] for _ in bores]
    car.add(PRISM, (80, 80, 60), pistons, ALUMINIUM, turn=ALONG_Y, fill=0.5)
    car.add(PRISM, (60, 60, 460), (x, y - 110, 60), STEEL, turn=ALONG_X)
    car.add(BOX, (430, 120, 260), (x, y + 225, 60), ALUMINIUM, fill=0.4)
    car.add_shell((300, 260, 300), 10, (x + 40, y - 60, -270), ALUMINIUM)
    gears = [(x + 40, y - 60, -190 - 60 * i) for i in range(3)]
    car.add(PRISM, (170, 170, 30), gears, STEEL)
    car.add(BOX, (55, 420, wide * 0.5), (-long / 2 + 160, y + 60, 0), COPPER, fill=0.1)
    battery = (x + 60, y + 180, 420)
    car.add(BOX, (240, 175, 170), battery, WINDINGS, fill=0.5)
    starter = rng.uniform(-120, 120)
    car.add(
        PRISM,
        (130, 130, 150),
        (x - 180, y + starter, 220),
        WINDINGS,
        turn=ALONG_X,
        fill=0.5,
    )
    dash = (-long * 0.2, tall * 0.54, 0)
    car.add_tube((50, 50, wide * 0.8), 2, dash, STEEL, mesh=PRISM)
    car.add_tube(
        (380, 380, 34),
        14,
        (dash[0] + 220, dash[1] + 20, 350),
        STEEL,
        turn=turn_about(1, np.pi / 2) @ turn_about(0, 0.4),
        mesh=CYLINDER,
        fill=0.4,
    )


def _add_seats(car: Solids, size: tuple[float, float, float], wheel: float) -> None:
    """Two seats and a bench: foam on frames."""
    long, tall, wide = size
    low = wheel * 0.4
    lean = turn_about(2, -0.25)
    for x, z, deep in (
        (-0.05, -0.22, 480),
        (-0.05, 0.22, 480),
        (0.16, 0.0, wide * 0.72),
    ):
        place = np.array([x * long, low + 200, z * wide])
        car.add(BOX, (500, 130, deep), place + np.array([0, 60, 0]), TEXTILE, fill=0.05)
        car.add_shell((480, 70, deep), 1.5, place - [0, 60, 0], STEEL)
        back = place + np.array([300, 360, 0])
        high = min(620.0, tall * 0.4)
        car.add(BOX, (120, high, deep), back, TEXTILE, turn=lean, fill=0.05)
        for side in (-0.45, 0.45):
            tube = back + np.array([0, 0, side * deep])
            car.add_tube(
                (26, 26, high), 2, tube, STEEL, turn=lean @ ALONG_Y, mesh=PRISM
            )
