"""What a first layer learned of the planes of one encoding, carried over to another's.

Plane 2 of `dual`, thin matter, looks as a rendering does: air is 255, and transmission
is raised to a power. So a network goes on from one to the other with what it knows.
"""

from typing import Any, Final

import torch

from detector.encoding import Encoding

THIN: Final = 1
"""Where plane 2 of `dual` is, from 0."""

PLANES: Final = 3
"""That a network sees."""


def carry_over(network: Any, seen: Encoding, wanted: Encoding) -> None:
    """Let a network that has seen one encoding see another as it saw that.

    What a rendering shows in three planes, plane 2 of counts shows alone; the other two
    weigh nothing until it learns. The other way round the three share it.

    Args:
        network: A detector of Ultralytics; may see local contrast.
        seen: What it was trained on.
        wanted: What it shall be trained on.
    """
    if seen is wanted:
        return
    with torch.no_grad():
        for weight in network.model[0].conv.weight.split(PLANES, dim=1):
            if wanted is Encoding.DUAL:
                known = weight.sum(1)
                weight.zero_()
                weight[:, THIN] = known
            else:
                weight[:] = weight[:, THIN : THIN + 1] / PLANES
