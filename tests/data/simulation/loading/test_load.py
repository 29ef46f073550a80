"""Loads add up, and can be turned end for end."""

import numpy as np

from data.physics.materials import IRON, WATER
from data.simulation.geometry.meshes import BOX
from data.simulation.loading.hold import Hold
from data.simulation.loading.load import Load


def make_load():
    load = Load()
    load.solids.add(BOX, (100, 40, 20), (300, 50, -70), IRON)
    load.offer("drum", [(300, 50, -70), (800, 50, 10)], (60, 30, 20))
    return load


def test_niches_are_offered_by_centre_and_size():
    first, second = make_load().niches
    np.testing.assert_allclose(first.low, (270, 35, -80))
    np.testing.assert_allclose(second.high, (830, 65, 20))
    assert {first.kind, second.kind} == {"drum"}


def test_a_load_takes_over_another():
    load, other = make_load(), Load()
    other.solids.add(BOX, (10, 10, 10), (0, 0, 0), WATER)
    other.offer("parcel", (0, 0, 0), (5, 5, 5))
    load.add(other)
    assert [n.kind for n in load.niches] == ["drum", "drum", "parcel"]
    assert len(load.solids.copies) == 2


def test_what_is_turned_round_has_its_other_end_first():
    turned = make_load().turn_round(500.0)
    low, high = turned.solids.bounds()
    np.testing.assert_allclose(low, (650, 30, 60))
    np.testing.assert_allclose(high, (750, 70, 80))
    np.testing.assert_allclose(turned.niches[0].low, (670, 35, 60))
    np.testing.assert_allclose(turned.niches[0].high, (730, 65, 80))
    back = turned.turn_round(500.0)
    np.testing.assert_allclose(back.niches[1].low, make_load().niches[1].low)


def test_a_hold_turns_with_its_load():
    hold = Hold(130.0, 900.0, 150.0, 2400.0, 1150.0).turn_round(500.0)
    assert (hold.x0, hold.x1) == (100.0, 870.0)
