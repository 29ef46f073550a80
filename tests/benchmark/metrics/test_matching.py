"""Tests of matching detections to truth, judged by a plain loop."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from benchmark.metrics.matching import LEAST_IOU, NOBODY, match_detections

corner = st.integers(0, 12)
box = st.tuples(corner, corner, st.integers(1, 8), st.integers(1, 8)).map(
    lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3])
)
boxes = st.lists(box, max_size=6)
scored = st.lists(st.tuples(box, st.sampled_from([0.2, 0.5, 0.9])), max_size=6)


def columns(rows):
    return np.array(rows, np.float32).reshape(-1, 4)


def match(detections, truth, ignored=()):
    return match_detections(
        columns([b for b, _ in detections]),
        np.array([s for _, s in detections], np.float32),
        columns(truth),
        ignored=columns(ignored),
    )


def overlap(a, b):
    """Intersection over union, counted in pixels."""
    pixels = [
        {(x, y) for x in range(c[0], c[2]) for y in range(c[1], c[3])} for c in (a, b)
    ]
    return len(pixels[0] & pixels[1]) / len(pixels[0] | pixels[1])


@given(scored, boxes)
def test_the_matching_is_that_of_a_plain_loop(detections, truth):
    expected: dict[int, int] = {}
    order = sorted(range(len(detections)), key=lambda i: -detections[i][1])
    for i in order:
        free = [j for j in range(len(truth)) if j not in expected.values()]
        near = [(overlap(detections[i][0], truth[j]), -j) for j in free]
        if near and max(near)[0] >= LEAST_IOU:
            expected[i] = -max(near)[1]
    matching = match(detections, truth)
    met = {i: int(j) for i, j in enumerate(matching.truth_of) if j != NOBODY}
    assert met == expected


@given(scored, boxes, boxes)
def test_everyone_has_one_partner_or_none_and_both_sides_agree(
    detections, truth, ignored
):
    matching = match(detections, truth, ignored)
    for i, j in enumerate(matching.truth_of):
        assert j == NOBODY or matching.detection_of[j] == i
    assert matching.found.sum() == (matching.truth_of != NOBODY).sum()
    states = [matching.truth_of != NOBODY, matching.excused, matching.mistaken]
    assert (np.sum(states, axis=0) == 1).all()


def test_two_detections_of_one_truth_are_one_hit_and_one_mistake():
    matching = match([((0, 0, 9, 9), 0.5), ((0, 0, 10, 10), 0.9)], [(0, 0, 10, 10)])
    assert matching.truth_of.tolist() == [NOBODY, 0]
    assert matching.mistaken.tolist() == [True, False]


def test_the_better_placed_truth_is_taken():
    matching = match([((0, 0, 10, 10), 0.9)], [(0, 0, 10, 5), (0, 0, 10, 9)])
    assert matching.detection_of.tolist() == [NOBODY, 0]


def test_detections_on_an_ignored_truth_are_neither_right_nor_wrong():
    twice = [((0, 0, 10, 10), 0.9), ((0, 0, 10, 9), 0.8), ((20, 20, 30, 30), 0.7)]
    matching = match(twice, [], [(0, 0, 10, 10)])
    assert matching.excused.tolist() == [True, True, False]
    assert matching.mistaken.tolist() == [False, False, True]
    assert len(matching.found) == 0


def test_a_truth_that_counts_comes_before_an_ignored_one():
    matching = match([((0, 0, 10, 10), 0.9)], [(0, 0, 10, 8)], [(0, 0, 10, 10)])
    assert matching.truth_of.tolist() == [0]
    assert not matching.excused.any()


def test_an_overlap_of_exactly_the_least_is_enough():
    matching = match([((0, 0, 10, 10), 0.9)], [(0, 0, 10, 3)])
    assert matching.found.tolist() == [True]
