"""Two rows of one tile for one firearm are one; two firearms stay two."""

import numpy as np
import pytest

from detector.merging import merge_tiles
from detector.tiles import Tile
from tests.detector.tile_answers import answer

TILE = Tile(0, 0, 640, 640)
PISTOL = (100, 100, 150, 134)


def count(*rows):
    return len(merge_tiles([TILE], answer([TILE], [rows]), min_score=0.05))


def test_a_second_weaker_row_of_a_firearm_is_left_out():
    found = merge_tiles(
        [TILE],
        answer([TILE], [[(PISTOL, 0.8, 0), ((96, 98, 158, 140), 0.3, 0)]]),
        min_score=0.05,
    )
    assert found.boxes.tolist() == [list(PISTOL)]
    np.testing.assert_allclose(found.scores, [0.8])


def test_two_rows_with_one_box_are_one_whatever_their_scores():
    assert count((PISTOL, 0.8, 0), ((100, 100, 151, 135), 0.79, 0)) == 1


@pytest.mark.parametrize("shift", [(50, 0), (25, 17), (20, 0), (0, 12), (8, 6)])
def test_two_pistols_beside_or_on_each_other_stay_two(shift):
    x, y = shift
    other = (PISTOL[0] + x, PISTOL[1] + y, PISTOL[2] + x, PISTOL[3] + y)
    assert count((PISTOL, 0.8, 0), (other, 0.5, 0)) == 2


def test_a_weak_pistol_that_a_rifle_lies_across_stays():
    assert count(((50, 80, 290, 140), 0.9, 0), (PISTOL, 0.1, 0)) == 2


def test_slanted_rifles_side_by_side_stay_two_however_weak_one_of_them_is():
    # 250 x 40 px at 45 degrees: their boxes have more in common than they have.
    assert count(((100, 100, 305, 305), 0.9, 0), ((129, 129, 334, 334), 0.1, 0)) == 2


def test_a_weak_row_of_another_label_stays():
    assert count((PISTOL, 0.8, 0), (PISTOL, 0.2, 1)) == 2


def test_the_double_of_a_double_stays_if_it_is_none_of_the_best():
    rows = [((100 + x, 100, 150 + x, 134), s, 0) for x, s in ((0, 0.9), (12, 0.4))]
    assert count(*rows) == 1
    assert count(*rows, ((124, 100, 174, 134), 0.1, 0)) == 2
