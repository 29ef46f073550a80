"""Used engines with their gearboxes, on pallets or on the floor."""

from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import ALUMINIUM, CAST_IRON, COPPER, STEEL, WINDINGS
from data.simulation.chance import pick
from data.simulation.geometry.meshes import BOX, make_cylinder
from data.simulation.geometry.solids import Copies, Solids
from data.simulation.geometry.turns import ALONG_X, ALONG_Y, ALONG_Z, turn_about
from data.simulation.goods.pallets import PALLET_MM, add_pallets
from data.simulation.goods.rows import line_up
from data.simulation.loading.hold import Hold
from data.simulation.loading.load import Load

Reals = npt.NDArray[np.float64]

_ROD: Final = make_cylinder(8)
_BORE: Final = make_cylinder(10)
_WHEEL: Final = make_cylinder(16)
_SUMP_MM: Final = 0.3
_PITCH_MM: Final = 1110.0


def load_engines(rng: np.random.Generator, hold: Hold) -> Load:
    """Engines of a few models in rows, on one to three levels."""
    load = Load()
    rows = int(rng.integers(2, 4))
    levels = int(rng.choice(3, p=(0.5, 0.35, 0.15))) + 1
    step = min(760.0, (hold.height - 40) / levels)
    deep = min(2 * hold.side / rows - 40, 760.0)
    xs = line_up(rng, hold, _PITCH_MM, (-160, 0))
    bases = np.array(
        [
            (
                x,
                hold.floor + level * step,
                (row + 0.5) * 2 * hold.side / rows - hold.side,
            )
            for x in xs
            for row in range(rows)
            for level in range(levels - int(rng.random() < 0.25 and levels > 1))
        ]
    ).reshape(-1, 3)
    add_pallets(load.solids, bases, 980, deep)
    models = [_Model(rng, step, deep) for _ in range(4)]
    chosen = rng.integers(len(models), size=len(bases))
    for number, model in enumerate(models):
        model.stand(load, rng, bases[chosen == number] + [0, PALLET_MM, 0])
    return load


class _Model:
    """One engine, 1 m long with its gearbox, its sump on y = 0."""

    def __init__(self, rng: np.random.Generator, step: float, deep: float) -> None:
        self.size = rng.uniform(0.82, 1.0)
        self.tall = min(step - PALLET_MM - 12, 590.0) * self.size
        block = np.array([470.0, self.tall * 0.5, min(deep * 0.6, 340)])
        self.block = block * [self.size, 1.0, self.size]
        self.engine = Solids()
        metal, wall = pick(rng, ((CAST_IRON, 9.0), (ALUMINIUM, 14.0)))
        middle = (0, self.tall * 0.52, 0)
        self.engine.add_shell(self.block, wall, middle, metal)
        _add_cylinders(self.engine, rng, self.block, self.tall)
        _add_ends(self.engine, rng, self.block, self.tall)
        for _ in range(6):
            _add_hose(self.engine, rng, self.block, self.tall)

    def stand(self, load: Load, rng: np.random.Generator, at: Reals) -> None:
        """Put copies at places, (N, 3), each facing either way, and offer niches."""
        if not len(at):
            return
        back = np.where(rng.random(len(at)) < 0.5, 0.0, np.pi)
        turn = turn_about(1, back + rng.normal(0, 0.03, len(at)))
        at = at + np.einsum("nij,j->ni", turn, np.array([-90.0, 0, 0]))
        for c in self.engine.copies:
            linear = np.einsum("nij,kjl->nkil", turn, c.linear).reshape(-1, 3, 3)
            shift = at[:, None] + np.einsum("nij,kj->nki", turn, c.shift)
            amounts = np.tile(c.amounts, (len(at), 1))
            load.solids.copies.append(
                Copies(c.mesh, linear, shift.reshape(-1, 3), amounts)
            )
        crank = self.block * [0.9, 0.5, 0.85]
        load.offer("engine", at + np.array([0, self.tall * 0.38, 0]), crank)
        behind = np.array([self.block[0] / 2 + 270, self.tall * 0.36, 0])
        box = np.einsum("nij,j->ni", turn, behind)
        load.offer("engine", at + box, (255, 175, 175))


