"""Attenuation adds up along the ray and survives dead pixels."""

import numpy as np
from hypothesis import given
from hypothesis.extra.numpy import array_shapes, arrays
from hypothesis.strategies import floats

from data.physics.transmission import to_attenuation, to_transmission

TRANSMISSIONS = arrays(
    np.float32,
    array_shapes(min_dims=2, max_dims=2),
    elements=floats(2.0**-16, 1.0, width=32),
)


@given(TRANSMISSIONS)
def test_there_and_back(scan):
    back = to_transmission(to_attenuation(scan))
    np.testing.assert_allclose(back, scan, rtol=1e-5)


@given(TRANSMISSIONS)
def test_two_layers_attenuate_by_the_sum(scan):
    layer = to_attenuation(np.sqrt(scan))
    np.testing.assert_allclose(2 * layer, to_attenuation(scan), atol=1e-5)


def test_dead_pixels_stay_finite():
    dead = np.array([[0.0, -0.01]], dtype=np.float32)
    assert np.isfinite(to_attenuation(dead)).all()
