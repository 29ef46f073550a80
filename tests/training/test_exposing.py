"""Tests of exposures: what noise is said to be there is there."""

import numpy as np
import pytest

from data.physics.noise import estimate_noise
from training.config import Exposure
from training.exposing import draw_normal, vary_exposure

NONE = Exposure(share=1, least_dose=1, most_scatter=0, most_blur_px=0, most_gain=0)
AIR = (0.004, 0.006)


def make_levels(seed=0, thickest=2.5, side=320):
    """Two planes of smooth cargo with a strip of air, and the noise of photons."""
    random = np.random.default_rng(seed)
    alpha = np.tile(np.linspace(0.05, thickest, side), (side, 1))
    alpha[:30] = 0
    through = np.exp(-np.stack([alpha, 1.15 * alpha]))
    noise = random.standard_normal(through.shape) * np.array(AIR)[:, None, None]
    levels = through + noise * np.sqrt(through)
    return through.astype(np.float32), levels.astype(np.float32)


def vary(settings, seed=0, levels=None, noise=AIR, wide=None):
    shown = make_levels()[1] if levels is None else levels
    return vary_exposure(np.random.default_rng(seed), shown, noise, settings, wide)


@pytest.mark.parametrize(
    "change",
    [
        {"least_dose": 0.05},
        {"most_blur_px": 1.0},
        {"most_gain": 0.02},
        {"most_scatter": 0.02},
        {"least_dose": 0.1, "most_blur_px": 0.6, "most_gain": 0.01},
        Exposure().model_dump() | {"share": 1.0},
    ],
)
def test_the_noise_that_is_told_is_the_noise_that_is_there(change):
    settings = NONE.model_copy(update=change)
    for seed in range(12):
        levels, noise = vary(settings, seed, wide=np.full((2, 320, 320), 0.4, "f4"))
        measured = [estimate_noise(plane) for plane in levels]
        assert list(noise) == pytest.approx(measured, rel=0.15)


def test_less_dose_gives_the_noise_of_fewer_photons_everywhere():
    through, levels = make_levels()
    settings = NONE.model_copy(update={"least_dose": 0.05})
    told = []
    for seed in range(8):
        made, noise = vary(settings, seed, levels)
        told.append(noise[0] / AIR[0])
        # Over thin and thick columns alike: variance is noise^2 times transmission.
        scaled = (made - through) / np.sqrt(through)
        for part in (scaled[..., :100], scaled[..., -100:]):
            measured = part.std(axis=(1, 2))
            assert measured == pytest.approx(np.array(noise), rel=0.03)
        assert abs((made - levels).mean()) < 1e-3
    assert min(told) >= 1
    assert max(told) <= 0.05**-0.5
    assert max(told) > 1.5 * min(told)


def test_scatter_lifts_the_dark_and_not_the_mean():
    wide = np.full((2, 320, 320), 0.4, np.float32)
    settings = NONE.model_copy(update={"most_scatter": 0.05})
    levels = make_levels()[1]
    shares = []
    for seed in range(20):
        made, _ = vary(settings, seed, levels, wide=wide)
        share = (made - levels) / (wide - levels)
        shares.append(float(np.median(share)))
        expected = (1 - shares[-1]) * levels + shares[-1] * wide
        np.testing.assert_allclose(made, expected, rtol=1e-5)
    assert 0 <= min(shares) < 0.015
    assert 0.035 < max(shares) <= 0.05


def test_no_scatter_is_added_where_nothing_is_known_of_it():
    settings = NONE.model_copy(update={"most_scatter": 0.05})
    levels = make_levels()[1]
    np.testing.assert_array_equal(vary(settings, 1, levels)[0], levels)


def test_gain_is_off_by_whole_rows_and_pulses():
    settings = NONE.model_copy(update={"most_gain": 0.05})
    levels = make_levels()[0]
    off = [vary(settings, seed, levels)[0] / levels for seed in range(20)]
    rows = [o.mean(axis=2).std() for o in off]
    pulses = [o.mean(axis=1).std() for o in off]
    assert max(rows) > 0.02
    assert max(pulses) > 0.02
    assert any(r < 1e-3 and p < 1e-3 for r, p in zip(rows, pulses, strict=True))
    for one in off:
        product = one.mean(axis=2, keepdims=True) * one.mean(axis=1, keepdims=True)
        expected = product / one.mean(axis=(1, 2))[:, None, None]
        np.testing.assert_allclose(one, expected, rtol=1e-4)


def test_blur_softens_and_is_never_more_than_the_limit():
    step = np.ones((1, 40, 200), np.float32)
    step[..., 100:] = 0.2
    settings = NONE.model_copy(update={"most_blur_px": 1.0})
    widths = []
    for seed in range(40):
        slope = -np.diff(vary(settings, seed, step, (0.001,))[0][0, 20])
        place = np.arange(len(slope))
        mean = (slope * place).sum() / slope.sum()
        widths.append(np.sqrt((slope * (place - mean) ** 2).sum() / slope.sum()))
    assert max(widths) <= 1.05
    assert max(widths) > 0.8
    assert widths.count(0) > 10


def test_limits_of_nothing_leave_all_as_it_is():
    levels = make_levels()[1]
    made, noise = vary(NONE, levels=levels, wide=np.zeros_like(levels))
    np.testing.assert_array_equal(made, levels)
    assert noise == AIR


def test_the_share_of_tiles_that_are_varied_is_as_stated():
    levels = make_levels(side=64)[1]
    settings = Exposure(share=0.25)
    same = [np.array_equal(vary(settings, s, levels)[0], levels) for s in range(200)]
    assert 125 <= same.count(True) <= 175
    settings = Exposure(share=0)
    assert all(np.array_equal(vary(settings, s, levels)[0], levels) for s in range(20))


def test_the_same_seed_gives_the_same_and_the_window_stays_as_it_was():
    settings = Exposure(share=1)
    levels = make_levels()[1]
    before = levels.copy()
    first, second, other = (vary(settings, seed, levels) for seed in (1, 1, 2))
    np.testing.assert_array_equal(levels, before)
    np.testing.assert_array_equal(first[0], second[0])
    assert first[1] == second[1] != other[1]
    assert (first[0] != other[0]).any()
    assert first[0].dtype == np.float32


def test_drawn_noise_is_normal_and_another_one_each_time():
    random = np.random.default_rng(0)
    drawn = [draw_normal(random, (2, 200, 300)) for _ in range(3)]
    for each in drawn:
        assert each.shape == (2, 200, 300)
        assert each.mean() == pytest.approx(0, abs=0.02)
        assert each.std() == pytest.approx(1, abs=0.02)
        assert np.abs(np.corrcoef(each[0].ravel(), each[1].ravel())[0, 1]) < 0.02
    assert (drawn[0] != drawn[1]).any()


def test_windows_larger_than_the_row_of_noise_get_some_too(monkeypatch):
    row = np.arange(50, dtype=np.float32)
    monkeypatch.setattr("training.exposing._make_row", lambda: row)
    random = np.random.default_rng(0)
    assert (np.diff(draw_normal(random, (7, 7)).ravel()) == 1).all()
    for shape in ((5, 10), (20, 30)):
        assert draw_normal(random, shape).shape == shape
