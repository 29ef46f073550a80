"""One training, from a dataset to a run folder."""

import csv
import hashlib
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from data.dataset import Dataset, Sample, read_dataset
from data.errors import TrainingError
from data.files import replacing
from data.formats import read_scan
from data.truth import FIREARM
from data.versions import read_versions
from detector.encoding import Encoding
from detector.run import CHECKPOINT, RECORD, Run, write_run
from training.base import Base, find_base
from training.config import TrainingConfig
from training.encoded import encode_samples
from training.fit import Epoch, Tiles, Watchers, fit
from training.tiles import LabelledScan, TileSet

CONFIG: Final = "config.json"
METRICS: Final = "metrics.csv"
WORK: Final = "work"
OURS: Final = (CONFIG, METRICS, WORK, CHECKPOINT, RECORD)
"""What a training leaves in its folder, finished or not."""

PACKAGES: Final = ("albumentations", "numpy", "opencv-python", "torch", "ultralytics")

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class _Log:
    """The epochs so far, kept in a file that grows with them."""

    path: Path
    epochs: list[Epoch] = field(default_factory=list)

    def add(self, epoch: Epoch) -> None:
        self.epochs.append(epoch)
        with replacing(self.path) as draft, draft.open("w", newline="") as file:
            rows = csv.DictWriter(file, list(asdict(epoch)))
            rows.writeheader()
            rows.writerows(asdict(one) for one in self.epochs)

    @property
    def best(self) -> Epoch:
        """The one whose checkpoint was kept: best by AP50-95, the last of equals."""
        return [epoch for epoch in self.epochs if epoch.kept][-1]


def train_network(
    dataset: Path, out: Path, config: TrainingConfig, *, progress: Progress
) -> Run:
    """Fine-tune a network on a dataset.

    Leaves in `out`: `config.json` (what was asked), `metrics.csv` (a row an epoch),
    `checkpoint.pt` (the best epoch) and, when all is done, `run.json`.

    Args:
        dataset: Folder of a dataset, ours or in the YOLO layout.
        out: Folder of the run; what an unfinished training left there is replaced.
        config: What to do. An encoding that it does not state is that of the scans.
        progress: Told what is being done, and how many steps of how many are done.

    Returns:
        The record of the run.

    Raises:
        TrainingError: If `out` holds a finished run or other things, the dataset has
            nothing to learn from, or Ultralytics cannot begin or go on.
        DatasetError: If there is no dataset.
        ScanFileError: If one of its scans cannot be read.
        EncodingError: If one of its scans is of another kind than the encoding.
    """
    started = datetime.now(UTC)
    clock = time.monotonic()
    content = read_dataset(dataset)
    config = _with_encoding(config, content)
    base = find_base(config.base, config.encoding)
    _prepare(out, config)
    log = _Log(out / METRICS)
    work = out / WORK
    try:
        tiles = _cut(content, config, work, progress)
        watchers = Watchers(
            lambda done, all_: progress("training", done, all_), log.add
        )
        best = fit(config, base, tiles, work / "ultralytics", watchers=watchers)
        best.replace(out / CHECKPOINT)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    seconds = time.monotonic() - clock
    run = _record(content, out, (config, base), log.best, (started, seconds))
    write_run(run, out)
    return run


def _with_encoding(config: TrainingConfig, dataset: Dataset) -> TrainingConfig:
    if "encoding" in config.model_fields_set:
        return config
    first = read_scan(dataset.samples[0].scan)
    return config.model_copy(update={"encoding": Encoding.of(first)})


def _prepare(out: Path, config: TrainingConfig) -> None:
    """Claim the folder, empty of what an unfinished training left in it."""
    if out.exists() and not out.is_dir():
        msg = f"{out} is a file. Choose a new folder as --out."
        raise TrainingError(msg)
    if (out / RECORD).exists():
        msg = f"{out} holds a finished training. Choose another --out."
        raise TrainingError(msg)
    left = list(out.iterdir()) if out.exists() else []
    if any(not _is_ours(place) for place in left):
        msg = f"{out} holds other things. Choose an empty folder as --out."
        raise TrainingError(msg)
    for place in left:
        shutil.rmtree(place) if place.is_dir() else place.unlink()
    with replacing(out / CONFIG) as draft:
        draft.write_text(config.model_dump_json(indent=2) + "\n", encoding="utf-8")


def _is_ours(place: Path) -> bool:
    """Whether an unfinished training may have left it; drafts have names of ours."""
    drafts = tuple(f".{Path(name).stem}-" for name in OURS)
    return place.name in OURS or place.name.startswith(drafts)


def _cut(
    dataset: Dataset, config: TrainingConfig, work: Path, progress: Progress
) -> Tiles:
    training = _encode(dataset, "train", config, work, progress)
    validation = _encode(dataset, "validation", config, work, progress)
    tiles = Tiles(
        _tile(training, config, background=config.background),
        _tile(validation, config, background=config.background),
    )
    if not any(len(boxes) for boxes in tiles.training.boxes()):
        msg = f"{dataset.root} has no {FIREARM} to learn from in its training part."
        raise TrainingError(msg)
    if not len(tiles.validation):
        msg = (
            f"{dataset.root} has no {FIREARM} in its validation part, and so few tiles "
            "that none are left to validate on. Put more scans into it."
        )
        raise TrainingError(msg)
    return tiles


def _encode(
    dataset: Dataset, split: str, config: TrainingConfig, work: Path, progress: Progress
) -> list[LabelledScan]:
    samples: list[Sample] = [s for s in dataset.samples if s.split == split]
    if not samples:
        msg = f"{dataset.root} has no {split} scans. A training needs some."
        raise TrainingError(msg)
    return encode_samples(
        samples,
        config,
        work / split,
        lambda done, count: progress(f"encoding {split}", done, count),
    )


def _tile(
    scans: list[LabelledScan], config: TrainingConfig, *, background: float | None
) -> TileSet:
    return TileSet(
        scans,
        side=config.tile_side,
        overlap=config.tile_overlap,
        fill=config.encoding.air,
        background=background,
        seed=config.seed,
    )


def _record(
    dataset: Dataset,
    out: Path,
    given: tuple[TrainingConfig, Base],
    best: Epoch,
    when: tuple[datetime, float],
) -> Run:
    config, base = given
    return Run(
        encoding=config.encoding,
        scale=config.scale,
        tile_side=config.tile_side,
        tile_overlap=config.tile_overlap,
        labels=(FIREARM,),
        base=base.name,
        base_sha256=base.sha256,
        seed=config.seed,
        dataset=str(dataset.root.resolve()),
        dataset_sha256=dataset.sha256,
        synthetic=dataset.synthetic,
        checkpoint_sha256=hashlib.sha256((out / CHECKPOINT).read_bytes()).hexdigest(),
        best_epoch=best.number,
        epochs=config.epochs,
        ap50=best.ap50,
        ap50_95=best.ap50_95,
        started=when[0],
        seconds=round(when[1], 1),
        versions=read_versions(PACKAGES),
        commit=_find_commit(),
    )


def _find_commit() -> str | None:
    """The commit of the checkout this runs from, with "+" if files differ from it."""
    git = shutil.which("git")
    if git is None:
        return None
    root = Path(__file__).parent
    asked = [
        subprocess.run(  # noqa: S603 - our own words
            [git, "-C", str(root), *words], capture_output=True, text=True, check=False
        )
        for words in (["rev-parse", "HEAD"], ["status", "--porcelain"])
    ]
    if any(answer.returncode for answer in asked):
        return None
    return asked[0].stdout.strip() + ("+" if asked[1].stdout.strip() else "")
