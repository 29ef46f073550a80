"""Tests of merging across tiles, with tile networks that see perfectly and less so."""

import math
import time
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from data.errors import ResultError
from detector.merging import LEAST_COVER, LEAST_IOU, SEAM_MARGIN, merge_tiles
from detector.tiles import Tile, plan_tiles

TINY = 2


def clip_to(tile, box):
    x0, y0, x1, y1 = box
    return max(x0, tile.x0), max(y0, tile.y0), min(x1, tile.x1), min(y1, tile.y1)


def area(box):
    return max(box[2] - box[0], 0) * max(box[3] - box[1], 0)


def see(tile, box, share):
    """What a perfect network finds of a box in a tile, scan px; None if too little."""
    part = clip_to(tile, box)
    big = part[2] - part[0] >= TINY and part[3] - part[1] >= TINY
    return part if big and area(part) >= share * area(box) else None


def answer(tiles, parts):
    """Answers with the given (box, score, label) of each tile, in scan px."""
    rows = max(1, max((len(found) for found in parts), default=1))
    answers = np.zeros((len(tiles), rows, 6), np.float32)
    for tile, found, out in zip(tiles, parts, answers, strict=True):
        for row, (box, score, label) in zip(out, found, strict=False):
            offset = np.array([tile.x0, tile.y0, tile.x0, tile.y0])
            row[:] = [*(np.array(box) - offset), score, label]
    return answers


def detect(tiles, objects, share=0.3):
    """Boxes found by perfect tile networks and merged, sorted."""
    parts = [
        [(part, 0.9, 0) for box in objects if (part := see(tile, box, share))]
        for tile in tiles
    ]
    return sorted(
        merge_tiles(tiles, answer(tiles, parts), min_score=0.1).boxes.tolist()
    )


def hull(boxes):
    rows = np.array(boxes)
    return [*rows[:, :2].min(axis=0), *rows[:, 2:].max(axis=0)]


