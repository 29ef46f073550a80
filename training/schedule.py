"""How many steps a training takes, and how fast it learns at each."""

import math
from typing import Final

import torch

from training.config import TrainingConfig

TRUNK: Final = "trunk"
"""Says of a group of weights that it lies before the head."""

_WARM_SHARE: Final = 0.1


def plan_steps(config: TrainingConfig, epoch_tiles: int) -> int:
    """Steps of one epoch.

    Args:
        config: Its steps, of all epochs together, count where they are stated.
        epoch_tiles: Tiles that an epoch has otherwise.

    Example:
        >>> plan_steps(TrainingConfig(steps=3000, epochs=10), 0)
        300
    """
    if config.steps is not None:
        return max(1, round(config.steps / config.epochs))
    return max(1, math.ceil(epoch_tiles / config.batch))


def measure_progress(
    config: TrainingConfig, step: int, whole: int, seconds: float
) -> float:
    """How much of a training is done, 0 to 1: by steps, or by time if that is more.

    Args:
        config: Its time, if it has a limit.
        step: Steps that are done.
        whole: Steps of all epochs.
        seconds: That it has run, in all sittings.
    """
    timed = 0.0 if config.minutes is None else seconds / (60 * config.minutes)
    return min(1.0, max(step / whole, timed))


def set_learning_rate(
    optimizer: torch.optim.Optimizer,
    config: TrainingConfig,
    step: int,
    whole: int,
    progress: float,
) -> None:
    """Set the learning rate of a step: it rises evenly, then falls as a cosine.

    As long as the head learns first, that of the trunk is 0.

    Args:
        optimizer: Whose.
        config: Largest rate, length of the rise, and the share that is left.
        step: Which, from 0.
        whole: Steps of all epochs.
        progress: As `measure_progress` gives.
    """
    rise = max(1, min(config.warm_up, round(_WARM_SHARE * whole)))
    start = rise / whole
    fallen = min(1.0, max(0.0, progress - start) / max(1e-9, 1 - start))
    last = config.last_rate
    cosine = last + (1 - last) * (1 + math.cos(math.pi * fallen)) / 2
    rate = config.learning_rate * min(1.0, (step + 1) / rise) * cosine
    rests = step < min(config.head_first, round(_WARM_SHARE * whole))
    for group in optimizer.param_groups:
        group["lr"] = 0.0 if rests and group.get(TRUNK, False) else rate
