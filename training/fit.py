"""Fit a network to tiles, epoch by epoch; what ended is never lost."""

import errno
import logging
import math
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from shutil import disk_usage
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader
from ultralytics.utils.torch_utils import ModelEMA

from data.errors import TrainingError
from detector.run import CHECKPOINT
from training.base import Base, first_line
from training.config import TrainingConfig
from training.devices import Team, mix_precision
from training.drawing import Drawer
from training.echoing import Batch, echo
from training.epoch import Epoch
from training.learning import make_learner
from training.loading import EpochOrders, Tiles, make_loader, to_device, to_planes
from training.mining import mine_false_alarms
from training.network import make_network, save_checkpoint
from training.recording import record_network
from training.refiner import refines
from training.schedule import TRUNK, measure_progress, plan_steps, set_learning_rate
from training.state import STATE, Progressed, load_state, save_state
from training.watch import Figures, Watch

logger = logging.getLogger(__name__)

_MOST_GRADIENT: Final = 10.0
_LITTLE_ROOM: Final = 256 * 2**20
_BETAS: Final = (0.9, 0.999)


@dataclass(frozen=True, slots=True)
class Watchers:
    """Whom a training tells how it goes; both may do nothing."""

    on_step: Callable[[int, int], None]
    on_epoch: Callable[[Progressed], None]


