"""What a scan says of its scanner is measured right, and not mistaken for cargo."""

from dataclasses import astuple, replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark.acceptance import image_statistics
from benchmark.acceptance.image_statistics import (
    measure_air,
    measure_blur,
    measure_dead_rows,
    measure_image,
    measure_stripes,
)
from data.formats.levels import fill_levels
from data.scan import Scan
from tests.detector.seeing import make_counts, make_display


def make_plane(*, noise=0.0, seed=0, blur=0.0, shape=(240, 480)):
    """Shelves of cargo in air, with noise and blur."""
    rng = np.random.default_rng(seed)
    plane = np.ones(shape, np.float32)
    for top in range(20, shape[0] - 40, 40):
        plane[top : top + 20, 60:-60] = 0.4
    if blur:
        plane = np.asarray(cv2.GaussianBlur(plane, (0, 0), blur), np.float32)
    noisy = plane + rng.normal(0, noise, shape) * np.sqrt(plane)
    return noisy.astype(np.float32)


def as_scan(plane, **more):
    """A scan of these levels of transmission."""
    air = fill_levels([50000.0], plane.shape[0])
    counts = np.clip(np.rint(plane * 50000), 0, 65535).astype(np.uint16)
    return Scan(high=counts, air=air, dark=np.zeros_like(air), **more)


@pytest.mark.parametrize("noise", [0.004, 0.02])
def test_noise_in_air_is_what_was_put_in(noise):
    found = measure_image(as_scan(make_plane(noise=noise)))
    assert found.noise == pytest.approx(noise, rel=0.05)


@pytest.mark.parametrize("light", [0.93, 1.0, 1.04])
def test_the_air_level_is_what_the_source_gives(light):
    plane = make_plane(noise=0.01) * np.float32(light)
    assert measure_air(plane) == pytest.approx(light, abs=0.003)
    assert measure_image(as_scan(plane)).air_counts == pytest.approx(
        50000 * light, rel=0.003
    )


@pytest.mark.parametrize("noise", [0.002, 0.01])
@pytest.mark.parametrize("gain", [0.0, 0.003, 0.02])
def test_gain_stripes_are_told_from_noise_and_from_shelves(gain, noise):
    plane = make_plane(noise=noise)
    rows = np.random.default_rng(1).normal(1, gain, (len(plane), 1))
    found = measure_stripes((plane * rows).astype(np.float32))
    assert found == pytest.approx(gain, rel=0.2, abs=0.0007)


def test_stripes_of_columns_are_not_those_of_rows():
    columns = np.random.default_rng(1).normal(1, 0.02, (1, 480)).astype(np.float32)
    found = measure_image(as_scan(make_plane(noise=0.002) * columns))
    assert found.column_stripes == pytest.approx(0.02, rel=0.2)
    assert found.row_stripes is not None
    assert found.row_stripes < 0.001


def test_stripes_of_a_scan_too_dark_to_show_them_are_unknown():
    assert measure_stripes(np.full((50, 50), 0.1, np.float32)) is None


def test_dead_rows_are_counted_single_or_in_blocks_and_dense_cargo_is_not():
    plane = make_plane(noise=0.004)
    plane[40:180, 60:-60] = 0.001
    assert measure_dead_rows(plane) == 0
    plane[[10, 100, 101, 102, 103]] = 0
    assert measure_dead_rows(plane) == pytest.approx(5 / 240)


@pytest.mark.parametrize("blur", [0.5, 1.0, 1.5, 2.2])
def test_blur_is_seen_beyond_the_reach_of_single_edges(blur):
    found = measure_blur(make_plane(noise=0.004, blur=blur))
    assert found == pytest.approx(blur, abs=0.3)


def test_blur_without_edges_is_unknown():
    assert measure_blur(np.ones((60, 60), np.float32)) is None


def test_matter_and_its_attenuation_are_of_what_stands_in_the_beam():
    plane = np.ones((100, 100), np.float32)
    plane[:40] = np.exp(-1.0)
    plane[:8] = np.exp(-3.0)
    found = measure_image(as_scan(plane))
    assert found.matter == pytest.approx(0.4, abs=0.01)
    assert found.attenuation == pytest.approx(1.0, abs=0.01)
    assert found.attenuation_high == pytest.approx(3.0, abs=0.01)


def test_a_scan_of_nothing_has_no_matter():
    found = measure_image(as_scan(np.ones((64, 64), np.float32)))
    assert (found.matter, found.attenuation, found.attenuation_high) == (0, 0, 0)


def test_only_a_second_energy_has_figures_of_its_own():
    both = measure_image(make_counts((64, 32), [(4, 4, 20, 20)]))
    assert both.air_low == both.air
    one = measure_image(make_counts((64, 32), [(4, 4, 20, 20)], low=False))
    assert (one.air_low, one.noise_low) == (None, None)
    assert (one.width, one.dead_rows) == (64, 0)


def test_of_a_rendering_brightness_is_measured_and_counts_are_unknown():
    found = measure_image(make_display((64, 32), [(4, 4, 20, 20)]))
    assert found.air == pytest.approx(1.0, abs=0.005)
    assert found.air_counts is None
    assert found.matter > 0


def test_a_large_scan_is_measured_in_blocks_to_the_same_end(monkeypatch):
    scan = as_scan(make_plane(noise=0.01, blur=0.6, shape=(480, 960)))
    whole = measure_image(scan)
    monkeypatch.setattr(image_statistics, "MOST_PIXELS", scan.high.size // 3)
    part = measure_image(scan)
    assert part.noise != whole.noise
    assert part.noise == pytest.approx(whole.noise, rel=0.03)
    assert part.blur_y == pytest.approx(whole.blur_y, abs=0.1)
    assert part.blur_x == pytest.approx(whole.blur_x, abs=0.1)
    assert part.row_stripes == pytest.approx(whole.row_stripes, abs=0.0005)


@given(
    width=st.integers(8, 40),
    height=st.integers(8, 40),
    seed=st.integers(0, 2**32 - 1),
    brightest=st.sampled_from([0, 1, 300, 65535]),
)
@settings(max_examples=40, deadline=None)
def test_whatever_a_scan_shows_its_figures_are_numbers(width, height, seed, brightest):
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, brightest + 1, (height, width), dtype=np.uint16)
    scan = make_counts((width, height), low=False)
    found = measure_image(replace(scan, high=counts))
    known = [value for value in astuple(found) if value is not None]
    assert np.isfinite(known).all()
