"""Use the tiles of a step again, mirrored, where drawing them is the slower part."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

import torch
from torch import Tensor

Batch = dict[str, Tensor]

_APART: Final = 8
"""Fresh steps between a step and its echo: the same in a row would teach little."""


def echo(
    batches: Iterable[Batch], times: int, strides: tuple[int, ...]
) -> Iterator[Batch]:
    """Give each step's tiles several times, every other time mirrored.

    Data echoing: Choi et al. 2019, arXiv 1907.05550.

    Args:
        batches: Of steps, as `training.loading.collate` joins them.
        times: How often each is given.
        strides: Of the network's grids, px.
    """
    waiting: deque[tuple[Batch, int]] = deque()
    for batch in batches:
        yield batch
        waiting.append((batch, times - 1))
        if len(waiting) > _APART:
            yield from _repeat(*waiting.popleft(), strides)
    for batch, left in waiting:
        yield from _repeat(batch, left, strides)


def _repeat(batch: Batch, count: int, strides: tuple[int, ...]) -> Iterator[Batch]:
    for _ in range(count):
        batch = mirror(batch, strides)
        yield batch


def mirror(batch: Batch, strides: tuple[int, ...]) -> Batch:
    """Mirror the tiles of a step along the scan, with all that is known of them.

    Args:
        batch: As `training.loading.collate` joins it.
        strides: Of the network's grids, px.
    """
    counts = [batch["img"].shape[-1] // stride for stride in strides]
    grids = torch.split(batch["pardon"], [count**2 for count in counts], dim=1)
    pardon = [
        grid.view(-1, count, count).flip(2).flatten(1)
        for grid, count in zip(grids, counts, strict=True)
    ]
    boxes = batch["bboxes"].clone()
    boxes[:, 0] = 1 - boxes[:, 0]
    return batch | {
        "img": batch["img"].flip(3),
        "bboxes": boxes,
        "pardon": torch.cat(pardon, dim=1),
        "marks": batch["marks"].flip(2),
    }
