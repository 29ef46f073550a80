"""Which pixels show a firearm: learned besides boxes, and left out of what is exported.

A box tells a few places of a network's grids about a firearm, its silhouette all of
them. The head that learns it is dropped when a training is over.
"""

from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from data.truth import FIREARM, Truth, TruthObject

Marks = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

NONE: Final = 0
"""Says of a pixel that it shows no firearm."""

SHOWN: Final = 1
"""Says that it shows one."""

UNSURE: Final = 2
"""Says that nobody knows, or that nobody could see it."""

COARSE: Final = 2
"""Side of a marked cell of a prepared scan, px."""

FINEST: Final = 4
"""Side of a cell that a network tells a silhouette by, px."""

_COVERED: Final = 0.4
"""Share of a marked cell that must show a firearm."""

_WIDTH: Final = 64

_RARE: Final = 0.02
"""Cross-entropy is told per so large a share of all cells."""

_SMOOTH: Final = 50.0
"""Cells added to both sides of Dice's coefficient."""


def mark_scan(
    truth: Truth, size: tuple[int, int], factors: tuple[float, float]
) -> Marks:
    """Mark where in a scan firearms show.

    Args:
        truth: Of the scan. Of a firearm without a mask, the box is unsure.
        size: Width and height at the network's scale, px.
        factors: From the scan's pixels to these, x and y.

    Returns:
        (height / 2, width / 2) uint8.
    """
    marks = np.zeros((size[1] // COARSE, size[0] // COARSE), np.uint8)
    firearms = [thing for thing in truth.objects if thing.label == FIREARM]
    for thing in sorted(firearms, key=lambda each: not each.ignore):
        _mark_thing(marks, thing, factors)
    return marks


def _mark_thing(marks: Marks, thing: TruthObject, factors: tuple[float, float]) -> None:
    x0, x1 = (round(thing.box[i] * factors[0] / COARSE) for i in (0, 2))
    y0, y1 = (round(thing.box[i] * factors[1] / COARSE) for i in (1, 3))
    if x1 <= x0 or y1 <= y0:
        return
    mask = thing.pixels()
    known = mask is not None and mask.size > 0
    whole = mask if mask is not None and known else np.ones((1, 1))
    shares = cv2.resize(
        whole.astype(np.float32), (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA
    )
    mark = SHOWN if known and not thing.ignore else UNSURE
    paint_marks(marks, shares > _COVERED, (x0, y0), mark)


def paint_marks(marks: Marks, mask: Mask, corner: tuple[int, int], mark: int) -> None:
    """Set marks where a mask holds; what lies beyond the rim is left out.

    Args:
        marks: (H, W) uint8, changed.
        mask: (h, w) bool.
        corner: Column and row of its upper left pixel, may be negative.
        mark: What to set.
    """
    left, top = corner
    right, bottom = (
        max(0, a + b) for a, b in zip(corner, mask.shape[::-1], strict=True)
    )
    part = marks[max(top, 0) : bottom, max(left, 0) : right]
    inside = mask[max(-top, 0) :, max(-left, 0) :]
    part[inside[: part.shape[0], : part.shape[1]]] = mark


def thin_marks(marks: Marks) -> Tensor:
    """Marks of a tile, (S, S) uint8, at the network's cells: (S / 4, S / 4)."""
    middle = FINEST // 2
    return torch.from_numpy(marks[middle::FINEST, middle::FINEST].copy())


class Silhouettes(nn.Module):
    """A network, and a head on its finest map that tells silhouettes.

    Args:
        network: A detector of Ultralytics.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network
        last = network.model[-1]
        self._finest = network.model[last.f[0]]
        cells = int(network.stride[0]) // FINEST
        self.head = nn.Sequential(
            nn.Conv2d(
                last.cv2[0][0].conv.in_channels, _WIDTH, 3, padding=1, bias=False
            ),
            nn.BatchNorm2d(_WIDTH),
            nn.SiLU(),
            nn.Conv2d(_WIDTH, cells**2, 1),
            nn.PixelShuffle(cells),
        )

    def forward(self, planes: Tensor) -> tuple[Any, Tensor]:
        """What the network answers, and logits (N, 1, H / 4, W / 4)."""
        seen: list[Tensor] = []
        hook = self._finest.register_forward_hook(lambda *each: seen.append(each[-1]))
        try:
            answers = self.network(planes)
        finally:
            hook.remove()
        return answers, self.head(seen[0])


def judge_silhouettes(logits: Tensor, marks: Tensor) -> Tensor:
    """How far silhouettes are off: focal cross-entropy and one less Dice's coefficient.

    After Lin et al., "Focal loss for dense object detection" (ICCV 2017), with gamma 1,
    and Milletari et al., "V-Net" (3DV 2016), over all tiles of a step together.

    Args:
        logits: (N, 1, S / 4, S / 4).
        marks: (N, S / 4, S / 4) uint8; what is unsure does not count.
    """
    sure = (marks != UNSURE).float()
    wanted = (marks == SHOWN).float()
    logits = logits[:, 0].float()
    cross = functional.binary_cross_entropy_with_logits(
        logits, wanted, reduction="none"
    )
    share = logits.sigmoid()
    missed = share + wanted - 2 * share * wanted
    focal = (cross * missed * (1 + 2 * wanted) * sure).sum()
    share = share * sure
    both = 2 * (share * wanted).sum() + _SMOOTH
    dice = both / (share.sum() + wanted.sum() + _SMOOTH)
    return focal / (_RARE * sure.sum()).clamp(min=1) + 1 - dice
