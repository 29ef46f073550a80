"""What networks that look at a tile several times are made of."""

from typing import Any

from torch import nn


class SeveralLooks(nn.Module):
    """A network to look with, and of it what an export reads.

    Weights keep the names that they have in the network.

    Args:
        network: A detector of Ultralytics, or one that looks several times.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.model = network.model
        self.yaml = network.yaml
        self.refiner = getattr(network, "refiner", None)
        self._whole = (network,)  # in a tuple, so that its weights are named once
