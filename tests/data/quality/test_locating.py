"""The test object is found wherever it stands, and nothing else is taken for it."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.strategies import floats

from data.errors import QualityError
from data.quality.expecting import expect_object
from data.quality.locating import locate_object
from data.simulation import Recipe, simulate_scan
from tests.data.quality.objects import LAYOUT, SMALL, shoot

SCALE = (1 / 6, 1 / 5)
EXPECTED = expect_object(LAYOUT, SCALE, 6.0)


def make_scene(corner, *, noise=0.01):
    """The rendered object with its layout's corner at a place, px."""
    clear = np.exp(-EXPECTED.attenuation)
    away = np.subtract(corner, EXPECTED.corner)
    move = np.array([[1, 0, away[0]], [0, 1, away[1]]], np.float64)
    scene = cv2.warpAffine(clear, move, (420, 300), borderValue=1.0)
    noisy = scene + np.random.default_rng(0).normal(0, noise, scene.shape)
    return noisy.astype(np.float32)


def fail(scene):
    with pytest.raises(QualityError) as error:
        locate_object(scene.astype(np.float32), LAYOUT, EXPECTED)
    (line,) = str(error.value).splitlines()
    return line


@settings(max_examples=20)
@given(floats(20, 150), floats(20, 130))
def test_it_is_found_to_a_tenth_of_a_pixel_wherever_it_stands(x, y):
    found = locate_object(make_scene((x, y)), LAYOUT, EXPECTED)
    places = found.to_px([[15, 330], [1215, 330]])
    assert places == pytest.approx(
        np.array([[15, 330], [1215, 330]]) * SCALE + (x, y), abs=0.12
    )


def test_the_likeness_is_all_but_1_where_it_is_as_expected():
    assert locate_object(make_scene((60, 60)), LAYOUT, EXPECTED).likeness > 0.98


def test_in_a_simulated_scan_it_is_where_it_was_put():
    shot = shoot(SMALL)
    found = locate_object(shot.scan.transmission("high"), LAYOUT, EXPECTED)
    # Along y slope and sway move it besides; along x only chance does.
    at = found.to_px([[15, 330], [1415, 330]])[:, 0]
    true = np.array([15, 1415]) / 6 + shot.corner[0]
    assert at == pytest.approx(true, abs=0.1)


@pytest.mark.parametrize("seed", range(6))
def test_a_container_is_not_taken_for_it(seed):
    recipe = Recipe(length_m=6.0, scanner=SMALL, defects=())
    line = fail(simulate_scan(seed, recipe).scan.transmission("high"))
    assert "was not found" in line


def test_air_is_not_taken_for_it():
    rng = np.random.default_rng(0)
    assert "was not found" in fail(1 + rng.normal(0, 0.02, (300, 420)))


@pytest.mark.parametrize("flip", [0, 1, -1])
def test_an_object_that_stands_mirrored_is_said_to(flip):
    assert "It is there mirrored" in fail(cv2.flip(make_scene((60, 60)), flip))


def test_half_of_it_is_not_enough():
    assert "Scan it whole" in fail(make_scene((-110, 60)))


def test_a_scan_that_it_does_not_fit_into_is_refused():
    assert "is larger than the scan, 200 x 300 px" in fail(make_scene((0, 0))[:, :200])


def test_markers_tell_a_stretch_that_the_object_does_not():
    scene = make_scene((60, 60))
    wide = cv2.resize(scene, None, fx=1.03, fy=1.0)
    found = locate_object(wide, LAYOUT, EXPECTED)
    slope = np.polyfit(found.along * SCALE[0], found.shifts[:, 0], 1)[0]
    assert slope == pytest.approx(0.03, abs=0.003)


def test_without_most_of_its_markers_it_is_nowhere_shifted():
    scene = make_scene((60, 60))
    rows = slice(60 + 62, 60 + 71)
    scene[rows, 130:] = 1.0
    found = locate_object(scene, LAYOUT, EXPECTED)
    assert len(found.along) == 0
    unmarked = LAYOUT.model_copy(
        update={"patches": tuple(p for p in LAYOUT.patches if p.kind != "marker")}
    )
    assert len(locate_object(scene, unmarked, EXPECTED).along) == 0


def test_the_border_of_the_rendered_object_is_air():
    picture = replace(EXPECTED).attenuation
    assert picture[:4].max() == picture[:, -4:].max() == 0
    assert picture.max() == pytest.approx(4.0)
