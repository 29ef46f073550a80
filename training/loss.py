"""Ultralytics' loss, which neither punishes nor rewards answers on what is ignored.

Where silhouettes are learned besides boxes, theirs is added.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_map_only

from training.silhouettes import judge_silhouettes

_PER_STEP = 16
"""Ultralytics multiplies its mean loss by the tiles of a step, and clips gradients; so
that steps of any size are clipped alike, all count as this many."""


class Loss:
    """The loss of a network.

    Args:
        network: A detector of Ultralytics.
        silhouettes: Weight of those; 0 if they are not learned.
    """

    def __init__(self, network: Any, silhouettes: float = 0.0) -> None:
        self._silhouettes = silhouettes
        self._criterion = network.init_criterion()
        self._criterion.bce = self._pardoning = _Pardoning()

    def __call__(self, answers: Any, batch: dict[str, Tensor]) -> Tensor:
        """Mean loss of a step.

        Args:
            answers: What the network says in training mode, in any precision; where
                silhouettes are learned, a pair of that and their logits.
            batch: `batch_idx` (M,), `cls` (M, 1), `bboxes` (M, 4) centres and sizes as
                shares of a tile, `pardon` (N, A) bool, see `mark_pardons`, and `marks`
                (N, S / 4, S / 4) uint8, see `training.silhouettes`.
        """
        if self._silhouettes:
            answers, logits = answers
            off = judge_silhouettes(logits, batch["marks"])
            return self._judge(answers, batch) + self._silhouettes * off
        return self._judge(answers, batch)

    def _judge(self, answers: Any, batch: dict[str, Tensor]) -> Tensor:
        self._pardoning.pardon = batch["pardon"]
        parts: Tensor = self._criterion(_widen(answers), batch)[0]
        return parts.sum() * (_PER_STEP / len(batch["pardon"]))


def _widen(answers: Any) -> Any:
    """Answers in float32: in bfloat16, neighbouring positions would be the same."""
    return tree_map_only(Tensor, Tensor.float, answers)


class _Pardoning(nn.Module):
    """Binary cross-entropy that is nothing where a pardon holds and nothing is due."""

    def __init__(self) -> None:
        super().__init__()
        self.pardon: Tensor | None = None

    def forward(self, scores: Tensor, wanted: Tensor) -> Tensor:
        loss = nn.functional.binary_cross_entropy_with_logits(
            scores, wanted, reduction="none"
        )
        if self.pardon is None:
            return loss
        return loss.masked_fill(self.pardon[..., None] & (wanted <= 0), 0)


def mark_pardons(ignored: Tensor, side: int, strides: tuple[int, ...]) -> Tensor:
    """Mark the places of a network's grids that lie on what is ignored.

    Args:
        ignored: (I, 4) float32, boxes, px of the tile.
        side: Of the tile, px.
        strides: Of the network's grids, px, finest first.

    Returns:
        (A,) bool, in the order of the network's answers.

    Example:
        >>> box = torch.tensor([[0.0, 0.0, 32.0, 20.0]])
        >>> mark_pardons(box, 64, (32,)).tolist()
        [True, False, False, False]
    """
    return torch.cat([_mark(ignored, side // stride, stride) for stride in strides])


def _mark(ignored: Tensor, count: int, stride: int) -> Tensor:
    """Mark the places of one grid of `count` rows."""
    middles = (torch.arange(count) + 0.5) * stride
    marks = torch.zeros(count, count, dtype=torch.bool)
    for x0, y0, x1, y1 in ignored.tolist():
        row = (middles >= y0) & (middles < y1)
        column = (middles >= x0) & (middles < x1)
        marks |= row[:, None] & column[None]
    return marks.ravel()
