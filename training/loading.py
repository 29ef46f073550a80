"""Bring tiles to a network: drawn by several processes, in an order that is stated."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from training.config import TrainingConfig
from training.drawing import Drawer, LabelledTile
from training.loss import mark_pardons
from training.silhouettes import thin_marks

Order = tuple[int, int, bool]
"""Epoch, number, and whether the tile must be of one piece."""


class Tiles(Dataset[dict[str, Tensor]]):
    """Tiles as a network's loss takes them, by their orders.

    Args:
        drawer: Draws them.
        side: Of a tile, px.
        strides: Of the network's grids, px.
    """

    def __init__(self, drawer: Drawer, side: int, strides: tuple[int, ...]) -> None:
        self._drawer = drawer
        self._side = side
        self._strides = strides

    def __getitem__(self, order: Order) -> dict[str, Tensor]:
        """Draw one."""
        epoch, number, still = order
        return self._arrange(self._drawer.draw((epoch, number), still=still))

    def _arrange(self, tile: LabelledTile) -> dict[str, Tensor]:
        planes = np.ascontiguousarray(tile.planes.transpose(2, 0, 1))
        ignored = torch.from_numpy(tile.labels.ignored)
        return {
            "img": torch.from_numpy(planes),
            "bboxes": torch.from_numpy(_to_centres(tile.labels.boxes) / self._side),
            "pardon": mark_pardons(ignored, self._side, self._strides),
            "marks": thin_marks(tile.labels.marks),
        }


class EpochOrders:
    """Orders of the tiles of one epoch, step by step, for one device of several.

    Args:
        config: Batch, still epochs.
        steps: Of an epoch.
        rank: Which device.
        world: How many devices.
    """

    def __init__(
        self, config: TrainingConfig, steps: int, *, rank: int = 0, world: int = 1
    ) -> None:
        self._config = config
        self._steps = steps
        self._share = range(rank, config.batch, world)
        self.epoch = 0

    def __len__(self) -> int:
        """Steps of an epoch."""
        return self._steps

    def __iter__(self) -> Iterator[list[Order]]:
        """The orders of each step."""
        still = self.epoch >= self._config.epochs - self._config.still_epochs
        for step in range(self._steps):
            first = step * self._config.batch
            yield [(self.epoch, first + number, still) for number in self._share]


def make_loader(
    tiles: Tiles, orders: EpochOrders, *, workers: int, pinned: bool
) -> DataLoader[dict[str, Tensor]]:
    """A loader of the orders' tiles.

    Args:
        tiles: Drawn from it.
        orders: Which, step by step.
        workers: Processes; 0 draws them in between.
        pinned: Whether they go to a GPU.
    """
    return DataLoader(
        tiles,
        batch_sampler=orders,
        num_workers=workers,
        collate_fn=collate,
        pin_memory=pinned,
        persistent_workers=workers > 0,
        worker_init_fn=_calm_worker,
        prefetch_factor=4 if workers else None,
    )


def collate(items: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """Join the tiles of a step, in the form that Ultralytics' losses take."""
    counts = torch.tensor([len(item["bboxes"]) for item in items])
    boxes = torch.cat([item["bboxes"] for item in items])
    return {
        "img": torch.stack([item["img"] for item in items]),
        "bboxes": boxes,
        "cls": torch.zeros(len(boxes), 1),
        "batch_idx": torch.repeat_interleave(torch.arange(len(items)), counts).float(),
        "pardon": torch.stack([item["pardon"] for item in items]),
        "marks": torch.stack([item["marks"] for item in items]),
    }


def _calm_worker(_: int) -> None:
    cv2.setNumThreads(0)
    torch.set_num_threads(1)


def _to_centres(boxes: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    corner, far = boxes[:, :2], boxes[:, 2:]
    return np.concatenate([(corner + far) / 2, far - corner], axis=1)


def to_device(batch: dict[str, Tensor], device: torch.device) -> dict[str, Tensor]:
    """Bring a step's tiles to a device."""
    return {name: part.to(device, non_blocking=True) for name, part in batch.items()}


def to_planes(tiles: Tensor) -> Tensor:
    """What a network takes: (N, 3, S, S) uint8 as float32 from 0 to 1."""
    planes = tiles.to(torch.float32).div_(255)
    return planes.contiguous(memory_format=torch.channels_last)
