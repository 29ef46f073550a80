"""A contact sheet of scans, with what truth says is in them."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from cargosight.sheet import write_sheet
from data.dataset import Sample
from data.formats import read_scan
from data.rendering import render_colour
from data.scan import Picture
from data.truth import FIREARM, Truth

SHOWN: Final = 10

_RED: Final = (40, 40, 235)
_GREY: Final = (120, 120, 120)


def write_scan_sheet(
    samples: Sequence[Sample],
    place: Path,
    *,
    progress: Callable[[int, int], None],
) -> Path:
    """Draw the first scans of a dataset: firearms in red, other labels in grey.

    Args:
        samples: At least one; the first ten are shown.
        place: Where the sheet goes, a PNG.
        progress: Told how many of how many are drawn.

    Returns:
        The place.

    Raises:
        ResultError: If there is no scan.
        ScanFileError: If one cannot be read.
    """
    shown = samples[:SHOWN]
    with tempfile.TemporaryDirectory() as folder:
        pictures = []
        for number, sample in enumerate(shown):
            pictures.append(Path(folder) / f"{number}.png")
            cv2.imwrite(str(pictures[-1]), _draw(sample))
            progress(number + 1, len(shown))
        return write_sheet(pictures, place)


def _draw(sample: Sample) -> Picture:
    """One scan in pseudo-colour with its boxes, BGR."""
    scan = read_scan(sample.scan)
    picture = cv2.cvtColor(render_colour(scan), cv2.COLOR_RGB2BGR)
    _outline(picture, sample.truth(scan.size))
    return np.asarray(picture, np.uint8)


def _outline(picture: cv2.typing.MatLike, truth: Truth) -> None:
    for each in truth.objects:
        x0, y0, x1, y1 = (round(edge) for edge in each.box)
        colour = _RED if each.label == FIREARM else _GREY
        cv2.rectangle(picture, (x0 - 3, y0 - 3), (x1 + 3, y1 + 3), colour, 3)
