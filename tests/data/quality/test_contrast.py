"""Contrast over noise, against an independent computation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats

from data.quality.contrast import measure_contrast
from tests.data.quality.objects import make_plane

THING = (slice(20, 40), slice(20, 50))
AROUND = [(slice(0, 18), slice(20, 50)), (slice(42, 60), slice(20, 50))]


def make_scene(contrast, noise, *, seed=0, shade=(0.0, 0.0)):
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:60, 0:70]
    scene = 0.3 + shade[0] * x + shade[1] * y + rng.normal(0, noise, (60, 70))
    scene[THING] -= contrast
    return scene


def look(scene, thing=THING, around=AROUND, *, dead=()):
    return measure_contrast(make_plane(scene, dead=dead), thing, around)


@given(floats(-0.05, 0.1), floats(0.005, 0.05))
def test_contrast_over_noise_is_what_was_put_in(contrast, noise):
    found = look(make_scene(contrast, noise))
    assert found.cnr == pytest.approx(contrast / noise, abs=4 * found.error)
    # 600 pixels of the thing, 1080 around it: the mean of each scatters by 1/sqrt(n).
    assert found.error >= np.sqrt(1 / 600 + 1 / 1080) * 0.99


def test_without_shading_it_is_the_difference_of_means_over_the_deviation():
    scene = make_scene(0.05, 0.02)
    around = np.concatenate([scene[window].ravel() for window in AROUND])
    by_hand = (around.mean() - scene[THING].mean()) / around.std(ddof=1)
    found = look(scene)
    assert found.cnr == pytest.approx(by_hand, rel=0.02)


@given(floats(-2e-3, 2e-3), floats(-2e-3, 2e-3))
def test_shading_is_neither_contrast_nor_noise(along, down):
    even = look(make_scene(0.05, 0.02))
    shaded = make_scene(0.05, 0.02, shade=(along, down))
    assert look(shaded).cnr == pytest.approx(even.cnr, 1e-3)


@given(floats(0.1, 10), floats(-0.2, 0.5))
def test_neither_the_level_nor_its_unit_matter(gain, offset):
    scene = make_scene(0.05, 0.02)
    found = look(scene)
    other = look(gain * scene + offset)
    assert other.cnr == pytest.approx(found.cnr, rel=1e-3)


def test_the_stated_error_is_the_scatter_of_the_ratio():
    found = [look(make_scene(0.01, 0.02, seed=s)) for s in range(300)]
    scatter = np.std([each.cnr for each in found])
    assert scatter == pytest.approx(np.mean([each.error for each in found]), rel=0.15)


def test_rows_that_fail_are_left_out():
    scene = make_scene(0.05, 0.02)
    scene[[5, 30]] = 0
    found = look(scene, dead=(5, 30))
    assert found.cnr == pytest.approx(2.5, abs=4 * found.error)


@pytest.mark.parametrize(
    ("thing", "around"),
    [
        ((slice(20, 23), slice(20, 25)), AROUND),
        (THING, [(slice(0, 2), slice(0, 5))]),
        ((slice(100, 140), slice(20, 50)), AROUND),
    ],
    ids=["small thing", "small background", "outside"],
)
def test_too_few_pixels_tell_nothing(thing, around):
    assert look(make_scene(0.05, 0.02), thing, around) is None


def test_without_noise_there_is_no_ratio():
    assert look(np.full((60, 70), 0.5)) is None
