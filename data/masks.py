"""Masks as run lengths, as COCO has them: column by column, background first."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from data.errors import TruthError

Mask = npt.NDArray[np.bool_]


def encode_mask(mask: Mask) -> tuple[int, ...]:
    """Run lengths of a mask.

    Args:
        mask: (H, W) bool.

    Returns:
        Pixels outside, inside, outside ... in turn, going down the columns from left
        to right; the first may be 0.

    Example:
        >>> encode_mask(np.array([[True, False], [True, True]]))
        (0, 2, 1, 1)
    """
    flat = np.asarray(mask, bool).ravel(order="F")
    if not len(flat):
        return ()
    turns = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    runs = np.diff(np.concatenate([[0], turns, [len(flat)]]))
    return (*([0] if flat[0] else []), *map(int, runs))


def decode_mask(runs: Sequence[int], shape: tuple[int, int]) -> Mask:
    """The mask of run lengths.

    Args:
        runs: As `encode_mask` makes them.
        shape: Height and width, px.

    Returns:
        (H, W) bool.

    Raises:
        TruthError: If the runs do not fill the shape.
    """
    if sum(runs) != shape[0] * shape[1] or (len(runs) and min(runs) < 0):
        msg = (
            f"The runs of a mask cover {sum(runs)} px, not {shape[1]} x {shape[0]}. "
            "Write them again from the mask."
        )
        raise TruthError(msg)
    inside = np.arange(len(runs)) % 2 == 1
    return np.repeat(inside, runs).reshape(shape, order="F")
