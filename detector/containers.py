"""Find each container in a scan of one or several: two boxes of 20 ft, or a train.

A container's ends are dark from top to bottom: posts, castings, and a wall and doors
that the rays pass edge-on. Between them there is light right under the roof, whatever
the cargo, as rays that graze the roof's near edge meet one wall only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np
import numpy.typing as npt

from detector.boxes import box_areas, intersect_boxes

Boxes = npt.NDArray[np.float32]
Plane = npt.NDArray[np.float32]
Columns = npt.NDArray[np.float32]
Places = npt.NDArray[np.intp]
Kind = Literal["20 ft", "40 ft", "45 ft"]

LENGTHS_MM: Final[dict[Kind, float]] = {
    "20 ft": 6058.0,
    "40 ft": 12192.0,
    "45 ft": 13716.0,
}
"""Outside lengths, ISO 668."""

LENGTH_TOLERANCE: Final = 0.065
"""How far a length may be off: speeds are known to 5 %."""

MATTER: Final = 0.05
"""Attenuation from which there is something in the beam, nepers."""

POST: Final = 0.5
"""Attenuation that the darkest column of an end reaches all the way down, nepers."""

TWO_POSTS: Final = 0.62
"""Attenuation that cargo under a roof never reaches all the way down, nepers."""

_CLEAR_POST: Final = 0.72
"""The same for an end of which no known length speaks, nepers."""

_EDGE: Final = 0.42
"""Where an end begins and, under the roof, light ends, nepers."""

_AIR: Final = 0.06
_LEAST_AIR: Final = 0.01
_DIP: Final = 0.8
_CAP: Final = 3.0
_TALL_MM: Final = 2000.0
_SMOOTH_MM: Final = 160.0
_UNDER_ROOF_MM: Final = 64.0
_SHORTEST_MM: Final = 2840.0
_LONGEST_MM: Final = 16500.0
_END_MM: Final = 1000.0
_ROOF_MM: Final = 80.0
_END_ROOF_MM: Final = 200.0
_LIGHT_SHARES: Final = (0.1, 0.3)
_STRAIGHT_SHARE: Final = 0.85

_UNKNOWN_LOSS: Final = 0.3
"""Share of its worth that a pair of ends loses by a length that no container has."""

_SPLIT_LOSS_MM: Final = 3000.0
_DOUBT_LOSS_MM: Final = 1000.0
_RIM_LOSS_MM: Final = 600.0
_OPEN_MM: Final = 300.0
_FLOOR_MM: Final = (1900.0, 4200.0)
_ABOVE_FLOOR_MM: Final = 500.0
_UNDER_BOARDS_MM: Final = 110.0
_USUAL_HEIGHT_MM: Final = 3150.0


@dataclass(frozen=True, slots=True)
class Container:
    """Where one container is in a picture.

    Attributes:
        x0: Its left end, px.
        y0: Upper edge of its near side at the middle of its length, px.
        x1: Its right end, px.
        y1: Lower edge of its near side there, px: about, where cargo hides the floor.
        kind: What its length says; None if it says nothing, as where the picture cuts
            the container off.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    kind: Kind | None


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """What each column of a picture says.

    Attributes:
        attenuation: (h, w) float32, capped.
        pitch_mm: Of its pixels.
        top: (w,) first row with matter in it; h if there is none.
        least: (w,) least attenuation on the way down from there.
    """

    attenuation: Plane
    pitch_mm: float
    top: Places
    least: Columns

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.attenuation.shape[1])

    def pixels(self, mm: float) -> int:
        """A length in whole pixels, at least 1."""
        return max(round(mm / self.pitch_mm), 1)


@dataclass(frozen=True, slots=True)
class _Ends:
    """A pair of ends that may belong together, and how much speaks for it, mm."""

    left: float
    right: float
    worth: float


def find_containers(attenuation: Plane, *, pitch_mm: float) -> tuple[Container, ...]:
    """Find the containers in a scan.

    Args:
        attenuation: (h, w) float32, nepers, upright, of transmission averaged over
            area. Pixels of 20 to 50 mm serve best.
        pitch_mm: Pixel pitch, both axes, mm.

    Returns:
        From left to right; none if the scan shows none.
    """
    view = _look(attenuation, pitch_mm)
    lefts, rights = _find_ends(view)
    chosen = _choose(_pair(view, lefts, rights))
    return tuple(_describe(view, ends) for ends in chosen)


def assign_boxes(boxes: Boxes, containers: Sequence[Container]) -> Places:
    """Say which container each box belongs to.

    Args:
        boxes: (N, 4), px of the picture that the containers were found in.
        containers: M of them.

    Returns:
        (N,) index of the container that holds more than half of the box, -1 if none
        does.
    """
    if not containers:
        return np.full(len(boxes), -1, np.intp)
    places = np.array([(c.x0, c.y0, c.x1, c.y1) for c in containers], np.float32)
    shared = box_areas(intersect_boxes(boxes[:, None], places[None]))
    held = shared.max(axis=1) > 0.5 * box_areas(boxes)
    return np.where(held, shared.argmax(axis=1), -1)


