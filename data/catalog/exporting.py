"""Hand a dataset's scans and labels to a labelling tool."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from data.annotations.labelling import LabelledFile
from data.annotations.registry import LABEL_FORMATS
from data.catalog.catalog import Catalog
from data.catalog.rendering import name_renderings, write_renderings
from data.errors import DatasetError
from data.files import making_folder
from data.formats import read_scan
from data.parallel import map_ordered
from data.truth import read_truth

IMAGES: Final = "images"

LABELS: Final = {
    "coco": "labels.json",
    "label-studio": "labels.json",
    "cvat": "annotations.xml",
    "voc": "annotations",
    "yolo": "",
}
"""Where the labels of each format go, below the folder of the export."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Task:
    scan: Path
    folder: Path
    name: str


def export_labels(
    catalog: Catalog,
    rows: pl.DataFrame,
    out: Path,
    format_name: str,
    *,
    workers: int = 1,
    progress: Progress = lambda *_: None,
) -> list[LabelledFile]:
    """Write pictures of scans, and labels that speak of them.

    Labelling tools show 8 bits: a 16-bit scan is written once for each window of
    attenuation, the labels speak of the first of them, and what is drawn on any of them
    finds back to the scan (`cargosight dataset import --to`). Pictures have the scan's
    pixels, so no box changes.

    Args:
        catalog: The dataset.
        rows: Which of its scans.
        out: A new folder: pictures in `images`, labels beside.
        format_name: One of `LABEL_FORMATS`.
        workers: Processes.
        progress: Told how many scans of how many are written.

    Returns:
        What the labels say.

    Raises:
        DatasetError: If there is no such format, the folder is there, or no scan was
            chosen.
    """
    if format_name not in LABEL_FORMATS:
        known = ", ".join(LABEL_FORMATS)
        msg = f"There is no label format {format_name!r}. Choose one of {known}."
        raise DatasetError(msg)
    if out.exists():
        msg = f"{out} is there already. Choose a new folder."
        raise DatasetError(msg)
    if rows.is_empty():
        msg = "No scan was chosen. Choose others by --where."
        raise DatasetError(msg)
    chosen = list(rows.iter_rows(named=True))
    labelled = [_read_labels(catalog, row) for row in chosen]
    with making_folder(out) as draft:
        LABEL_FORMATS[format_name].write(labelled, draft / LABELS[format_name])
        tasks = (_Task(catalog.scan_path(r), draft / IMAGES, r["name"]) for r in chosen)
        for number, _ in enumerate(map_ordered(_write, tasks, workers=workers)):
            progress(number + 1, len(chosen))
    return labelled


def _read_labels(catalog: Catalog, row: Mapping[str, Any]) -> LabelledFile:
    file = name_renderings(row["name"], row["kind"])[0]
    truth = catalog.truth_path(row)
    size = row["width"], row["height"]
    return LabelledFile(file, read_truth(truth), size, place=str(truth))


def _write(task: _Task) -> None:
    write_renderings(read_scan(task.scan), task.folder, task.name)
