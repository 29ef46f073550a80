"""Wires in noise: how strong they are, and that none is seen where there is none."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.strategies import floats

from data.quality.wires import WireProfile, measure_wire
from tests.data.quality.objects import make_plane

SEEN = 5.0
PROFILE = WireProfile(0.6, 0.3)
START, END = np.array([12.0, 48.0]), np.array([50.0, 16.0])
CLEAR = 8.0


def make_noise(rng, noise=0.01, *, rows=0.0, columns=0.0):
    scene = 1 + rng.normal(0, noise, (64, 64))
    scene += rng.normal(0, rows, (64, 1)) + rng.normal(0, columns, (1, 64))
    return scene


def add_wire(scene, depth, *, aside=0.0):
    """Take away a line of the profile's own shape."""
    y, x = np.mgrid[0:64, 0:64] + 0.5
    way = (END - START) / math.dist(START, END)
    across = (y - START[1]) * way[0] - (x - START[0]) * way[1]
    along = (x - START[0]) * way[0] + (y - START[1]) * way[1]
    there = (along > 0) & (along < math.dist(START, END))
    variance = 0.6**2 + 1 / 12 + 0.3**2 / 16
    scene -= depth * there * np.exp(-((across - aside) ** 2) / (2 * variance))


def look(scene):
    return measure_wire(make_plane(scene), START, END, CLEAR, PROFILE)


def expect_ratio(depth, noise):
    """Depth over noise, times the root of the profile's square over all pixels.

    Along a line of length L there is one pixel a unit of area: sum g^2 = L sigma
    sqrt(pi). The ends are 2.5 px short on each side.
    """
    sigma = math.sqrt(0.6**2 + 1 / 12 + 0.3**2 / 16)
    length = math.dist(START, END) - 5
    return depth / noise * math.sqrt(length * sigma * math.sqrt(math.pi))


@settings(max_examples=10)
@given(floats(0.02, 0.2), floats(-0.7, 0.7))
def test_the_ratio_is_that_of_a_matched_filter(depth, aside):
    found = []
    for seed in range(12):
        scene = make_noise(np.random.default_rng(seed))
        add_wire(scene, depth, aside=aside)
        found.append(look(scene))
    # The largest of three estimates of the noise is a little more than each.
    expected = expect_ratio(depth, 0.01)
    assert 0.85 * expected - 1 < np.mean(found) < expected + 1.5


@pytest.mark.parametrize(
    ("rows", "columns"), [(0.0, 0.0), (0.01, 0.0), (0.0, 0.01), (0.01, 0.01)]
)
def test_a_wire_that_is_not_there_is_not_seen(rows, columns):
    rng = np.random.default_rng(7)
    found = [look(make_noise(rng, rows=rows, columns=columns)) for _ in range(500)]
    assert np.mean(np.array(found) >= SEEN) <= 0.01
    assert np.mean(found) > 0  # the largest of several looks: the test can see


def test_noise_that_neighbours_share_counts_as_it_adds_up():
    rng = np.random.default_rng(9)
    found = [look(cv2.GaussianBlur(make_noise(rng), (0, 0), 1.2)) for _ in range(300)]
    assert np.mean(np.array(found) >= SEEN) <= 0.01


def test_a_wire_of_twice_the_ratio_is_seen_every_time():
    rng = np.random.default_rng(8)
    depth = 0.01 * 2 * SEEN / expect_ratio(1, 1)
    found = []
    for _ in range(100):
        scene = make_noise(rng)
        add_wire(scene, depth)
        found.append(look(scene))
    assert min(found) >= SEEN


def test_a_bright_line_is_no_wire():
    scene = make_noise(np.random.default_rng(1))
    add_wire(scene, -0.2)
    assert look(scene) < SEEN


def test_a_wire_beside_its_place_is_not_its_own():
    scene = make_noise(np.random.default_rng(1))
    add_wire(scene, 0.1, aside=6.0)
    assert look(scene) < SEEN


def test_shading_is_no_wire():
    y, x = np.mgrid[0:64, 0:64]
    scene = make_noise(np.random.default_rng(2)) - 0.004 * x + 0.002 * y
    assert look(scene) < SEEN


def test_out_of_the_scan_and_without_noise_there_is_no_ratio():
    scene = make_noise(np.random.default_rng(3))
    far = np.array([500.0, 500.0])
    assert measure_wire(make_plane(scene), START + far, END + far, 8, PROFILE) is None
    assert look(np.ones((64, 64))) is None


def test_a_thicker_wire_looks_wider():
    thin, thick = (WireProfile(0.6, d).at(np.array([1.0])) for d in (0.1, 2.0))
    assert thick > thin
