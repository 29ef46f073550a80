"""Edges of known sharpness, rendered many times finer than the pixels."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.strategies import floats, sampled_from

from data.quality.edges import measure_edge
from tests.data.quality.objects import make_plane

SIZE = 40
FINER = 16
AT = np.arange(-30, 31)


def make_kernel(blur):
    weights = np.exp(-(AT**2) / (2 * blur**2))
    return weights / weights.sum()


def make_edge(blur, tilt_deg, *, offset=0.0, noise=0.002, axis="x"):
    """A step from 0.5 to 1, averaged over pixels, then blurred along one axis."""
    middle = (np.arange(SIZE * FINER) + 0.5) / FINER - SIZE / 2
    lean = math.tan(math.radians(tilt_deg))
    fine = np.where(middle - offset > lean * middle[:, None], 1.0, 0.5)
    pixels = fine.reshape(SIZE, FINER, SIZE, FINER).mean(axis=(1, 3))
    blurred = cv2.filter2D(
        pixels, -1, make_kernel(blur)[None], borderType=cv2.BORDER_REPLICATE
    )
    blurred += np.random.default_rng(0).normal(0, noise, blurred.shape)
    return make_plane(blurred if axis == "x" else blurred.T)


def look(plane, *, axis="x", reach=14.0):
    """Measure near where an edge of 5 degrees would be."""
    lean = math.tan(math.radians(5)) * 15
    ends = np.array([[20 - lean, 5.0], [20 + lean, 35.0]])
    if axis == "y":
        ends = ends[:, ::-1]
    return measure_edge(plane, ends[0], ends[1], reach, axis)


def expect_width(blur):
    """From 10 to 90 % of a pixel-averaged edge under the kernel."""
    place = np.linspace(-30, 30, 60001)
    ramps = np.clip(place[:, None] - AT + 0.5, 0, 1)
    return np.subtract(*np.interp([0.9, 0.1], ramps @ make_kernel(blur), place))


def expect_mtf50(blur):
    """Where the transform of kernel and pixel falls to a half."""
    frequency = np.linspace(0, 0.7, 7001)
    waves = np.cos(2 * np.pi * np.outer(frequency, AT))
    modulation = np.abs(waves @ make_kernel(blur) * np.sinc(frequency))
    return frequency[np.argmax(modulation < 0.5)]


@settings(max_examples=25)
@given(floats(0.7, 3.0), floats(2, 9), floats(-0.9, 0.9), sampled_from(["x", "y"]))
def test_blur_width_and_modulation_are_those_of_the_edge(blur, tilt, offset, axis):
    edge = look(make_edge(blur, tilt, offset=offset, axis=axis), axis=axis)
    lean = math.cos(math.radians(tilt))
    assert edge.blur == pytest.approx(blur * lean, abs=0.04)
    assert edge.width == pytest.approx(expect_width(blur) * lean, abs=0.15)
    assert edge.mtf50 == pytest.approx(expect_mtf50(blur) / lean, rel=0.08)


def test_a_straight_edge_across_rows_of_one_phase_is_measured_too():
    edge = look(make_edge(1.0, 0.0, offset=0.3))
    assert edge.blur == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("noise", [0.01, 0.03])
def test_noise_leaves_the_blur_within_a_tenth_of_a_pixel(noise):
    edge = look(make_edge(1.2, 5, noise=noise))
    assert edge.blur == pytest.approx(1.2, abs=0.1)


def test_a_faint_step_is_no_edge():
    rng = np.random.default_rng(0)
    assert look(make_plane(0.5 + rng.normal(0, 0.01, (SIZE, SIZE)))) is None


def test_an_edge_far_from_the_line_is_not_taken_for_it():
    assert look(make_edge(0.8, 5, offset=9.0), reach=12.0) is None


def test_an_edge_outside_of_the_scan_is_none():
    plane = make_edge(1.0, 5)
    ends = np.array([[120.0, 5.0], [122.0, 35.0]])
    assert measure_edge(plane, ends[0], ends[1], 10.0, "x") is None
