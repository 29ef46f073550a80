"""What of a network learns, and what that is judged by."""

from typing import Any

from torch import nn

from training.config import TrainingConfig
from training.loss import Loss
from training.refining import RefinerLoss, Refining
from training.silhouettes import Silhouettes

Judge = Loss | RefinerLoss


def make_learner(network: Any, config: TrainingConfig) -> tuple[nn.Module, Judge]:
    """Make what takes the tiles of a step, and what judges its answers.

    Args:
        network: A detector of Ultralytics in training mode.
        config: Whether its refiner learns, or it, with silhouettes or without.
    """
    if config.refine:
        return Refining(network), RefinerLoss(int(network.stride[0]))
    refiner = getattr(network, "refiner", None)
    if refiner is not None:
        refiner.eval().requires_grad_(requires_grad=False)
    learner = Silhouettes(network) if config.silhouettes else network
    return learner, Loss(network, config.silhouettes)
