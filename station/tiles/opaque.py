"""Where a tile shows nothing that could be told from noise."""

from typing import Final

import numpy as np
import numpy.typing as npt

from data.scan import ScanInfo
from detector.opacity import find_opaque, least_transmission
from station.tiles.pyramid import LEVELS, Planes, Pyramid

NETWORK_MM: Final = 4.0
"""Pixel pitch at which networks see scans: what is opaque is told there."""


def mark_opaque(
    pyramid: Pyramid, level: int, levels: Planes
) -> npt.NDArray[np.float32]:
    """Mark the pixels where nothing can be said.

    The rule is that of `detector.opacity`, with the noise of the scale that is nearest
    to the network's. Up to that scale transmission is averaged over 3 x 3 px; at
    smaller ones a pixel is a mean over more than that already: it is marked where that
    mean is too dark, so a region has one size at all scales.

    Args:
        pyramid: Of the scan; its noise is what is known so far.
        level: 0 for full scale, k for 1/2^k.
        levels: (P, h, w) float32, the scan there.

    Returns:
        (h, w) float32, 1 where it is opaque, else 0.
    """
    told = _find_level(pyramid.first.info)
    noise = pyramid.noise(told)
    if not noise:
        return np.zeros(levels.shape[1:], np.float32)
    if level <= told:
        opaque = find_opaque(levels[0], noise[0])
    else:
        opaque = levels[0] < least_transmission(noise[0])
    return opaque.astype(np.float32)


def _find_level(info: ScanInfo) -> int:
    """The scale nearest to the network's; full scale where the pitch is not known."""
    if info.pitch_mm is None:
        return 0
    halvings = np.log2(NETWORK_MM / min(info.pitch_mm))
    return int(np.clip(np.rint(halvings), 0, LEVELS - 1))
