"""A dataset as 8-bit tiles on disk, in the layout that Ultralytics reads."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from data.dataset import YOLO_INDEX, Dataset, Sample
from data.errors import TrainingError
from data.files import replacing
from data.formats import read_scan
from data.splits import Split
from data.truth import FIREARM
from detector.boxes import scale_boxes
from training.plain.picture import AIR, draw_plain
from training.plain.settings import PlainSettings
from training.plain.tiles import Boxes, LabelledScan, LabelledTile, TileSet

Progress = Callable[[str, int, int], None]

PARTS: Final[dict[str, Split]] = {"train": "train", "val": "validation"}
"""Ultralytics' name of each part that a training needs."""

INDEX: Final = f"train: images/train\nval: images/val\nnames:\n  0: {FIREARM}\n"


def write_yolo_folder(
    dataset: Dataset, folder: Path, settings: PlainSettings, *, progress: Progress
) -> Path:
    """Cut a dataset into tiles as our trainings do and write them as PNG.

    The layout is `images/PART/NUMBER.png` and `labels/PART/NUMBER.txt` for the parts
    `train` and `val`. Tiles with a firearm all count; of the others as many as
    `settings.background` says.

    Args:
        dataset: Scans with truth.
        folder: Where it goes. What was finished before is taken as it is; what was
            begun is made anew.
        settings: Scale and tiles.
        progress: Told what is being done, and how many steps of how many are done.

    Returns:
        Its `data.yaml`, which appears last.

    Raises:
        TrainingError: If a part has no scan or no tile, or no firearm to learn from.
        ScanFileError: If a scan cannot be read.
        TruthError: If the truth of a scan is damaged.
    """
    index = folder / YOLO_INDEX
    if not index.is_file():
        shutil.rmtree(folder, ignore_errors=True)
        for part, split in PARTS.items():
            _write_part(dataset, (part, split), folder, settings, progress)
        with replacing(index) as draft:
            draft.write_text(INDEX, encoding="utf-8")
    return index


def count_tiles(index: Path, part: str) -> int:
    """How many tiles a part of a written folder has.

    Args:
        index: Its `data.yaml`.
        part: "train" or "val".
    """
    return sum(1 for _ in (index.parent / "images" / part).glob("*.png"))


def _write_part(
    dataset: Dataset,
    names: tuple[str, Split],
    folder: Path,
    settings: PlainSettings,
    progress: Progress,
) -> None:
    part, split = names
    samples = [s for s in dataset.samples if s.split == split]
    drawn = folder / "drawn" / part
    scans = _draw(
        samples, drawn, settings, lambda i, n: progress(f"drawing {split}", i, n)
    )
    tiles = TileSet(
        scans,
        side=settings.tile_side,
        overlap=settings.tile_overlap,
        fill=AIR,
        background=settings.background,
        seed=settings.seed,
    )
    _check(dataset, split, tiles)
    for number in range(len(tiles)):
        _write_tile(tiles[number], folder, f"{part}/{number:06d}")
        progress(f"writing {split} tiles", number + 1, len(tiles))
    shutil.rmtree(drawn.parent)


def _check(dataset: Dataset, split: Split, tiles: TileSet) -> None:
    armed = any(len(boxes) for boxes in tiles.boxes())
    if not len(tiles) or (split == "train" and not armed):
        msg = (
            f"{dataset.root} has no {FIREARM} in its {split} part, or no scans there. "
            "A training needs some to learn from, and some to choose by."
        )
        raise TrainingError(msg)


def _draw(
    samples: Sequence[Sample],
    folder: Path,
    settings: PlainSettings,
    progress: Callable[[int, int], None],
) -> list[LabelledScan]:
    folder.mkdir(parents=True)
    scans = []
    for number, sample in enumerate(samples):
        place = folder / f"{number:06d}.npy"
        scans.append(_draw_scan(sample, settings, place))
        progress(number + 1, len(samples))
    return scans


def _draw_scan(sample: Sample, settings: PlainSettings, place: Path) -> LabelledScan:
    scan = read_scan(sample.scan)
    picture = draw_plain(scan, settings.scale)
    np.save(place, picture.pixels)
    boxes = scale_boxes(sample.truth(scan.size).boxes(), *picture.factors)
    return LabelledScan(np.load(place, mmap_mode="r"), boxes, sample.scan.name)


def _write_tile(tile: LabelledTile, folder: Path, name: str) -> None:
    picture = folder / "images" / f"{name}.png"
    labels = folder / "labels" / f"{name}.txt"
    for place in (picture, labels):
        place.parent.mkdir(parents=True, exist_ok=True)
    pixels = cv2.cvtColor(tile.planes, cv2.COLOR_RGB2BGR)
    if not cv2.imwrite(str(picture), pixels):
        msg = f"{picture} cannot be written. Check the disk."
        raise TrainingError(msg)
    labels.write_text(_as_labels(tile.boxes, tile.planes.shape[0]), encoding="utf-8")


def _as_labels(boxes: Boxes, side: int) -> str:
    """A line for each box: class, centre and size as shares of the tile."""
    shares = boxes / side
    corners, far = shares[:, :2], shares[:, 2:]
    rows = np.concatenate([(corners + far) / 2, far - corners], axis=1)
    return "".join(f"0 {x:.7f} {y:.7f} {w:.7f} {h:.7f}\n" for x, y, w, h in rows)