def _look(attenuation: Plane, pitch_mm: float) -> _View:
    height = len(attenuation)
    attenuation = attenuation - _find_air(attenuation)
    capped = np.clip(attenuation, 0, _CAP).astype(np.float32)
    deep = max(round(_UNDER_ROOF_MM / pitch_mm), 1) + 1
    matter = (attenuation > MATTER).astype(np.uint8)
    kept = cv2.erode(matter, np.ones((deep, 1), np.uint8), anchor=(0, 0)) > 0
    top = np.where(kept.any(axis=0), kept.argmax(axis=0), height)
    smooth = cv2.blur(capped, (1, max(round(_SMOOTH_MM / pitch_mm), 1)))
    rows = top + np.arange(deep - 1, max(round(_TALL_MM / pitch_mm), deep))[:, None]
    met = np.take_along_axis(smooth, np.minimum(rows, height - 1), axis=0)
    least = np.where(rows < height, met, 0).min(axis=0).astype(np.float32)
    return _View(capped, pitch_mm, top, least)


def _find_air(attenuation: Plane) -> np.float32:
    """How far air is from 0, nepers; 0 if there is hardly any."""
    air = attenuation[np.abs(attenuation) < _AIR]
    if len(air) < _LEAST_AIR * attenuation.size:
        return np.float32(0)
    return np.float32(np.median(air))


def _find_ends(view: _View) -> tuple[list[float], list[float]]:
    """Where containers may begin, and where they may end, px; the rims too."""
    lefts, rights = [0.0], [float(view.width)]
    for first, last in _find_runs(view.least > _EDGE):
        if view.least[first:last].max() < POST:
            continue
        lefts.append(_refine(view, first, side=-1))
        rights.append(_refine(view, last - 1, side=1))
        for dip in _find_dips(view.least[first:last]):
            lefts.append(first + dip + 1.0)
            rights.append(first + dip + 0.0)
    return sorted(lefts), sorted(rights)


