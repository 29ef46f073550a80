"""The beam model meets the published figures of fielded accelerators."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats

from data.errors import SimulationError
from data.physics.beam import Beam, steel_curve
from data.physics.materials import (
    ALUMINIUM,
    MATERIALS,
    POLYETHYLENE,
    STEEL,
    WATER,
    WOOD,
)

# By endpoint: 1/cm of steel, aluminium, water, polyethylene, wood; and the tolerance.
THIN = {
    4.0: ((0.455, 0.155, 0.065, 0.064, 0.037), 0.05),
    6.0: ((0.396, 0.133, 0.056, 0.054, 0.032), 0.05),
    9.0: ((0.365, 0.121, 0.050, 0.048, 0.029), 0.09),
}
# Transmission by thickness in mm.
STEEL_6_MV = {
    4: 0.855,
    20: 0.476,
    50: 0.176,
    100: 0.0387,
    200: 2.3e-3,
    300: 1.6e-4,
    400: 1.1e-5,
}
ENDPOINTS = floats(1.5, 10.0)


@pytest.mark.parametrize("endpoint", THIN)
def test_thin_layers_attenuate_as_measured(endpoint):
    expected, tolerance = THIN[endpoint]
    beam = Beam(endpoint)
    found = [
        beam.thin_attenuation(material)
        for material in (STEEL, ALUMINIUM, WATER, POLYETHYLENE, WOOD)
    ]
    np.testing.assert_allclose(found, expected, rtol=tolerance)


@pytest.mark.parametrize("thickness", STEEL_6_MV)
def test_steel_transmits_at_6_mv_what_is_published(thickness):
    found = Beam(6.0).attenuation([(STEEL, thickness * 0.785)])
    assert found == pytest.approx(-np.log(STEEL_6_MV[thickness]), rel=0.045)


@pytest.mark.parametrize(("endpoint", "mean"), [(4.0, 1.58), (6.0, 2.31), (9.0, 3.19)])
def test_the_mean_detected_energy_is_a_third_of_the_endpoint(endpoint, mean):
    beam = Beam(endpoint)
    assert beam.energies_mev @ beam.signal == pytest.approx(mean, rel=0.05)


@pytest.mark.parametrize(("endpoint", "factor"), [(4.0, 0.8), (6.0, 0.71), (9.0, 0.6)])
def test_adding_up_energies_is_noisier_than_counting(endpoint, factor):
    assert Beam(endpoint).noise_factor == pytest.approx(factor, abs=0.07)


def test_light_materials_lose_more_between_the_energies_than_steel():
    ratios = {
        material.name: Beam(4.0).thin_attenuation(material)
        / Beam(6.0).thin_attenuation(material)
        for material in (WATER, STEEL)
    }
    assert ratios["water"] > ratios["steel"] + 0.01


@given(ENDPOINTS, floats(0, 100), floats(0, 100))
def test_hardening_makes_the_second_layer_cheaper_than_the_first(
    endpoint, first, second
):
    beam = Beam(endpoint)
    both = beam.attenuation([(STEEL, first), (WATER, second)])
    apart = beam.attenuation([(STEEL, first)]) + beam.attenuation([(WATER, second)])
    assert both <= apart + 1e-9
    assert both >= beam.attenuation([(STEEL, first)]) - 1e-9


def test_layers_broadcast():
    found = Beam(6.0).attenuation([(STEEL, [[0.0], [10.0]]), (WATER, [0.0, 1.0, 2.0])])
    assert found.shape == (2, 3)
    assert found[0, 0] == pytest.approx(0, abs=1e-12)


@given(ENDPOINTS, ENDPOINTS)
def test_the_steel_curve_rises_from_nothing_past_twelve(high, low):
    curves = steel_curve(high, low)
    assert curves[0][-1] >= 12
    for curve in curves:
        assert curve.dtype == np.float32
        assert curve[0] == 0
        assert (np.diff(curve) > 0).all()
        assert not curve.flags.writeable


def test_the_steel_curve_is_what_steel_attenuates():
    areal = np.array([1.0, 30.0, 150.0])
    high = Beam(6.0).attenuation([(STEEL, areal)])
    low = Beam(4.0).attenuation([(STEEL, areal)])
    np.testing.assert_allclose(np.interp(high, *steel_curve(6.0, 4.0)), low, rtol=1e-3)


def test_the_steel_curve_is_made_once():
    assert steel_curve(6.0, 3.5) is steel_curve(6.0, 3.5)


@pytest.mark.parametrize("endpoint", [0.16, 0.0, -6.0, 15.0, np.nan])
def test_a_beam_beyond_the_attenuation_values_is_refused(endpoint):
    with pytest.raises(SimulationError, match="Choose 1 to 10 MV"):
        Beam(endpoint)
    with pytest.raises(SimulationError, match="Choose 1 to 10 MV"):
        steel_curve(endpoint, 4.0)


def test_there_is_a_table_of_what_cargo_is_made_of():
    assert {"steel", "aluminium", "water", "wood", "paper", "food"} <= set(MATERIALS)
