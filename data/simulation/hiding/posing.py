"""How things lie, and what turns say of it."""

from typing import Final

import numpy as np
import numpy.typing as npt

from data.simulation.geometry.turns import turn_about, turn_anyhow
from data.truth import Pose

Reals = npt.NDArray[np.float64]

_ANYHOW: Final = 0.4
_BROADSIDE: Final = 0.35


def draw_turn(rng: np.random.Generator) -> Reals:
    """Draw how a thing lies, as a rotation of its own frame.

    Two in five lie any way round, a few less broadside to the rays, the others flat on
    their sides as if put down, which rays from the side see edge-on.

    Args:
        rng: Source of chance.

    Returns:
        (3, 3) for column vectors.
    """
    share = rng.random()
    if share < _ANYHOW:
        return turn_anyhow(rng)
    if share < _ANYHOW + _BROADSIDE:
        facing = turn_about(1, np.pi * rng.integers(2) + rng.normal(0, 0.4))
        level = turn_about(2, rng.uniform(0, 2 * np.pi))
        return np.asarray(level @ turn_about(0, rng.normal(0, 0.3)) @ facing)
    flat = turn_about(0, (-1) ** rng.integers(2) * np.pi / 2 + rng.normal(0, 0.15))
    return np.asarray(turn_about(1, rng.uniform(0, 2 * np.pi)) @ flat)


def to_pose(turn: Reals) -> Pose:
    """The angles of a rotation; see `data.truth.Pose`.

    Args:
        turn: (3, 3), of a frame with the muzzle towards +x, the grip towards -y.

    Example:
        >>> to_pose(np.eye(3))
        Pose(heading_deg=0.0, elevation_deg=0.0, roll_deg=0.0)
    """
    # The source is towards -z, so that a muzzle at z < 0 is raised towards it.
    elevation = np.arcsin(np.clip(-turn[2, 0], -1, 1))
    heading = np.arctan2(turn[1, 0], turn[0, 0])
    roll = np.arctan2(turn[2, 1], turn[2, 2])
    degrees = [round(float(np.degrees(a)), 1) + 0.0 for a in (heading, elevation, roll)]
    return Pose(heading_deg=degrees[0], elevation_deg=degrees[1], roll_deg=degrees[2])
