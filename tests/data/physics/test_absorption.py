"""The closed form meets the NIST values, and refuses what it does not cover."""

import numpy as np
import pytest

from data.errors import SimulationError
from data.physics.absorption import ELEMENTS, mass_attenuation, tungsten_attenuation

ENERGIES = (0.2, 0.5, 1, 2, 4, 6, 10)
NIST = {
    "H": (0.2429, 0.1729, 0.1263, 0.08769, 0.05806, 0.04498, 0.03254),
    "C": (0.1229, 0.08715, 0.06361, 0.04442, 0.03047, 0.02469, 0.01959),
    "O": (0.1237, 0.08729, 0.06372, 0.04459, 0.03100, 0.02552, 0.02089),
    "Al": (0.1223, 0.08445, 0.06146, 0.04324, 0.03106, 0.02655, 0.02318),
    "Si": (0.1275, 0.08748, 0.06361, 0.04480, 0.03240, 0.02788, 0.02462),
    "Fe": (0.1460, 0.08414, 0.05995, 0.04265, 0.03312, 0.03057, 0.02994),
    "Cu": (0.1559, 0.08362, 0.05901, 0.04205, 0.03318, 0.03108, 0.03103),
}


@pytest.mark.parametrize("element", NIST)
def test_the_closed_form_is_within_four_per_mille_of_nist(element):
    found = mass_attenuation(element, ENERGIES)
    np.testing.assert_allclose(found, NIST[element], rtol=4e-3)


@pytest.mark.parametrize("element", ELEMENTS)
def test_the_two_branches_of_pair_production_meet(element):
    at = 4 * 0.51099895
    below, above = mass_attenuation(element, [at - 1e-6, at + 1e-6])
    assert below == pytest.approx(above, rel=1e-4)


def test_one_energy_gives_one_value():
    assert mass_attenuation("Fe", 1.0).shape == ()


@pytest.mark.parametrize("energy", [0.1, 0.0, -1.0, 10.5, np.nan])
def test_an_energy_out_of_range_is_refused(energy):
    with pytest.raises(SimulationError, match=r"from 0.2 to 10 MeV"):
        mass_attenuation("Fe", [1.0, energy])
    with pytest.raises(SimulationError, match=r"from 0.2 to 10 MeV"):
        tungsten_attenuation(energy)


@pytest.mark.parametrize("element", ["Pb", "W", "U", "fe", ""])
def test_an_element_that_the_fit_does_not_cover_is_refused(element):
    with pytest.raises(SimulationError, match="Choose one of H, C"):
        mass_attenuation(element, 1.0)
