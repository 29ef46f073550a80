"""Rows, columns and layers: in place, and no heavier than may be carried."""

import numpy as np
import pytest

from data.simulation.goods.packing import pack_cells
from data.simulation.goods.rows import (
    PAYLOAD_KG_PER_M,
    cut_hold,
    keep_inside,
    limit_height,
    line_up,
    make_grid,
    offer_some,
    sway,
)
from data.simulation.loading.hold import Hold
from data.simulation.loading.load import Load

HOLD = Hold(100.0, 6000.0, 150.0, 2480.0, 1150.0)


def test_a_grid_has_at_least_one_place_along_each_axis():
    assert make_grid(0, 2, 3).shape == (6, 3)
    assert make_grid(2.9).tolist() == [[0.0], [1.0]]


def test_things_in_a_line_do_not_meet_and_stay_in_the_hold():
    centres = np.array(line_up(np.random.default_rng(0), HOLD, 800.0, (5, 60)))
    assert len(centres) == 6 or len(centres) == 7
    assert (np.diff(centres) >= 805).all()
    assert centres[0] - 400 > HOLD.x0
    assert centres[-1] + 400 < HOLD.x1
    assert line_up(np.random.default_rng(0), HOLD, 7000.0, (0, 1)) == []


@pytest.mark.parametrize("bulk", [0.3, 0.9, 2.0])
def test_goods_of_the_height_allowed_weigh_no_more_than_the_payload(bulk):
    height = limit_height(HOLD, bulk)
    mass = HOLD.length * height * 2 * HOLD.side * 1e-3 * bulk / 1000
    assert mass <= PAYLOAD_KG_PER_M * HOLD.length / 1000 * 1.0001
    assert height <= HOLD.height


def test_light_goods_may_reach_the_roof_but_for_some_spare_room():
    assert limit_height(HOLD, 0.01, 90.0) == HOLD.height - 90


def test_columns_stand_where_they_stand_and_slip_farther_up():
    moved = sway(np.random.default_rng(3), (20, 10, 4), 80.0)
    assert moved.shape == (20, 10, 4)
    assert (moved[:, 0] == 0).all()
    assert np.abs(moved[:, -1]).mean() > np.abs(moved[:, 2]).mean()


def test_what_is_kept_inside_moves_no_more_than_it_must():
    at = np.array([[0.0, 0.0, 0.0], [3000.0, 1000.0, 0.0], [9000.0, 9000.0, -2000.0]])
    kept = keep_inside(HOLD, at, (200, 100, 300))
    assert kept.tolist() == [
        [200.0, 200.0, 0.0],
        [3000.0, 1000.0, 0.0],
        [5900.0, 2430.0, -1000.0],
    ]


def test_stretches_lie_one_behind_the_other():
    first, second = cut_hold(HOLD, [0.0, 0.25, 0.9])
    assert first.x0 == HOLD.x0
    assert first.x1 == second.x0 == pytest.approx(1575)
    assert second.x1 == pytest.approx(5410)
    assert second.side == HOLD.side


def test_a_few_niches_are_offered_and_none_too_small():
    load, centres = Load(), np.arange(30.0).reshape(-1, 3) * 100
    sizes = np.where(np.arange(10)[:, None] % 2 == 0, 300.0, 20.0) * np.ones(3)
    offer_some(np.random.default_rng(0), load, "goods", (centres, sizes), 3)
    assert len(load.niches) == 3
    assert all((n.high - n.low == 300).all() for n in load.niches)
    offer_some(np.random.default_rng(0), load, "goods", (np.empty((0, 3)), 300), 3)
    assert len(load.niches) == 3


def test_packed_boxes_do_not_overlap_and_stand_on_each_other():
    centres, sizes = pack_cells(np.random.default_rng(1), HOLD, (1200.0, 800.0), 1900.0)
    low, high = centres - sizes / 2, centres + sizes / 2
    assert (low >= [HOLD.x0, HOLD.floor, -HOLD.side]).all()
    assert (high <= [HOLD.x1, HOLD.floor + 1900, HOLD.side]).all()
    apart = (low[:, None] >= high[None] - 1e-9) | (high[:, None] <= low[None] + 1e-9)
    clear = apart.any(axis=2) | np.eye(len(low), dtype=bool)
    assert clear.all()
    stacked = np.abs(low[:, None, 1] - high[None, :, 1]).min(axis=1)
    assert ((stacked < 3) | (low[:, 1] < HOLD.floor + 2)).all()