def _find_runs(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last + 1 of each run of True."""
    steps = np.diff(np.concatenate([[0], mask.astype(np.int8), [0]]))
    firsts, lasts = np.flatnonzero(steps > 0), np.flatnonzero(steps < 0)
    return [(int(a), int(b)) for a, b in zip(firsts, lasts, strict=True)]


def _find_dips(least: Columns) -> list[int]:
    """Columns of a dark run that are lighter than what is on both their sides."""
    before = np.maximum.accumulate(least)
    after = np.maximum.accumulate(least[::-1])[::-1]
    rims = np.minimum(before, after)
    dips = _find_runs((least < _DIP * rims) & (rims > POST))
    return [first + int(least[first:last].argmin()) for first, last in dips]


def _refine(view: _View, column: int, *, side: int) -> float:
    """Outer edge of an end, px, from how much of its outermost pixels is covered.

    Args:
        view: The picture.
        column: The outermost dark column.
        side: -1 for a left end, 1 for a right one.
    """
    if column == (view.width - 1 if side > 0 else 0):
        return float(column + (side > 0))
    columns = np.clip(column - side * np.arange(-2, 3), 0, view.width - 1)
    first = int(view.top[column]) + 1
    rows = slice(first, first + view.pixels(_TALL_MM))
    light = np.exp(-view.attenuation[rows, columns]).mean(axis=0)
    post = float(light[2:].min())
    covered = (light[0] - light[1:3]) / max(float(light[0]) - post, 1e-3)
    inner = column if side > 0 else column + 1
    return float(inner + side * np.clip(covered, 0, 1).sum())


def _pair(view: _View, lefts: list[float], rights: list[float]) -> list[_Ends]:
    """All pairs of ends that have a container's roof and walls between them."""
    found = []
    for left in lefts:
        for right in rights:
            length = (right - left) * view.pitch_mm
            if not _SHORTEST_MM <= length <= _LONGEST_MM:
                continue
            if (worth := _judge(view, left, right)) > 0:
                found.append(_Ends(left, right, worth))
    return found


def _judge(view: _View, left: float, right: float) -> float:
    """How much speaks for a container between two ends, mm; 0 if nothing does."""
    off = _measure_roof(view, left, right)
    least = view.least[round(left) : round(right)]
    inside = view.pixels(_END_MM)
    inner = least[inside:-inside]
    length = (right - left) * view.pitch_mm
    known, cuts = _name(length) is not None, _count_cuts(view, left, right)
    post = POST if known and not cuts else _CLEAR_POST
    ends = least[:inside].max(), least[-inside:].max()
    if sum(end > post for end in ends) + cuts < len(ends):
        return 0.0
    if not (_has_roof(view, off) and _has_light(inner)):
        return 0.0
    gaps = _find_runs(off[1:-1] > _OPEN_MM / view.pitch_mm)
    splits = len(_find_runs(inner > TWO_POSTS)) + len(gaps)
    worth = length * (1.0 if known else 1 - _UNKNOWN_LOSS) - _RIM_LOSS_MM * cuts
    doubtful = bool((inner > POST).any())
    return worth - _SPLIT_LOSS_MM * splits - _DOUBT_LOSS_MM * doubtful


def _count_cuts(view: _View, left: float, right: float) -> int:
    """How many ends the picture cuts off, so that their posts are not in it."""
    cut_left = left <= 0 and view.least[0] <= _EDGE
    cut_right = right >= view.width and view.least[-1] <= _EDGE
    return int(cut_left) + int(cut_right)


def _measure_roof(view: _View, left: float, right: float) -> Columns:
    """How far each column's first matter is below the line through them, px."""
    slope, start = _fit_roof(view, left, right)
    columns = np.arange(round(left), round(right))
    line = np.maximum(slope * columns + start, 0)
    return np.asarray(view.top[columns] - line, np.float32)


def _has_roof(view: _View, off: Columns) -> bool:
    """Whether most of the columns begin on one line, those of both ends among them."""
    near = np.abs(off) <= max(_ROOF_MM / view.pitch_mm, 1.5)
    end = slice(1, view.pixels(_ROOF_MM) + 2)
    outer = max(abs(off[end]).min(), abs(off[::-1][end]).min())
    both = outer <= _END_ROOF_MM / view.pitch_mm
    return bool(both and near.mean() >= _STRAIGHT_SHARE)


def _has_light(least: Columns) -> bool:
    """Whether rays under the roof meet a wall, and not much more."""
    if not len(least):
        return False
    thin, usual = np.quantile(least, _LIGHT_SHARES)
    return bool(thin > MATTER / 2 and usual < _EDGE)


def _fit_roof(view: _View, left: float, right: float) -> tuple[float, float]:
    """Slope and start of the line through the roof, px."""
    columns = np.arange(round(left), round(right))
    third = max(len(columns) // 3, 1)
    before, after = (
        float(np.median(view.top[part])) for part in (columns[:third], columns[-third:])
    )
    run = float(columns[-third:].mean() - columns[:third].mean())
    slope = (after - before) / max(run, 1.0)
    return slope, float(np.median(view.top[columns] - slope * columns))


def _choose(pairs: list[_Ends]) -> list[_Ends]:
    """The pairs that do not overlap and are worth most together, left to right."""
    pairs = sorted(pairs, key=lambda each: each.right)
    best: list[tuple[float, list[_Ends]]] = [(0.0, [])]
    for number, pair in enumerate(pairs):
        free = sum(other.right <= pair.left + 1 for other in pairs[:number])
        worth, chosen = best[free]
        taken = (worth + pair.worth, [*chosen, pair])
        best.append(max(best[-1], taken, key=lambda each: each[0]))
    return best[-1][1]


def _name(length_mm: float) -> Kind | None:
    """The kind whose length is nearest, if it is near enough."""
    off = {kind: abs(np.log(length_mm / mm)) for kind, mm in LENGTHS_MM.items()}
    nearest = min(off, key=lambda kind: off[kind])
    return nearest if off[nearest] <= LENGTH_TOLERANCE else None


def _describe(view: _View, ends: _Ends) -> Container:
    slope, start = _fit_roof(view, ends.left, ends.right)
    roof = max(slope * (ends.left + ends.right) / 2 + start, 0.0)
    length = (ends.right - ends.left) * view.pitch_mm
    cut_off = _count_cuts(view, ends.left, ends.right) > 0
    tall = _find_floor(view, ends, (slope, start)) / view.pitch_mm
    return Container(
        x0=ends.left,
        y0=roof,
        x1=ends.right,
        y1=min(roof + tall, float(view.attenuation.shape[0])),
        kind=None if cut_off else _name(length),
    )


def _find_floor(view: _View, ends: _Ends, line: tuple[float, float]) -> float:
    """From the roof to the lower edge, mm; the usual height where cargo hides it.

    The floor's boards are a dark line along all of the container.
    """
    margin = view.pixels(_END_MM / 4)
    columns = np.arange(round(ends.left) + margin, round(ends.right) - margin)
    roof = np.maximum(np.rint(line[0] * columns + line[1]), 0).astype(np.intp)
    first, last = (view.pixels(mm) for mm in _FLOOR_MM)
    last = min(last, view.attenuation.shape[0] - int(roof.max()))
    above = view.pixels(_ABOVE_FLOOR_MM)
    if last <= first + above:
        return _USUAL_HEIGHT_MM
    rows = roof + np.arange(first, last)[:, None]
    dark = np.percentile(view.attenuation[rows, columns], 15, axis=1)
    light, boards = float(np.median(dark[:above])), dark[above:]
    peak = float(np.sort(boards)[-3:].mean())
    if light > peak / 2 or peak < MATTER * 10:
        return _USUAL_HEIGHT_MM
    row = int((boards > light + 0.6 * (peak - light)).argmax())
    while row + 1 < len(boards) and boards[row + 1] >= 0.95 * boards[row]:
        row += 1
    return (first + above + row) * view.pitch_mm + _UNDER_BOARDS_MM
