"""What is opaque in a scan as a few rectangles, for programs that have no mask."""

from typing import Final

import cv2
import numpy as np

from detector.boxes import Boxes
from detector.encoding import REDUCED
from detector.opacity import Mask
from detector.scale import Size

FEWEST_CELLS: Final = 9
"""Smaller regions, and thin ones, are left out; they are in the share all the same."""

MOST_REGIONS: Final = 100
"""The largest are listed."""


BLOCKED: Final = 0.4
"""Opaque share of a column's height from which nothing passes there: a container is
some two thirds of the height of its scan."""

LEAST_BLOCK: Final = 200
"""Columns side by side from which a block is one, px: 0.8 m at 4 mm."""


def find_blocks(opaque: Mask | None) -> list[tuple[float, float]]:
    """Find where a scan is blocked from top to bottom, or nearly so.

    Args:
        opaque: (h, w) bool at the network's scale; None for display scans.

    Returns:
        Where each block begins and ends, as shares of the scan's length.
    """
    if opaque is None:
        return []
    blocked = opaque.mean(axis=0) >= BLOCKED
    edges = np.flatnonzero(np.diff(blocked, prepend=False, append=False))
    runs = edges.reshape(-1, 2).tolist()
    width = opaque.shape[1]
    return [
        (first / width, last / width)
        for first, last in runs
        if last - first >= LEAST_BLOCK
    ]


def list_opaque_regions(opaque: Mask | None, size: Size) -> Boxes:
    """Rectangles around what hangs together and is opaque, the largest first.

    What hangs together by less than three cells is taken apart.

    Args:
        opaque: (h, w) bool at the network's scale; None for display scans.
        size: Width and height of the scan, px.

    Returns:
        (N, 4) float32, px of the scan. They may overlap, and hold what is not opaque.
    """
    if opaque is None:
        return np.zeros((0, 4), np.float32)
    height, width = opaque.shape
    cells = max(-(-width // REDUCED), 1), max(-(-height // REDUCED), 1)
    shares = cv2.resize(opaque.astype(np.float32), cells, interpolation=cv2.INTER_AREA)
    dark = (shares >= 0.5).astype(np.uint8)
    thick = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    _, _, parts, _ = cv2.connectedComponentsWithStats(thick, connectivity=4)
    kept = parts[1:][parts[1:, cv2.CC_STAT_AREA] >= FEWEST_CELLS]
    kept = kept[np.argsort(-kept[:, cv2.CC_STAT_AREA], kind="stable")][:MOST_REGIONS]
    corners = np.concatenate([kept[:, :2], kept[:, :2] + kept[:, 2:4]], axis=1)
    factors = np.array([size[0] / cells[0], size[1] / cells[1]] * 2)
    return np.asarray(corners * factors, np.float32)
