"""Scenes hold what was put into them, wherever it is moved."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers

from data.physics.materials import CARBON, IRON, STEEL
from data.simulation.geometry.meshes import BOX, make_cylinder
from data.simulation.geometry.solids import Solids
from data.simulation.geometry.turns import ALONG_X, ALONG_Y, turn_about, turn_anyhow


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


def test_what_is_at_a_point_is_the_sum_of_the_solids_there():
    solids = Solids()
    solids.add(BOX, (10, 10, 10), (0, 0, 0), STEEL)
    solids.add_tube((8, 8, 20), 2, (0, 0, 0), STEEL, turn=ALONG_X)
    steel = solids.copies[0].amounts[0]
    points = np.array([[0, 0, 0], [0, 3, 0], [9, 3, 0], [9, 0, 0], [0, 0, 30]], float)
    found = solids.amounts_at(points)
    np.testing.assert_allclose(found, np.outer([1, 2, 1, 0, 0], steel), atol=1e-12)


def test_amounts_add_up_to_the_mass():
    rng, solids = np.random.default_rng(0), Solids()
    for mesh in (BOX, make_cylinder(12)):
        size, centre = rng.uniform(30, 90, (20, 3)), rng.uniform(-100, 100, (20, 3))
        solids.add(mesh, size, centre, STEEL, turn=turn_anyhow(rng, 20))
    points = rng.uniform(-200, 200, (60_000, 3))
    # g/cm2 per mm are 10 g/cm3, and a mm3 is a thousandth of a cm3.
    kg = solids.amounts_at(points).sum(axis=1).mean() * 10 * 400**3 / 1e6
    assert kg == pytest.approx(solids.mass_kg, rel=0.03)


def test_merging_keeps_every_copy():
    rng, solids = np.random.default_rng(0), Solids()
    for mesh in (BOX, make_cylinder(12), BOX):
        solids.add(mesh, (5, 5, 5), rng.uniform(-100, 100, (7, 3)), STEEL)
    merged = solids.merge()
    assert [len(c.shift) for c in merged.copies] == [14, 7]
    assert merged.mass_kg == pytest.approx(solids.mass_kg)
    assert all((np.diff(c.shift[:, 0]) >= 0).all() for c in merged.copies)
