"""Pure functions on boxes: (N, 4) float32, x0 y0 x1 y1, px; some take float64 too.

Pixel (0, 0) covers [0, 1) x [0, 1), so a box is as wide as x1 - x0 says. Boxes whose
right side lies left of their left side are empty: their area is zero.
"""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

Boxes = npt.NDArray[np.float32]
Values = npt.NDArray[np.float32]
Numbers = TypeVar("Numbers", npt.NDArray[np.float32], npt.NDArray[np.float64])


def no_boxes() -> Boxes:
    """(0, 4) float32."""
    return np.zeros((0, 4), np.float32)


def box_areas(boxes: Numbers) -> Numbers:
    """Areas of boxes.

    Args:
        boxes: (..., 4), px.

    Returns:
        (...), px squared; 0 for empty boxes.

    Example:
        >>> box_areas(np.float32([[0, 0, 4, 2], [3, 3, 1, 5]]))
        array([8., 0.], dtype=float32)
    """
    sides = np.maximum(boxes[..., 2:] - boxes[..., :2], 0)
    return np.asarray(sides[..., 0] * sides[..., 1])


def intersect_boxes(first: Numbers, second: Numbers) -> Numbers:
    """What boxes have in common, pair by pair.

    Args:
        first: (..., 4), px.
        second: (..., 4), px; broadcast against `first`.

    Returns:
        (..., 4), px; empty where a pair has nothing in common.
    """
    low = np.maximum(first[..., :2], second[..., :2])
    high = np.minimum(first[..., 2:], second[..., 2:])
    return np.concatenate([low, high], axis=-1)


def iou_matrix(first: Numbers, second: Numbers) -> Numbers:
    """Intersection over union of every box with every other.

    Args:
        first: (N, 4), px.
        second: (M, 4), px.

    Returns:
        (N, M), 0 to 1; two empty boxes have 0 in common.

    Example:
        >>> iou_matrix(np.float32([[0, 0, 4, 4]]), np.float32([[0, 2, 4, 6]])).round(2)
        array([[0.33]], dtype=float32)
    """
    shared = box_areas(intersect_boxes(first[:, None], second[None]))
    union = box_areas(first)[:, None] + box_areas(second)[None] - shared
    iou = np.zeros_like(shared)
    np.divide(shared, union, out=iou, where=union > 0)
    return iou


def clip_boxes(boxes: Boxes, width: float, height: float) -> Boxes:
    """Move the sides of boxes that lie outside a picture to its edge.

    Args:
        boxes: (N, 4), px.
        width: Width of the picture, px.
        height: Height of the picture, px.

    Returns:
        (N, 4), px. A box wholly outside comes out with an area of zero.
    """
    limits = np.array([width, height, width, height], np.float32)
    return np.clip(boxes, np.float32(0), limits)


def shift_boxes(boxes: Boxes, x: float, y: float) -> Boxes:
    """Move boxes.

    Args:
        boxes: (N, 4), px.
        x: How far to the right, px.
        y: How far down, px.

    Returns:
        (N, 4), px.
    """
    return boxes + np.array([x, y, x, y], np.float32)


def scale_boxes(boxes: Boxes, x: float, y: float) -> Boxes:
    """Stretch boxes about the origin, as resampling a picture does.

    Args:
        boxes: (N, 4), px.
        x: New pixels for one old pixel, across.
        y: New pixels for one old pixel, down.

    Returns:
        (N, 4), px.
    """
    return boxes * np.array([x, y, x, y], np.float32)
