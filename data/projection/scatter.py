"""Scattered signal: a smooth floor that no object darkens.

A detector reads (1 - s) P + s W, with P what comes straight through, W the mean signal
from far around, and s the scatter share, about 1 %. Behind attenuation 5 the floor can
exceed P. A threat weakens P alone, so the floor must be known to put it in.
"""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.physics.beam import steel_curve
from data.projection.hardening import is_modelled

Levels = npt.NDArray[np.float32]
Reals = npt.NDArray[np.float64]

USUAL_SHARE: Final = 0.015
"""Scatter share that is assumed at most where only one energy is known."""

_REACH_MM: Final = 800.0
_REACH_PX: Final = 200.0
_SHRINK: Final = 16
_BLOCK: Final = 6
_DARKEST: Final = 0.001
_FEWEST: Final = 9
_MOST: Final = 0.05
_STEPS: Final = 201
_UPPER: Final = 0.65  # a block that is not steel gives too little
_TINY: Final = 1e-9


def spread_signal(transmission: Levels, pitch_mm: tuple[float, float] | None) -> Levels:
    """Mean signal from far around each pixel, which the scatter is a share of.

    Args:
        transmission: (H, W) float32.
        pitch_mm: Pixel pitch (x, y), mm; None takes 4 mm.

    Returns:
        (H, W) float32: a Gaussian mean of 0.8 m standard deviation.
    """
    height, width = transmission.shape
    small = (max(width // _SHRINK, 1), max(height // _SHRINK, 1))
    shrunk = cv2.resize(transmission, small, interpolation=cv2.INTER_AREA)
    across, down = (
        _REACH_PX / _SHRINK if pitch_mm is None else _REACH_MM / mm / _SHRINK
        for mm in (pitch_mm or (0.0, 0.0))
    )
    wide = cv2.GaussianBlur(shrunk, (0, 0), sigmaX=across, sigmaY=down)
    return np.asarray(cv2.resize(wide, (width, height)), np.float32)


def estimate_scatter(
    planes: Sequence[Levels], wide: Sequence[Levels], energies_mv: tuple[float, ...]
) -> float:
    """Estimate the scatter share from the darkest blocks of a scan.

    No block can be darker than its floor: that bounds the share from above. With two
    known energies the darkest blocks are taken for steel (beams, castings, machines,
    or anything so thick that it does not matter): the share is the one that, taken off
    both planes, leaves them the ratio that steel has.

    Args:
        planes: Transmission of the high and, if there is one, the low plane, (H, W).
        wide: What `spread_signal` makes of each.
        energies_mv: Endpoints of the planes, MV; empty if unknown.

    Returns:
        Share, 0 to 0.05. The same for both planes.
    """
    means, floors = _darkest([_shrink(p) for p in planes], [_shrink(w) for w in wide])
    bound = min(
        float(np.median(m / np.maximum(f, _TINY)))
        for m, f in zip(means, floors, strict=True)
    )
    bound = min(max(bound, 0.0), _MOST)
    known = len(energies_mv) == 2 and all(map(is_modelled, energies_mv))
    if len(planes) != 2 or not known:
        return min(bound, USUAL_SHARE)
    return _solve(means, floors, energies_mv, bound)


def _shrink(plane: Levels) -> Levels:
    height, width = (max(side // _BLOCK, 1) for side in plane.shape)
    return np.asarray(
        cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA), np.float32
    )


def _darkest(
    planes: Sequence[Levels], wide: Sequence[Levels]
) -> tuple[list[Reals], list[Reals]]:
    """Signal and surroundings of the blocks that are darkest for where they are."""
    ratio = (planes[0] / np.maximum(wide[0], _TINY)).ravel()
    count = max(int(_DARKEST * ratio.size), min(_FEWEST, ratio.size))
    chosen = np.argsort(ratio, kind="stable")[:count]
    return (
        [plane.ravel()[chosen].astype(np.float64) for plane in planes],
        [plane.ravel()[chosen].astype(np.float64) for plane in wide],
    )


def _solve(
    means: Sequence[Reals],
    floors: Sequence[Reals],
    energies_mv: tuple[float, ...],
    bound: float,
) -> float:
    """The least share, of each block, that leaves low no brighter than steel would."""
    high_mv, low_mv = energies_mv
    shares = np.linspace(0, bound, _STEPS)[:, None]
    high, low = (
        np.maximum(m - shares * f, _TINY) for m, f in zip(means, floors, strict=True)
    )
    steel = np.exp(-np.interp(-np.log(high), *steel_curve(high_mv, low_mv)))
    fits = low <= steel
    first = np.where(fits.any(axis=0), fits.argmax(axis=0), _STEPS - 1)
    return float(np.quantile(shares[first, 0], _UPPER))
