"""Mixtures attenuate by the shares of their elements."""

import numpy as np
import pytest

from data.errors import SimulationError
from data.physics.absorption import mass_attenuation
from data.physics.materials import MATERIALS, WATER, Material


def test_water_is_a_ninth_hydrogen():
    shares = dict(WATER.composition)
    assert shares["H"] == pytest.approx(0.1119, abs=1e-4)
    mixed = shares["H"] * mass_attenuation("H", 1) + shares["O"] * mass_attenuation(
        "O", 1
    )
    assert WATER.mass_attenuation(1) == pytest.approx(mixed)
    assert WATER.mass_attenuation(1) == pytest.approx(0.0707, rel=2e-3)


@pytest.mark.parametrize("material", MATERIALS.values(), ids=lambda m: m.name)
def test_every_material_attenuates_less_as_density_of_electrons_says(material):
    # Around 1 MeV nearly all scatter off electrons: half an electron a nucleon.
    found = material.mass_attenuation(np.array([0.8, 1.25]))
    assert (found > [0.062, 0.048]).all()
    assert (found < [0.085, 0.068]).all()


def test_shares_that_do_not_add_up_are_refused():
    with pytest.raises(SimulationError, match=r"add up to 0.9"):
        Material("thin air", 1.0, (("O", 0.9),))


def test_a_density_of_nothing_is_refused():
    with pytest.raises(SimulationError, match="positive"):
        Material("nothing", 0.0, (("O", 1.0),))
