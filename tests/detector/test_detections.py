"""Tests of the detections' columns."""

import numpy as np
import pytest

from data.errors import ResultError
from detector.detections import Detections, concatenate

TWO = Detections(
    np.array([[0, 0, 9, 5], [2, 2, 4, 4]], np.float32),
    np.array([0.9, 0.2], np.float32),
    np.array([0, 1], np.int64),
)


def test_a_mask_selects_rows_of_every_column():
    one = TWO.select(TWO.scores < 0.5)
    assert len(one) == 1
    assert one.boxes.tolist() == [[2, 2, 4, 4]]
    assert one.labels.tolist() == [1]


def test_row_numbers_select_and_order():
    assert TWO.select(np.array([1, 0])).scores.tolist() == [
        pytest.approx(0.2),
        pytest.approx(0.9),
    ]


def test_parts_are_joined_in_their_order():
    joined = concatenate([TWO, Detections.empty(), TWO.select(np.array([1]))])
    assert joined.labels.tolist() == [0, 1, 1]
    assert joined.boxes.shape == (3, 4)


def test_nothing_joined_is_nothing():
    assert len(concatenate([])) == 0
    assert Detections.empty().boxes.shape == (0, 4)


def test_boxes_can_be_given_in_other_coordinates():
    moved = TWO.with_boxes(TWO.boxes + np.float32(1))
    assert moved.boxes[0].tolist() == [1, 1, 10, 6]
    assert moved.scores.tolist() == TWO.scores.tolist()


def test_the_columns_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        TWO.boxes[0, 0] = 7


@pytest.mark.parametrize(
    ("boxes", "scores", "labels", "says"),
    [
        (
            np.zeros((2, 4), np.float32),
            np.array([1], np.float32),
            np.array([0]),
            "boxes must be",
        ),
        (np.zeros((1, 4)), np.array([1], np.float32), np.array([0]), "float64"),
        (np.zeros((1, 4), np.float32), np.array([0.5]), np.array([0]), "scores"),
        (
            np.zeros((1, 4), np.float32),
            np.array([1], np.float32),
            np.array([0], np.int32),
            "int64",
        ),
        (
            np.array([[0, 0, np.nan, 1]], np.float32),
            np.array([1], np.float32),
            np.array([0]),
            "finite",
        ),
        (
            np.array([[5, 0, 4, 1]], np.float32),
            np.array([1], np.float32),
            np.array([0]),
            "x0 <= x1",
        ),
        (
            np.zeros((1, 4), np.float32),
            np.array([1.5], np.float32),
            np.array([0]),
            "0 to 1",
        ),
        (
            np.zeros((1, 4), np.float32),
            np.array([np.nan], np.float32),
            np.array([0]),
            "0 to 1",
        ),
        (
            np.zeros((1, 4), np.float32),
            np.array([1], np.float32),
            np.array([-1]),
            "Labels",
        ),
    ],
)
def test_columns_that_do_not_fit_are_refused(boxes, scores, labels, says):
    with pytest.raises(ResultError, match=says):
        Detections(boxes, scores, labels)
