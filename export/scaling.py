"""A network that looks at tiles at several scales, and answers what they agree on.

What a network says of a firearm hangs on how many pixels it has, and errs otherwise at
each scale: the mean errs less. As cells of several scales do not lie on each other,
boxes are joined by how much they overlap, as box voting does (Gidaris and Komodakis,
"Object detection via a multi-region and semantic segmentation-aware CNN model", ICCV
2015), over looks as in weighted boxes fusion (Solovyev et al., Image and Vision
Computing 107, 2021).
"""

from dataclasses import replace
from typing import Any, Final

import torch
from torch import Tensor
from torch.nn import functional

from data.errors import ExportError
from detector.ports import STRIDE
from export.graph import CELL, LEAST_FREE, Network
from export.looking import SeveralLooks

SCALES: Final = ((1, 1), (5, 4), (4, 5))
"""What the sides of a tile are multiplied by, as fractions, before each look; sides are
then rounded to whole cells."""

ANSWERS: Final = 300
"""Answers of each look that are joined, best first."""

_APART: Final = 0.35
_ONE: Final = 0.55
_NOTHING: Final = 1e-12


def rescale(network: Network, side: int) -> Network:
    """Let a network look at each tile at three scales: 3.2 times the work.

    Args:
        network: A detector of Ultralytics in evaluation mode, or one that looks twice
            (`export.mirroring`); it stays as it is.
        side: Of the tiles that its graph is written for, px.

    Raises:
        ExportError: If its graph would take squares of that side only, as those of
            small tiles and of layouts "-p6" do, or it has cells of 4 px (layouts
            "-p2"): a graph has no places for them in tiles that are enlarged.
    """
    module: Any = network.module
    cells = [int(each) for each in module.model[-1].stride]
    if side < LEAST_FREE or min(cells) <= CELL or max(cells) > STRIDE:
        msg = (
            f"{network.family} cannot look at tiles of {side} px at three scales: it "
            f"takes tiles of {LEAST_FREE} px or more, and cells of 8 to {STRIDE} px. "
            "Choose larger tiles, or leave out --rescaled."
        )
        raise ExportError(msg)
    return replace(network, module=_Rescaled(module).eval())


class _Rescaled(SeveralLooks):
    """What a network says of tiles at several scales, joined."""

    def forward(self, planes: Tensor) -> Tensor:
        """(N, 3, H, W) float from 0 to 1 to (N, 4 + classes, K): xywh, scores."""
        looks = [self._look(planes, scale) for scale in SCALES]
        return torch.cat([_join(each, looks) for each in looks], 1).transpose(1, 2)

    def _look(self, planes: Tensor, scale: tuple[int, int]) -> Tensor:
        """(N, K, 4 + classes) best answers at a scale; x0 y0 x1 y1 in tile px."""
        (network,) = self._whole
        shown = planes if scale == (1, 1) else _resize(planes, scale)
        said = network(shown)
        rows = (said[0] if isinstance(said, tuple) else said).transpose(1, 2)
        best = rows[..., 4:].amax(-1)
        _, places = best.topk(best[:, :ANSWERS].shape[1], dim=1)
        rows = rows.gather(1, places[..., None].expand(-1, -1, rows.shape[2]))
        wide, tall = (planes.shape[i] / shown.shape[i] for i in (3, 2))
        x, y, half = rows[..., :1], rows[..., 1:2], rows[..., 2:4] / 2
        left, right = x - half[..., :1], x + half[..., :1]
        top, bottom = y - half[..., 1:], y + half[..., 1:]
        boxes = [left * wide, top * tall, right * wide, bottom * tall]
        return torch.cat([*boxes, rows[..., 4:]], -1)


def _resize(planes: Tensor, scale: tuple[int, int]) -> Tensor:
    """Planes at another scale, as near to it as sides of whole cells allow."""
    more, less = scale
    cell = less * STRIDE
    size = [(2 * planes.shape[i] * more + cell) // (2 * cell) * STRIDE for i in (2, 3)]
    return functional.interpolate(planes, size=size, mode="bilinear")


def _join(ours: Tensor, looks: list[Tensor]) -> Tensor:
    """Answers of one look with what all of them say there: (N, K, 4 + classes), xywh.

    The score of a class is the mean over all looks of the best that each has there, the
    box the mean of all, by score. Both change smoothly with what is joined.
    """
    said = [
        _agree(ours[..., :4], theirs[..., :4])[..., None] * theirs[:, None, :, 4:]
        for theirs in looks
    ]  # (N, K, K, classes) each
    scores = torch.stack([each.amax(2) for each in said]).mean(0)
    # No product of matrices: what follows the last one decodes, for other precisions.
    weights = [each.amax(-1, keepdim=True) for each in said]
    pairs = zip(weights, looks, strict=True)
    sums = torch.stack([(w * theirs[:, None, :, :4]).mean(2) for w, theirs in pairs])
    whole = torch.stack([weight.mean(2) for weight in weights])
    boxes = sums.mean(0) / (whole.mean(0) + _NOTHING)
    first, last = boxes[..., :2], boxes[..., 2:]
    return torch.cat([(first + last) / 2, last - first, scores], -1)


def _agree(ours: Tensor, theirs: Tensor) -> Tensor:
    """(N, K, M) how much boxes are one object, 0 to 1: by intersection over union."""
    ours, theirs = ours[:, :, None], theirs[:, None]
    first = ours[..., :2] + torch.relu(theirs[..., :2] - ours[..., :2])
    last = ours[..., 2:] - torch.relu(ours[..., 2:] - theirs[..., 2:])
    both = _measure_area(torch.relu(last - first))
    areas = sum(_measure_area(box[..., 2:] - box[..., :2]) for box in (ours, theirs))
    share = both / (areas - both + _NOTHING)
    return 1 - torch.relu(1 - torch.relu(share - _APART) / (_ONE - _APART))


def _measure_area(sides: Tensor) -> Tensor:
    return sides[..., 0] * sides[..., 1]
