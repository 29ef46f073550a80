"""How far answers lie apart, and which of two duplicates may be the one kept."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.detections import Detections
from export.difference import CLOSE, LEAST_SCORE, compare
from export.reference import Told


def make(*rows):
    """Detections: x0, y0, x1, y1, score of each."""
    known = np.array(rows, np.float32).reshape(-1, 5)
    return Detections(known[:, :4], known[:, 4], np.zeros(len(known), np.int64))


def test_which_of_two_is_kept_may_differ_where_they_overlap_by_just_so_much():
    first, second = (0, 0, 100, 10, 0.5), (0, 0, 70, 10, 0.4)  # by 0.7
    both, one = make(first, second), make(first)
    for kept, found in ((both, one), (one, both)):
        difference = compare(Told(kept, both), found)
        assert (difference.score, difference.box_px) == (0, 0)


def test_which_of_two_is_kept_may_differ_where_their_scores_are_alike():
    first, second = (0, 0, 100, 10, 0.5), (3, 0, 103, 10, 0.4999999)
    told = Told(make(first), make(first, second))
    difference = compare(told, make(second))
    assert (difference.score, difference.box_px) == (0, 0)


@pytest.mark.parametrize(
    "found",
    [
        (0.2, 0, 100, 10, 0.5),  # moved: overlaps, but is none of the checkpoint's
        (3, 0, 103, 10, 0.45),  # a duplicate, but a weaker one
        (20, 0, 120, 10, 0.5),  # as good, but elsewhere
    ],
)
def test_an_answer_is_not_missed_unless_a_better_one_silenced_it(found):
    best = (0, 0, 100, 10, 0.5)
    told = Told(make(best), make(best, (3, 0, 103, 10, 0.45), (20, 0, 120, 10, 0.5)))
    difference = compare(told, make(found))
    assert difference.score > CLOSE.score or difference.box_px > CLOSE.box_px


BEST, TWIN, POOR, APART = (
    (0, 0, 100, 10, 0.7),
    (3, 0, 103, 10, 0.6999),
    (6, 0, 106, 10, 0.4),
    (90, 0, 190, 10, 0.3),
)
"""What a detector answers: TWIN is as good as BEST, POOR is not."""

ANEW = {0: 0.5, 3: 0.3, 6: 0.9, 90: 0.001}
"""What a refiner makes of it, by the left side."""


def rescore(rows):
    """Scores of the rows of BEST, TWIN, POOR, APART; all of them stand alone."""
    anew = np.array([ANEW[each[0]] for each in (BEST, TWIN, POOR, APART)], np.float32)
    return anew[rows], anew[rows]


@pytest.fixture
def refined():
    return Told(make(BEST, APART), make(BEST, TWIN, POOR, APART), rescore)


def again(*answers):
    """Answers after a second look."""
    return make(*[(*each[:4], ANEW[each[0]]) for each in answers])


@pytest.mark.parametrize("first", [BEST, TWIN])
def test_which_of_two_is_kept_goes_by_their_scores_before_a_second_look(refined, first):
    difference = compare(refined, again(first, APART))
    assert (difference.score, difference.box_px) == (0, 0)
    assert difference.highest == np.float32(ANEW[first[0]])
    assert difference.detections == 2


def test_answers_that_no_refiner_scored_anew_are_nothing_to_go_by():
    weak = make((0, 0, 100, 10, 0.02))
    told = Told(weak, weak, lambda rows: (weak.scores[rows], weak.scores[rows]))
    difference = compare(told, weak)
    assert (difference.score, difference.detections) == (0, 0)


def test_a_second_look_lets_no_poorer_answer_take_the_place_of_a_better(refined):
    assert compare(refined, again(POOR, APART)).box_px > CLOSE.box_px
    assert compare(refined, again(APART)).box_px > CLOSE.box_px


@pytest.mark.parametrize("blind", [BEST, APART])
def test_a_second_look_that_a_graph_left_out_is_noticed(refined, blind):
    found = [
        blind if each == blind else (*each[:4], ANEW[each[0]]) for each in (BEST, APART)
    ]
    off = abs(blind[4] - ANEW[blind[0]])
    assert compare(refined, make(*found)).score == pytest.approx(off, abs=1e-6)


def test_any_score_between_old_and_new_will_do_where_two_that_overlap_are_as_good():
    first, second = (0, 0, 100, 10, 0.5), (30, 0, 130, 10, 0.4999)
    both = make(first, second)
    anew, alone = (np.array([0.8, score], np.float32) for score in (0.4999, 0.7))
    told = Told(both, both, lambda rows: (anew[rows], alone[rows]))
    for scores in ((0.8, 0.4999), (0.5, 0.7), (0.6, 0.6)):
        found = make((*first[:4], scores[0]), (*second[:4], scores[1]))
        assert compare(told, found).score < 1e-6
    worse = make((*first[:4], 0.4), (*second[:4], 0.4999))
    assert compare(told, worse).score == pytest.approx(0.1, abs=1e-6)


def test_an_answer_that_was_moved_is_noticed_whatever_became_of_its_score(refined):
    for score in (0.5, LEAST_SCORE / 2):
        moved = make((5, 0, 105, 10, score))
        assert compare(refined, moved).box_px > CLOSE.box_px


def test_a_graph_that_answers_nothing_is_noticed_where_a_refiner_looks_again(refined):
    assert compare(refined, Detections.empty()).box_px == np.inf
    nothing = Told(Detections.empty(), Detections.empty(), rescore)
    assert compare(nothing, Detections.empty()).score == 0
    assert compare(nothing, again(BEST)).score == np.inf
    strange = Detections(again(BEST).boxes, again(BEST).scores, np.array([1]))
    assert compare(refined, strange).box_px == np.inf


@st.composite
def detections(draw):
    """A few detections far from each other."""
    count = draw(st.integers(1, 6))
    scores = draw(
        st.lists(st.floats(2**-6, 1, width=32), min_size=count, max_size=count)
    )
    labels = draw(st.lists(st.integers(0, 1), min_size=count, max_size=count))
    corners = 40 * np.arange(count, dtype=np.float32)
    boxes = np.stack([corners, corners, corners + 20, corners + 10], axis=1)
    return Detections(boxes, np.array(scores, np.float32), np.array(labels))


@given(detections(), st.floats(0, 3, width=32), st.floats(0, 2**-7, width=32))
def test_the_differences_are_the_largest_ones_on_either_side(found, moved, added):
    order = np.arange(len(found))[::-1]
    other = found.select(order)
    boxes = other.boxes.copy()
    boxes[-1, 2] += moved
    scores = other.scores.copy()
    scores[0] = np.float32(max(scores[0] - added, 0))
    other = Detections(boxes, scores, other.labels)
    difference = compare(Told(found, found), other)
    score, box = difference.score, difference.box_px
    again = compare(Told(other, other), found)
    assert (score, box) == (again.score, again.box_px)
    assert score == pytest.approx(float(found.scores[-1] - scores[0]), abs=1e-6)
    assert box == pytest.approx(float(boxes[-1, 2] - found.boxes[0, 2]), abs=1e-6)


def test_a_graph_that_says_a_thing_twice_fails():
    best, twin = (0, 0, 100, 10, 0.5), (3, 0, 103, 10, 0.45)
    told = Told(make(best), make(best, twin))
    assert compare(told, make(best)).box_px == 0
    assert compare(told, make(best, twin)).box_px == np.inf


def differ(first, second):
    difference = compare(Told(first, first), second)
    return difference.score, difference.box_px


def test_weak_detections_need_no_counterpart_and_others_do():
    weak = Detections(
        np.array([[0, 0, 9, 9]], np.float32),
        np.array([LEAST_SCORE * 0.9], np.float32),
        np.array([0]),
    )
    assert differ(weak, Detections.empty()) == (0, 0)
    strong = Detections(weak.boxes, np.array([0.5], np.float32), weak.labels)
    assert differ(strong, Detections.empty()) == (np.inf, np.inf)
    assert differ(Detections.empty(), strong) == (np.inf, np.inf)
    other_label = Detections(strong.boxes, strong.scores, np.array([1]))
    assert differ(strong, other_label) == (np.inf, np.inf)


def test_a_counterpart_may_lie_just_below_the_least_score():
    box = np.array([[0, 0, 9, 9]], np.float32)
    first, second = (
        Detections(box, np.array([score], np.float32), np.array([0]))
        for score in (LEAST_SCORE * 1.01, LEAST_SCORE * 0.99)
    )
    score, side = differ(second, first)
    assert score == pytest.approx(LEAST_SCORE * 0.02, rel=1e-3)
    assert side == 0
    assert differ(first, second) == (0, 0)
