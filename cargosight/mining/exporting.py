"""The queue for labelling tools: 8-bit pictures, and what the bundle offers."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from cargosight.mining.queue_file import Queue, QueueItem
from data.annotations.labelling import LabelledFile
from data.annotations.registry import LABEL_FORMATS
from data.catalog.rendering import write_renderings
from data.parallel import map_ordered
from data.truth import LabelOrigin, Truth, TruthObject
from detector.batch import Reading

PICTURES: Final = "pictures"

FILES: Final = {"label-studio": "label-studio.json", "cvat": "cvat.xml"}
"""File of the queue in each tool's format."""

Progress = Callable[[int, int], None]


def export_queue(
    queue: Queue,
    out: Path,
    tools: Sequence[str],
    reading: Reading,
    *,
    workers: int = 1,
    progress: Progress = lambda *_: None,
) -> list[Path]:
    """Write a queue for labelling tools.

    Of a scan with counts two windows are written, thin and dense. They have its pixels,
    so that what is drawn on one of them is drawn on the scan. The tool is given the
    first one; the other lies beside it, to look at.

    Args:
        queue: What to label.
        out: Folder; pictures go to `pictures` in it.
        tools: Names of label formats; none writes nothing.
        reading: How the scans are read.
        workers: Processes.
        progress: Told how many scans of how many are drawn.

    Returns:
        The files for the tools.

    Raises:
        ScanFileError: If a scan can no longer be read.
        DatasetError: If pictures cannot be written.
        TruthError: If a tool's file cannot be written.
    """
    if not tools:
        return []
    stems = name_pictures([item.scan for item in queue.items])
    draw = partial(_draw, reading, out / PICTURES)
    tasks = [(Path(item.file), stems[item.scan]) for item in queue.items]
    labelled: list[LabelledFile] = []
    drawn = map_ordered(draw, tasks, workers=workers)
    for item, name in zip(queue.items, drawn, strict=True):
        truth = offer_truth(item, queue.bundle.name)
        labelled.append(LabelledFile(name, truth, (item.width, item.height)))
        progress(len(labelled), len(queue.items))
    for tool in tools:
        LABEL_FORMATS[tool].write(labelled, out / FILES[tool])
    return [out / FILES[tool] for tool in tools]


def _draw(reading: Reading, folder: Path, task: tuple[Path, str]) -> str:
    """Write the pictures of a scan; the name of the one to draw on."""
    path, stem = task
    first = write_renderings(reading.read(path), folder, stem)[0]
    return first.relative_to(folder).as_posix()


def name_pictures(scans: Sequence[str]) -> dict[str, str]:
    """Name the pictures of scans as the scans without their endings.

    Two scans that differ in nothing but their endings keep them.

    Args:
        scans: Names, each once.

    Example:
        >>> name_pictures(["a.tiff", "b.tiff", "b.png"])
        {'a.tiff': 'a', 'b.tiff': 'b.tiff', 'b.png': 'b.png'}
    """
    stems = {scan: scan.rpartition(".")[0] or scan for scan in scans}
    times = Counter(stems.values())
    return {scan: stem if times[stem] == 1 else scan for scan, stem in stems.items()}


def offer_truth(item: QueueItem, bundle: str) -> Truth:
    """What a bundle takes to be in a scan, marked as its prediction.

    Args:
        item: Of the queue.
        bundle: The bundle's name.
    """
    return Truth(
        objects=tuple(
            TruthObject(
                box=found.box,
                label=found.label,
                origin=LabelOrigin(
                    how="prediction", bundle=bundle, score=found.score, weak=True
                ),
            )
            for found in item.detections
        ),
        origin=LabelOrigin(how="prediction", bundle=bundle, weak=True),
    )
