"""The queue as one page to look at."""

import base64
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cargosight.mining.queue_file import Queue, QueueItem
from data.dataset_writing import write_text
from data.parallel import map_ordered
from data.rendering import render_colour
from data.scan import Picture
from detector.batch import Reading
from detector.overlay import ALARM, HATCH

PAGE: Final = "queue.html"
WIDTH: Final = 520
"""Width of a picture, px: a whole container is told at a glance."""

_TALLEST: Final = 400
_QUALITY: Final = 80
_FRAME_PX: Final = 2

Progress = Callable[[int, int], None]


def write_page(
    queue: Queue,
    out: Path,
    reading: Reading,
    *,
    workers: int = 1,
    progress: Progress = lambda *_: None,
) -> Path:
    """Write a page with a picture of every scan of a queue; it needs no other file.

    Args:
        queue: What to show.
        out: Folder.
        reading: How the scans are read.
        workers: Processes.
        progress: Told how many of how many are drawn.

    Returns:
        Its path.

    Raises:
        ScanFileError: If a scan can no longer be read.
        DatasetError: If it cannot be written.
    """
    cards: list[dict[str, Any]] = []
    drawn = map_ordered(partial(_draw, reading), queue.items, workers=workers)
    for item, picture in zip(queue.items, drawn, strict=True):
        cards.append({"item": item, "picture": _to_address(picture)})
        progress(len(cards), len(queue.items))
    environment = Environment(
        loader=FileSystemLoader(str(files("cargosight.mining"))),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("queue.html")
    write_text(out / PAGE, template.render(queue=queue, cards=cards))
    return out / PAGE


def _draw(reading: Reading, item: QueueItem) -> Picture:
    """A scan in small, with what the bundle offers: alarms pink, fainter ones blue."""
    shown = render_colour(reading.read(Path(item.file)))
    factor = min(WIDTH / shown.shape[1], _TALLEST / shown.shape[0])
    size = (round(shown.shape[1] * factor) or 1, round(shown.shape[0] * factor) or 1)
    small = np.asarray(cv2.resize(shown, size, interpolation=cv2.INTER_AREA), np.uint8)
    for found in reversed(item.detections):
        x0, y0, x1, y1 = (round(edge * factor) for edge in found.box)
        low, high = (x0 - _FRAME_PX, y0 - _FRAME_PX), (x1 + _FRAME_PX, y1 + _FRAME_PX)
        cv2.rectangle(small, low, high, ALARM if found.alarm else HATCH, _FRAME_PX)
    return small


def _to_address(picture: Picture) -> str:
    bgr = np.ascontiguousarray(picture[..., ::-1])
    packed = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1]
    return f"data:image/jpeg;base64,{base64.b64encode(packed.tobytes()).decode()}"
