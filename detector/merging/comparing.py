"""How well rows of overlapping tiles agree, and whether they carry each other on.

Two boxes of one label are both clipped to the part that their tiles share. What is left
may be one object if the boxes

- *agree*: intersection over union of the clipped boxes is at least `LEAST_IOU`, over
  all tiles that are compared (see `merger`); or
- *carry on*: all of what follows holds. This measure is the looser one, since of a
  slanted rifle each tile boxes the part that it sees, and the parts' boxes differ.

  - They have `LEAST_COVER` of the smaller clipped box in common.
  - They reach the same seams, at least one. A seam is a side of the shared part where
    one tile ends and the other goes on: what is cut by one tile there must cross it in
    the other. So what ends before a seam is never joined to what crosses that seam.
    `SEAM_MARGIN` px count as reaching a seam for one of the two boxes, twice as many
    for the other (at most 1/8 and 1/4 of the shared part).
  - Not both an upright and a level seam: in the corner between two seams what is left
    of neighbours is too much alike, and other tiles see such an object better.
  - What one has more than the other is explained. Both tiles see all of the shared
    part, so a box can be wider there only if its own tile sees more of the object
    above or below the shared part, and taller only if it sees more beside it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from detector.boxes import Boxes, Values, box_areas, intersect_boxes
from detector.merging.rows import Rows, find_touching

Numbers = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

LEAST_IOU: Final = 0.4
"""Intersection over union from which two clipped boxes are the same object."""

LEAST_COVER: Final = 1 / 3
"""Share of the smaller clipped box from which two cut boxes are the same object."""

SEAM_MARGIN: Final = 4.0
"""How near to a seam a box touches it, px."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Boxes with pixels in common, in the parts that their tiles share.

    Attributes:
        first: (P,) numbers of the first boxes.
        second: (P,) numbers of the others.
        common: (P,) area that both cover, px squared.
        union: (P,) area that either covers, px squared.
        carried: (P,) bool, whether one carries on the other over a seam.
    """

    first: Numbers
    second: Numbers
    common: Values
    union: Values
    carried: Flags


def compare_rows(frame: Boxes, rows: Rows, frames: Boxes, members: Rows) -> Pairs:
    """Compare the rows of one tile with those of other tiles.

    Args:
        frame: (4,), the tile, px.
        rows: Its rows.
        frames: (M, 4), the tile of each of the others, px.
        members: The M others.
    """
    one, other = find_touching(rows, members)
    homes = frames[other]
    shared = intersect_boxes(frame, homes)
    first = intersect_boxes(rows.boxes[one], shared)
    second = intersect_boxes(members.boxes[other], shared)
    common = box_areas(intersect_boxes(first, second))
    areas = box_areas(first), box_areas(second)
    union = areas[0] + areas[1] - common
    cover = common / np.minimum(*areas)
    carried = (
        (cover >= LEAST_COVER)
        & _carry_on(frame != homes, shared, first, second)
        & _explain(shared, rows.boxes[one], second)
        & _explain(shared, members.boxes[other], first)
    )
    return Pairs(one, other, common, union, carried)


def _carry_on(seams: Flags, shared: Boxes, first: Boxes, second: Boxes) -> Flags:
    """Whether clipped boxes reach over the same seams, upright or level ones.

    Args:
        seams: (M, 4) bool, which sides of the shared part are seams.
        shared: (M, 4), the shared parts.
        first: (M, 4), boxes clipped to them.
        second: (M, 4), the others.
    """
    sides = np.tile(shared[:, 2:] - shared[:, :2], 2)
    margin = np.minimum(np.float32(SEAM_MARGIN), sides / 8)
    gaps = np.abs(first - shared), np.abs(second - shared)
    touched = seams & (np.minimum(*gaps) <= margin)
    both = np.maximum(*gaps) <= 2 * margin
    reached = touched & both
    across, upright = reached[:, ::2].any(axis=1), reached[:, 1::2].any(axis=1)
    return np.asarray((across != upright) & ~(touched & ~both).any(axis=1))


def _explain(shared: Boxes, boxes: Boxes, others: Boxes) -> Flags:
    """Whether boxes are larger than the others only by what the others' tiles miss.

    Args:
        shared: (M, 4), the shared parts.
        boxes: (M, 4), boxes.
        others: (M, 4), the other boxes, clipped to the shared parts.
    """
    farther = _reach(intersect_boxes(boxes, shared), others) > 2 * SEAM_MARGIN
    beyond = _reach(boxes, shared) > SEAM_MARGIN
    wider, beside = farther[:, ::2].any(axis=1), beyond[:, ::2].any(axis=1)
    taller, above = farther[:, 1::2].any(axis=1), beyond[:, 1::2].any(axis=1)
    return np.asarray((~wider | above) & (~taller | beside))


def _reach(boxes: Boxes, others: Boxes) -> Boxes:
    """How much farther the sides of boxes lie outwards than those of others, px."""
    outwards = np.array([-1, -1, 1, 1], np.float32)
    return (boxes - others) * outwards
