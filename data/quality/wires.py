"""Whether a wire is seen: a matched filter along its known direction."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from data.quality.contrast import ROUNDING
from data.quality.plane import Plane

Reals = npt.NDArray[np.float64]

_GUARD_PX: Final = 3.5
_GUARD_SHARE: Final = 0.55
_SEARCH_PX: Final = 1.0
_STEP_PX: Final = 0.25
_INSET_PX: Final = 2.5
_FEWEST: Final = 60


@dataclass(frozen=True, slots=True)
class WireProfile:
    """What a wire looks like across.

    Attributes:
        blur_px: Standard deviation of the scan's blur.
        diameter_px: Of the wire.
    """

    blur_px: float
    diameter_px: float

    def at(self, distance: Reals) -> Reals:
        """How much a pixel sees of it: a normal curve, 1 in the middle.

        Its variance is that of the blur, of a pixel (1/12) and of a wire (d^2 / 16).

        Args:
            distance: From the wire's axis, px.
        """
        variance = self.blur_px**2 + 1 / 12 + self.diameter_px**2 / 16
        return np.asarray(np.exp(-(distance**2) / (2 * variance)))


def measure_wire(
    plane: Plane, start: Reals, end: Reals, clear: float, profile: WireProfile
) -> float | None:
    """Signal-to-noise ratio of a wire, over all of its length.

    A plane a + b x + c y is taken off the transmission on both sides of the wire. The
    matched filter for a line of profile g at distance d is -sum(r g) / sqrt(sum(g^2));
    its largest value within 1 px of the expected place is the signal. The noise is the
    larger of the pixels' own standard deviation and of the root mean square of the same
    filter on parallel lines beside the wire, so that stripes and clutter count. A sum
    along a known line is a point of the Radon transform, by which Glover and Hudson
    score wires (NIST, useful penetration).

    Args:
        plane: Of a scan.
        start: (2,), one end, px.
        end: (2,), the other end, px.
        clear: How far there is nothing else on either side, px.
        profile: What the wire looks like across.

    Returns:
        None if there are too few pixels, or no noise to compare with.
    """
    guard = min(_GUARD_PX, _GUARD_SHARE * clear)
    across, rest, noise = _gather(plane, start, end, (clear, guard))
    if len(rest) < _FEWEST or noise < ROUNDING:
        return None
    signal = _filter(across, rest, profile, _places(0.0, _SEARCH_PX))
    beside = [
        _filter(across, rest, profile, side * _places(guard, clear - 1))
        for side in (-1, 1)
    ]
    clutter = float(np.sqrt(np.mean(np.concatenate(beside) ** 2)))
    return float(signal.max()) / max(noise, clutter)


def _places(first: float, last: float) -> Reals:
    if first == 0:
        return np.arange(-last, last + 1e-9, _STEP_PX)
    return np.arange(first, max(last, first + _STEP_PX), _STEP_PX)


def _gather(
    plane: Plane, start: Reals, end: Reals, bounds: tuple[float, float]
) -> tuple[Reals, Reals, float]:
    """Distance across of each pixel, what is left of it, and the noise beside.

    What lies further across than the first of the bounds is left out; beside the wire
    is what lies further than the second.
    """
    clear, guard = bounds
    length = math.dist(start, end)
    way = (end - start) / length
    low = np.floor(np.minimum(start, end) - clear).astype(int)
    high = np.ceil(np.maximum(start, end) + clear).astype(int)
    found = plane.pixels((slice(low[1], high[1]), slice(low[0], high[0])))
    x, y = found.x - start[0], found.y - start[1]
    along, across = x * way[0] + y * way[1], y * way[0] - x * way[1]
    inside = (along >= _INSET_PX) & (along <= length - _INSET_PX)
    inside &= np.abs(across) <= clear
    along, across, value = along[inside], across[inside], found.value[inside]
    beside = np.abs(across) > guard
    if beside.sum() < _FEWEST:
        return across, value[:0], 0.0
    design = np.column_stack([np.ones(len(along)), along, across])
    fit = np.linalg.lstsq(design[beside], value[beside], rcond=None)[0]
    rest = value - design @ fit
    free = int(beside.sum()) - design.shape[1]
    return across, rest, float(np.sqrt(np.sum(rest[beside] ** 2) / free))


def _filter(across: Reals, rest: Reals, profile: WireProfile, places: Reals) -> Reals:
    """Answers of the matched filter for lines at several distances."""
    shapes = profile.at(across - places[:, None])
    norm = np.sqrt(np.sum(shapes**2, axis=1))
    return np.asarray(-(shapes @ rest) / np.maximum(norm, 1e-12))
