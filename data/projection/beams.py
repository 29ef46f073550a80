"""Cut-outs and scans that were taken with different beams."""

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from data.projection.cutout import Cutout
from data.projection.hardening import convert_attenuation, guess_low, is_modelled

Levels = npt.NDArray[np.float32]

_TOLERANCE: Final = 0.15


def to_beams(cutout: Cutout, energies_mv: tuple[float, ...], planes: int) -> Cutout:
    """A cut-out as the beams of a scan would show it.

    Where both state their energies and these differ, it is taken for steel of the same
    attenuation at the higher energy. Where only the scan states them, the cut-out's
    planes are kept if their ratio is within 15 % of that of steel; else they are from
    another kind of beam, and its high plane is kept and the low one made from it as if
    it were steel. With nothing stated all is kept.

    Args:
        cutout: Of one or two planes.
        energies_mv: Of the scan, MV; empty if unknown.
        planes: How many planes the scan has.

    Returns:
        The cut-out with as many planes.
    """
    high = cutout.attenuation[0]
    ours, theirs = energies_mv[:1], cutout.energies_mv[:1]
    stated = bool(ours and theirs) and all(map(is_modelled, (*ours, *theirs)))
    if stated and cutout.energies_mv[:planes] != energies_mv[:planes]:
        high = convert_attenuation(high, theirs[0], ours[0])
        return _restate(cutout, high, energies_mv, planes)
    if len(cutout.attenuation) < planes or _is_strange(cutout, energies_mv):
        return _restate(cutout, high, energies_mv, planes)
    return replace(cutout, attenuation=cutout.attenuation[:planes])


def _is_strange(cutout: Cutout, energies_mv: tuple[float, ...]) -> bool:
    """Whether the ratio of its planes is not that of the scan's beams."""
    if cutout.energies_mv or len(energies_mv) != 2 or len(cutout.attenuation) != 2:
        return False
    high, low = (float(plane[cutout.mask].sum()) for plane in cutout.attenuation)
    steel = float(guess_low(cutout.attenuation[0], energies_mv)[cutout.mask].sum())
    return abs(low - steel) > _TOLERANCE * max(steel, high)


def _restate(
    cutout: Cutout, high: Levels, energies_mv: tuple[float, ...], planes: int
) -> Cutout:
    both = (high, guess_low(high, energies_mv)) if planes == 2 else (high,)
    return replace(cutout, attenuation=np.stack(both), energies_mv=energies_mv)
