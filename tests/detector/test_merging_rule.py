"""The documented rule of merging, applied box by box, judges the fast one."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.merging import (
    DOUBLE_IOU,
    DOUBLE_SCORE,
    LEAST_COVER,
    LEAST_IOU,
    LEAST_WEIGHT,
    SEAM_MARGIN,
    TWIN_IOU,
    merge_tiles,
)
from detector.tiles import Tile
from tests.detector.tile_answers import (
    area,
    clip_to,
    hull,
    layouts,
    rectangles,
    scatter,
)

Row = tuple[tuple[float, ...], float, float]


def sides(tile):
    return tile.x0, tile.y0, tile.x1, tile.y1


def overlap(first, second):
    common = area(clip_to(Tile(*first), second))
    return common, common / max(area(first) + area(second) - common, 1e-9)


def carried_on(a, b, tile_a, tile_b, shared):
    axes = set()
    for side in range(4):
        if sides(tile_a)[side] == sides(tile_b)[side]:
            continue
        extent = shared[side % 2 + 2] - shared[side % 2]
        margin = min(SEAM_MARGIN, extent / 8)
        gaps = sorted(abs(box[side] - shared[side]) for box in (a, b))
        if gaps[0] <= margin:
            if gaps[1] > 2 * margin:
                return False
            axes.add(side % 2)
    return len(axes) == 1


def explained(box, other, shared):
    clipped = clip_to(Tile(*shared), box)

    def exceeds(first, second, axis, px):
        low = second[axis] - first[axis]
        return max(low, first[axis + 2] - second[axis + 2]) > px

    return all(
        not exceeds(clipped, other, axis, 2 * SEAM_MARGIN)
        or exceeds(box, shared, 1 - axis, SEAM_MARGIN)
        for axis in (0, 1)
    )


def compare(first, second, tile_a, tile_b):
    """Common area, union, and whether one carries on the other; None if they part."""
    shared = clip_to(tile_a, sides(tile_b))
    if shared[2] <= shared[0] or shared[3] <= shared[1]:
        return None
    a, b = (clip_to(Tile(*shared), box) for box in (first, second))
    common, _ = overlap(a, b)
    if not common:
        return None
    carried = (
        carried_on(a, b, tile_a, tile_b, shared)
        and common / min(area(a), area(b)) >= LEAST_COVER
        and explained(first, b, shared)
        and explained(second, a, shared)
    )
    return common, area(a) + area(b) - common, carried


def agreement(tile, row, members):
    """How well a row meets an object; None if it is another."""
    met = [
        compared
        for home, box, _, label in members
        if label == row[2]
        and (compared := compare(row[0], box, tile, home)) is not None
    ]
    if not met:
        return None
    common, union, carried = zip(*met, strict=True)
    iou = sum(common) / sum(union)
    return iou if iou >= LEAST_IOU or any(carried) else None


def rows_of(tile, answers, min_score) -> list[Row]:
    """(box in scan px, score, label) of what takes part, best first."""
    offset = (tile.x0, tile.y0, tile.x0, tile.y0)
    rows = []
    for *box, score, label in answers.astype(float).tolist():
        moved = [float(np.float32(v + o)) for v, o in zip(box, offset, strict=True)]
        part = clip_to(tile, moved)
        if score >= min_score and part[0] < part[2] and part[1] < part[3]:
            rows.append((part, score, label))
    kept: list[Row] = []
    for row in sorted(rows, key=lambda row: -row[1]):
        if not any(doubles(row, better) for better in kept):
            kept.append(row)
    return kept


def doubles(row, better):
    _, iou = overlap(row[0], better[0])
    weak = row[1] < DOUBLE_SCORE * better[1]
    return row[2] == better[2] and (iou >= TWIN_IOU or (iou >= DOUBLE_IOU and weak))


def merge_slowly(tiles, answers, min_score):
    """(box, score) of each object, as the rule says."""
    objects: list[list[tuple[Any, ...]]] = []
    for tile, found in zip(tiles, answers, strict=True):
        rows = rows_of(tile, found, min_score)
        pairs = [
            (-iou, number, place)
            for number, row in enumerate(rows)
            for place, members in enumerate(objects)
            if (iou := agreement(tile, row, members)) is not None
        ]
        joined: dict[int, int] = {}
        for _, row, number in sorted(pairs):
            if row not in joined and number not in joined.values():
                joined[row] = number
        for row, (box, score, label) in enumerate(rows):
            if row in joined:
                objects[joined[row]].append((tile, box, score, label))
            else:
                objects.append([(tile, box, score, label)])
    return sorted(outcome(members) for members in objects)


def outcome(members):
    boxes, best = [], 0.0
    for _, box, score, _ in members:
        if score >= LEAST_WEIGHT * best:
            boxes.append(box)
        best = max(best, score)
    return hull(boxes), best


@given(
    st.one_of(layouts().map(lambda layout: layout[2][:12]), rectangles()),
    st.integers(0, 2**32 - 1),
)
def test_random_boxes_merge_as_the_rule_says_when_applied_box_by_box(tiles, seed):
    answers = scatter(np.random.default_rng(seed), tiles, 5)
    fast = merge_tiles(tiles, answers, min_score=0.2)
    slow = merge_slowly(tiles, answers, 0.2)
    found = sorted(zip(fast.boxes.tolist(), fast.scores.tolist(), strict=True))
    assert len(found) == len(slow)
    for (box, score), (expected, best) in zip(found, slow, strict=True):
        np.testing.assert_allclose(box, expected, atol=1e-3)
        assert score == pytest.approx(best, abs=1e-6)
