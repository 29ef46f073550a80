"""Level, noise and saturation of air."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats

from data.quality.air import measure_air
from data.quality.plane import Plane

WINDOWS = [(slice(5, 95), slice(4, 40)), (slice(5, 95), slice(60, 96))]


def look(plane, windows=WINDOWS):
    return measure_air(plane, windows)


def make_air(noise, *, rows=0.0, columns=0.0, level=1.0, top=np.inf):
    rng = np.random.default_rng(3)
    levels = level * (1 + rng.normal(0, noise, (100, 100)))
    levels *= 1 + rng.normal(0, rows, (100, 1))
    levels *= 1 + rng.normal(0, columns, (1, 100))
    counts = np.rint(np.clip(levels * 50000, 0, min(top, 65535))).astype(np.uint16)
    alive = np.ones(100, bool)
    return Plane("high", counts, (counts / 50000).astype(np.float32), alive, alive)


@given(floats(0.002, 0.05), floats(0, 0.02), floats(0, 0.02))
def test_noise_is_that_of_a_pixel_whatever_the_stripes(noise, rows, columns):
    air = look(make_air(noise, rows=rows, columns=columns))
    assert air.noise == pytest.approx(noise, rel=0.05)
    assert air.photons == pytest.approx(noise**-2, rel=0.1)


@given(floats(0.5, 1.2))
def test_the_level_is_what_air_reads_over_what_it_should(level):
    air = look(make_air(0.01, level=level))
    assert air.level == pytest.approx(level, rel=1e-3)
    assert air.noise == pytest.approx(0.01, rel=0.05)


def test_photons_of_poissons_law_come_back():
    photons = np.random.default_rng(0).poisson(4000, (100, 100))
    levels = (photons / 4000).astype(np.float32)
    alive = np.ones(100, bool)
    plane = Plane("high", photons.astype(np.uint16), levels, alive, alive)
    assert look(plane).photons == pytest.approx(4000, rel=0.06)


def test_saturation_is_the_share_of_pixels_at_the_top():
    assert look(make_air(0.01)).saturated < 0.002
    half = look(make_air(0.01, top=50000))
    assert half.saturated == pytest.approx(0.5, abs=0.05)


def test_saturated_air_has_neither_noise_nor_photons():
    air = look(make_air(0.01, top=40000))
    assert (air.saturated, air.noise, air.photons) == (1.0, 0.0, None)


def test_rows_and_columns_that_fail_are_left_out():
    plane = make_air(0.01)
    plane.transmission[[7, 50]] = 0
    plane.transmission[:, [10, 70]] = 3
    plane.alive[[7, 50]] = False
    fired = np.ones(100, bool)
    fired[[10, 70]] = False
    marked = Plane("high", plane.counts, plane.transmission, plane.alive, fired)
    assert look(marked).noise == pytest.approx(0.01, rel=0.05)


def test_without_a_window_of_8_by_8_there_is_nothing():
    assert look(make_air(0.01), [(slice(0, 7), slice(0, 90))]) is None
    assert look(make_air(0.01), [(slice(95, 140), slice(0, 90))]) is None
