"""Poses say how a thing was turned."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import integers

from data.simulation.geometry.turns import turn_about, turn_anyhow
from data.simulation.hiding.posing import draw_turn, to_pose


@given(integers(0, 10_000))
def test_a_pose_gives_the_turn_back(seed):
    turn = turn_anyhow(np.random.default_rng(seed))
    pose = to_pose(turn)
    heading, elevation, roll = np.radians(
        [pose.heading_deg, pose.elevation_deg, pose.roll_deg]
    )
    # Raising the muzzle towards the source, at -z, is a turn about y from x to -z.
    again = turn_about(2, heading) @ turn_about(1, elevation) @ turn_about(0, roll)
    np.testing.assert_allclose(again, turn, atol=0.02)


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        (turn_about(2, np.pi / 2), (90, 0, 0)),
        (turn_about(0, np.pi / 2), (0, 0, 90)),
        (turn_about(1, np.pi / 6), (0, 30, 0)),
    ],
)
def test_plain_turns_have_plain_poses(turn, expected):
    pose = to_pose(turn)
    found = (pose.heading_deg, pose.elevation_deg, pose.roll_deg)
    assert found == pytest.approx(expected)


def test_things_lie_broadside_edge_on_and_between():
    rng = np.random.default_rng(0)
    turns = np.array([draw_turn(rng) for _ in range(600)])
    np.testing.assert_allclose(np.linalg.det(turns), 1, atol=1e-9)
    broadside = np.abs(turns[:, 2, 2])
    assert 0.3 < (broadside > 0.8).mean() < 0.7
    assert 0.15 < (broadside < 0.3).mean() < 0.5
