"""SAHI over whole scans; results as `cargosight detect` writes them."""

import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final

import numpy as np

from data.dataset import hash_file, read_dataset
from data.environment import prepare_environment
from data.errors import ResultError, TrainingError
from data.formats import ScanFile, read_scan
from data.scan import Picture, Scan
from detector.boxes import box_areas, clip_boxes, scale_boxes
from detector.results import (
    BundleName,
    Result,
    ResultDetection,
    read_result,
    write_result,
)
from training.base import first_line
from training.plain.picture import AIR, draw_plain
from training.plain.settings import SlicingSettings

NAME: Final = "plain pipeline"
"""What results name in place of a bundle."""

POINT: Final = "stated"
"""What the threshold is called in results."""

BATCH: Final = 16
"""Slices a call on the network: the answers are the same, and a GPU is faster."""


def list_split(dataset: Path, split: str) -> list[ScanFile]:
    """List the scans of one part of a dataset.

    Args:
        dataset: Folder of a dataset, ours or in the YOLO layout.
        split: "train", "validation" or "held-out".

    Raises:
        DatasetError: If there is no dataset.
        ResultError: If it has no such scans.
    """
    content = read_dataset(dataset, to_train=False)
    scans = [sample.scan for sample in content.samples if sample.split == split]
    if not scans:
        msg = f"{dataset} has no {split} scans. Choose another --split."
        raise ResultError(msg)
    return [ScanFile(path, _name_below(path, content.root)) for path in scans]


def detect_plain(
    checkpoint: Path,
    scans: Sequence[ScanFile],
    out: Path,
    *,
    settings: SlicingSettings,
    progress: Callable[[int, int], None],
) -> int:
    """Detect in scans as a user of SAHI would; go on where it was left.

    Each scan is cut into overlapping slices and looked at slice by slice, without a
    pass over the whole; SAHI joins what was found. All that `settings` does not state
    is SAHI's own choice.

    Args:
        checkpoint: What `fit_plain` made.
        scans: What to look at.
        out: Where results go: `OUT/a/b.tiff.json` for a scan named `a/b.tiff`. Those
            that are there, of this checkpoint and these settings, are not made again.
        settings: How.
        progress: Told how many of how many are done.

    Returns:
        How many scans were looked at anew.

    Raises:
        TrainingError: If SAHI is not installed, or the checkpoint cannot be loaded.
        ScanFileError: If a scan cannot be read.
    """
    if not checkpoint.is_file():
        msg = f"{checkpoint} does not exist. Run `cargosight peer train` to make one."
        raise TrainingError(msg)
    looked = _name_looked(checkpoint, settings)
    places = {scan: out / f"{scan.name}.json" for scan in scans}
    left = [scan for scan in scans if not _is_done(places[scan], looked)]
    model = _load(checkpoint, settings) if left else None
    progress(len(scans) - len(left), len(scans))
    for number, file in enumerate(left, start=len(scans) - len(left) + 1):
        scan = read_scan(file.path)
        started = time.perf_counter()
        found = _look(scan, model, settings)
        result = Result(
            scan=str(file.name),
            width=scan.size[0],
            height=scan.size[1],
            opaque_fraction=None,
            elapsed_s=time.perf_counter() - started,
            bundle=looked,
            operating_point=POINT,
            detections=found,
        )
        write_result(result, places[file])
        progress(number, len(scans))
    return len(left)


def _name_below(path: Path, root: Path) -> PurePosixPath:
    """What its results are called: as where the dataset's folder is given."""
    place, above = path.resolve(), root.resolve()
    inside = place.is_relative_to(above)
    return PurePosixPath(place.relative_to(above) if inside else place.name)


def _name_looked(checkpoint: Path, settings: SlicingSettings) -> BundleName:
    """Who looked: the hash changes with the weights and with what they are asked."""
    asked = settings.model_dump_json(exclude={"device"})
    stated = f"{hash_file(checkpoint)} {asked}".encode()
    return BundleName(name=NAME, sha256=hashlib.sha256(stated).hexdigest())


def _is_done(place: Path, looked: BundleName) -> bool:
    try:
        return read_result(place).bundle == looked
    except ResultError:  # none yet, or none that can be read
        return False


def _load(checkpoint: Path, settings: SlicingSettings) -> Any:
    prepare_environment()
    try:
        from sahi import AutoDetectionModel  # noqa: PLC0415 - few have or need it
    except ModuleNotFoundError as error:
        msg = (
            f"This needs {error.name}, which is not installed. Run `pip install sahi`."
        )
        raise TrainingError(msg) from error
    logging.getLogger("sahi").setLevel(logging.ERROR)  # it would write over the bars
    device = settings.device
    try:
        return AutoDetectionModel.from_pretrained(
            "ultralytics",
            model_path=str(checkpoint),
            confidence_threshold=settings.least_score,
            device=f"cuda:{device}" if device.isdigit() else device,
            image_size=settings.tile_side,
        )
    except Exception as error:  # SAHI, Ultralytics and torch raise anything
        msg = (
            f"{checkpoint} cannot be loaded on {device}: {first_line(error)}. "
            "Give what `cargosight peer train` made, and a device that is there."
        )
        raise TrainingError(msg) from error


def _look(
    scan: Scan, model: Any, settings: SlicingSettings
) -> tuple[ResultDetection, ...]:
    """What is found in a scan, px of its file, best score first."""
    from sahi.predict import get_sliced_prediction  # noqa: PLC0415 - loaded before

    picture = draw_plain(scan, settings.scale)
    height, width = picture.pixels.shape[:2]
    found = get_sliced_prediction(
        _pad(picture.pixels, settings.tile_side),
        model,
        slice_height=settings.tile_side,
        slice_width=settings.tile_side,
        overlap_height_ratio=settings.overlap,
        overlap_width_ratio=settings.overlap,
        perform_standard_pred=False,
        force_postprocess_type=settings.merge,
        batch_size=BATCH,
        verbose=0,
    ).object_prediction_list
    found = sorted(found, key=lambda one: one.score.value, reverse=True)
    rows = [one.bbox.to_xyxy() for one in found]
    boxes = clip_boxes(np.array(rows, np.float32).reshape(-1, 4), width, height)
    x, y = picture.factors
    boxes = clip_boxes(scale_boxes(boxes, 1 / x, 1 / y), *scan.size)
    return tuple(
        ResultDetection(
            box=tuple(box),
            score=float(one.score.value),
            label=one.category.name,
            alarm=float(one.score.value) >= settings.threshold,
        )
        for box, area, one in zip(boxes.tolist(), box_areas(boxes), found, strict=True)
        if area > 0
    )


def _pad(pixels: Picture, side: int) -> Picture:
    """Fill up a picture smaller than a slice with air, as its training's tiles were."""
    height, width = pixels.shape[:2]
    padded = np.empty((max(height, side), max(width, side), 3), np.uint8)
    padded[:] = AIR
    padded[:height, :width] = pixels
    return padded
