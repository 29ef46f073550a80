"""Stock Ultralytics on 8-bit tiles."""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from data.dataset import read_dataset
from data.environment import prepare_environment
from data.errors import TrainingError
from data.files import replacing
from data.truth import FIREARM
from detector.run import CHECKPOINT
from training.base import first_line
from training.plain.settings import SETTINGS, PlainSettings, read_settings
from training.plain.start import write_start
from training.plain.yolo_folder import Progress, count_tiles, write_yolo_folder

prepare_environment()

import torch  # noqa: E402 - Ultralytics reads its environment when it is imported
from ultralytics import YOLO  # noqa: E402
from ultralytics.models.yolo.detect import DetectionTrainer  # noqa: E402
from ultralytics.nn.tasks import load_checkpoint  # noqa: E402
from ultralytics.utils.torch_utils import strip_optimizer  # noqa: E402

logger = logging.getLogger(__name__)

TILES: Final = "tiles"
WORK: Final = "ultralytics"
START: Final = "start.pt"

STILL: Final = 10
"""Last epochs without mosaics, as stock Ultralytics has it."""


class _OfflineFitting(DetectionTrainer):  # type: ignore[misc]
    """Ultralytics' own trainer, but for two visits to the network for a font.

    To a class with Trainer in its name it would also bind MLflow and other trackers,
    where they are installed; they write into the working directory, or call out.
    """

    def get_dataset(self) -> dict[str, Any]:
        """What it reads from data.yaml."""
        root = Path(self.args.data).parent.resolve()
        places = {part: str(root / "images" / part) for part in ("train", "val")}
        return {**places, "nc": 1, "names": {0: FIREARM}, "channels": 3}

    def final_eval(self) -> None:
        """Drop the optimiser from the checkpoints; validation is the benchmark's."""
        for checkpoint in (self.last, self.best):
            if checkpoint.exists():
                strip_optimizer(checkpoint)


def fit_plain(
    dataset: Path, out: Path, settings: PlainSettings, *, progress: Progress
) -> Path:
    """Fit a network as a user of stock Ultralytics would; go on where it was left.

    Augmentation, optimiser, learning rate and choice of the best epoch are those of
    Ultralytics. Stated are: epochs, by `settings.steps`; the tiles a step; and for
    fewer than 40 epochs mosaics end with the last quarter, for they would hardly begin.

    Args:
        dataset: Folder of a dataset, ours or in the YOLO layout.
        out: Folder of the training: `plain.json` (what was asked), the tiles, and in
            the end `checkpoint.pt`. With one there already, nothing is done.
        settings: What to do.
        progress: Told what is being done, and how many steps of how many are done.

    Returns:
        The checkpoint of the best epoch.

    Raises:
        TrainingError: If `out` was begun with other settings or holds other things, the
            dataset has nothing to learn from, or Ultralytics cannot begin or go on.
        DatasetError: If there is no dataset.
        ScanFileError: If one of its scans cannot be read.
    """
    content = read_dataset(dataset)
    _claim(out, settings)
    checkpoint = out / CHECKPOINT
    if checkpoint.is_file():
        return checkpoint
    index = write_yolo_folder(content, out / TILES, settings, progress=progress)
    try:
        best = _fit(index, out, settings, lambda i, n: progress("training", i, n))
    except TrainingError:
        raise
    except Exception as error:  # Ultralytics and torch raise anything
        logger.debug("plain training stopped", exc_info=True)
        msg = (
            f"The plain training stopped: {first_line(error)}. "
            "Check --base, --device and the disk, and start it again to go on."
        )
        raise TrainingError(msg) from error
    best.replace(checkpoint)
    shutil.rmtree(out / WORK)
    return checkpoint


def _claim(out: Path, settings: PlainSettings) -> None:
    """Keep the settings in the folder, or check those that were kept there."""
    place = out / SETTINGS
    if out.exists() and not out.is_dir():
        msg = f"{out} is a file. Choose a new folder as --out."
        raise TrainingError(msg)
    if place.is_file():
        if _shown(read_settings(place)) == _shown(settings):
            return
        msg = f"{out} was begun with other settings. Choose another --out."
        raise TrainingError(msg)
    if out.exists() and any(out.iterdir()):
        msg = f"{out} holds other things. Choose an empty folder as --out."
        raise TrainingError(msg)
    with replacing(place) as draft:
        draft.write_text(settings.model_dump_json(indent=2) + "\n", encoding="utf-8")


def _shown(settings: PlainSettings) -> str:
    """What must not change: a training may go on on another device."""
    return settings.model_dump_json(exclude={"device", "workers"})


def _fit(
    index: Path,
    out: Path,
    settings: PlainSettings,
    progress: Callable[[int, int], None],
) -> Path:
    work = out / WORK
    last, best = (work / "weights" / f"{name}.pt" for name in ("last", "best"))
    state = _find_state(last)
    if state == "finished":
        return best if best.is_file() else last
    resumed = state == "begun"
    model = YOLO(str(last) if resumed else write_start(settings, out / START))
    _report_to(model, progress)
    asked = {"data": str(index), "save_dir": str(work), "plots": False}
    where = {"device": settings.device, "workers": settings.workers}
    if resumed:
        model.train(trainer=_OfflineFitting, resume=True, **asked, **where)
    else:
        shutil.rmtree(work, ignore_errors=True)
        epochs = settings.epochs(count_tiles(index, "train"))
        stated = _overrides(settings, epochs)
        model.train(trainer=_OfflineFitting, **stated, **asked, **where)
    return best if best.is_file() else last


def _find_state(last: Path) -> str:
    """How far a training came: "finished", "begun", or "nothing" that can be used."""
    try:
        checkpoint = load_checkpoint(str(last))[1] if last.is_file() else {}
    except Exception:  # noqa: BLE001 - cut off while it was written, it may be anything
        return "nothing"
    if not checkpoint:
        return "nothing"
    return "finished" if checkpoint.get("optimizer") is None else "begun"


def _overrides(settings: PlainSettings, epochs: int) -> dict[str, Any]:
    """What is not left to Ultralytics; its usual amp would fetch a network to try."""
    return {
        "epochs": epochs,
        "batch": settings.batch,
        "nbs": settings.nominal_batch,
        "imgsz": settings.tile_side,
        "seed": settings.seed,
        "close_mosaic": min(STILL, epochs // 4),
        "exist_ok": True,
        "verbose": False,
        "amp": "bf16" if settings.device.isdigit() else False,
    }


def _report_to(model: Any, progress: Callable[[int, int], None]) -> None:
    threads = torch.get_num_threads()
    done = 0

    def before(trainer: Any) -> None:
        nonlocal done
        torch.set_num_threads(threads)  # Ultralytics just left one core idle
        done = trainer.start_epoch * len(trainer.train_loader)

    def after_batch(trainer: Any) -> None:
        nonlocal done
        done += 1
        progress(done, trainer.epochs * len(trainer.train_loader))

    model.add_callback("on_train_start", before)
    model.add_callback("on_train_batch_end", after_batch)