@st.composite
def layouts(draw):
    """A scan of several tiles: width, height, tiles and their overlap."""
    side = draw(st.integers(24, 96))
    overlap = draw(st.integers(max(6, side // 8), side - 8))
    width, height = draw(st.integers(8, 400)), draw(st.integers(8, 200))
    tiles = plan_tiles(width, height, side=side, overlap=overlap)
    return width, height, tiles, overlap


@st.composite
def spans(draw, length, longest):
    size = draw(st.integers(min(TINY + 1, length), max(1, min(length, longest))))
    start = draw(st.integers(0, length - size))
    return start, start + size


@st.composite
def objects(draw, width, height, longest):
    x0, x1 = draw(spans(width, longest))
    y0, y1 = draw(spans(height, longest))
    return x0, y0, x1, y1


@given(layouts(), st.data())
def test_an_object_no_longer_than_the_overlap_comes_out_as_it_is(layout, data):
    width, height, tiles, overlap = layout
    box = data.draw(objects(width, height, overlap))
    assume(min(box[2] - box[0], box[3] - box[1]) >= TINY)
    assert detect(tiles, [box]) == [list(box)]


@given(layouts(), st.data())
def test_an_object_of_any_size_is_one_box_around_all_that_was_seen_of_it(layout, data):
    width, height, tiles, _ = layout
    box = data.draw(objects(width, height, 400))
    seen = [part for tile in tiles if (part := see(tile, box, 0.3))]
    assert detect(tiles, [box]) == ([hull(seen)] if seen else [])


@given(layouts(), st.data())
def test_a_rifle_longer_than_the_overlap_or_a_tile_comes_out_whole(layout, data):
    width, height, tiles, overlap = layout
    x0, x1 = data.draw(spans(width, width))
    y0, y1 = data.draw(spans(height, min(overlap, 20)))
    assume(y1 - y0 >= TINY and x1 - x0 >= TINY)
    assert detect(tiles, [(x0, y0, x1, y1)], share=0) == [[x0, y0, x1, y1]]


@given(layouts(), st.data())
def test_a_rifle_of_three_overlaps_is_whole_though_tiles_miss_its_short_ends(
    layout, data
):
    width, height, tiles, overlap = layout
    x0, x1 = data.draw(spans(width, 3 * overlap))
    y0, y1 = data.draw(spans(height, min(overlap, 20)))
    assume(y1 - y0 >= TINY and x1 - x0 >= TINY)
    assert detect(tiles, [(x0, y0, x1, y1)], share=0.3) == [[x0, y0, x1, y1]]


@given(layouts(), st.data())
def test_objects_side_by_side_never_merge(layout, data):
    width, height, tiles, overlap = layout
    x0, y0, x1, y1 = data.draw(objects(width, height, overlap))
    cuts = data.draw(st.lists(st.integers(x0, x1), max_size=3, unique=True))
    edges = sorted({x0, x1, *cuts})
    guns = [(a, y0, b, y1) for a, b in pairwise(edges)]
    guns = [gun for gun in guns if gun[2] - gun[0] >= TINY and y1 - y0 >= TINY]
    assert detect(tiles, guns) == sorted(list(gun) for gun in guns)


@given(layouts(), st.data())
def test_long_objects_stacked_without_a_gap_stay_as_many_as_they_are(layout, data):
    width, height, tiles, _ = layout
    x0, x1 = data.draw(spans(width, width))
    edges = list(range(0, height, data.draw(st.integers(3, 9))))
    guns = [(x0, a, x1, b) for a, b in pairwise(edges)]
    assume(x1 - x0 >= TINY)
    assert detect(tiles, guns, share=0) == sorted(list(gun) for gun in guns)


@given(layouts(), st.data())
def test_merging_what_was_merged_changes_nothing(layout, data):
    width, height, tiles, _ = layout
    guns = data.draw(st.lists(objects(width, height, 400), max_size=3))
    once = detect(tiles, guns, share=0)
    whole = [Tile(0, 0, width, height)]
    assert detect(whole, once, share=0) == once


def scatter(rng, tiles, rows):
    """Random boxes, many of them at the edges of their tiles."""
    answers = np.zeros((len(tiles), rows, 6), np.float32)
    for tile, out in zip(tiles, answers, strict=True):
        size = np.array(tile.size)
        low = rng.uniform(-0.2, 0.9, (rows, 2)) * size
        high = low + rng.uniform(0.05, 0.6, (rows, 2)) * size
        out[:] = np.column_stack(
            [low, high, rng.uniform(0, 1, rows), rng.integers(0, 2, rows)]
        )
    return answers


@given(layouts(), st.integers(0, 2**32 - 1))
def test_the_order_of_rows_within_a_tile_does_not_matter(layout, seed):
    _, _, tiles, _ = layout
    rng = np.random.default_rng(seed)
    answers = scatter(rng, tiles, 6)
    straight = merge_tiles(tiles, answers, min_score=0.2)
    shuffled = merge_tiles(tiles, answers[:, rng.permutation(6)], min_score=0.2)
    np.testing.assert_array_equal(straight.boxes, shuffled.boxes)
    np.testing.assert_array_equal(straight.scores, shuffled.scores)
    np.testing.assert_array_equal(straight.labels, shuffled.labels)


def carried_on(a, b, tile_a, tile_b, shared):
    sides_a = (tile_a.x0, tile_a.y0, tile_a.x1, tile_a.y1)
    sides_b = (tile_b.x0, tile_b.y0, tile_b.x1, tile_b.y1)
    reached = False
    for side in range(4):
        if sides_a[side] == sides_b[side]:
            continue
        extent = shared[side % 2 + 2] - shared[side % 2]
        margin = min(SEAM_MARGIN, extent / 8)
        gaps = sorted(abs(box[side] - shared[side]) for box in (a, b))
        if gaps[0] <= margin:
            if gaps[1] > 2 * margin:
                return False
            reached = True
    return reached


def agreement(a, b, tile_a, tile_b):
    """Intersection over union of two boxes, or None if they are two objects."""
    shared = clip_to(tile_a, (tile_b.x0, tile_b.y0, tile_b.x1, tile_b.y1))
    if shared[2] <= shared[0] or shared[3] <= shared[1]:
        return None
    a, b = (clip_to(Tile(*shared), box) for box in (a, b))
    common = area(clip_to(Tile(*a), b))
    if not common:
        return None
    iou = common / (area(a) + area(b) - common)
    carried = carried_on(a, b, tile_a, tile_b, shared)
    cover = common / min(area(a), area(b))
    return iou if iou >= LEAST_IOU or (carried and cover >= LEAST_COVER) else None


def rows_of(tiles, answers, min_score):
    """(tile, box in scan px, score, label) of what takes part."""
    for number, tile in enumerate(tiles):
        offset = (tile.x0, tile.y0, tile.x0, tile.y0)
        for *box, score, label in answers[number].astype(float).tolist():
            moved = [float(np.float32(v + o)) for v, o in zip(box, offset, strict=True)]
            part = clip_to(tile, moved)
            if score >= min_score and part[0] < part[2] and part[1] < part[3]:
                yield number, part, score, label


def merge_slowly(tiles, answers, min_score):
    """The documented rule, box by box."""
    rows = list(rows_of(tiles, answers, min_score))
    pairs = []
    for (i, first), (j, second) in combinations(enumerate(rows), 2):
        if first[0] != second[0] and first[3] == second[3]:
            homes = tiles[first[0]], tiles[second[0]]
            iou = agreement(first[1], second[1], *homes)
            pairs += [(-iou, i, j)] if iou is not None else []
    groups = [{i} for i in range(len(rows))]
    for _, i, j in sorted(pairs):
        mine = next(group for group in groups if i in group)
        other = next(group for group in groups if j in group)
        tiles_of = [rows[k][0] for k in mine | other]
        if mine is not other and len(tiles_of) == len(set(tiles_of)):
            groups.remove(other)
            mine |= other
    return sorted(
        (hull([rows[i][1] for i in group]), max(rows[i][2] for i in group))
        for group in groups
    )


@given(layouts(), st.integers(0, 2**32 - 1))
def test_random_boxes_merge_as_the_rule_says_when_applied_box_by_box(layout, seed):
    _, _, tiles, _ = layout
    answers = scatter(np.random.default_rng(seed), tiles[:12], 4)
    fast = merge_tiles(tiles[:12], answers, min_score=0.3)
    slow = merge_slowly(tiles[:12], answers, 0.3)
    found = sorted(zip(fast.boxes.tolist(), fast.scores.tolist(), strict=True))
    assert len(found) == len(slow)
    for (box, score), (expected, best) in zip(found, slow, strict=True):
        np.testing.assert_allclose(box, expected, atol=1e-3)
        assert score == pytest.approx(best, abs=1e-6)


def visible_line(tile, line, thickness):
    """The box around what a tile sees of a slanted stick; None if too little."""
    (ax, ay), (bx, by) = line
    low, high = 0.0, 1.0
    for start, step, least, most in (
        (ax, bx - ax, tile.x0, tile.x1),
        (ay, by - ay, tile.y0, tile.y1),
    ):
        if step == 0:
            if not least <= start <= most:
                return None
            continue
        ends = sorted(((least - start) / step, (most - start) / step))
        low, high = max(low, ends[0]), min(high, ends[1])
    if (high - low) * math.dist(*line) < 12:
        return None
    points = [(ax + t * (bx - ax), ay + t * (by - ay)) for t in (low, high)]
    half = thickness / 2
    return clip_to(
        tile,
        (
            min(x for x, _ in points) - half,
            min(y for _, y in points) - half,
            max(x for x, _ in points) + half,
            max(y for _, y in points) + half,
        ),
    )


@given(
    x=st.integers(20, 500),
    y=st.integers(130, 260),
    angle=st.floats(-45, 45),
    length=st.integers(40, 250),
)
def test_a_slanted_rifle_over_the_seams_is_one_box(x, y, angle, length):
    # What the tiles see of it differs from the rifle's box clipped to the tile.
    turned = math.radians(angle)
    line = ((x, y), (x + length * math.cos(turned), y + length * math.sin(turned)))
    tiles = plan_tiles(800, 400, side=400, overlap=100)
    seen = [visible_line(tile, line, 12) for tile in tiles]
    parts = [[(box, 0.8, 0)] if box else [] for box in seen]
    found = merge_tiles(tiles, answer(tiles, parts), min_score=0.1)
    assert len(found) == 1
    np.testing.assert_allclose(found.boxes[0], hull([b for b in seen if b]), atol=1e-3)


LEFT, RIGHT = Tile(0, 0, 100, 100), Tile(80, 0, 180, 100)


def merge(left, right):
    parts = [[(box, 0.9, 0) for box in boxes] for boxes in (left, right)]
    return merge_tiles([LEFT, RIGHT], answer([LEFT, RIGHT], parts), min_score=0.1)


def test_a_poor_guess_at_the_remainder_still_joins_the_whole_box():
    assert len(merge([(30, 10, 98, 60)], [(80, 30, 96, 58)])) == 1


def test_what_ends_before_the_seam_does_not_join_what_crosses_it():
    # A pistol inside the box of a rifle that goes on into the other tile.
    found = merge([(20, 10, 100, 60)], [(86, 40, 92, 50)])
    assert len(found) == 2


def test_a_tile_that_found_two_keeps_two():
    found = merge([(40, 10, 100, 50), (40, 30, 100, 70)], [(80, 20, 150, 60)])
    assert len(found) == 2
    assert sorted(found.boxes[:, 2].tolist()) == [100, 150]


def test_the_better_of_two_partners_is_taken():
    found = merge([(40, 10, 100, 50)], [(80, 12, 150, 52), (80, 30, 140, 70)])
    assert [40, 10, 150, 52] in found.boxes.tolist()
    assert len(found) == 2


def test_labels_never_mix():
    parts = [[((40, 10, 100, 50), 0.9, 0)], [((80, 10, 150, 50), 0.8, 1)]]
    tiles = [LEFT, RIGHT]
    found = merge_tiles(tiles, answer(tiles, parts), min_score=0.1)
    assert found.labels.tolist() == [0, 1]


def test_the_best_score_stands_for_the_group_and_comes_first():
    parts = [[((40, 10, 100, 50), 0.4, 0)], [((80, 10, 150, 50), 0.8, 0)]]
    parts[0].append(((5, 60, 20, 80), 0.6, 0))
    tiles = [LEFT, RIGHT]
    found = merge_tiles(tiles, answer(tiles, parts), min_score=0.1)
    np.testing.assert_allclose(found.scores, [0.8, 0.6])
    assert found.boxes[0].tolist() == [40, 10, 150, 50]


def test_padding_rows_and_low_scores_take_no_part():
    answers = np.zeros((1, 3, 6), np.float32)
    answers[0, 0] = [1, 1, 50, 50, 0.0, 0]
    answers[0, 1] = [1, 1, 50, 50, 0.3, 0]
    answers[0, 2] = [1, 1, 60, 60, 0.5, 0]
    assert len(merge_tiles([LEFT], answers, min_score=0.4)) == 1
    assert len(merge_tiles([LEFT], answers, min_score=0)) == 2


def test_boxes_are_clipped_to_the_tile_and_dropped_in_its_padding():
    answers = np.zeros((1, 2, 6), np.float32)
    answers[0, 0] = [-5, 10, 60, 90, 0.9, 0]
    answers[0, 1] = [45, 10, 60, 90, 0.9, 0]
    found = merge_tiles([Tile(0, 0, 40, 30)], answers, min_score=0.1)
    assert found.boxes.tolist() == [[0, 10, 40, 30]]


def test_no_tiles_give_no_detections():
    assert len(merge_tiles([], np.zeros((0, 300, 6), np.float32), min_score=0.1)) == 0


def test_answers_of_another_shape_are_refused():
    with pytest.raises(ResultError, match=r"1 tiles need \(1, K, 6\)"):
        merge_tiles([LEFT], np.zeros((2, 3, 6), np.float32), min_score=0.1)


@pytest.mark.parametrize(("width", "rows"), [(5000, 100), (200_000, 20)])
def test_crowded_scans_and_long_trains_are_merged_quickly(width, rows):
    # The train has 1,000 tiles: comparing all boxes with all makes 400 million pairs.
    tiles = plan_tiles(width, 1400, side=768, overlap=192)
    answers = scatter(np.random.default_rng(4), tiles, rows)
    start = time.perf_counter()
    assert len(merge_tiles(tiles, answers, min_score=0.01)) > 0
    assert time.perf_counter() - start < 3
