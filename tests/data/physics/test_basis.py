"""Carbon and iron stand for all other materials, at both energies."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays
from hypothesis.strategies import floats

from data.physics.basis import tabulate_attenuation, to_basis
from data.physics.beam import Beam
from data.physics.materials import CARBON, IRON, MATERIALS

AREAL = arrays(np.float32, (1, 4), elements=floats(0, 300, width=32))


@pytest.mark.parametrize("endpoint", [3.5, 4.0, 6.0, 9.0])
@pytest.mark.parametrize("material", MATERIALS.values(), ids=lambda m: m.name)
def test_two_materials_stand_for_any_other_within_a_hundredth(material, endpoint):
    areal = np.array([1.0, 10.0, 100.0])
    carbon, iron = to_basis(material)
    beam = Beam(endpoint)
    standing = beam.attenuation([(CARBON, carbon * areal), (IRON, iron * areal)])
    np.testing.assert_allclose(
        standing, beam.attenuation([(material, areal)]), rtol=0.01
    )


@given(AREAL, AREAL)
def test_the_table_meets_the_beam(carbon, iron):
    exact = Beam(6.0).attenuation([(CARBON, carbon), (IRON, iron)])
    found = tabulate_attenuation(6.0).look_up(carbon, iron)
    np.testing.assert_allclose(found, exact, rtol=2e-3, atol=2e-3)
    assert found.dtype == np.float32


def test_what_is_below_nothing_counts_as_nothing():
    table = tabulate_attenuation(4.0)
    below, iron = np.full((1, 1), -5, np.float32), np.full((1, 1), 20, np.float32)
    assert table.look_up(below, iron) == table.look_up(0 * below, iron)


def test_what_is_beyond_the_table_counts_as_its_end():
    table = tabulate_attenuation(4.0)
    end = np.full((1, 1), table.max_areal_g_cm2, np.float32)
    assert table.look_up(2 * end, 2 * end) == table.look_up(end, end)
