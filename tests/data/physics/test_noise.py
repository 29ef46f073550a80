"""The noise of a scan is read off the scan."""

from itertools import pairwise

import numpy as np
import pytest

from data.physics.noise import (
    UNKNOWN,
    attenuation_noise,
    estimate_noise,
    noise_of,
    tally_noise,
)
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


def tally_parts(transmission: np.ndarray, ends: tuple[int, ...]) -> np.ndarray:
    """Tallies of neighbouring parts, added up."""
    places = [0, *ends, transmission.shape[1] - 1]
    parts = pairwise(places)
    tallies = [tally_noise(transmission[:, a : b + 1]) for a, b in parts]
    return np.asarray(np.sum(tallies, axis=0))


def half_cargo(shape: tuple[int, int]) -> np.ndarray:
    level = np.ones(shape)
    level[:, shape[1] // 2 :] = 0.1
    level[::7] *= 0.9
    return level


@pytest.mark.parametrize("photons", [1e3, 2e4, 2e5])
@pytest.mark.parametrize("scene", ["air", "cargo", "no air", "hardly any air"])
def test_a_running_estimate_comes_to_the_same(scene, photons):
    shape = (400, 600)
    level = {
        "air": np.ones(shape),
        "cargo": half_cargo(shape),
        "no air": np.full(shape, 0.3),
        "hardly any air": np.full(shape, 0.3),
    }[scene]
    if scene == "hardly any air":
        level[:, :5] = 1
    measured = noisy(level, photons)
    found = noise_of(tally_parts(measured, (64, 128, 401)))
    assert found == pytest.approx(estimate_noise(measured), rel=0.02)


def test_tallies_of_parts_add_up_to_that_of_the_whole():
    measured = noisy(half_cargo((40, 90)), 1e4)
    whole = tally_noise(measured)
    for ends in ((1, 2, 3), (64,), tuple(range(1, 89))):
        np.testing.assert_array_equal(tally_parts(measured, ends), whole)


def test_air_counts_alone_once_there_is_enough_of_it():
    # Stripes in cargo that no second difference cancels: air must not hear of them.
    measured = noisy(np.ones((400, 400)), 1e4)
    measured[:, 40:] = 0.3 + 0.1 * np.random.default_rng(2).random((400, 360))
    assert noise_of(tally_noise(measured)) == pytest.approx(0.01, rel=0.03)
    measured[:, :38] = measured[:, 300:338]
    assert noise_of(tally_noise(measured)) > 0.04


@pytest.mark.parametrize("shape", [(9, 9), (1, 9), (9, 1), (1, 1), (2, 2)])
@pytest.mark.parametrize("level", [0.0, -0.01, 1.0])
def test_where_nothing_can_be_told_a_running_estimate_is_cautious(shape, level):
    assert noise_of(tally_noise(np.full(shape, level, np.float32))) == UNKNOWN


def test_noise_beyond_all_measure_is_still_a_number():
    measured = np.random.default_rng(0).normal(1, 50, (200, 200)).astype(np.float32)
    assert 1 <= noise_of(tally_noise(measured)) < 2


def test_attenuation_noise_is_what_scattered_readings_show():
    truth = np.full((300, 300), 0.05)
    measured = np.std(-np.log(noisy(truth, 2e4)))
    stated = attenuation_noise(np.full((1, 1), 0.05, np.float32), 2e4**-0.5)
    assert stated[0, 0] == pytest.approx(measured, rel=0.05)
