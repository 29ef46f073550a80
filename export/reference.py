"""What a checkpoint itself answers: a graph is held against it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from ultralytics.utils.nms import non_max_suppression

from detector.detections import Detections, Scores
from detector.runtime import Answers, TileBatch
from export.graph import (
    CANDIDATES,
    DUPLICATE_IOU,
    MOST_DETECTIONS,
    Network,
    find_refiner,
)

Rows = npt.NDArray[np.int64]

LEAST_SCORE: Final = 1e-3
"""Answers below are not kept."""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What a checkpoint answers for a tile.

    Attributes:
        kept: Without duplicates, with the scores by which these went.
        every: With them.
        rescore: Where a refiner looks again: the new scores of rows of `every`, given
            best first, and those that each would have if it were alone.
    """

    kept: Detections
    every: Detections
    rescore: Callable[[Rows], tuple[Scores, Scores]] | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A checkpoint that answers tiles itself, by Ultralytics' own decoding.

    Args:
        network: The checkpoint's network.
    """

    network: Network

    def tell(self, tiles: TileBatch) -> list[Told]:
        """Find objects in a batch of tiles.

        Args:
            tiles: (N, 3, H, W) uint8.
        """
        if len(tiles) == 0:
            return []
        planes = torch.from_numpy(tiles).float() / 255
        with torch.inference_mode(), self._listen() as heard:
            module: Any = self.network.module
            answer = module(planes)
        raw = answer[0] if isinstance(answer, tuple) else answer
        kept = non_max_suppression(
            raw.clone(),
            conf_thres=LEAST_SCORE,
            iou_thres=DUPLICATE_IOU,
            max_nms=CANDIDATES,
            max_det=MOST_DETECTIONS,
            max_time_img=60,
        )
        maps = heard[0] if heard else []
        return [
            self._read(one, _lay(every), [each[[number]] for each in maps])
            for number, (one, every) in enumerate(zip(kept, raw, strict=True))
        ]

    def _listen(self) -> AbstractContextManager[list[list[Tensor]]]:
        module: Any = self.network.module
        refiner = find_refiner(module)
        if refiner is None:
            return nullcontext([])
        listen: AbstractContextManager[list[list[Tensor]]]
        listen = refiner.listening(module.model[-1])
        return listen

    def _read(self, kept: Tensor, every: Tensor, maps: Sequence[Tensor]) -> Told:
        refiner = find_refiner(self.network.module)
        every = every[every[:, 4] > 0]
        rescore = None if refiner is None else partial(_rescore, refiner, maps, every)
        return Told(read_rows(kept.numpy()), read_rows(every.numpy()), rescore)


def _rescore(
    refiner: Any, maps: Sequence[Tensor], every: Tensor, rows: Rows
) -> tuple[Scores, Scores]:
    """New scores of answers for one tile, best first, and of each alone."""
    given = every[torch.from_numpy(rows)][None]
    if len(rows) == 0:
        return (given[0, :, 4].numpy(),) * 2
    with torch.inference_mode():
        (anew,) = refiner.rescore_best(maps, given)
        (alone,) = refiner.rescore(maps, given, apart=False)
    return anew.numpy(), alone.numpy()


def read_rows(answer: Answers) -> Detections:
    """The answers for a tile, (K, 6) float32, less their padding."""
    kept = answer[answer[:, 4] > 0]
    return Detections(_order(kept[:, :4]), kept[:, 4], kept[:, 5].astype(np.int64))


def _lay(answer: Tensor) -> Tensor:
    """(4 + classes, A), centres, sizes and scores by class, to (A, 6)."""
    centres, halves = answer[:2].T, answer[2:4].T / 2
    scores, labels = answer[4:].max(0)
    kinds = [scores[:, None], labels[:, None].to(scores)]
    return torch.cat([centres - halves, centres + halves, *kinds], 1)


def _order(boxes: Answers) -> Answers:
    """Boxes whose sides may be the wrong way round, as those of new networks are."""
    return np.sort(boxes.reshape(-1, 2, 2), axis=1).reshape(-1, 4)
