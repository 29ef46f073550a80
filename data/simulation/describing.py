"""Truth about what is in a simulated scan: where it is, and how visible."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from data.masks import encode_mask
from data.simulation.hiding.shadow import Shadow
from data.simulation.imaging.exposure import LEAKAGE, Exposure, Response, transmit
from data.simulation.imaging.scanner import Scanner
from data.simulation.imaging.warp import Warp
from data.truth import FIREARM, VISIBLE, TruthObject

Levels = npt.NDArray[np.float32]

STANDS_OUT: Final = 3.0
"""Contrast-to-noise ratio of a 3 x 3 mean from which a pixel stands out."""

_LEAST_SHOWN: Final = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A scan before it is counted.

    Attributes:
        scanner: Whose energies.
        areal: Carbon and iron of everything, (H, W) float32 each, g/cm2, unwarped.
        signal: (H', W') float32, expected transmission of the high plane, as warped.
        exposure: Dose and noise.
        response: Of columns and rows.
        warp: From the first shape to the second.
    """

    scanner: Scanner
    areal: tuple[Levels, Levels]
    signal: Levels
    exposure: Exposure
    response: Response
    warp: Warp


def describe(shadow: Shadow, picture: Picture) -> TruthObject | None:
    """Truth of one thing: its box, its mask, and how visible it is.

    Signal-to-noise is that of a matched filter on the high plane that knows the thing,
    sqrt(sum(d^2 / v)): d photons are missing because of it, and v = n + readout^2 is
    the variance where n are expected, scattered ones included.

    Args:
        shadow: What it adds.
        picture: What it is in.

    Returns:
        None if it is not in the picture.
    """
    shown = _warp_mask(shadow, picture.warp)
    if shown is None:
        return None
    mask, corner = shown
    with_it, without = _transmit_both(shadow, picture)
    around = -np.log(without[shadow.mask])
    contrast = -np.log(with_it[shadow.mask]) - around
    stands, found = _measure(shadow, picture, (with_it, without), mask, corner)
    front = _attenuation(*shadow.in_front, shadow, picture.scanner)
    behind = _attenuation(*_behind(shadow, picture), shadow, picture.scanner)
    return TruthObject(
        box=_bound(mask, corner),
        label=shadow.thing.label,
        kind=shadow.thing.kind,
        form=shadow.thing.form,
        piece=shadow.thing.piece,
        concealment=shadow.thing.concealment,
        pose=shadow.thing.pose,
        mask=encode_mask(_trim(mask)),
        attenuation_around=round(float(around.mean()), 4),
        attenuation_in_front=round(front, 4),
        attenuation_behind=round(behind, 4),
        contrast=round(float(contrast.mean()), 4),
        signal_to_noise=round(found, 2),
        occluded=round(1 - stands, 4),
        ignore=shadow.thing.label == FIREARM and found < VISIBLE,
    )


def _warp_mask(
    shadow: Shadow, warp: Warp
) -> tuple[npt.NDArray[np.bool_], tuple[int, int]] | None:
    """Mask and corner in the warped picture; None if nothing of it is there."""
    moved, corner = warp.move_window(
        shadow.mask.astype(np.float32), (shadow.x0, shadow.y0)
    )
    mask = moved >= _LEAST_SHOWN
    return (mask, corner) if mask.any() else None


def _bound(
    mask: npt.NDArray[np.bool_], corner: tuple[int, int]
) -> tuple[float, float, float, float]:
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return (
        float(corner[0] + columns[0]),
        float(corner[1] + rows[0]),
        float(corner[0] + columns[-1] + 1),
        float(corner[1] + rows[-1] + 1),
    )


def _trim(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _transmit_both(shadow: Shadow, picture: Picture) -> tuple[Levels, Levels]:
    """Transmission of the high plane with the thing and without it, with leakage."""
    carbon, iron = (plane[shadow.place] for plane in picture.areal)
    with_it = transmit(carbon, iron, picture.scanner)[0]
    without = transmit(carbon - shadow.carbon, iron - shadow.iron, picture.scanner)[0]
    return with_it + np.float32(LEAKAGE), without + np.float32(LEAKAGE)


def _measure(
    shadow: Shadow,
    picture: Picture,
    planes: tuple[Levels, Levels],
    mask: npt.NDArray[np.bool_],
    corner: tuple[int, int],
) -> tuple[float, float]:
    """Share of the pixels that stand out, of those that would in air; and the SNR."""
    x0, y0 = corner
    rows = slice(y0, y0 + mask.shape[0])
    columns = slice(x0, x0 + mask.shape[1])
    exposure, response = picture.exposure, picture.response
    dose = exposure.photons[0] * np.outer(response.gain[rows], response.pulse[columns])
    bright = np.float32(response.brightest)
    lost = np.minimum(planes[1], bright) - np.minimum(planes[0], bright)
    # A dead row or a saturated pixel tells nothing, however many photons there are.
    there = picture.warp.move_window(lost, (shadow.x0, shadow.y0))[0][mask]
    met, signal = dose[mask], picture.signal[rows, columns][mask]
    noise = exposure.readout**2
    unlike = (there * (1 - exposure.scatter) * met) ** 2
    information = unlike / (met * signal + noise + 1e-9)
    alone = 1 - transmit(*shadow.alone, picture.scanner)[0]
    in_air = picture.warp.move_window(alone, (shadow.x0, shadow.y0))[0][mask]
    full = exposure.photons[0]
    best = (in_air * full) ** 2 / (full * (1 - in_air) + noise)
    could = 3 * np.sqrt(best) >= STANDS_OUT
    does = 3 * np.sqrt(information) >= STANDS_OUT
    share = float((could & does).sum() / max(could.sum(), 1))
    return share, float(np.sqrt(information.sum()))


def _behind(shadow: Shadow, picture: Picture) -> tuple[Levels, Levels]:
    carbon, iron = (plane[shadow.place] for plane in picture.areal)
    front = shadow.in_front
    return carbon - shadow.carbon - front[0], iron - shadow.iron - front[1]


def _attenuation(
    carbon: Levels, iron: Levels, shadow: Shadow, scanner: Scanner
) -> float:
    plane = transmit(carbon, iron, scanner)[0]
    return float(-np.log(plane[shadow.mask] + np.float32(LEAKAGE)).mean()) + 0.0