def _add_cylinders(
    engine: Solids, rng: np.random.Generator, block: Reals, tall: float
) -> None:
    """Bores, pistons, head with its cover, crankshaft, sump."""
    long, high, deep = block
    count = int(rng.choice((3, 4, 4, 6)))
    x = (np.arange(count) + 0.5) / count * long * 0.94 - long * 0.47
    across = min(long / count * 0.84, deep * 0.5)
    top = tall * 0.77
    bores = np.column_stack([x, np.full(count, top - high * 0.24), np.zeros(count)])
    tube = (across, across, high * 0.5)
    engine.add_tube(tube, 6, bores, CAST_IRON, turn=ALONG_Y, mesh=_BORE)
    crown = (across * 0.88, across * 0.88, across * 0.7)
    travel = rng.uniform(-0.1, 0.14, count) * high
    pistons = bores + np.outer(travel, [0, 1, 0])
    engine.add(_BORE, crown, pistons, ALUMINIUM, turn=ALONG_Y, fill=0.5)
    rods = pistons - [0, high * 0.28, 0]
    engine.add(BOX, (18, high * 0.36, 26), rods, STEEL)
    webs = bores * [1, 0, 1] + [0, tall * 0.36, 0]
    engine.add(_ROD, (across * 0.9, across * 0.9, 18), webs, STEEL, turn=ALONG_X)
    shaft = (52, 52, long * 1.16)
    engine.add(_ROD, shaft, (0, tall * 0.36, 0), STEEL, turn=ALONG_X)
    head = (long, tall * 0.13, deep * 0.8)
    engine.add(BOX, head, (0, top + tall * 0.065, 0), ALUMINIUM, fill=0.45)
    valves = np.repeat(bores * [1, 0, 1] + [0, top + tall * 0.1, 0], 2, axis=0)
    valves[::2, 2] -= 30
    valves[1::2, 2] += 30
    engine.add(_ROD, (22, 22, tall * 0.13), valves, STEEL, turn=ALONG_Y)
    cam = (26, 26, long * 0.96)
    for z in (-40, 40):
        engine.add(_ROD, cam, (0, top + tall * 0.17, z), STEEL, turn=ALONG_X)
    engine.add_shell(
        (long, tall * 0.1, deep * 0.7), 3, (0, top + tall * 0.18, 0), ALUMINIUM
    )
    sump = (long * 0.9, tall * _SUMP_MM, deep * 0.75)
    engine.add_shell(sump, 2.5, (0, tall * 0.15, 0), STEEL)


def _add_ends(
    engine: Solids, rng: np.random.Generator, block: Reals, tall: float
) -> None:
    """Flywheel and gearbox behind; pulleys, alternator and pump in front."""
    long, _, deep = block
    y = tall * 0.36
    wheel = min(tall * 0.52, 300.0)
    engine.add(
        _WHEEL, (wheel, wheel, 26), (long / 2 + 20, y, 0), CAST_IRON, turn=ALONG_X
    )
    bell = (long / 2 + 90, y, 0)
    engine.add_tube(
        (wheel + 36, wheel + 36, 120), 8, bell, ALUMINIUM, turn=ALONG_X, mesh=_BORE
    )
    box = (280, 200, 200)
    engine.add_shell(box, 8, (long / 2 + 270, y, 0), ALUMINIUM)
    for height, across, at in (
        (30, 110, 0.35),
        (30, 80, 0.6),
        (-40, 90, 0.5),
        (-40, 130, 0.2),
    ):
        gear = (across, across, 24)
        place = (long / 2 + 150 + 230 * at, y + height, 0)
        engine.add(_BORE, gear, place, STEEL, turn=ALONG_X)
    for height in (30, -40):
        shaft = (28, 28, 260)
        engine.add(_ROD, shaft, (long / 2 + 270, y + height, 0), STEEL, turn=ALONG_X)
    for rise, across in ((0.36, 150), (0.62, 110), (0.75, 120)):
        pulley = (-long / 2 - 30, tall * rise, 0)
        engine.add_tube(
            (across, across, 24), 14, pulley, STEEL, turn=ALONG_X, mesh=_BORE
        )
    side = deep / 2 * pick(rng, (-0.9, 0.9))
    alternator = (-long / 2 + 40, tall * 0.68, side)
    engine.add(_BORE, (125, 125, 130), alternator, WINDINGS, turn=ALONG_X, fill=0.45)
    starter = (long / 2 - 60, tall * 0.28, -side)
    engine.add(_ROD, (85, 85, 190), starter, WINDINGS, turn=ALONG_X, fill=0.55)


def _add_hose(
    engine: Solids, rng: np.random.Generator, block: Reals, tall: float
) -> None:
    """Pipes, manifolds and wires around the block."""
    share = rng.uniform(-0.45, 0.45, 3)
    at = share * [block[0], tall * 0.8, block[2]] + [0, tall * 0.52, 0]
    across = rng.uniform(18, 58)
    long = rng.uniform(120, 0.6 * block[0])
    turn = pick(rng, (ALONG_X, ALONG_X, ALONG_Y, ALONG_Z))
    metal = pick(rng, (STEEL, ALUMINIUM, COPPER, STEEL))
    engine.add_tube((across, across, long), 2.5, at, metal, turn=turn, mesh=_ROD)
