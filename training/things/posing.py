"""How a phantom lies in air; its heading is varied only when it is projected."""

from typing import Final

import numpy as np
import numpy.typing as npt

from data.simulation.geometry.turns import turn_about

Reals = npt.NDArray[np.float64]

_BROADSIDE: Final = 0.6
_FLAT: Final = 0.15
_TILT: Final = 0.35
_WOBBLE: Final = 0.15


def draw_pose(rng: np.random.Generator) -> Reals:
    """Draw how a thing lies, as a rotation of its own frame.

    Three in five are more or less broadside to the rays; three in twenty lie flat on
    their sides as if put down, which rays from the side see edge-on; a quarter lie any
    way. The simulator's scans show the same three, fewer of them broadside.

    Args:
        rng: Source of chance.

    Returns:
        (3, 3) for column vectors: the roll, then the elevation; see `data.truth.Pose`.
    """
    share = rng.random()
    if share < _BROADSIDE:
        elevation, roll = rng.normal(0, _TILT, 2)
    elif share < _BROADSIDE + _FLAT:
        side = np.pi / 2 * (-1) ** rng.integers(2)
        elevation, roll = rng.uniform(-np.pi, np.pi), side + rng.normal(0, _WOBBLE)
    else:
        elevation, roll = np.arcsin(rng.uniform(-1, 1)), rng.uniform(-np.pi, np.pi)
    return np.asarray(turn_about(1, elevation) @ turn_about(0, roll))
