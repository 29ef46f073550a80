"""Phantoms of the simulator in air, made once for a whole training."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from data.errors import TrainingError
from data.parallel import map_ordered
from data.projection.harmless import weigh_in_air
from data.simulation.chance import pick
from data.simulation.geometry.solids import Solids
from data.simulation.phantoms.arrangement import draw_firearms
from data.simulation.phantoms.confusers import CONFUSERS, draw_confuser, draw_toy_gun
from data.simulation.phantoms.firearms import KINDS
from data.simulation.stowing import TOY_SHARE
from training.things.pool import PITCH_MM, Drawn, Halves, Pool, PoolSettings
from training.things.posing import draw_pose
from training.things.thing import Things

Levels = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]

_PIECES: Final = 0.2
_RAYS: Final = 2
"""Rays a pixel, each way."""


@dataclass(frozen=True, slots=True)
class _Task:
    """One phantom: whether it is a firearm, and which of them."""

    seed: int
    firearm: bool
    number: int


def make_phantoms(
    folder: Path,
    *,
    firearms: int,
    harmless: int,
    seed: int,
    workers: int = 1,
    progress: Progress | None = None,
) -> Things:
    """Make a pool of phantoms in air, or find it made.

    The kinds of firearms come in turn, one in five of them as a piece alone, none of
    those that only benchmarks show; of harmless things as many are toys as in
    simulated scans. The same arguments give the same bytes, whatever the workers.

    Args:
        folder: Where its two files go; they are taken if they are there and whole.
        firearms: How many firearms, 0 or more.
        harmless: How many harmless things, 0 or more.
        seed: 0 or more.
        workers: Processes, 1 or more.
        progress: Told how many of how many are made; not called if all are there.

    Returns:
        The phantoms, mapped from one file.

    Raises:
        TrainingError: If a number is out of range, or the disk does not take them.
        CargosightError: If a worker is killed.
    """
    _check(firearms, harmless, seed)
    settings = PoolSettings(firearms=firearms, harmless=harmless, seed=seed)
    pool = Pool(folder, settings)
    found = pool.read()
    if found is None:
        pool.write(_draw_all(settings, workers, progress or (lambda *_: None)))
        found = pool.read()
    if found is None:
        msg = f"The phantoms in {folder} were changed while they were made. Try again."
        raise TrainingError(msg)
    return found


def _check(firearms: int, harmless: int, seed: int) -> None:
    if min(firearms, harmless) < 0 or firearms + harmless == 0:
        msg = (
            f"{firearms} firearms and {harmless} harmless things make no pool. "
            "Ask for 0 or more of each, and 1 in all."
        )
        raise TrainingError(msg)
    if seed < 0:
        msg = f"The seed {seed} is negative. Choose 0 or more."
        raise TrainingError(msg)


def _draw_all(
    settings: PoolSettings, workers: int, progress: Progress
) -> Iterator[Drawn]:
    tasks = _list_tasks(settings)
    made = map_ordered(_draw, tasks, workers=workers)
    for done, drawn in enumerate(made, start=1):
        yield drawn
        progress(done, len(tasks))


def _list_tasks(settings: PoolSettings) -> Sequence[_Task]:
    counts = {True: settings.firearms, False: settings.harmless}
    return [
        _Task(settings.seed, firearm, number)
        for firearm, count in counts.items()
        for number in range(count)
    ]


def _draw(task: _Task) -> Drawn:
    rng = np.random.default_rng((task.seed, task.firearm, task.number))
    draw = _draw_firearm if task.firearm else _draw_harmless
    kind, solids = draw(rng, task.number)
    thing = Solids()
    thing.place(solids, (0, 0, 0), draw_pose(rng))
    return Drawn(kind, _weigh(thing))


def _draw_firearm(rng: np.random.Generator, number: int) -> tuple[str, Solids]:
    kind = KINDS[number % len(KINDS)]
    form = "parts" if rng.random() < _PIECES else "whole"
    item = pick(rng, draw_firearms(rng, kind, form))
    return item.kind, item.solids


def _draw_harmless(rng: np.random.Generator, number: int) -> tuple[str, Solids]:
    if rng.random() < TOY_SHARE:
        phantom = draw_toy_gun(rng)
    else:
        phantom = draw_confuser(rng, CONFUSERS[number % len(CONFUSERS)])
    return phantom.kind, phantom.solids


def _weigh(thing: Solids) -> Halves:
    """Areal densities of carbon and iron, the mean of several rays a pixel."""
    fine = weigh_in_air(thing, PITCH_MM / _RAYS)
    planes = np.stack([_average(fine.carbon), _average(fine.iron)])
    return planes.astype(np.float16)


def _average(plane: Levels) -> Levels:
    """Means of squares of pixels; what is left over at the border is air."""
    height, width = (n // _RAYS for n in plane.shape)
    whole = plane[: height * _RAYS, : width * _RAYS]
    squares = whole.reshape(height, _RAYS, width, _RAYS)
    return np.asarray(squares.mean(axis=(1, 3)), np.float32)
