"""Tests of whether anything is to be seen in a box."""

import numpy as np
import pytest

from benchmark.audit.contrast import is_plain, measure_darkness
from data.scan import Scan
from tests.benchmark.audit.made import GUN, paint_scan

EMPTY = (60.0, 60.0, 110.0, 95.0)


def paint_plain(level, noise, gun=0.0):
    rng = np.random.default_rng(1)
    darkness = np.full((160, 240), level) + rng.normal(0, noise, (160, 240))
    darkness[70:78, 65:105] += gun
    return darkness.astype(np.float32)


@pytest.mark.parametrize("noise", [0.0, 0.005, 0.1])
@pytest.mark.parametrize("level", [0.0, 3.0])
def test_a_box_of_nothing_is_plain_whatever_the_noise(level, noise):
    assert is_plain(paint_plain(level, noise), EMPTY)


@pytest.mark.parametrize(("noise", "gun"), [(0.0, 0.1), (0.005, 0.1), (0.1, 0.6)])
def test_a_box_with_something_is_not(noise, gun):
    assert not is_plain(paint_plain(1.0, noise, gun), EMPTY)


def test_a_box_of_a_darker_block_is_not():
    darkness = paint_plain(1.0, 0.005)
    darkness[60:95, 60:110] += 0.2
    assert not is_plain(darkness, EMPTY)


def test_a_firearm_in_a_scan_is_seen():
    assert not is_plain(measure_darkness(paint_scan(1)), GUN)


def test_darkness_of_a_display_scan_grows_as_it_darkens():
    picture = np.full((4, 4, 3), 255, np.uint8)
    picture[0] = 0
    darkness = measure_darkness(Scan(display=picture))
    assert darkness[1, 0] == 0
    assert darkness[0, 0] == pytest.approx(np.log(255))


def test_too_small_a_box_tells_nothing():
    assert not is_plain(paint_plain(1.0, 0.0), (60.0, 60.0, 64.0, 64.0))
