"""How noisy a scan is, read off the scan itself."""

from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.transmission import FLOOR

Plane = npt.NDArray[np.float32]

AIR: Final = 0.95
"""Transmission above which a pixel counts as air."""

LEAST_AIR: Final = 0.01
"""Share of air pixels from which the noise is read off them alone."""

THINNEST: Final = 0.05
"""Transmission under which electronic noise outweighs counting noise."""

GAUSSIAN_MAD: Final = 1.4826
"""Standard deviation of a normal distribution over its median absolute deviation."""

_PAIRS: Final = 64
"""Pairs of rows that a running estimate looks at, at most about."""

_SHIFT: Final = 17
"""Bits of a float32 that a bin of a running estimate leaves out: it is 1.6 % wide."""

_FIRST: Final = int(np.float32(2.0**-20).view(np.int32)) >> _SHIFT
_LAST: Final = int(np.float32(1.0).view(np.int32)) >> _SHIFT
"""Bins of the smallest difference told from none, and of 1."""

FEWEST: Final = 100
"""Pixels from which a running estimate says something."""

UNKNOWN: Final = 0.02
"""Noise in air until then: that of a scanner with 2,500 photons a pixel."""

Tally = npt.NDArray[np.int64]


def estimate_noise(transmission: Plane) -> float:
    """Estimate the relative noise of a pixel in air.

    The mixed second difference of 2 x 2 neighbours cancels what whole rows and columns
    share (row gain, pulse energy) and what changes slowly; its median ignores edges.
    Counting noise grows with the root of transmission, so where a scan shows hardly any
    air, pixels in cargo serve, scaled.

    Args:
        transmission: (H, W) float32, unclipped.

    Returns:
        Standard deviation of transmission in air, > 0. A scan under 2 x 2 px or without
        a pixel that lets rays through gives one count.
    """
    square = transmission[:-1, :-1]
    mixed = (
        square - transmission[1:, :-1] - transmission[:-1, 1:] + transmission[1:, 1:]
    ) / 2
    chosen = square > AIR
    if chosen.mean() < LEAST_AIR if chosen.size else True:
        chosen = square > THINNEST
    if not chosen.any():
        return FLOOR
    scaled = np.abs(mixed[chosen]) / np.sqrt(square[chosen])
    return max(float(GAUSSIAN_MAD * np.median(scaled)), FLOOR)


def tally_noise(transmission: Plane) -> Tally:
    """Count what `estimate_noise` takes the median of, for a running estimate.

    Some 64 pairs of rows are looked at. Tallies of neighbouring parts of a scan add up.

    Args:
        transmission: (H, W + 1) float32, unclipped; the last column is a neighbour.

    Returns:
        (3, B) int64: how many pixels of air, and of air and cargo, have how large a
        scaled difference; in the first bin of the last row how many were looked at.
    """
    step = max((transmission.shape[0] - 1) // _PAIRS, 1)
    above, below = transmission[:-1:step], transmission[1::step]
    square = above[:, :-1]
    mixed = square - below[:, :-1] - above[:, 1:] + below[:, 1:]
    clear = square > THINNEST
    through = square[clear]
    bits = (np.abs(mixed[clear] / 2) / np.sqrt(through)).view(np.int32) >> _SHIFT
    bins = np.clip(bits, _FIRST, _LAST) - _FIRST
    tally = np.zeros((3, _LAST - _FIRST + 1), np.int64)
    tally[0] = np.bincount(bins[through > AIR], minlength=tally.shape[1])
    tally[1] = np.bincount(bins, minlength=tally.shape[1])
    tally[2, 0] = square.size
    return tally


def noise_of(tally: Tally) -> float:
    """The estimate of `estimate_noise`, from what was counted.

    Args:
        tally: Sum of what `tally_noise` gave.

    Returns:
        As `estimate_noise`, within 2 %; a cautious guess as long as hardly any pixel
        let rays through.
    """
    air, clear = tally[:2]
    enough = max(LEAST_AIR * int(tally[2, 0]), 1)
    reached = np.cumsum(air)
    counts = air
    if reached[-1] < enough:
        counts, reached = clear, np.cumsum(clear)
    if reached[-1] < FEWEST:
        return UNKNOWN
    half = reached[-1] / 2
    place = int(np.searchsorted(reached, half))
    before = reached[place] - counts[place]
    share = (half - before) / counts[place]
    bins = np.array([place, place + 1], np.int32) + np.int32(_FIRST)
    edges = (bins << _SHIFT).view(np.float32)
    return max(float(GAUSSIAN_MAD * (edges[0] + share * np.diff(edges)[0])), FLOOR)


def attenuation_noise(transmission: Plane, air_noise: float) -> Plane:
    """Standard deviation of a pixel's attenuation.

    sigma_alpha = sigma_T / T with sigma_T^2 = air_noise^2 T + FLOOR^2: counting noise
    and one count of electronics (first-order error propagation of alpha = -ln T).

    Args:
        transmission: (H, W) float32.
        air_noise: Standard deviation of transmission in air, as `estimate_noise` gives.

    Returns:
        (H, W) float32, nepers; 1 or more where next to nothing comes through.
    """
    held = np.maximum(transmission, np.float32(FLOOR))
    return np.sqrt(np.float32(air_noise**2) / held + np.float32(FLOOR**2) / held**2)
