"""What is opaque in a scan as a few rectangles, for programs that have no mask."""

from typing import Final

import cv2
import numpy as np

from detector.boxes import Boxes
from detector.opacity import Mask
from detector.scale import Size

CELL: Final = 8
"""Width and height of what counts as opaque or not, px at the network's scale."""

FEWEST_CELLS: Final = 4
"""Smaller regions are left out: they are in the share all the same."""

MOST_REGIONS: Final = 100
"""The largest are listed."""


def list_opaque_regions(opaque: Mask | None, size: Size) -> Boxes:
    """Rectangles around what hangs together and is opaque, the largest first.

    Args:
        opaque: (h, w) bool at the network's scale; None for display scans.
        size: Width and height of the scan, px.

    Returns:
        (N, 4) float32, px of the scan. They may overlap, and hold what is not opaque.
    """
    if opaque is None:
        return np.zeros((0, 4), np.float32)
    height, width = opaque.shape
    cells = max(-(-width // CELL), 1), max(-(-height // CELL), 1)
    shares = cv2.resize(opaque.astype(np.float32), cells, interpolation=cv2.INTER_AREA)
    _, _, parts, _ = cv2.connectedComponentsWithStats(
        (shares >= 0.5).astype(np.uint8), connectivity=8
    )
    kept = parts[1:][parts[1:, cv2.CC_STAT_AREA] >= FEWEST_CELLS]
    kept = kept[np.argsort(-kept[:, cv2.CC_STAT_AREA], kind="stable")][:MOST_REGIONS]
    corners = np.concatenate([kept[:, :2], kept[:, :2] + kept[:, 2:4]], axis=1)
    factors = np.array([size[0] / cells[0], size[1] / cells[1]] * 2)
    return np.asarray(corners * factors, np.float32)
