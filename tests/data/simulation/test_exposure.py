"""Counts have the mean, the noise and the limits that physics gives them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats

from data.physics.basis import tabulate_attenuation
from data.physics.transmission import measure_transmission
from data.simulation.exposure import (
    LEAKAGE,
    Exposure,
    draw_exposure,
    expect_signal,
    expose,
    measure_visibility,
    transmit,
)
from data.simulation.scanner import SCANNERS

CLEAN = Exposure(
    photons=(1e4, 5e3),
    readout=0.0,
    blur_px=0.5,
    scatter=0.0,
    pulse=0.0,
    gain=0.0,
    air=50000.0,
    dark=500.0,
)
SHAPE = (200, 300)


def measure(transmission, exposure, plane=0):
    """Transmission read back from the counts of a uniform plane."""
    signal = np.full(SHAPE, transmission, np.float32)
    counts, air, dark = expose(np.random.default_rng(1), (signal, signal), exposure)
    return measure_transmission(counts[plane], air[plane], dark[plane])


@given(floats(1e-3, 1.0))
def test_counts_read_back_as_the_transmission_that_made_them(transmission):
    found = measure(transmission, CLEAN).mean()
    spread = np.sqrt(transmission / 1e4 / np.prod(SHAPE))
    assert found == pytest.approx(transmission, abs=6 * spread + 2e-5)


@pytest.mark.parametrize("photons", [0.5, 3.0, 7.9, 8.1, 30.0, 2000.0])
def test_photons_scatter_as_poisson_says(photons):
    found = measure(photons / 1e4, CLEAN) * 1e4
    # Three moments of Poisson's law; a count is 0.2 photons, far below their scatter.
    counted = found.size
    assert found.mean() == pytest.approx(
        photons, abs=5 * np.sqrt(photons / counted) + 0.1
    )
    assert found.var() == pytest.approx(photons, rel=0.03, abs=0.05)
    skewness = ((found - found.mean()) ** 3).mean() / found.std() ** 3
    assert skewness == pytest.approx(photons**-0.5, abs=0.06)


@pytest.mark.parametrize("photons", [2.0, 100.0])
def test_readout_noise_adds_to_the_variance(photons):
    noisy = measure(photons / 1e4, replace(CLEAN, readout=3.0, dark=5000.0)) * 1e4
    assert noisy.var() == pytest.approx(photons + 9, rel=0.04)


def test_the_low_plane_has_its_own_dose():
    high, low = (measure(0.5, CLEAN, plane).std() for plane in (0, 1))
    assert low / high == pytest.approx(np.sqrt(2), rel=0.03)


def test_counts_never_leave_16_bits():
    signal = np.full(SHAPE, 3.0, np.float32)
    counts, _, _ = expose(np.random.default_rng(0), (signal, 0 * signal), CLEAN)
    assert counts[0].min() == 65535
    assert counts[1].dtype == np.uint16


def test_air_and_dark_differ_from_row_to_row_and_are_known():
    signal = np.ones(SHAPE, np.float32)
    counts, air, dark = expose(np.random.default_rng(0), (signal, signal), CLEAN)
    assert air.shape == dark.shape == (2, SHAPE[0])
    assert air.std() > 100
    np.testing.assert_allclose(counts[0].mean(axis=1), air[0], rtol=5e-3)


@pytest.mark.parametrize("scanner", SCANNERS, ids=lambda s: s.name)
def test_transmission_is_that_of_the_attenuation_tables(scanner):
    rng = np.random.default_rng(0)
    carbon = rng.uniform(0, 300, SHAPE).astype(np.float32)
    iron = rng.uniform(0, 200, SHAPE).astype(np.float32)
    for plane, endpoint in zip(
        transmit(carbon, iron, scanner), scanner.energies_mv, strict=True
    ):
        expected = tabulate_attenuation(endpoint).look_up(carbon, iron)
        np.testing.assert_allclose(-np.log(plane), expected, atol=4e-3)


def test_nothing_in_the_beam_transmits_all_and_too_much_nothing():
    edge = np.array([[0, -1, 1e6]], np.float32)
    high, low = transmit(edge, edge, SCANNERS[0])
    assert high[0, 0] == high[0, 1] == low[0, 0] == 1
    assert high[0, 2] < 1e-9


def test_blur_and_scatter_keep_the_sum_and_fill_shadows():
    plane = np.ones(SHAPE, np.float32)
    plane[80:120, 100:200] = 0
    seen = expect_signal(plane, replace(CLEAN, scatter=0.01))
    assert seen.sum() == pytest.approx(plane.sum(), rel=0.01)
    assert 0.002 < seen[100, 150] < 0.01
    opaque = expect_signal(0 * plane, replace(CLEAN, scatter=0.01))
    np.testing.assert_allclose(opaque, LEAKAGE, rtol=1e-5)


def test_visibility_grows_with_the_root_of_area_and_dose():
    without, with_it = np.full(100, 0.5, np.float32), np.full(100, 0.4, np.float32)
    once = measure_visibility(with_it, without, 1e4, 0.0)
    assert once == pytest.approx(np.log(0.5 / 0.4) * np.sqrt(0.4e4 * 100), rel=1e-5)
    four = measure_visibility(with_it, without, 4e4, 0.0)
    assert four == pytest.approx(2 * once, rel=1e-5)
    assert measure_visibility(with_it, without, 1e4, 50.0) < once
    assert measure_visibility(without, without, 1e4, 0.0) == 0


def test_exposures_stay_within_the_ranges_of_the_scanner():
    rng = np.random.default_rng(0)
    drawn = [draw_exposure(rng, SCANNERS[0]) for _ in range(300)]
    factor = SCANNERS[0].noise_factors[0]
    photons = np.array([exposure.photons[0] for exposure in drawn]) / factor
    assert 1e3 <= photons.min() < 2e3
    assert 1e5 < photons.max() <= 2e5
    assert np.median(photons) == pytest.approx(np.sqrt(1e3 * 2e5), rel=0.4)
