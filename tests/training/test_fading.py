"""Tests of firearms that a rendering hides: a network may answer there or not."""

import numpy as np
import pytest

from tests.training.scans import make_prepared
from training.fading import fade_scan
from training.silhouettes import COARSE, UNSURE

NEAR = (20.0, 20.0, 60.0, 44.0)
DEEP = (100.0, 60.0, 140.0, 84.0)
LOST = (10.0, 90.0, 40.0, 110.0)


def make_scan(behind=(1.0, 5.0), added=(0.2, 0.2)):
    return make_prepared(
        np.full((2, 120, 200), 0.1, np.float32),
        boxes=(NEAR, DEEP),
        ignored=(LOST,),
        behind=behind,
        added=added,
    )


def test_what_fades_is_ignored_and_the_rest_stays():
    scan = make_scan()
    faded = fade_scan(scan, 1.0)
    assert faded.boxes.tolist() == [list(NEAR)]
    assert faded.ignored.tolist() == [list(LOST), list(DEEP)]
    assert (faded.known.behind, faded.known.added) == ((1.0,), (0.2,))
    assert scan.boxes.tolist() == [list(NEAR), list(DEEP)]
    assert not faded.clean
    np.testing.assert_array_equal(faded.planes, scan.planes)


def test_marks_of_what_fades_are_unsure_and_others_stay():
    scan = make_scan()
    scan.marks[:] = 0
    for x0, y0, x1, y1 in (NEAR, DEEP):
        rows = slice(int(y0) // COARSE, int(y1) // COARSE - 2)  # not all of the box
        scan.marks[rows, int(x0) // COARSE : int(x1) // COARSE] = 1
    before = scan.marks.copy()
    marks = fade_scan(scan, 1.0).marks
    deep = before.copy()
    deep[: int(DEEP[1]) // COARSE] = 0
    np.testing.assert_array_equal(marks, np.where(deep == 1, UNSURE, before))
    np.testing.assert_array_equal(scan.marks, before)


@pytest.mark.parametrize("gamma", [None, 2.4])
def test_counts_and_bright_renderings_hide_nothing(gamma):
    scan = make_scan()
    assert fade_scan(scan, gamma) is scan


def test_what_is_known_of_no_firearm_changes_nothing():
    scan = make_scan((None, None), (None, None))
    assert fade_scan(scan, 1.0) is scan
