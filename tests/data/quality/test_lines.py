"""Rows and columns of air: those that fail are named, the others compared."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import booleans, floats, lists

from data.quality.lines import list_runs, measure_lines

ALL = np.ones(200, bool)


def make_air(noise=0.01, *, stripes=0.0, seed=0):
    rng = np.random.default_rng(seed)
    air = 1 + rng.normal(0, noise, (200, 60)) + rng.normal(0, stripes, (200, 1))
    return air.astype(np.float32)


def look(air, seen=ALL):
    return measure_lines(np.asarray(air, np.float32), seen)


def name(flags):
    return np.flatnonzero(flags).tolist()


def test_dead_stuck_hot_and_noisy_lines_are_told_apart():
    air = make_air()
    air[3] = 0.001
    air[10:13] *= 0.3
    air[50] = 0.8  # always the same
    air[70] *= 2
    air[90] += np.random.default_rng(1).normal(0, 0.2, 60)
    lines = look(air)
    assert name(lines.dead) == [3, 10, 11, 12, 50]
    assert name(lines.hot) == [70, 90]
    assert lines.good.sum() == 200 - 7


@pytest.mark.parametrize("noise", [0.002, 0.03])
def test_a_healthy_array_has_no_failing_lines(noise):
    lines = look(make_air(noise, stripes=0.01))
    assert lines.good.all()


def test_lines_that_never_see_air_are_neither_good_nor_dead():
    air = make_air()
    air[:20] = 0
    lines = look(air, np.arange(200) >= 20)
    assert not lines.dead.any()
    assert name(~lines.good) == list(range(20))


def test_lines_that_all_read_the_same_are_saturated_not_dead():
    assert not look(np.full((200, 60), 0.9)).dead.any()


@given(floats(0.003, 0.05))
def test_stripes_are_measured_without_noise(stripes):
    found = [look(make_air(0.01, stripes=stripes, seed=s)).stripes() for s in range(5)]
    assert np.mean(found) == pytest.approx(stripes, rel=0.12)


def test_noise_alone_makes_next_to_no_stripes():
    # The mean of 60 pixels scatters by 0.0026.
    found = [look(make_air(0.02, seed=s)).stripes() for s in range(10)]
    assert np.mean(found) < 0.0009


def test_shading_is_no_stripe():
    shade = 1 - 0.05 * np.cos(np.linspace(0, 3, 200))[:, None]
    even, shaded = (look(a) for a in (make_air(), make_air() * shade))
    assert shaded.stripes() == pytest.approx(even.stripes(), abs=5e-4)


def test_what_all_lines_share_is_not_their_own():
    columns = 1 + np.random.default_rng(5).normal(0, 0.1, 60)
    lines = look(make_air() * columns)
    assert lines.noise.mean() == pytest.approx(0.01, rel=0.15)


def test_too_few_pixels_or_lines_tell_nothing():
    assert look(make_air()[:, :7]) is None
    assert look(make_air()[:10], ALL[:10]).stripes() is None


@given(lists(booleans(), max_size=40))
def test_runs_cover_what_is_flagged_and_nothing_else(flags):
    runs = list_runs(np.array(flags, bool))
    covered = [i for first, last in runs for i in range(first, last + 1)]
    assert covered == [i for i, flag in enumerate(flags) if flag]
    assert all(b[0] > a[1] + 1 for a, b in pairwise(runs))
