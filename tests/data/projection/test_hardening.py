"""What a threat adds behind cargo is what the beam's own physics says."""

import numpy as np
import pytest

from data.physics.beam import Beam
from data.physics.materials import CARBON, STEEL, WATER
from data.projection.hardening import (
    Light,
    add_attenuation,
    convert_attenuation,
    guess_low,
    is_modelled,
)
from data.projection.material import estimate_light


def plane(value):
    return np.full((4, 5), value, np.float32)


@pytest.mark.parametrize("energy", [4.0, 6.0, 9.0])
@pytest.mark.parametrize(("cargo", "share"), [(STEEL, 0.0), (CARBON, 1.0)])
@pytest.mark.parametrize("threat", [(STEEL, 0.0), (CARBON, 1.0)])
def test_both_pure_materials_are_met(energy, cargo, share, threat):
    beam = Beam(energy)
    behind = float(beam.attenuation([(cargo, 70.0)]))
    alone = float(beam.attenuation([(threat[0], 6.0)]))
    true = float(beam.attenuation([(cargo, 70.0), (threat[0], 6.0)])) - behind
    light = Light(share, threat[1])
    added = add_attenuation(plane(behind), plane(alone), energy, light=light)
    assert added == pytest.approx(true, rel=0.005)


def test_plain_multiplication_is_a_fifth_too_dark_behind_dense_cargo():
    beam = Beam(6.0)
    behind = float(beam.attenuation([(STEEL, 100.0)]))
    alone = float(beam.attenuation([(STEEL, 6.0)]))
    true = float(beam.attenuation([(STEEL, 106.0)])) - behind
    added = add_attenuation(plane(behind), plane(alone), 6.0, method="multiply")
    assert added[0, 0] / true > 1.2
    factor = add_attenuation(plane(behind), plane(alone), 6.0, method="factor")
    assert factor[0, 0] / true == pytest.approx(1, abs=0.06)


def test_an_unknown_beam_takes_the_factor():
    for energy in (None, 0.16):
        added = add_attenuation(plane(2), plane(0.5), energy)
        assert (
            added == add_attenuation(plane(2), plane(0.5), None, method="factor")
        ).all()
    assert not is_modelled(0.16)


def test_nothing_adds_nothing_and_never_less():
    assert not add_attenuation(plane(3), plane(0), 6.0).any()
    assert (add_attenuation(plane(-0.2), plane(0.3), 6.0) <= 0.3).all()


def test_steel_goes_from_one_beam_to_another():
    high, low = (float(Beam(mv).attenuation([(STEEL, 9.0)])) for mv in (6.0, 4.0))
    assert convert_attenuation(plane(high), 6.0, 4.0) == pytest.approx(low, rel=1e-3)
    assert guess_low(plane(high), (6.0, 4.0)) == pytest.approx(low, rel=1e-3)
    assert guess_low(plane(1), ()) == pytest.approx(1.14)


def test_two_energies_tell_light_cargo_from_steel():
    def seen(*layers):
        planes = [plane(np.exp(-Beam(mv).attenuation(layers))) for mv in (6.0, 4.0)]
        return np.stack(planes)

    nothing = np.zeros((2, 4, 5), np.float32)
    for layers, wanted in (
        ([(STEEL, 60.0)], 0.0),
        ([(CARBON, 60.0)], 1.0),
        ([(WATER, 60.0)], 1.0),
    ):
        light = estimate_light(seen(*layers), nothing, (6.0, 4.0))
        assert light.behind == pytest.approx(wanted, abs=0.05)
    assert estimate_light(seen((STEEL, 60.0)), nothing, (None, None)) == (0.5, 0.0)
