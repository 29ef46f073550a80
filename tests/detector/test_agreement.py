"""Tests of whether two bundles agree."""

import numpy as np

from detector.agreement import find_alone
from detector.boxes import no_boxes

OURS = np.array([[0, 0, 10, 10], [20, 0, 30, 10], [40, 0, 50, 10]], np.float32)


def test_an_alarm_is_alone_if_none_of_theirs_covers_enough_of_it():
    theirs = np.array([[0, 0, 10, 4], [20, 0, 30, 2.9]], np.float32)
    assert find_alone(OURS, theirs).tolist() == [False, True, True]


def test_where_they_have_none_all_of_ours_are_alone():
    assert find_alone(OURS, no_boxes()).all()
    assert find_alone(no_boxes(), OURS).tolist() == []
