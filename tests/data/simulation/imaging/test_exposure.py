"""Counts have the mean, the noise and the limits that physics gives them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats

from data.physics.basis import tabulate_attenuation
from data.physics.transmission import measure_transmission
from data.simulation.imaging.counting import expose
from data.simulation.imaging.exposure import (
    LEAKAGE,
    Exposure,
    Response,
    draw_exposure,
    draw_response,
    expect_signal,
    transmit,
)
from data.simulation.imaging.scanner import SCANNERS

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
EVEN = Response(np.ones(300, np.float32), np.ones(200, np.float32))


def measure(transmission, exposure, plane=0):
    """Transmission read back from the counts of a uniform plane."""
    signal = np.full(SHAPE, transmission, np.float32)
    counts, air, dark = expose(
        np.random.default_rng(1), (signal, signal), exposure, EVEN
    )
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
    counts, _, _ = expose(np.random.default_rng(0), (signal, 0 * signal), CLEAN, EVEN)
    assert counts[0].min() == 65535
    assert counts[1].dtype == np.uint16


def test_air_and_dark_differ_from_row_to_row_and_are_known():
    signal = np.ones(SHAPE, np.float32)
    counts, air, dark = expose(np.random.default_rng(0), (signal, signal), CLEAN, EVEN)
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


def test_scatter_is_as_even_as_it_is_wide():
    plane = np.zeros((640, 640), np.float32)
    plane[:, 320:] = 1
    only = expect_signal(plane, replace(CLEAN, scatter=1.0))
    assert np.abs(np.diff(only[320])).max() < 0.01
    assert only[320, 0] < 0.2
    assert only[320, -1] > 0.8
    np.testing.assert_allclose(only, np.broadcast_to(only[320], only.shape), atol=1e-3)


def test_dead_rows_read_dark_and_weak_pulses_less():
    signal = np.full(SHAPE, 0.5, np.float32)
    gain, pulse = EVEN.gain.copy(), EVEN.pulse.copy()
    gain[7], pulse[9] = 0, 0.1
    counts, air, dark = expose(
        np.random.default_rng(0), (signal, signal), CLEAN, Response(pulse, gain)
    )
    found = measure_transmission(counts[0], air[0], dark[0])
    assert abs(found[7]).max() < 1e-3
    assert found[8:, 9].mean() == pytest.approx(0.05, rel=0.05)
    assert found[8:, 10].mean() == pytest.approx(0.5, rel=0.02)


def test_a_detector_reads_no_more_than_its_brightest():
    signal = np.linspace(0, 1, SHAPE[1], dtype=np.float32)[None].repeat(SHAPE[0], 0)
    counts, air, dark = expose(
        np.random.default_rng(0), (signal,), CLEAN, replace(EVEN, brightest=0.4)
    )
    found = measure_transmission(counts[0], air[0], dark[0])
    assert found.max() == pytest.approx(0.4, abs=1e-3)
    assert found[:, 90].mean() == pytest.approx(signal[0, 90], abs=1e-2)


def test_an_offset_moves_the_low_plane_alone():
    signal = np.ones(SHAPE, np.float32)
    signal[:, 150:] = 0.1
    moved = replace(EVEN, low_offset=(6.0, 0.0))
    counts, air, dark = expose(np.random.default_rng(0), (signal, signal), CLEAN, moved)
    edges = [
        int((measure_transmission(counts[p], air[p], dark[p]).mean(axis=0) > 0.5).sum())
        for p in (0, 1)
    ]
    assert edges == [150, 156]


def test_the_errors_of_pulses_and_rows_are_as_large_as_the_exposure_says():
    exposure = replace(CLEAN, pulse=0.004, gain=0.003)
    response = draw_response(np.random.default_rng(0), exposure, (2000, 3000))
    assert response.pulse.std() == pytest.approx(0.004, rel=0.1)
    assert response.gain.std() == pytest.approx(0.003, rel=0.1)
    assert len(response.gain) == 2000


def test_exposures_stay_within_the_ranges_of_the_scanner():
    rng = np.random.default_rng(0)
    drawn = [draw_exposure(rng, SCANNERS[0]) for _ in range(300)]
    factor = SCANNERS[0].noise_factors[0]
    photons = np.array([exposure.photons[0] for exposure in drawn]) / factor
    assert 1e3 <= photons.min() < 2e3
    assert 1e5 < photons.max() <= 2e5
    assert np.median(photons) == pytest.approx(np.sqrt(1e3 * 2e5), rel=0.4)
