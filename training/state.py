"""What a training needs to go on after it was killed, kept after every epoch."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import torch
from torch import nn
from ultralytics.utils.torch_utils import ModelEMA

from data.errors import TrainingError
from data.files import replacing
from training.drawing import Spot
from training.epoch import Epoch

STATE: Final = "state.pt"


@dataclass(slots=True)
class Progressed:
    """How far a training came.

    Attributes:
        epochs: The finished ones.
        mined: False alarms found after the last of them.
    """

    epochs: list[Epoch] = field(default_factory=list)
    mined: list[Spot] = field(default_factory=list)

    @property
    def best(self) -> Epoch | None:
        """The one whose checkpoint was kept."""
        kept = [epoch for epoch in self.epochs if epoch.kept]
        return kept[-1] if kept else None


def save_state(
    path: Path,
    network: nn.Module,
    average: ModelEMA,
    optimizer: torch.optim.Optimizer,
    progressed: Progressed,
) -> None:
    """Write all that an epoch left; the file appears whole."""
    content = {
        "network": network.state_dict(),
        "average": average.ema.state_dict(),
        "updates": average.updates,
        "optimizer": optimizer.state_dict(),
        "epochs": [asdict(epoch) for epoch in progressed.epochs],
        "mined": [asdict(spot) for spot in progressed.mined],
    }
    with replacing(path) as draft:
        torch.save(content, draft)


def load_state(
    path: Path,
    network: nn.Module,
    average: ModelEMA,
    optimizer: torch.optim.Optimizer,
) -> Progressed:
    """Go back to where the last finished epoch ended; nothing in it is executed.

    Args:
        path: As `save_state` wrote it; if it is not there, nothing was finished.
        network: Gets its weights.
        average: Gets its running mean.
        optimizer: Gets its moments.

    Raises:
        TrainingError: If it is damaged or of another network.
    """
    if not path.exists():
        return Progressed()
    try:
        content: dict[str, Any] = torch.load(
            path, map_location="cpu", weights_only=True
        )
        network.load_state_dict(content["network"])
        average.ema.load_state_dict(content["average"])
        average.updates = int(content["updates"])
        optimizer.load_state_dict(content["optimizer"])
    except Exception as error:  # torch raises anything
        msg = f"{path} cannot be gone on from. Remove its folder and train again."
        raise TrainingError(msg) from error
    return _read_progressed(content)


def read_progressed(path: Path) -> Progressed:
    """How far the training came whose state is in a file."""
    content = torch.load(path, map_location="cpu", weights_only=True)
    return _read_progressed(content)


def _read_progressed(content: dict[str, Any]) -> Progressed:
    return Progressed(
        [Epoch(**row) for row in content["epochs"]],
        [Spot(**row) for row in content["mined"]],
    )
