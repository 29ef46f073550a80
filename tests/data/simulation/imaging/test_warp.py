"""Warps show the true picture where they say, windows of it as well."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis.strategies import floats, integers

from data.simulation.imaging.warp import Warp

STRAIGHT = Warp.straight(60, 40)
RAMP = np.add.outer(1000.0 * np.arange(40), np.arange(60.0)).astype(np.float32)


def test_the_straight_warp_changes_nothing():
    assert not STRAIGHT.changes((40, 60))
    np.testing.assert_array_equal(STRAIGHT.apply(RAMP), RAMP)


@given(floats(-3, 3), floats(0.5, 2.0))
def test_a_pixel_shows_the_place_that_the_warp_names(shift, speed):
    x = (np.arange(30) * speed).astype(np.float32)
    warp = replace(STRAIGHT, x=x, y=np.full(30, shift, np.float32)).crop(0, 5, 30, 30)
    rows = np.arange(5, 30)[:, None] + shift
    expected = 1000 * rows + x[None]
    np.testing.assert_allclose(warp.apply(RAMP), expected, atol=40)
    assert warp.changes((40, 60))
    assert warp.shape == (25, 30)


@given(integers(0, 1000))
def test_a_window_lands_where_it_does_in_the_whole_picture(seed):
    rng = np.random.default_rng(seed)
    x = np.sort(rng.uniform(0, 59, 50)).astype(np.float32)
    warp = replace(STRAIGHT, x=x, y=rng.uniform(-4, 4, 50).astype(np.float32))
    warp = warp.crop(3, 2, 48, 36)
    picture = np.zeros((40, 60), np.float32)
    picture[12:20, 22:37] = rng.uniform(0.5, 1, (8, 15))
    whole = warp.apply(picture)
    part, (x0, y0) = warp.move_window(picture[12:20, 22:37], (22, 12))
    placed = np.zeros_like(whole)
    placed[y0 : y0 + part.shape[0], x0 : x0 + part.shape[1]] = part
    np.testing.assert_allclose(placed, whole, atol=1e-5)


def test_a_window_that_was_cropped_away_is_empty():
    warp = STRAIGHT.crop(30, 0, 60, 40)
    assert warp.move_window(np.ones((5, 5), np.float32), (10, 10))[0].size == 0
    low = STRAIGHT.crop(0, 20, 60, 40)
    assert low.move_window(np.ones((5, 5), np.float32), (10, 10))[0].size == 0