class Fitting:
    """A training under way on one device of a team.

    Args:
        config: What to do.
        base: What to start from.
        drawer: Where tiles come from.
        watch: What epochs are compared by; None on all devices but the first.
        folder: Of the run.
        team: The devices.
    """

    def __init__(
        self,
        config: TrainingConfig,
        base: Base,
        drawer: Drawer,
        watch: Watch | None,
        folder: Path,
        team: Team,
    ) -> None:
        torch.manual_seed(config.seed)
        self._config = config
        self._drawer = drawer
        self._watch = watch
        self._folder = folder
        self._team = team
        network = make_network(
            base,
            encoding=config.encoding,
            contrast=config.local_contrast,
            refiner=config.refine,
        )
        network = network.to(team.device, memory_format=torch.channels_last)
        self._network = network.train()
        if team.rank == 0 and refines(network) and not config.refine:
            logger.warning(
                "The refiner of %s rests while its detector learns: it should learn "
                "again afterwards, with refine = true.",
                base.name,
            )
        learner, self._loss = make_learner(network, config)
        self._learner = learner.to(team.device)
        self._mix = partial(mix_precision, team.device, asked=config.amp)
        self._average = _make_average(network, config.average)
        self._optimizer = _make_optimizer(self._learner, network, config)
        self._progressed = load_state(
            folder / STATE, self._learner, self._average, self._optimizer
        )
        self._drawer.pool.spots.mined[:] = self._progressed.mined
        self._started = time.monotonic()
        self._earlier = sum(epoch.seconds for epoch in self._progressed.epochs)
        recorded = team.world == 1 and team.device.type == "cuda"
        if recorded and not config.refine:  # answers are never equally many
            with self._mix():
                record_network(self._learner, config.batch, config.tile_side)
        self._wrapped = team.wrap(self._learner)
        self._steps = plan_steps(config, drawer.epoch_tiles)
        drawn = math.ceil(self._steps / config.echo)
        self._orders = EpochOrders(config, drawn, rank=team.rank, world=team.world)
        self._strides = tuple(int(stride) for stride in network.stride)
        self._tiles = Tiles(drawer, config.tile_side, self._strides)
        self._loader: DataLoader[dict[str, Tensor]] | None = None

    def run(self, watchers: Watchers) -> None:
        """Train until the last epoch, or until no better one has come for long."""
        for epoch in range(len(self._progressed.epochs), self._config.epochs):
            if self._team.share(self._is_over()):
                break
            started = time.monotonic()
            loss = self._run_epoch(epoch, watchers)
            if self._team.rank == 0:
                self._end_epoch(epoch, loss, started)
                watchers.on_epoch(self._progressed)
            self._mine(epoch)
            if self._team.rank == 0:
                self._save()

    def time_steps(self, count: int, *, fresh: bool) -> float:
        """Steps a second, after as many to warm up.

        Args:
            count: Steps.
            fresh: Whether each step gets tiles of its own; else all get the same ones.
        """
        given = self._give()
        batch = next(given)
        for number in range(2 * count):
            if number == count:
                started = self._team.read_clock()
            self._step(next(given) if fresh else batch)
        return count / (self._team.read_clock() - started)

    def _run_epoch(self, epoch: int, watchers: Watchers) -> float:
        self._orders.epoch = epoch
        total = torch.zeros((), device=self._team.device)
        whole = self._steps * self._config.epochs
        due = (epoch + 1) / self._config.epochs
        for number, batch in enumerate(islice(self._give(), self._steps)):
            step = epoch * self._steps + number
            done = self._find_progress(step)
            set_learning_rate(self._optimizer, self._config, step, whole, done)
            total += self._step(batch)
            watchers.on_step(step + 1, whole)
            if self._config.minutes and done >= due:
                break
        loss = self._team.average(total) / (number + 1)
        if not math.isfinite(loss):
            msg = (
                "The loss is no longer finite. Set a smaller learning_rate in --config."
            )
            raise TrainingError(msg)
        return loss

    def _find_progress(self, step: int) -> float:
        """By the first device's clock: all must learn equally fast."""
        whole = self._steps * self._config.epochs
        seconds = time.monotonic() - self._started + self._earlier
        if self._config.minutes is not None:
            seconds = self._team.share(seconds)
        return measure_progress(self._config, step, whole, seconds)

    def _give(self) -> Iterator[Batch]:
        """The tiles of each step, on the device."""
        fresh = (to_device(batch, self._team.device) for batch in self._load())
        return echo(fresh, self._config.echo, self._strides)

    def _load(self) -> DataLoader[dict[str, Tensor]]:
        """The loader; its processes know the places that were mined when it began."""
        if self._loader is None:
            self._loader = make_loader(
                self._tiles,
                self._orders,
                workers=self._config.workers,
                pinned=self._team.device.type == "cuda",
            )
        return self._loader

    def _step(self, batch: Batch) -> Tensor:
        with self._mix():
            answers = self._wrapped(to_planes(batch["img"]))
        loss = self._loss(answers, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._learner.parameters(), _MOST_GRADIENT)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        self._average.update(self._network)
        return loss.detach()

    def _end_epoch(self, epoch: int, loss: float, started: float) -> None:
        assert self._watch is not None  # noqa: S101 - the first device has one
        learned = time.monotonic()
        figures = self._watch.measure(
            self._average.ema, self._team.device, self._config.pfa
        )
        logger.debug(
            "epoch %d: learned for %.1f s, watched for %.1f s",
            epoch + 1,
            learned - started,
            time.monotonic() - learned,
        )
        pd = figures.told_pd
        best = self._progressed.best
        kept = best is None or _rank(pd, figures) >= (best.pd or 0.0, best.ap50)
        if kept:
            save_checkpoint(self._average.ema, self._folder / CHECKPOINT)
        self._progressed.epochs.append(
            Epoch(
                number=epoch + 1,
                epochs=self._config.epochs,
                loss=loss,
                learning_rate=float(self._optimizer.param_groups[-1]["lr"]),
                pd=pd,
                ap50=figures.ap50,
                ap50_95=figures.ap50_95,
                seconds=round(time.monotonic() - started, 2),
                kept=kept,
            )
        )

    def _mine(self, epoch: int) -> None:
        """Look for false alarms, where it is time."""
        every = self._config.mine_every
        last = epoch + 1 == self._config.epochs
        if every and (epoch + 1) % every == 0 and not last:
            scans = self._drawer.pool.scans
            found = []
            if self._team.rank == 0:
                found = mine_false_alarms(
                    self._average.ema, scans, self._config, epoch, self._team.device
                )
            self._progressed.mined = self._team.share(found)
            self._drawer.pool.spots.mined[:] = self._progressed.mined
            self._loader = None

    def _save(self) -> None:
        save_state(
            self._folder / STATE,
            self._learner,
            self._average,
            self._optimizer,
            self._progressed,
        )

    def _is_over(self) -> bool:
        """Whether no better epoch has come for as many as patience allows."""
        best, patience = self._progressed.best, self._config.patience
        since = len(self._progressed.epochs) - (best.number if best else 0)
        return bool(patience and since >= patience)


