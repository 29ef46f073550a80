"""What a checkpoint itself answers: a graph is held against it."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from ultralytics.utils.nms import non_max_suppression

from detector.detections import Detections
from detector.runtime import Answers, TileBatch
from export.graph import CANDIDATES, DUPLICATE_IOU, MOST_DETECTIONS, Network

LEAST_SCORE: Final = 1e-3
"""Answers below are not kept."""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What a checkpoint answers for a tile.

    Attributes:
        kept: Without duplicates.
        every: With them.
    """

    kept: Detections
    every: Detections


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
        with torch.inference_mode():
            answer = self.network.module(torch.from_numpy(tiles).float() / 255)
        raw = answer[0] if isinstance(answer, tuple) else answer
        kept = non_max_suppression(
            raw.clone(),
            conf_thres=LEAST_SCORE,
            iou_thres=DUPLICATE_IOU,
            max_nms=CANDIDATES,
            max_det=MOST_DETECTIONS,
            max_time_img=60,
        )
        return [
            Told(read_rows(one.numpy()), _read_raw(every.numpy()))
            for one, every in zip(kept, raw, strict=True)
        ]


def read_rows(answer: Answers) -> Detections:
    """The answers for a tile, (K, 6) float32, less their padding."""
    kept = answer[answer[:, 4] > 0]
    return Detections(_order(kept[:, :4]), kept[:, 4], kept[:, 5].astype(np.int64))


def _read_raw(answer: Answers) -> Detections:
    """(4 + classes, A): centres and sizes, and scores by class."""
    centres, halves = answer[:2].T, answer[2:4].T / 2
    boxes = np.concatenate([centres - halves, centres + halves], axis=1)
    return Detections(_order(boxes), answer[4:].max(0), answer[4:].argmax(0))


def _order(boxes: Answers) -> Answers:
    """Boxes whose sides may be the wrong way round, as those of new networks are."""
    return np.sort(boxes.reshape(-1, 2, 2), axis=1).reshape(-1, 4)
