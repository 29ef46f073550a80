"""Fine-tune a network with Ultralytics, fed with our tiles; its only importer here."""

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.environment import prepare_environment
from data.errors import TrainingError
from training.augment import Augmenter
from training.base import Base, Weights, first_line
from training.config import TrainingConfig
from training.tiles import LabelledTile, TileSet

prepare_environment()

import torch  # noqa: E402 - Ultralytics reads its environment when it is imported
from torch.utils.data import Dataset, get_worker_info  # noqa: E402
from ultralytics.data.dataset import YOLODataset  # noqa: E402
from ultralytics.models.yolo.detect import DetectionTrainer  # noqa: E402
from ultralytics.nn.tasks import DetectionModel, load_checkpoint  # noqa: E402
from ultralytics.utils.torch_utils import strip_optimizer  # noqa: E402

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Epoch:
    """What one epoch came to.

    Attributes:
        number: Of the epoch, from 1.
        epochs: How many there will be.
        loss: Mean training loss.
        ap50: Average precision on the validation tiles at IoU 0.5.
        ap50_95: Its mean over IoU 0.5 to 0.95.
        seconds: How long it took, s.
        kept: Whether its checkpoint became the best so far.
    """

    number: int
    epochs: int
    loss: float
    ap50: float
    ap50_95: float
    seconds: float
    kept: bool


@dataclass(frozen=True, slots=True)
class Tiles:
    """What a network is fitted to and watched on."""

    training: TileSet
    validation: TileSet


@dataclass(frozen=True, slots=True)
class Watchers:
    """Whom a training tells how it goes; both may do nothing."""

    on_batch: Callable[[int, int], None]
    on_epoch: Callable[[Epoch], None]


class _TileItems(Dataset[dict[str, Any]]):
    """Tiles in the form that Ultralytics' trainer and validator take."""

    collate_fn = staticmethod(YOLODataset.collate_fn)

    def __init__(self, tiles: TileSet, augmenter: Augmenter | None) -> None:
        self._tiles = tiles
        self._augmenter = augmenter
        self._worker: int | None = None
        self.labels = [
            {"cls": np.zeros((len(boxes), 1)), "bboxes": boxes}
            for boxes in tiles.boxes()
        ]

    def __len__(self) -> int:
        return len(self._tiles)

    def __getitem__(self, index: int) -> dict[str, Any]:
        if self._augmenter is None:
            return _as_item(self._tiles[index])
        self._reseed_worker(self._augmenter)
        return _as_item(self._augmenter.draw(index))

    def _reseed_worker(self, augmenter: Augmenter) -> None:
        """Have each loading process draw its own, and anew when it is started again."""
        info = get_worker_info()
        if info is not None and info.seed != self._worker:
            self._worker = info.seed
            augmenter.reseed(info.seed)

    def close_mosaic(self, hyp: object) -> None:
        """Ultralytics calls this before the last epochs."""
        del hyp
        if self._augmenter:
            self._augmenter.still = True


def _as_item(tile: LabelledTile) -> dict[str, Any]:
    side = tile.planes.shape[0]
    planes = np.ascontiguousarray(tile.planes.transpose(2, 0, 1))
    count = len(tile.boxes)
    return {
        "img": torch.from_numpy(planes),
        "cls": torch.zeros(count, 1),
        "bboxes": torch.from_numpy(_to_centres(tile.boxes) / side),
        "batch_idx": torch.zeros(count),
        "im_file": tile.name,
        "ori_shape": (side, side),
        "resized_shape": (side, side),
        "ratio_pad": ((1.0, 1.0), (0.0, 0.0)),
    }


