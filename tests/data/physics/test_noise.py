"""The noise of a scan is read off the scan."""

import numpy as np
import pytest

from data.physics.noise import attenuation_noise, estimate_noise
from data.physics.transmission import FLOOR


def noisy(transmission: np.ndarray, photons: float, seed: int = 0) -> np.ndarray:
    drawn = np.random.default_rng(seed).poisson(transmission * photons)
    return np.asarray(drawn / photons, np.float32)


@pytest.mark.parametrize("photons", [1e3, 2e4, 2e5])
def test_it_is_counting_noise_in_air(photons):
    found = estimate_noise(noisy(np.ones((200, 300)), photons))
    assert found == pytest.approx(photons**-0.5, rel=0.03)


def test_it_is_the_same_read_off_cargo_where_there_is_no_air():
    found = estimate_noise(noisy(np.full((200, 300), 0.3), 1e4))
    assert found == pytest.approx(0.01, rel=0.05)


def test_row_gain_pulse_energy_and_edges_do_not_count():
    random = np.random.default_rng(1)
    clean = noisy(np.ones((200, 300)), 1e4)
    rows = random.normal(1, 0.02, (200, 1))
    columns = random.normal(1, 0.02, (1, 300))
    striped = (clean * rows * columns).astype(np.float32)
    striped[50:60] *= 0.2

    assert estimate_noise(striped) == pytest.approx(0.01, rel=0.1)


def test_a_scan_that_lets_nothing_through_has_one_count_of_noise():
    assert estimate_noise(np.zeros((9, 9), np.float32)) == FLOOR
    assert estimate_noise(np.zeros((1, 1), np.float32)) == FLOOR


def test_attenuation_noise_is_what_scattered_readings_show():
    truth = np.full((300, 300), 0.05)
    measured = np.std(-np.log(noisy(truth, 2e4)))
    stated = attenuation_noise(np.full((1, 1), 0.05, np.float32), 2e4**-0.5)
    assert stated[0, 0] == pytest.approx(measured, rel=0.05)
