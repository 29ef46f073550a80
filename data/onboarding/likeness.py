"""Tell whether two planes show the same thing."""

from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float32]

_SIDE_PX: Final = 1024


def measure_likeness(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> float:
    """Correlation of the edges of two planes.

    What whole rows and columns share, such as the gain of a detector, is left out, and
    so is how bright things are.

    Args:
        one: (H, W).
        other: (H, W).

    Returns:
        -1 to 1: about 0 for two things, near 1 for two readings of one.
    """
    first, second = _find_edges(one), _find_edges(other)
    first, second = first - first.mean(), second - second.mean()
    norm = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum()) / norm if norm > 0 else 0.0


def _find_edges(plane: npt.NDArray[Any]) -> Reals:
    ranked = _spread(plane)
    height, width = ranked.shape
    size = (min(width, _SIDE_PX), min(height, _SIDE_PX))
    small = cv2.resize(ranked, size, interpolation=cv2.INTER_AREA)
    smooth = cv2.GaussianBlur(small, (0, 0), 1.0)
    across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0)
    along = cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    across -= np.median(across, axis=0)
    along -= np.median(along, axis=1, keepdims=True)
    edges = cv2.magnitude(across, along)
    most = max(float(np.percentile(edges, 98)), 1e-6)
    return np.asarray(np.minimum(edges, most), np.float32)


def _spread(plane: npt.NDArray[Any]) -> Reals:
    """Brightness by rank, so that dark and bright parts count alike."""
    sample = plane[:: max(plane.shape[0] // 512, 1), :: max(plane.shape[1] // 512, 1)]
    nodes = np.unique(np.percentile(sample, np.linspace(0, 100, 65)))
    ranks = np.linspace(0, 1, len(nodes))
    spread = np.interp(plane.ravel(), nodes, ranks).reshape(plane.shape)
    return np.asarray(spread, np.float32)
