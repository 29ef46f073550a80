"""One box for each object, from tiles that each saw it whole, in part or not at all.

The network takes out doubles within a tile; here they are taken out across tiles.

**What is compared.** Two boxes of two overlapping tiles are both clipped to the part
that the tiles share. What is left of one object is the same in both, however much of it
either tile saw: a whole box and its cut remainder match, and so do the two ends of a
rifle that is longer than the overlap.

**The rule.** The boxes have one label and either

- *agree*: intersection over union of the clipped boxes is at least `LEAST_IOU`; or
- *carry on*: they reach the same seams, at least one, and have `LEAST_COVER` of the
  smaller clipped box in common. A seam is a side of the shared part where one tile ends
  and the other goes on: what is cut by one tile there must cross it in the other. This
  measure is the looser one, since of a slanted rifle each tile boxes the part that it
  sees, and the parts' boxes differ; so what ends before a seam is never joined by it to
  what crosses that seam. `SEAM_MARGIN` px count as reaching a seam for one of the two
  boxes, twice as many for the other (at most 1/8 and 1/4 of the shared part).

**One to one.** Pairs join best first, by intersection over union; groups of joined
boxes grow over three and more tiles (union-find). A group never takes a second box of a
tile: a tile that found two guns side by side says that there are two. The result is the
smallest box around the group, with its highest score; members with less than
`LEAST_WEIGHT` of that score do not widen it, so that an alarm's box does not depend on
how weak the weakest rows are that take part.

Tiles must overlap for a seam to be bridged. The cost grows with the boxes in the shared
parts of neighbouring tiles, never with the square of all boxes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from data.errors import ResultError
from detector.boxes import Boxes, Values, box_areas, intersect_boxes
from detector.detections import Detections, Labels, Scores
from detector.tiles import Tile

Numbers = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
Answers = npt.NDArray[np.float32]

LEAST_IOU: Final = 0.4
"""Intersection over union from which two clipped boxes are the same object."""

LEAST_COVER: Final = 1 / 3
"""Share of the smaller clipped box from which two cut boxes are the same object."""

LEAST_WEIGHT: Final = 0.25
"""Share of its group's best score from which a box widens the group's box."""

SEAM_MARGIN: Final = 4.0
"""How near to a seam a box touches it, px."""

CHUNK: Final = 1 << 18
"""Most pairs of boxes compared at a time, which bounds the memory."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """Boxes of all tiles, tile by tile, in scan px."""

    boxes: Boxes
    scores: Scores
    labels: Labels
    tiles: Numbers


@dataclass(frozen=True, slots=True)
class _Edges:
    """Pairs of rows that may be one object, best first."""

    first: Numbers
    second: Numbers


def merge_tiles(
    tiles: Sequence[Tile], answers: Answers, *, min_score: float
) -> Detections:
    """Join what the tiles of one scan found.

    Args:
        tiles: The N tiles. A tile smaller than the network's side was padded to the
            right and below: boxes are clipped to the tile itself.
        answers: (N, K, 6) float32, x0 y0 x1 y1 score class, px of the tile. Rows with
            a score of 0 are padding.
        min_score: Least score of a row to take part, 0 to 1.

    Returns:
        The detections, best score first, in the coordinates of the tiles. They do not
        depend on the order of the rows within a tile.

    Raises:
        ResultError: If there is not one answer for each tile.

    Example:
        >>> tiles = [Tile(0, 0, 100, 100), Tile(80, 0, 180, 100)]
        >>> left, right = [40, 10, 100, 50, 0.9, 0], [0, 10, 70, 50, 0.6, 0]
        >>> merge_tiles(tiles, np.float32([[left], [right]]), min_score=0.5).boxes
        array([[ 40.,  10., 150.,  50.]], dtype=float32)
    """
    if np.ndim(answers) != 3 or np.shape(answers)[::2] != (len(tiles), 6):
        msg = (
            f"{len(tiles)} tiles need ({len(tiles)}, K, 6) answers, "
            f"not {np.shape(answers)}."
        )
        raise ResultError(msg)
    if not tiles:
        return Detections.empty()
    frames = np.array([(t.x0, t.y0, t.x1, t.y1) for t in tiles], np.float32)
    rows = _collect_rows(frames, answers, min_score)
    edges = _find_edges(frames, rows)
    return _join(rows, _group_rows(rows.tiles, edges))


def _collect_rows(frames: Boxes, answers: Answers, min_score: float) -> _Rows:
    """Rows with a score, in scan px, clipped to their tiles, in a stated order."""
    scores = answers[..., 4]
    tiles, places = np.nonzero((scores > 0) & (scores >= min_score))
    taken = answers[tiles, places]
    offsets = np.tile(frames[tiles, :2], 2)
    boxes = intersect_boxes(taken[:, :4] + offsets, frames[tiles])
    order = np.lexsort((*boxes.T, taken[:, 5], -taken[:, 4], tiles))
    order = order[box_areas(boxes[order]) > 0]
    return _Rows(
        boxes[order],
        taken[order, 4],
        taken[order, 5].astype(np.int64),
        tiles[order],
    )


def _find_edges(frames: Boxes, rows: _Rows) -> _Edges:
    """Compare the boxes in the shared part of every two overlapping tiles."""
    pairs = _overlapping_tiles(frames, rows.tiles)
    shared = intersect_boxes(frames[pairs[:, 0]], frames[pairs[:, 1]])
    members = [_rows_in(shared, pairs[:, side], rows) for side in (0, 1)]
    found = [_compare(frames, rows, *chunk) for chunk in _cross(*members)]
    if not found:
        return _Edges(np.zeros(0, np.intp), np.zeros(0, np.intp))
    first, second, iou = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((second, first, -iou))
    return _Edges(first[order], second[order])


def _overlapping_tiles(frames: Boxes, occupied: Numbers) -> Numbers:
    """(P, 2) numbers of tiles that overlap and both hold a box, by sweeping along x."""
    numbers = np.unique(occupied)
    numbers = numbers[np.argsort(frames[numbers, 0], kind="stable")]
    left, right = frames[numbers, 0], frames[numbers, 2]
    ends = np.searchsorted(left, right, side="left")
    counts = np.maximum(ends - np.arange(len(numbers)) - 1, 0)
    first = np.repeat(np.arange(len(numbers)), counts)
    second = first + 1 + _ramps(counts)
    pairs = np.sort(np.stack([numbers[first], numbers[second]], axis=1), axis=1)
    overlap = intersect_boxes(frames[pairs[:, 0]], frames[pairs[:, 1]])
    return np.asarray(pairs[box_areas(overlap) > 0])


def _rows_in(shared: Boxes, tiles: Numbers, rows: _Rows) -> tuple[Numbers, Numbers]:
    """Rows of each pair's tile that reach into the pair's shared part.

    Returns:
        Numbers of rows, pair by pair, and (P,) how many there are for each pair.
    """
    starts = np.searchsorted(rows.tiles, tiles, side="left")
    counts = np.searchsorted(rows.tiles, tiles, side="right") - starts
    pair = np.repeat(np.arange(len(tiles)), counts)
    row = starts[pair] + _ramps(counts)
    inside = box_areas(intersect_boxes(rows.boxes[row], shared[pair])) > 0
    return row[inside], np.bincount(pair[inside], minlength=len(tiles))


def _cross(
    first: tuple[Numbers, Numbers], second: tuple[Numbers, Numbers]
) -> Iterator[tuple[Numbers, Numbers]]:
    """Every row of the first with every row of the second, pair by pair, in chunks."""
    (rows_a, counts_a), (rows_b, counts_b) = first, second
    starts_a, starts_b = (np.cumsum(counts) - counts for counts in (counts_a, counts_b))
    products = counts_a * counts_b
    bins = (np.cumsum(products) - products) // CHUNK
    for number in np.unique(bins):
        pairs = np.flatnonzero(bins == number)
        pair = np.repeat(pairs, products[pairs])
        place = _ramps(products[pairs])
        width = counts_b[pair]
        yield (
            rows_a[starts_a[pair] + place // width],
            rows_b[starts_b[pair] + place % width],
        )


def _compare(
    frames: Boxes, rows: _Rows, first: Numbers, second: Numbers
) -> tuple[Numbers, Numbers, Values]:
    """The pairs of rows that may be one object, and how well they agree."""
    first, second = _touching(rows, first, second)
    common = box_areas(intersect_boxes(rows.boxes[first], rows.boxes[second]))
    homes = frames[rows.tiles[first]], frames[rows.tiles[second]]
    shared = intersect_boxes(*homes)
    clipped = [intersect_boxes(rows.boxes[row], shared) for row in (first, second)]
    areas = [box_areas(boxes) for boxes in clipped]
    iou = common / (areas[0] + areas[1] - common)
    cover = common / np.minimum(*areas)
    carried = _carry_on(homes[0] != homes[1], shared, *clipped)
    same = (iou >= LEAST_IOU) | (carried & (cover >= LEAST_COVER))
    return first[same], second[same], iou[same]


def _touching(rows: _Rows, first: Numbers, second: Numbers) -> tuple[Numbers, Numbers]:
    """The pairs of rows with one label that have pixels in common."""
    for low, high in zip(*np.split(np.ascontiguousarray(rows.boxes.T), 2), strict=True):
        near = (low[first] < high[second]) & (low[second] < high[first])
        first, second = first[near], second[near]
    alike = rows.labels[first] == rows.labels[second]
    return first[alike], second[alike]


def _carry_on(seams: Flags, shared: Boxes, first: Boxes, second: Boxes) -> Flags:
    """Whether clipped boxes reach over the same seams, and over one at least.

    Args:
        seams: (M, 4) bool, which sides of the shared part are seams.
        shared: (M, 4), the shared parts.
        first: (M, 4), boxes clipped to them.
        second: (M, 4), the others.
    """
    sides = np.tile(shared[:, 2:] - shared[:, :2], 2)
    margin = np.minimum(np.float32(SEAM_MARGIN), sides / 8)
    nearer, farther = np.sort(np.abs(np.stack([first, second]) - shared), axis=0)
    touched = seams & (nearer <= margin)
    both = farther <= 2 * margin
    return np.asarray((touched & both).any(axis=1) & ~(touched & ~both).any(axis=1))


def _group_rows(tiles: Numbers, edges: _Edges) -> Numbers:
    """Number of the group of each row; a group never has two rows of a tile."""
    leader = list(range(len(tiles)))
    seen = {row: {int(tile)} for row, tile in enumerate(tiles)}
    for pair in zip(edges.first.tolist(), edges.second.tolist(), strict=True):
        keep, drop = sorted(_find_leader(leader, row) for row in pair)
        if keep != drop and seen[keep].isdisjoint(seen[drop]):
            leader[drop] = keep
            seen[keep] |= seen.pop(drop)
    return np.array([_find_leader(leader, row) for row in leader], np.intp)


def _find_leader(leader: list[int], row: int) -> int:
    while leader[row] != row:
        leader[row] = leader[leader[row]]
        row = leader[row]
    return row


def _join(rows: _Rows, groups: Numbers) -> Detections:
    """The smallest box around each group, with the group's best score."""
    if not len(groups):
        return Detections.empty()
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    scores = np.maximum.reduceat(rows.scores[order], starts)
    best = np.repeat(scores, np.diff(starts, append=len(order)))
    weak = (rows.scores[order] < LEAST_WEIGHT * best)[:, None]
    low = np.where(weak, np.inf, rows.boxes[order, :2]).astype(np.float32)
    high = np.where(weak, -np.inf, rows.boxes[order, 2:]).astype(np.float32)
    low = np.minimum.reduceat(low, starts)
    high = np.maximum.reduceat(high, starts)
    boxes = np.concatenate([low, high], axis=1)
    best_first = np.lexsort((*boxes.T, -scores))
    return Detections(boxes, scores, rows.labels[order][starts]).select(best_first)


def _ramps(counts: Numbers) -> Numbers:
    """Count up from 0 for each count: [2, 3] gives [0, 1, 0, 1, 2]."""
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    return np.arange(len(starts)) - starts
