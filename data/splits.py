"""Which part of a dataset a scan belongs to: train, validation or held-out."""

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np

Split = Literal["train", "validation", "held-out"]

SPLITS: Final[tuple[Split, ...]] = ("train", "validation", "held-out")

HELD_OUT: Final[Split] = "held-out"
"""The part to judge by."""

_SHARE: Final = 0.15
_SMALLEST: Final = 3


def assign_splits(armed: Sequence[bool], seed: int) -> list[Split]:
    """Share scans out: 15 % to validation, 15 % to held-out, the rest to train.

    Scans with and without firearms are shared out apart, so that every part holds both
    where there are three of each. With three scans or more no part stays empty.

    Args:
        armed: Whether each scan holds a firearm.
        seed: 0 or more; the same seed shares out alike.

    Returns:
        The split of each scan.

    Example:
        >>> sorted(assign_splits([True, False, True], seed=0))
        ['held-out', 'train', 'validation']
    """
    order = np.random.default_rng(seed).permutation(len(armed))
    splits: list[Split] = ["train"] * len(armed)
    for kind in (True, False):
        alike = [int(i) for i in order if armed[i] == kind]
        _deal(splits, alike, max(round(_SHARE * len(alike)), len(alike) >= _SMALLEST))
    if len(armed) >= _SMALLEST and "validation" not in splits:
        _deal(splits, [int(i) for i in order], 1)
    return splits


def _deal(splits: list[Split], scans: Sequence[int], count: int) -> None:
    """Give `count` scans to validation and the next `count` to held-out."""
    for i in scans[:count]:
        splits[i] = "validation"
    for i in scans[count : 2 * count]:
        splits[i] = "held-out"
