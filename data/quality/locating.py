"""Find the test object in a scan."""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.errors import QualityError
from data.quality.expecting import Expectation, compress
from data.quality.layout import Layout, MarkerPatch
from data.quality.placement import Placement

Levels = npt.NDArray[np.float32]
Reals = npt.NDArray[np.float64]

LEAST_LIKENESS: Final = 0.86
"""Correlation from which what is found is the test object, whatever the markers."""

LEAST_WITH_MARKERS: Final = 0.7
"""Correlation under which not even markers make it the test object."""

_LEAST_MARKER: Final = 0.75
_LEAST_DEPTH: Final = 0.35
_FEWEST_MARKERS: Final = 3
_SEARCH_PX: Final = 10
_AROUND: Final = 0.35


def locate_object(
    transmission: Levels, layout: Layout, expected: Expectation
) -> Placement:
    """Find the test object: first as a whole, then marker by marker.

    The place is where the attenuation correlates best with what the layout expects
    (`cv2.matchTemplate`, TM_CCOEFF_NORMED), between pixels by a parabola through the
    peak. Markers are then sought, each up to 10 px from where
    its neighbour points to; if less than half of them are found, or less than 3, the
    object is taken to be nowhere shifted.

    Args:
        transmission: (H, W) float32, high plane without dead rows.
        layout: What the object is.
        expected: The layout rendered at the scan's scale.

    Raises:
        QualityError: If it is not there, or not wholly.
    """
    picture = compress(np.asarray(cv2.blur(transmission, (3, 3)), np.float32))
    template = np.asarray(cv2.blur(expected.attenuation, (3, 3)), np.float32)
    if any(t > p for t, p in zip(template.shape, picture.shape, strict=True)):
        msg = (
            f"The test object of layout {layout.name} is larger than the scan, "
            f"{picture.shape[1]} x {picture.shape[0]} px. Scan all of it, or state the "
            "right pixel pitch."
        )
        raise QualityError(msg)
    likeness, place = _match(picture, template)
    x, y = (float(at + own) for at, own in zip(place, expected.corner, strict=True))
    found = Placement((x, y), expected.scale, likeness)
    if likeness >= LEAST_WITH_MARKERS:
        sharp = replace(expected, attenuation=template)
        found = _find_markers(picture, found, layout, sharp)
    if likeness < (LEAST_WITH_MARKERS if len(found.along) else LEAST_LIKENESS):
        hint = "Scan it whole and upright, at the stated pixel pitch"
        if _is_mirrored(picture, template):
            hint = "It is there mirrored: turn it round, or mirror the scans"
        msg = (
            f"The test object of layout {layout.name} was not found (likeness "
            f"{likeness:.2f}; {LEAST_LIKENESS:g} is needed). {hint}."
        )
        raise QualityError(msg)
    return found


def _is_mirrored(picture: Levels, template: Levels) -> bool:
    """Whether the object is there left to right, upside down, or both."""
    return any(
        _match(picture, np.asarray(cv2.flip(template, how), np.float32))[0]
        >= LEAST_LIKENESS
        for how in (1, 0, -1)
    )


def _match(picture: Levels, template: Levels) -> tuple[float, Reals]:
    """Best correlation, and the (x, y) px of the template's corner there."""
    found = cv2.matchTemplate(picture, template, cv2.TM_CCOEFF_NORMED)
    scores = np.asarray(found, np.float32)
    _, best, _, (column, row) = cv2.minMaxLoc(scores)
    place = np.array([column, row], np.float64)
    if 0 < column < scores.shape[1] - 1:
        place[0] += _peak(scores[row, column - 1 : column + 2])
    if 0 < row < scores.shape[0] - 1:
        place[1] += _peak(scores[row - 1 : row + 2, column])
    return best, place


def _peak(three: Levels) -> float:
    """Where the parabola through three neighbours peaks, from the middle one."""
    before, here, after = (float(score) for score in three)
    bend = before - 2 * here + after
    return 0.5 * (before - after) / bend if bend < 0 else 0.0


def _find_markers(
    picture: Levels, whole: Placement, layout: Layout, expected: Expectation
) -> Placement:
    """Seek the markers from the middle outwards, each where its neighbour points to."""
    markers = sorted(layout.of_kind(MarkerPatch), key=lambda m: m.box[0])
    middle = len(markers) // 2
    found: dict[float, Reals] = {}
    for side in (markers[middle:], markers[:middle][::-1]):
        guess = found[min(found)] if found else np.zeros(2)
        for marker in side:
            shift = _search(picture, whole, marker, expected, guess)
            if shift is not None:
                found[(marker.box[0] + marker.box[2]) / 2] = guess = shift
    if len(found) < max(len(markers) / 2, _FEWEST_MARKERS):
        return whole
    along = np.array(sorted(found), np.float64)
    shifts = np.array([found[x] for x in along]).reshape(-1, 2)
    return replace(whole, along=along, shifts=shifts)


def _search(
    picture: Levels,
    whole: Placement,
    marker: MarkerPatch,
    expected: Expectation,
    guess: Reals,
) -> Reals | None:
    """How far a marker is off its place, px; None if it is not to be found."""
    rendered = Placement(expected.corner, expected.scale, 1.0)
    x0, y0, x1, y1 = marker.box
    rows, columns = rendered.window(marker.box, -_AROUND * min(x1 - x0, y1 - y0))
    template = expected.attenuation[rows, columns]
    usual = np.array([columns.start, rows.start]) - rendered.corner + whole.corner
    x, y = np.rint(usual + guess).astype(int) - _SEARCH_PX
    height, width = template.shape
    area = picture[
        max(y, 0) : y + height + 2 * _SEARCH_PX, max(x, 0) : x + width + 2 * _SEARCH_PX
    ]
    if area.shape[0] < height or area.shape[1] < width:
        return None
    likeness, place = _match(area, template)
    x0, y0 = np.rint(place).astype(int)
    depth = area[y0 : y0 + height, x0 : x0 + width].std() / template.std()
    if likeness < _LEAST_MARKER or depth < _LEAST_DEPTH:
        return None
    return np.asarray(place + np.maximum([x, y], 0) - usual)
