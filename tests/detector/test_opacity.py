"""Tests of where a scan is too dark for anyone to say anything."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from data.physics.noise import attenuation_noise
from detector.opacity import (
    MATTER,
    find_opaque,
    least_transmission,
    opaque_fraction,
)

NOISE = 0.004
"""Of air: about 60 000 counts at a noise of 250."""


def plane(level, shape=(12, 16)):
    return np.full(shape, level, np.float32)


def test_air_is_never_opaque_and_darkness_always_is():
    assert not find_opaque(plane(1.0), NOISE).any()
    for level in (0.0, -0.001, 1e-9):
        assert find_opaque(plane(level), NOISE).all()


@given(st.floats(1e-4, 1), st.floats(1e-4, 1), st.floats(1e-4, 0.05))
def test_what_lets_less_through_is_no_clearer(first, second, noise):
    darker, brighter = sorted((first, second))
    clear_when_dark = not find_opaque(plane(darker), noise).any()
    clear_when_bright = not find_opaque(plane(brighter), noise).any()
    assert clear_when_bright or not clear_when_dark


@given(st.floats(1e-4, 1), st.floats(1e-4, 0.05), st.floats(1e-4, 0.05))
def test_more_noise_never_makes_anything_clear(level, one, other):
    calm, noisy = sorted((one, other))
    if not find_opaque(plane(level), noisy).any():
        assert not find_opaque(plane(level), calm).any()


def test_the_border_lies_where_counting_noise_drowns_ten_millimetres_of_steel():
    # 3 * noise / sqrt(T) = 0.28, while electronics count for little.
    border = (3 * NOISE / 0.28) ** 2
    assert not find_opaque(plane(border * 1.05), NOISE).any()
    assert find_opaque(plane(border * 0.95), NOISE).all()


@given(st.floats(-0.01, 1.5), st.floats(1e-5, 0.5))
def test_the_border_is_where_contrast_falls_under_three_times_the_noise(level, noise):
    border = least_transmission(noise)
    for near in (level, 0.999 * border, 1.001 * border):
        shown = plane(near)
        judged = 3 * attenuation_noise(shown, noise) > np.float32(0.28)
        assert (find_opaque(shown, noise) == judged).all()


def test_only_what_is_dark_is_marked_to_within_the_averaging():
    transmission = plane(0.5, (30, 40))
    transmission[10:20, 12:30] = 0
    opaque = find_opaque(transmission, NOISE)
    assert opaque[11:19, 13:29].all()
    assert not opaque[:9].any()
    assert not opaque[21:].any()
    assert not opaque[:, :11].any()
    assert not opaque[:, 31:].any()


def test_a_dark_pixel_by_itself_is_noise():
    transmission = plane(0.5)
    transmission[5, 5] = 0
    assert not find_opaque(transmission, NOISE).any()


@given(st.integers(0, 16), st.integers(0, 16))
def test_the_fraction_is_that_of_the_container_not_of_the_picture(dark, thin):
    transmission = plane(1.0, (20, 60))
    transmission[:, 4 : 4 + thin] = 0.7
    transmission[:, 40 : 40 + dark] = 0
    opaque = np.zeros(transmission.shape, bool)
    opaque[:, 40 : 40 + dark] = True
    share = opaque_fraction(opaque, transmission)
    # The averaging widens what is not air by a pixel on either side.
    area = sum(width + 2 for width in (thin, dark) if width)
    assert 0 <= share <= 1
    if dark:
        assert dark / area <= share <= dark / max(area - 4, 1)
    else:
        assert share == 0


def test_a_scan_of_air_is_opaque_nowhere():
    transmission = plane(np.exp(-MATTER / 2))
    assert opaque_fraction(np.zeros(transmission.shape, bool), transmission) == 0.0
    assert opaque_fraction(np.ones(transmission.shape, bool), transmission) == 1.0
