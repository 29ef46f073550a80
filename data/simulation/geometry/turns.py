"""Rotations in space, as 3 x 3 matrices for column vectors."""

from typing import Final

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float64]


def turn_about(axis: int, angle: npt.ArrayLike) -> Reals:
    """Rotation about one axis.

    Args:
        axis: 0, 1 or 2 for x, y or z.
        angle: Radians, () or (N,), anticlockwise seen from the axis' tip.

    Returns:
        (3, 3) or (N, 3, 3).

    Example:
        >>> turn_about(2, np.pi / 2).round(6) @ [1, 0, 0]
        array([0., 1., 0.])
    """
    angles = np.asarray(angle, np.float64)
    cosine, sine = np.cos(angles), np.sin(angles)
    first, second = (axis + 1) % 3, (axis + 2) % 3
    turn = np.zeros((*angles.shape, 3, 3))
    turn[..., axis, axis] = 1
    turn[..., first, first] = turn[..., second, second] = cosine
    turn[..., second, first] = sine
    turn[..., first, second] = -sine
    return turn


def turn_anyhow(rng: np.random.Generator, count: int | None = None) -> Reals:
    """Rotation drawn evenly from all rotations (Shoemake's quaternions).

    Args:
        rng: Source of chance.
        count: How many; None for one.

    Returns:
        (3, 3), or (N, 3, 3).
    """
    quaternion = rng.normal(size=(1 if count is None else count, 4))
    w, x, y, z = (quaternion / np.linalg.norm(quaternion, axis=1)[:, None]).T
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    turns = np.array(rows).transpose(2, 0, 1)
    return np.asarray(turns[0] if count is None else turns)


ALONG_X: Final = turn_about(1, np.pi / 2)
"""Turns a cylinder, which lies along z, to lie along x."""

ALONG_Y: Final = turn_about(0, -np.pi / 2)
"""Turns a cylinder upright."""

ALONG_Z: Final = np.eye(3)
"""Leaves a cylinder along the rays."""
