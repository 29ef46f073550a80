"""Local contrast, seen by a network besides the planes.

Behind cargo a firearm differs from what is around it by a few of 255 levels, edges of
the cargo by a hundred. Told in standard deviations of what is around, both are alike.
"""

from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.nn import functional
from ultralytics.nn.modules import Conv

from training.planes import PLANES

CELL: Final = 4
"""Side of the cells over which means are taken first, px."""

CELLS: Final = 7
"""Side of the surroundings, cells: 28 px, some 110 mm."""

LEAST: Final = 2 / 255
"""Added to the standard deviation, in squares: two levels of a plane, its noise."""

GAIN: Final = 0.25
"""One standard deviation, in the units of the planes: they reach from 0 to 1."""

MARK: Final = "local_contrast"
"""Says in a network's layout that it sees local contrast."""


class ContrastConv(Conv):  # type: ignore[misc]
    """A network's first layer, which sees each plane and its local contrast.

    Local contrast normalization, after Jarrett et al., "What is the best multi-stage
    architecture for object recognition?" (ICCV 2009): what a pixel differs from the
    mean around it, over the standard deviation around it.
    """

    def forward(self, planes: Tensor) -> Tensor:
        """(N, 3, H, W) float from 0 to 1, H and W multiples of 4, to its map."""
        seen: Tensor = super().forward(add_contrast(planes))
        return seen

    def forward_fuse(self, planes: Tensor) -> Tensor:
        """The same with batch normalization folded in."""
        seen: Tensor = super().forward_fuse(add_contrast(planes))
        return seen


def add_contrast(planes: Tensor) -> Tensor:
    """Put the local contrast of each plane behind the planes.

    In float32 whatever is around: in bfloat16 a level of a plane is lost in its mean.

    Args:
        planes: (N, C, H, W) float from 0 to 1; H and W are multiples of 4.

    Returns:
        (N, 2 C, H, W) float32.
    """
    with torch.autocast(planes.device.type, enabled=False):
        planes = planes.float()
        above = planes - _spread(planes)
        spread = (_spread(above * above) + LEAST**2).sqrt()
        return torch.cat([planes, above / spread * GAIN], 1)


def _spread(planes: Tensor) -> Tensor:
    """Means around each pixel; beyond the rim is nothing."""
    cells = functional.avg_pool2d(planes, CELL)
    means = functional.avg_pool2d(
        cells, CELLS, stride=1, padding=CELLS // 2, count_include_pad=False
    )
    return functional.interpolate(means, scale_factor=CELL, mode="bilinear")


def sees_contrast(network: Any) -> bool:
    """Whether a network sees local contrast."""
    return bool(network.yaml.get(MARK, False))


def let_see_contrast(network: Any) -> None:
    """Let a network see local contrast, if it does not; it answers as before.

    The weights of what is new are 0 until it learns.

    Args:
        network: A detector of Ultralytics whose first layer is a plain convolution.
    """
    if isinstance(network.model[0], ContrastConv):
        return
    plain: nn.Conv2d = network.model[0].conv
    wide = _begin(network, ContrastConv, 2 * PLANES)
    with torch.no_grad():
        wide.conv.weight.zero_()
        wide.conv.weight[:, :PLANES] = plain.weight
    network.yaml[MARK] = True


def forget_contrast(network: Any) -> None:
    """Take from a network what it learned of local contrast; it answers differently.

    Args:
        network: A detector of Ultralytics.
    """
    known = network.model[0].conv.weight
    thin = _begin(network, Conv, PLANES)
    with torch.no_grad():
        thin.conv.weight[:] = known[:, :PLANES]
    network.yaml.pop(MARK, None)


def _begin(network: Any, kind: type[Conv], channels: int) -> Any:
    """Give a network a first layer of another kind; its convolution is new."""
    first = network.model[0]
    plain: nn.Conv2d = first.conv
    begun = kind(
        channels, plain.out_channels, plain.kernel_size, plain.stride, plain.padding
    )
    for name in ("i", "f", "type", "np"):
        setattr(begun, name, getattr(first, name))
    begun.bn, begun.act = first.bn, first.act
    network.model[0] = begun.to(plain.weight.device)
    return network.model[0]
