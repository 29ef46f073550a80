"""Teach a refiner, from what a detector answers in tiles; the detector itself rests."""

from dataclasses import dataclass
from typing import Any, Final, Self

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.ops import box_iou

from training.network import detect

LEAST_SCORE: Final = 0.01
"""Score from which an answer is learned from: under that of what is looked at in use,
for there is more of it."""

FIREARM_IOU: Final = 0.45
"""Intersection over union with a firearm from which an answer shows it."""

OTHER_IOU: Final = 0.25
"""Under which with every firearm it shows something else; in between it is unsure."""

MOST: Final = 16
"""Answers of a tile that are looked at in a step, best first: tiles to learn from are
small."""


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """What a refiner said of answers of a step.

    Attributes:
        places: (M, 5) float32, number of its tile, x0 y0 x1 y1 in px of it.
        scores: (M,) float32, the detector's.
        logits: (M,) the refiner's, in any precision.
    """

    places: Tensor
    scores: Tensor
    logits: Tensor


class Refining(nn.Module):
    """A network whose refiner learns, while all else of it rests.

    Args:
        network: A detector of Ultralytics with a refiner.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network
        network.model.requires_grad_(requires_grad=False)
        self.train()

    def train(self, mode: bool = True) -> Self:
        """Set whether the refiner learns; norms of the detector rest in any case."""
        super().train(mode)
        self.network.model.eval()
        return self

    def forward(self, planes: Tensor) -> Looks:
        """Look at the best answers in tiles, (N, 3, S, S) float from 0 to 1."""
        network: Any = self.network
        with (
            torch.no_grad(),
            torch.autocast(planes.device.type, enabled=False),  # bfloat16 is px off
            network.refiner.listening(network.model[-1]) as heard,
        ):
            answers = detect(network, planes)[:, :MOST]
        worth = answers[..., 4] >= LEAST_SCORE
        worth[0, 0] = True  # a step without any would have no mean
        tiles, _ = worth.nonzero(as_tuple=True)
        chosen = answers[worth]
        places = torch.cat([tiles[:, None].float(), chosen[:, :4]], 1)
        return Looks(places, chosen[:, 4], network.refiner(heard[0], places))


class RefinerLoss:
    """How far a refiner is off: firearms and other things count alike.

    Other things weigh by the root of the detector's score: what nobody would be shown
    hardly matters.

    Args:
        stride: Of the network's finest grid, px.
    """

    def __init__(self, stride: int) -> None:
        self._stride = stride

    def __call__(self, looks: Looks, batch: dict[str, Tensor]) -> Tensor:
        """Mean cross-entropy of a step.

        Args:
            looks: Of the refiner.
            batch: As `training.loss.Loss` takes it.
        """
        side = batch["img"].shape[-1]
        best = _overlap(looks.places, batch, side)
        pardoned = self._find_pardons(looks.places, batch["pardon"], side)
        shows = best >= FIREARM_IOU
        other = (best < OTHER_IOU) & ~pardoned
        off = functional.binary_cross_entropy_with_logits(
            looks.logits.float(), shows.float(), reduction="none"
        )
        return _mean(off, shows.float()) + _mean(off, other * looks.scores.sqrt())

    def _find_pardons(self, places: Tensor, pardon: Tensor, side: int) -> Tensor:
        """Whether the middle of each place lies on what is ignored."""
        row = side // self._stride
        middle = (places[:, 1:3] + places[:, 3:]) / 2 / self._stride
        x, y = middle.long().clamp(0, row - 1).unbind(1)
        return pardon[places[:, 0].long(), y * row + x]


def _overlap(places: Tensor, batch: dict[str, Tensor], side: int) -> Tensor:
    """(M,) best intersection over union of each place with a firearm of its tile."""
    firearms = batch["bboxes"] * side
    centres, sizes = firearms[:, :2], firearms[:, 2:]
    firearms = torch.cat([centres - sizes / 2, centres + sizes / 2], 1)
    shared = box_iou(places[:, 1:], firearms)
    same = places[:, :1] == batch["batch_idx"][None]
    nothing = shared.new_zeros(len(places), 1)
    return torch.cat([shared * same, nothing], 1).amax(1)


def _mean(off: Tensor, weights: Tensor) -> Tensor:
    return (off * weights).sum() / weights.sum().clamp(min=1e-6)
