"""Scenes hold what was put into them, wherever it is moved."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers

from data.physics.materials import CARBON, IRON, STEEL
from data.simulation.meshes import BOX, make_cylinder
from data.simulation.solids import Solids
from data.simulation.turns import ALONG_X, ALONG_Y, turn_about, turn_anyhow


def test_a_litre_of_iron_weighs_its_density():
    solids = Solids()
    solids.add(BOX, (100, 100, 100), (5, 6, 7), IRON)
    assert solids.mass_kg == pytest.approx(7.87)


def test_a_hollow_box_weighs_what_its_walls_weigh():
    solids = Solids()
    solids.add_shell((100, 100, 100), 10, (0, 0, 0), CARBON)
    assert solids.mass_kg == pytest.approx(1 - 0.8**3)


def test_a_tube_weighs_what_its_wall_weighs():
    solids, mesh = Solids(), make_cylinder(100)
    solids.add_tube((100, 100, 1000), 10, (0, 0, 0), CARBON, mesh=mesh)
    ring = np.pi / 4 * (10**2 - 8**2) * 100 / 1000
    assert solids.mass_kg == pytest.approx(ring, rel=1e-3)


@given(integers(0, 1000), floats(0.1, 3))
def test_moving_and_turning_keeps_the_mass(seed, factor):
    part, whole = Solids(), Solids()
    part.add(BOX, (10, 20, 30), (100, 0, 0), STEEL)
    whole.place(part, (1, 2, 3), turn_anyhow(np.random.default_rng(seed)))
    whole.scale_amounts(factor)
    assert whole.mass_kg == pytest.approx(part.mass_kg * factor)


def test_many_solids_are_added_at_once():
    many, single = Solids(), Solids()
    centres = np.array([[0.0, 0, 0], [50, 0, 0], [0, 70, 0]])
    many.add(BOX, (10, 10, 10), centres, STEEL, fill=[1, 2, 3])
    for centre, fill in zip(centres, (1, 2, 3), strict=True):
        single.add(BOX, (10, 10, 10), centre, STEEL, fill=fill)
    assert many.mass_kg == pytest.approx(single.mass_kg)
    np.testing.assert_allclose(many.bounds(), single.bounds())


def test_placing_turns_about_the_origin_then_moves():
    part, whole = Solids(), Solids()
    part.add(BOX, (2, 2, 2), (10, 0, 0), STEEL)
    whole.place(part, (0, 0, 5), turn_about(2, np.pi / 2))
    low, high = whole.bounds()
    np.testing.assert_allclose(low, [-1, 9, 4], atol=1e-9)
    np.testing.assert_allclose(high, [1, 11, 6], atol=1e-9)


def test_a_cylinder_along_an_axis_is_long_in_that_axis():
    for axis, turn in ((0, ALONG_X), (1, ALONG_Y)):
        solids = Solids()
        solids.add(make_cylinder(), (1, 1, 50), (0, 0, 0), STEEL, turn=turn)
        low, high = solids.bounds()
        assert np.argmax(high - low) == axis


def test_none_of_a_kind_adds_nothing():
    solids = Solids()
    solids.add(BOX, np.zeros((0, 3)), np.zeros((0, 3)), STEEL)
    solids.add_shell(np.zeros((0, 3)), np.zeros((0, 1)), np.zeros((0, 3)), STEEL)
    assert solids.copies == []
