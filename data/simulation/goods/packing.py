"""Room for things of many sizes, each on top of another."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from data.simulation.loading.hold import Hold

Reals = npt.NDArray[np.float64]


def pack_cells(
    rng: np.random.Generator, hold: Hold, largest: tuple[float, float], top: float
) -> tuple[Reals, Reals]:
    """Boxes in a few lanes from front to rear, piled up from the floor.

    Args:
        rng: Source of chance.
        hold: Where.
        largest: Extent along the scan, and height, mm.
        top: Height over the floor not to exceed, mm.

    Returns:
        Centres and extents, (N, 3) each, mm, N >= 1.
    """
    top = min(top, hold.height - 40)
    cells: list[tuple[float, ...]] = []
    for z0, z1 in _cut(rng, (-hold.side, hold.side), (450.0, 1000.0)):
        for x0, x1 in _cut(rng, (hold.x0 + 5, hold.x1 - 5), (420.0, largest[0])):
            cells += [
                (x0, y0, z0, x1, y1, z1)
                for y0, y1 in _cut(
                    rng, (0.0, top * rng.uniform(0.7, 1)), (260.0, largest[1])
                )
            ]
    corners = np.array(cells).reshape(-1, 2, 3)
    size = corners[:, 1] - corners[:, 0]
    centres = corners.mean(axis=1) + np.array([0, hold.floor, 0])
    gaps = rng.uniform((5, 1, 5), (60, 2, 60), size.shape)
    return centres, np.maximum(size - gaps, 60)


def _cut(
    rng: np.random.Generator, ends: tuple[float, float], part: tuple[float, float]
) -> list[tuple[float, float]]:
    """Parts of a length, each within the bounds as far as that goes."""
    cuts, last = [ends[0]], ends[1]
    while cuts[-1] + part[0] + part[0] < last:
        cuts.append(min(cuts[-1] + rng.uniform(*part), last - part[0]))
    cuts.append(last)
    return list(pairwise(cuts))
