"""Which scans show loaded containers, by how dark their middle is."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from data.formats import read_scan
from data.rendering import render_grey
from data.scan import Scan

Flags = npt.NDArray[np.bool_]


def find_loaded(scans: Sequence[Path], under: float) -> Flags:
    """Which scans are darker in their middle than a grey level.

    Args:
        scans: Files of S scans, each of one container.
        under: Grey level, 0 (opaque) to 255 (air).

    Returns:
        (S,) whether each is.

    Raises:
        ScanError: If one cannot be read.
    """
    return np.array([measure_middle(read_scan(each)) < under for each in scans], bool)


def measure_middle(scan: Scan) -> float:
    """Median grey level of a scan's middle: half its rows, two thirds of its columns.

    Args:
        scan: A vendor's rendering is taken as it is; of counts a grey one is drawn.

    Returns:
        0 (opaque) to 255 (air).
    """
    grey = render_grey(scan)
    height, width = grey.shape
    middle = grey[height // 4 : -(-3 * height // 4), width // 6 : -(-5 * width // 6)]
    return float(np.median(middle))
