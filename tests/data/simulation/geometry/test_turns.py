"""Rotations turn, and do nothing else."""

import numpy as np
from hypothesis import given
from hypothesis.strategies import floats, integers, sampled_from

from data.simulation.geometry.turns import turn_about, turn_anyhow


def assert_is_rotation(turn):
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(turn) > 0


@given(sampled_from([0, 1, 2]), floats(-10, 10))
def test_turning_about_an_axis_keeps_the_axis(axis, angle):
    turn = turn_about(axis, angle)
    assert_is_rotation(turn)
    np.testing.assert_allclose(turn @ np.eye(3)[axis], np.eye(3)[axis])


@given(integers(0, 10_000))
def test_turning_anyhow_is_a_rotation(seed):
    assert_is_rotation(turn_anyhow(np.random.default_rng(seed)))


def test_turning_anyhow_prefers_no_direction():
    turns = turn_anyhow(np.random.default_rng(0), 4000)
    np.testing.assert_allclose(turns.mean(axis=0), 0, atol=0.05)


def test_many_angles_give_many_turns():
    turns = turn_about(1, [0.1, 0.2])
    np.testing.assert_allclose(turns[1], turn_about(1, 0.2))
