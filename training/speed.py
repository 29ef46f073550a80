"""Measure whether tiles come as fast as a network can learn from them."""

from dataclasses import dataclass
from pathlib import Path
from statistics import median

from data.dataset import read_dataset
from training.base import find_base
from training.config import TrainingConfig
from training.devices import find_port, join_team, name_devices
from training.drawing import Drawer
from training.fit import Fitting
from training.gathering import Gatherer, Progress


@dataclass(frozen=True, slots=True)
class LoadingSpeed:
    """How fast a training learns, and how much of that its loading leaves.

    Attributes:
        pure: Steps a second where every step gets the same tiles.
        fresh: Steps a second where every step gets tiles drawn for it.
        batch: Tiles a step.
        workers: Processes that drew them.
        device: Where the network ran.
    """

    pure: float
    fresh: float
    batch: int
    workers: int
    device: str

    @property
    def share(self) -> float:
        """What drawing leaves of the pure rate."""
        return self.fresh / self.pure


def measure_loading(
    dataset: Path,
    config: TrainingConfig,
    cache: Path,
    *,
    steps: int,
    rounds: int,
    progress: Progress,
) -> LoadingSpeed:
    """Measure steps a second with and without drawing, in turn; medians.

    Args:
        dataset: What tiles are drawn from.
        config: As for a training.
        cache: Where prepared scans and phantoms are kept.
        steps: In each round; as many before them warm up.
        rounds: How often.
        progress: Told what is being done.
    """
    content = read_dataset(dataset)
    gatherer = Gatherer(config, cache, max(1, config.workers), progress)
    drawer = Drawer(gatherer.gather_pool(content), config, gatherer.gather_replay())
    # Long enough that no round comes to the end of its tiles.
    endless = config.model_copy(update={"steps": 4 * steps, "epochs": 1})
    base = find_base(config.base, config.encoding)
    device = name_devices(config.devices)[0]
    rates: dict[bool, list[float]] = {False: [], True: []}
    with join_team(device, 0, 1, find_port()) as team:
        fitting = Fitting(endless, base, drawer, None, cache / "none", team)
        for number in range(rounds):
            for fresh in (False, True):
                rates[fresh].append(fitting.time_steps(steps, fresh=fresh))
            progress("measuring", number + 1, rounds)
    return LoadingSpeed(
        pure=median(rates[False]),
        fresh=median(rates[True]),
        batch=config.batch,
        workers=config.workers,
        device=str(device),
    )
