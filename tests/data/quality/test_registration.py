"""How far one plane lies off the other."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.strategies import floats

from data.quality.registration import measure_offset

BOXES = ((30, 20, 90, 60, 0.05), (40, 70, 70, 78, 0.5), (100, 30, 120, 100, 0.3))


def make_scene(offset=(0.0, 0.0), *, noise=0.01, power=1.0, seed=0):
    """Boxes of some transmission, moved, at eight times the resolution."""
    fine = np.ones((120 * 8, 140 * 8), np.float32)
    for x0, y0, x1, y1, level in BOXES:
        left, right = (round((x + offset[0]) * 8) for x in (x0, x1))
        top, bottom = (round((y + offset[1]) * 8) for y in (y0, y1))
        fine[top:bottom, left:right] = level**power
    scene = cv2.resize(fine, (140, 120), interpolation=cv2.INTER_AREA)
    scene = cv2.GaussianBlur(scene, (0, 0), 0.7)
    noisy = scene + np.random.default_rng(seed).normal(0, noise, scene.shape)
    return noisy.astype(np.float32)


@settings(max_examples=20)
@given(floats(-4, 4), floats(-4, 4))
def test_an_offset_is_found_to_a_few_hundredths_of_a_pixel(x, y):
    moved = (round(x * 8) / 8, round(y * 8) / 8)
    found = measure_offset(make_scene(), make_scene(moved, seed=1))
    assert found == pytest.approx(moved, abs=0.03)


def test_another_energy_makes_no_offset():
    found = measure_offset(make_scene(), make_scene(power=1.15, seed=1))
    assert found == pytest.approx((0, 0), abs=0.03)


def test_nothing_to_compare_is_none():
    flat = np.ones((60, 60), np.float32)
    assert measure_offset(flat, flat) is None
