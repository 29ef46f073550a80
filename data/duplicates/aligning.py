"""How alike two scans look where one is laid on the other."""

import math
from functools import lru_cache
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from data.duplicates.fingerprint import Fingerprint
from data.scan import Picture

Detail = npt.NDArray[np.float32]
Transform = npt.NDArray[np.float64]

_FINE_PX: Final = 0.8
_COARSE_PX: Final = 4.0
_MARGIN: Final = np.ones((7, 7), np.uint8)
_FEWEST_PX: Final = 400
_PROMISING: Final = 0.6
_SETTLED: Final = 0.97
_ENOUGH: Final = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 20, 1e-4)
_FLAT: Final = 1.0
_ROOMY: Final = 0.03
_MIRRORS: Final = ((1, 1), (1, -1), (-1, 1), (-1, -1))


def measure_likeness(
    first: Fingerprint, second: Fingerprint, transform: Transform, *, mirrored: bool
) -> float:
    """Correlate the detail of two scans where they overlap.

    Args:
        first: Of the scan to lay.
        second: Of the scan it is laid on.
        transform: (2, 3) float64, from shrunk pixels of the first to the second's.
        mirrored: Whether the first is mirrored left to right before.

    Returns:
        -1 to 1; 0 if they hardly overlap, or one of them is flat there.
    """
    view, other = open_view(first), open_view(second)
    if mirrored:
        view = np.ascontiguousarray(view[:, ::-1])
    placed = _to_views(transform, view.shape[1] / first.size[0], second, other)
    scale = math.hypot(placed[0, 0], placed[1, 0])
    detail = find_detail(view, max(1.0, 1 / scale))
    wanted = find_detail(other, max(1.0, scale))
    likeness = _correlate(detail, wanted, placed)
    if not _PROMISING <= likeness < _SETTLED:
        return likeness
    return max(likeness, _correlate(detail, wanted, _refine(detail, wanted, placed)))


def compare_views(first: Fingerprint, second: Fingerprint) -> float:
    """Correlate the detail of two whole scans, the first plain and mirrored.

    Args:
        first: Of one scan.
        second: Of another.

    Returns:
        -1 to 1, of the best of four mirror images; 0 if their shapes differ or one of
        them is flat.
    """
    view, other = open_view(first), open_view(second)
    height, width = other.shape
    shapes = view.shape[1] / view.shape[0], width / height
    if abs(math.log(shapes[0] / shapes[1])) > _ROOMY:
        return 0.0
    view = np.asarray(cv2.resize(view, (width, height), interpolation=cv2.INTER_AREA))
    detail, wanted = find_detail(view), find_detail(other)
    return max(_measure(detail[::y, ::x], wanted) for y, x in _MIRRORS)


@lru_cache(maxsize=512)
def open_view(fingerprint: Fingerprint) -> Picture:
    """The view of a fingerprint: (h, w) uint8."""
    return np.asarray(cv2.imdecode(fingerprint.view, cv2.IMREAD_GRAYSCALE), np.uint8)


def find_detail(view: Picture, coarser: float = 1.0) -> Detail:
    """What is finer than 4 px and coarser than noise.

    Args:
        view: (h, w) uint8.
        coarser: How many of its pixels are one of the coarser view that it meets.
    """
    smooth = cv2.GaussianBlur(view.astype(np.float32), (0, 0), _FINE_PX * coarser)
    rough = cv2.GaussianBlur(view.astype(np.float32), (0, 0), _COARSE_PX * coarser)
    return np.asarray(smooth - rough, np.float32)


def _to_views(
    transform: Transform, part: float, second: Fingerprint, other: Picture
) -> Transform:
    """The transform in pixels of the views."""
    wanted = other.shape[1] / second.size[0]
    placed = transform.copy()
    placed[:, :2] *= wanted / part
    placed[:, 2] *= wanted
    return placed


def _refine(detail: Detail, wanted: Detail, placed: Transform) -> Transform:
    """Move, turn and stretch a little until the details agree best."""
    backwards = cv2.invertAffineTransform(placed).astype(np.float32)
    inside = _find_inside(detail, wanted, placed).astype(np.uint8)
    try:
        found = cv2.findTransformECC(
            wanted, detail, backwards, cv2.MOTION_AFFINE, _ENOUGH, inside, 1
        )[1]
    except cv2.error:  # it does not converge: they are not alike
        return placed
    return np.asarray(cv2.invertAffineTransform(found), np.float64)


def _correlate(detail: Detail, wanted: Detail, placed: Transform) -> float:
    inside = _find_inside(detail, wanted, placed)
    if np.count_nonzero(inside) < _FEWEST_PX:
        return 0.0
    laid = np.asarray(cv2.warpAffine(detail, placed, wanted.shape[::-1]), np.float32)
    return _measure(laid[inside], wanted[inside])


def _find_inside(
    detail: Detail, wanted: Detail, placed: Transform
) -> npt.NDArray[np.bool_]:
    """Where the first lies on the second, short of its edges."""
    full = np.full(detail.shape, 255, np.uint8)
    laid = cv2.warpAffine(full, placed, wanted.shape[::-1])
    return np.asarray(cv2.erode(laid, _MARGIN) == 255)


def _measure(these: npt.NDArray[Any], those: npt.NDArray[Any]) -> float:
    """Pearson's correlation; 0 if either varies by under a grey level."""
    spreads = float(these.std()), float(those.std())
    if min(spreads) < _FLAT:
        return 0.0
    product = (these - these.mean()) * (those - those.mean())
    return float(product.mean()) / (spreads[0] * spreads[1])