def fit(  # noqa: PLR0913 - every one is needed once
    config: TrainingConfig,
    base: Base,
    drawer: Drawer,
    watch: Watch | None,
    folder: Path,
    *,
    team: Team,
    watchers: Watchers,
) -> None:
    """Fit a network to tiles; goes on where an earlier call was stopped.

    Leaves `state.pt` after every epoch and `checkpoint.pt`, the best so far.

    Args:
        config: What to do.
        base: What to start from.
        drawer: Where tiles come from.
        watch: What epochs are compared by.
        folder: Of the run.
        team: The devices it runs on.
        watchers: Told after each step and each epoch.

    Raises:
        TrainingError: If it cannot begin or go on; one line.
    """
    try:
        Fitting(config, base, drawer, watch, folder, team).run(watchers)
    except TrainingError:
        raise
    except Exception as error:  # Ultralytics and torch raise anything
        logger.debug("training stopped", exc_info=True)
        raise TrainingError(_explain(error, config, base, team, folder)) from error


def _rank(pd: float | None, figures: Figures) -> tuple[float, float]:
    return (pd or 0.0, figures.ap50)


def _make_average(network: nn.Module, steps: int) -> ModelEMA:
    """The mean of all weights so far; after so many steps it forgets the oldest.

    Why one may want that: Cha et al. 2021, arXiv 2102.08604.
    """
    average = ModelEMA(network)
    if steps:
        average.decay = lambda count: min(1 - 1 / steps, count / (count + 1))
    return average


def _make_optimizer(
    learner: nn.Module, network: nn.Module, config: TrainingConfig
) -> torch.optim.Optimizer:
    """AdamW that decays the weights of convolutions alone, heads and trunk apart."""
    layers: Any = network.model
    trunk = {id(weight) for layer in layers[:-1] for weight in layer.parameters()}
    groups = [
        {
            "params": [
                weight
                for weight in learner.parameters()
                if weight.requires_grad
                and (id(weight) not in trunk) is of_head
                and (weight.ndim > 1) is decayed
            ],
            "weight_decay": config.weight_decay if decayed else 0.0,
            TRUNK: not of_head,
        }
        for of_head in (False, True)
        for decayed in (True, False)
    ]
    fused = next(network.parameters()).is_cuda
    return torch.optim.AdamW(groups, lr=config.learning_rate, betas=_BETAS, fused=fused)


def _is_full(error: Exception, folder: Path) -> bool:
    """Whether an error comes of a full disk; torch does not always say so."""
    if isinstance(error, OSError):
        return error.errno == errno.ENOSPC
    return "inline_container" in str(error) and disk_usage(folder).free < _LITTLE_ROOM


def _explain(
    error: Exception, config: TrainingConfig, base: Base, team: Team, folder: Path
) -> str:
    why = first_line(error)
    if _is_full(error, folder):
        return (
            f"Training stopped: the disk of {folder} is full. Free some of it and give "
            "the same command to go on."
        )
    small = isinstance(error, MemoryError) or "memory" in str(error)
    if not small:
        return f"Training stopped: {why}. Check --base, --devices and --config."
    traceback.clear_frames(error.__traceback__)  # they hold what filled the memory
    fits = team.find_batch(config, base)
    if fits is None:
        return f"Training stopped: {why}. Try a smaller --tile, or another --base."
    return f"Training stopped: {why}. A batch of {fits} fits: give --batch {fits}."
