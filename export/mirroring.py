"""A network that looks twice, once in the mirror, and answers the mean.

A firearm in a mirror is a firearm, so what a network says of a tile and of its mirror
image should be one. It is not, least of all in young networks: the mean errs less.
"""

from dataclasses import replace

import torch
from torch import Tensor

from export.graph import Network
from export.looking import SeveralLooks


def mirror(network: Network) -> Network:
    """Let a network look at each tile twice, once in the mirror: twice the work.

    Args:
        network: A detector of Ultralytics in evaluation mode; it stays as it is.
    """
    return replace(network, module=_Mirrored(network.module).eval())


class _Mirrored(SeveralLooks):
    """The mean of what a network says of tiles and of their mirror images, by cell."""

    def forward(self, planes: Tensor) -> Tensor:
        """(N, 3, H, W) float from 0 to 1 to (N, 4 + classes, cells): xywh, scores."""
        seen, _ = self._look(planes)
        turned, maps = self._look(planes.flip(3))
        said = _turn(turned, maps)
        there = torch.cat([planes.shape[3] - said[:, :1], said[:, 1:]], 1)
        return (seen + there) / 2

    def _look(self, planes: Tensor) -> tuple[Tensor, list[Tensor]]:
        """What the network says, and the maps that its head has seen."""
        (network,), head = self._whole, self.model[-1]
        usual, head.export = head.export, False  # then it tells of its maps as well
        try:
            said, more = network(planes)
        finally:
            head.export = usual
        return said, more["feats"]


def _turn(said: Tensor, maps: list[Tensor]) -> Tensor:
    """(N, C, cells) of mirror images in the order of the images' cells."""
    count, channels = said.shape[:2]
    parts, start = [], 0
    for height, width in (each.shape[2:] for each in maps):
        end = start + height * width
        part = said[..., start:end].view(count, channels, height, width)
        parts.append(part.flip(3).view(count, channels, -1))
        start = end
    return torch.cat(parts, -1)
