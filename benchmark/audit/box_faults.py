"""Boxes that cannot be right, and boxes that someone should look at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from benchmark.audit.firearm_sizes import find_size_range
from data.truth import FIREARM, TruthObject
from detector.boxes import iou_matrix

Box = tuple[float, float, float, float]
Size = tuple[int, int]
Pitch = tuple[float, float] | None
FaultKind = Literal[
    "box-outside",
    "box-empty",
    "box-tiny",
    "box-double",
    "box-too-large",
    "box-too-small",
    "box-covers",
    "box-plain",
]

SLACK_PX: Final = 1.0
"""How far a box may reach over the edge of its scan: boxes are rounded."""

LEAST_PX: Final = 2.0
"""A box with a shorter side shows nothing."""

MOST: Final = 0.8
"""Share of a scan from which a box is taken to cover it."""

SAME: Final = 0.9
"""Intersection over union of two boxes that are of one thing."""


@dataclass(frozen=True, slots=True)
class BoxFault:
    """Something wrong with a box.

    Attributes:
        kind: What.
        objects: Numbers of the labelled objects of the scan.
        says: In words, with figures.
    """

    kind: FaultKind
    objects: tuple[int, ...]
    says: str


def measure_mm(box: Box, pitch_mm: Pitch) -> tuple[float, float] | None:
    """Longer and shorter side of a box, mm; None without a pitch.

    Args:
        box: x0, y0, x1, y1, px.
        pitch_mm: Pixel pitch (x, y).

    Example:
        >>> measure_mm((0, 0, 10, 40), (4.0, 5.0))
        (200.0, 40.0)
    """
    if pitch_mm is None:
        return None
    sides = (box[2] - box[0]) * pitch_mm[0], (box[3] - box[1]) * pitch_mm[1]
    return max(sides), min(sides)


def find_box_faults(
    objects: Sequence[TruthObject], size: Size, pitch_mm: Pitch
) -> list[BoxFault]:
    """Find what is wrong with the boxes of a scan, without looking at its pixels.

    Args:
        objects: All that is labelled.
        size: Width and height of the scan, px.
        pitch_mm: Its pixel pitch; without it, sizes in mm are not judged.
    """
    faults: list[BoxFault] = []
    for number, thing in enumerate(objects):
        fault = _judge_place(number, thing, size)
        if fault is not None:
            faults.append(fault)
        else:
            faults += _judge_size(number, thing, size, pitch_mm)
    return [*faults, *_find_doubles(objects)]


def _judge_place(number: int, thing: TruthObject, size: Size) -> BoxFault | None:
    """A box that is empty or outside: nothing else is worth saying of it."""
    x0, y0, x1, y1 = thing.box
    width, height = size
    if x1 <= x0 or y1 <= y0:
        says = f"{thing.label}: {_show(thing.box)} has no area"
        return BoxFault("box-empty", (number,), says)
    over = max(-x0, -y0, x1 - width, y1 - height)
    if over > SLACK_PX:
        says = (
            f"{thing.label}: {_show(thing.box)} reaches {over:.0f} px beyond the scan "
            f"of {width} x {height} px"
        )
        return BoxFault("box-outside", (number,), says)
    return None


def _judge_size(
    number: int, thing: TruthObject, size: Size, pitch_mm: Pitch
) -> Iterator[BoxFault]:
    x0, y0, x1, y1 = thing.box
    if min(x1 - x0, y1 - y0) < LEAST_PX:
        says = f"{thing.label}: {x1 - x0:.1f} x {y1 - y0:.1f} px"
        yield BoxFault("box-tiny", (number,), says)
    share = (x1 - x0) * (y1 - y0) / (size[0] * size[1])
    if share > MOST:
        says = f"{thing.label}: the box covers {share:.0%} of the scan"
        yield BoxFault("box-covers", (number,), says)
    if thing.label == FIREARM:
        yield from _judge_mm(number, thing, size, pitch_mm)


def _judge_mm(
    number: int, thing: TruthObject, size: Size, pitch_mm: Pitch
) -> Iterator[BoxFault]:
    """Sizes that no firearm has; parts, and what an edge cuts, may be small."""
    sides = measure_mm(thing.box, pitch_mm)
    if sides is None:
        return
    known, name = find_size_range(thing.kind), thing.kind or "firearm"
    if sides[0] > known.high:
        says = f"{name}: {sides[0]:.0f} mm long; none is over {known.most:.0f} mm"
        yield BoxFault("box-too-large", (number,), says)
    elif sides[0] < known.low and not _is_partial(thing, size):
        says = f"{name}: {sides[0]:.0f} mm long; none is under {known.least:.0f} mm"
        yield BoxFault("box-too-small", (number,), says)


def _is_partial(thing: TruthObject, size: Size) -> bool:
    x0, y0, x1, y1 = thing.box
    cut = min(x0, y0, size[0] - x1, size[1] - y1) < SLACK_PX
    return cut or thing.ignore or thing.form == "parts" or thing.piece is not None


def _find_doubles(objects: Sequence[TruthObject]) -> Iterator[BoxFault]:
    """Pairs of boxes with one label that are of one thing."""
    boxes = np.array([o.box for o in objects], np.float32).reshape(-1, 4)
    for first, second in np.argwhere(np.triu(iou_matrix(boxes, boxes) > SAME, 1)):
        one, other = objects[first], objects[second]
        if one.label == other.label:
            says = f"{one.label}: {_show(one.box)} is labelled twice"
            yield BoxFault("box-double", (int(first), int(second)), says)


def _show(box: Box) -> str:
    return "box " + ", ".join(f"{edge:.0f}" for edge in box)
