"""Tests of merging across tiles, with tile networks that see perfectly and less so."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from data.errors import ResultError
from detector.merging import merge_tiles
from detector.tiles import Tile, plan_tiles
from tests.detector.tile_answers import answer, area, clip_to, hull, layouts, scatter

TINY = 2


def see(tile, box, share):
    """What a perfect network finds of a box in a tile, scan px; None if too little."""
    part = clip_to(tile, box)
    big = part[2] - part[0] >= TINY and part[3] - part[1] >= TINY
    return part if big and area(part) >= share * area(box) else None


def detect(tiles, objects, share=0.3):
    """Boxes found by perfect tile networks and merged, sorted."""
    parts = [
        [(part, 0.9, 0) for box in objects if (part := see(tile, box, share))]
        for tile in tiles
    ]
    return sorted(
        merge_tiles(tiles, answer(tiles, parts), min_score=0.1).boxes.tolist()
    )


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


def test_a_score_that_is_no_number_takes_no_part():
    answers = np.full((1, 2, 6), np.nan, np.float32)
    answers[0, 1] = [1, 1, 60, 60, 0.5, 0]
    assert len(merge_tiles([LEFT], answers, min_score=0)) == 1


def test_neighbours_cut_in_a_corner_do_not_carry_on_into_each_other():
    # Pistols of a bundle, as a left and an upper tile see one of them each.
    tiles = [Tile(0, 158, 640, 798), Tile(512, 0, 1152, 640)]
    parts = [[((584, 613, 639, 675), 0.4, 0)], [((626, 592, 683, 640), 0.5, 0)]]
    assert len(merge_tiles(tiles, answer(tiles, parts), min_score=0.1)) == 2


def test_what_a_tile_must_have_seen_of_an_object_tells_its_neighbour_apart():
    # The right tile would have boxed the left firearm's upper part, had it been its.
    parts = [[((40, 10, 100, 40), 0.9, 0)], [((80, 32, 150, 62), 0.9, 0)]]
    assert (
        len(merge_tiles([LEFT, RIGHT], answer([LEFT, RIGHT], parts), min_score=0)) == 2
    )


def test_a_weak_row_does_not_widen_the_box_of_a_strong_one():
    parts = [[((40, 10, 100, 50), 0.9, 0)], [((80, 5, 150, 60), 0.2, 0)]]
    found = merge_tiles([LEFT, RIGHT], answer([LEFT, RIGHT], parts), min_score=0.1)
    assert found.boxes.tolist() == [[40, 10, 100, 50]]
