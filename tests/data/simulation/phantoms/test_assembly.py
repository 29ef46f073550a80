"""The shapes of phantoms are closed, convex and of the size asked for."""

import numpy as np
import pytest

from data.physics.materials import POLYETHYLENE, STEEL
from data.simulation.phantoms.assembly import Assembly
from data.simulation.phantoms.outlines import arc, circle, extrude, hull
from tests.data.simulation.phantoms.shadows import assert_convex, project_broadside

STEEL_G_CM3 = 7.85


@pytest.fixture
def model():
    return Assembly()


def grams(model):
    return model.mass_kg * 1000


def test_an_outline_goes_round_anticlockwise_without_what_is_inside():
    outline = hull((0, 0), (0, 2), circle(1, 1, 0.5), (2, 2), (2, 0))
    assert sorted(map(tuple, outline)) == [(0, 0), (0, 2), (2, 0), (2, 2)]
    assert extrude(outline).volume == pytest.approx(4)


@pytest.mark.parametrize("sides", [3, 4, 5, 8, 11])
def test_plates_of_any_number_of_corners_are_convex(sides):
    mesh = extrude(circle(3, -2, 10, sides))
    assert_convex(mesh)
    area = sides / 2 * 100 * np.sin(2 * np.pi / sides)
    assert mesh.volume == pytest.approx(area)


def test_a_case_is_hollow(model):
    model.case(hull((0, 0), (100, 0), (100, 50), (0, 50)), 30, 2, STEEL)
    walls_cm3 = (100 * 50 * 30 - 96 * 46 * 26) / 1000
    assert grams(model) == pytest.approx(walls_cm3 * STEEL_G_CM3, rel=0.01)


def test_a_case_thinner_than_its_walls_is_not_lighter_than_nothing(model):
    model.case(hull((0, 0), (3, 0), (0, 3)), 1, 5, STEEL)
    assert grams(model) > 0


def test_a_tube_around_a_bend_has_neither_gaps_nor_thick_joints(model):
    model.rod(arc((0, 0), 100, 0, 180, 9), 40, STEEL, bore=30)
    for mesh in {id(c.mesh): c.mesh for c in model.copies}.values():
        assert_convex(mesh)
    shadow = project_broadside(model, pitch=1.0)
    ys, xs = np.mgrid[0:400, 0:800]
    radius = np.hypot(xs - 800 + 0.5, 400 - ys - 0.5)
    middle = shadow[(np.abs(radius - 97) < 1) & (ys < 395)]
    assert len(middle) > 250
    assert middle.min() > 0.75 * np.median(middle)
    assert middle.max() < 1.25 * np.median(middle)


def test_a_sharp_bend_stays_convex(model):
    model.rod([(0, 0), (40, 0), (2, 6)], 30, STEEL)
    for copies in model.copies:
        assert_convex(copies.mesh)


def test_a_band_along_a_line_does_not_lie_over_itself(model):
    model.strip([(0, 0), (50, 0), (90, 30)], [20, 20, 30], 10, POLYETHYLENE)
    shadow = project_broadside(model, pitch=1.0)
    assert shadow.max() < 1.02 * 0.95 * 1.03


def test_a_turned_thing_has_the_volume_of_its_cones(model):
    model.turned([(0, 20), (30, 20), (30, 10), (60, 10)], STEEL)
    full_cm3 = np.pi / 4 * (20**2 + 10**2) * 30 / 1000
    assert grams(model) == pytest.approx(full_cm3 * STEEL_G_CM3, rel=0.05)
    low, high = model.bounds()
    assert (low[0], high[0]) == (0, 60)


def test_a_spring_winds_about_its_axis(model):
    model.spring((0, 5), (80, 5), 12, 2, 8)
    low, high = model.bounds()
    assert -2.5 < low[1] < 0.2
    assert 9.8 < high[1] < 13
    assert low[2] < -4
    assert high[2] > 4