def _to_centres(boxes: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    corner, far = boxes[:, :2], boxes[:, 2:]
    return np.concatenate([(corner + far) / 2, far - corner], axis=1)


class _TileFitting(DetectionTrainer):  # type: ignore[misc]
    """Ultralytics' trainer with our tiles in place of its own reader.

    Its reader keeps the high byte of 16-bit data only, so no scan ever passes it.
    """

    def __init__(
        self,
        config: TrainingConfig,
        base: Base,
        tiles: Tiles,
        overrides: dict[str, Any],
    ) -> None:
        self._config = config
        self._base = base
        self._given = tiles
        super().__init__(overrides=overrides)

    def get_dataset(self) -> dict[str, Any]:
        return {
            "train": "train",
            "val": "val",
            "nc": 1,
            "names": {0: "firearm"},
            "channels": 3,
        }

    def build_dataset(
        self, _: str, mode: str = "train", batch: int | None = None
    ) -> _TileItems:
        del batch
        if mode == "val":
            return _TileItems(self._given.validation, None)
        config = self._config
        augmenter = Augmenter(
            self._given.training,
            config.augmentation,
            encoding=config.encoding,
            side=config.tile_side,
            seed=config.seed,
        )
        return _TileItems(self._given.training, augmenter)

    def get_model(self, *args: Any, **kwargs: Any) -> torch.nn.Module:
        """Keep channels last: 1.4 times the speed on a CPU; tensor cores on a GPU."""
        if self._base.layout is not None:
            kwargs["cfg"] = self._base.layout
        model: torch.nn.Module = super().get_model(*args, **kwargs)
        if self._base.weights is not None:
            _load(model, self._base.weights)
        return model.to(memory_format=torch.channels_last)

    def preprocess_batch(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Bring a batch of uint8 planes to float32 from 0 to 1, channels last."""
        batch = super().preprocess_batch(batch)
        batch["img"] = batch["img"].contiguous(memory_format=torch.channels_last)
        return batch

    def final_eval(self) -> None:
        """Drop the optimiser from the checkpoints; validation is the benchmark's."""
        for checkpoint in (self.last, self.best):
            if checkpoint.exists():
                strip_optimizer(checkpoint)


def fit(
    config: TrainingConfig,
    base: Base,
    tiles: Tiles,
    folder: Path,
    *,
    watchers: Watchers,
) -> Path:
    """Fine-tune a network on tiles.

    Args:
        config: What to do.
        base: What to start from.
        tiles: What to learn from, and what to choose the best epoch by.
        folder: Where Ultralytics keeps its own files; an earlier fit is replaced.
        watchers: Told after each step and each epoch.

    Returns:
        The checkpoint of the best epoch, inside `folder`.

    Raises:
        TrainingError: If Ultralytics cannot begin or go on; the message is its own.
    """
    try:
        fitting = _start(config, base, tiles, folder)
        _report_to(fitting, watchers)
        fitting.train()
    except TrainingError:
        raise
    except Exception as error:  # Ultralytics and torch raise anything
        logger.debug("training stopped", exc_info=True)
        raise TrainingError(_explain(error)) from error
    return Path(fitting.best)


def _start(
    config: TrainingConfig, base: Base, tiles: Tiles, folder: Path
) -> _TileFitting:
    threads = torch.get_num_threads()
    fitting = _TileFitting(config, base, tiles, _overrides(config, base, folder))
    torch.set_num_threads(threads)  # Ultralytics just left one core idle
    return fitting


def _explain(error: Exception) -> str:
    small = isinstance(error, MemoryError) or "memory" in str(error)
    advice = "--batch or --tile" if small else "--base, --device and --config"
    return (
        f"Training stopped: {first_line(error)}. "
        f"{'Try a smaller' if small else 'Check'} {advice}."
    )


def _overrides(config: TrainingConfig, base: Base, folder: Path) -> dict[str, Any]:
    return {
        "model": base.model,
        "data": "ours",
        "save_dir": str(folder),
        "exist_ok": True,
        "epochs": config.epochs,
        "batch": config.batch,
        "nbs": config.batch,
        "imgsz": config.tile_side,
        "device": config.device,
        "workers": config.workers,
        "seed": config.seed,
        "optimizer": "AdamW",
        "lr0": config.learning_rate,
        "momentum": 0.9,
        "patience": 0,
        "cos_lr": True,
        "warmup_bias_lr": 0.0,
        "close_mosaic": min(config.still_epochs, config.epochs),
        "nms": False if _is_free_of_nms(base) else None,
        "plots": False,
        "verbose": False,
        "amp": config.device != "cpu",
    }


def _is_free_of_nms(base: Base) -> bool:
    """Whether the network's own head answers without duplicates."""
    if base.model.endswith(".pt"):
        head = load_checkpoint(base.model)[0].model[-1]
    else:
        head = DetectionModel(base.layout or base.model, nc=1, verbose=False).model[-1]
    return getattr(head, "one2one_cv2", None) is not None


def _load(model: torch.nn.Module, weights: Weights) -> None:
    """Load the weights of a graph, which has no one-to-many head: both start alike."""
    ours = {name: torch.from_numpy(values.copy()) for name, values in weights.items()}
    twins = {
        name.replace(".one2one_", "."): values
        for name, values in ours.items()
        if ".one2one_" in name
    }
    missing, strange = model.load_state_dict(ours | twins, strict=False)
    lost = [name for name in missing if not name.endswith("num_batches_tracked")]
    if lost or strange:
        msg = f"The base lacks or has too many weights: {[*lost, *strange][0]}."
        raise TrainingError(msg)


def _report_to(fitting: _TileFitting, watchers: Watchers) -> None:
    started = time.monotonic()
    batch = 0

    def after_batch(trainer: _TileFitting) -> None:
        nonlocal batch
        batch += 1
        watchers.on_batch(batch, len(trainer.train_loader) * trainer.epochs)

    def after_epoch(trainer: _TileFitting) -> None:
        nonlocal started
        now = time.monotonic()
        epoch = _as_epoch(trainer, now - started)
        if not math.isfinite(epoch.loss):
            msg = (
                "The loss is no longer finite. Set a smaller learning_rate in --config."
            )
            raise TrainingError(msg)
        watchers.on_epoch(epoch)
        started = now

    fitting.add_callback("on_train_batch_end", after_batch)
    fitting.add_callback("on_fit_epoch_end", after_epoch)


def _as_epoch(trainer: _TileFitting, seconds: float) -> Epoch:
    return Epoch(
        number=trainer.epoch + 1,
        epochs=trainer.epochs,
        loss=sum(float(part) for part in trainer.tloss.values()),
        ap50=float(trainer.metrics["metrics/mAP50(B)"]),
        ap50_95=float(trainer.metrics["metrics/mAP50-95(B)"]),
        seconds=seconds,
        kept=trainer.fitness == trainer.best_fitness,
    )
