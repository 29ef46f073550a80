"""Record what a network asks of a GPU once, and play it at every step.

A small network waits for its some thousand launches longer than for its arithmetic: a
recording (a CUDA graph) launches them as one.
"""

import logging
from typing import Any

import torch

logger = logging.getLogger(__name__)


def record_network(network: Any, batch: int, side: int) -> None:
    """Let a network play recordings of itself while it trains; its weights stay.

    Training then takes tiles of this number and size only; evaluation is as before.
    Where recording fails, a warning is logged and nothing changes.

    Args:
        network: In training mode, on a GPU.
        batch: Tiles of every step.
        side: Of a tile, px.
    """
    device = next(network.parameters()).device
    tiles = torch.rand(batch, 3, side, side, device=device)
    kept = {name: value.clone() for name, value in network.named_buffers()}
    try:
        torch.cuda.make_graphed_callables(
            network, (tiles.contiguous(memory_format=torch.channels_last),)
        )
    except RuntimeError as error:
        logger.warning("Steps are not recorded, and slower: %s", error)
        network.zero_grad(set_to_none=True)
    with torch.no_grad():  # trying it out has moved the means of what it saw
        for name, value in network.named_buffers():
            value.copy_(kept[name])
