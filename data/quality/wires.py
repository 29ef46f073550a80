"""Whether a wire is seen: a matched filter along its known direction."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from data.quality.contrast import ROUNDING
from data.quality.plane import Plane

Reals = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_GUARD_PX: Final = 3.5
_GUARD_SHARE: Final = 0.55
_SEARCH_PX: Final = 1.0
_STEP_PX: Final = 0.25
_INSET_PX: Final = 2.5
_PIECE_PX: Final = 8.0
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
    largest of three: the pixels' own standard deviation, and the root mean square of
    the same filter on parallel lines beside the wire, over their whole length and in
    pieces of 8 px. So stripes, clutter and noise that neighbours share count. A sum
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
    strip = _gather(plane, start, end, clear)
    outside = np.abs(strip.across) > guard
    if outside.sum() < _FEWEST:
        return None
    strip, noise = _flatten(strip, outside)
    if noise < ROUNDING:
        return None
    signal = _filter(
        strip, profile, np.arange(-_SEARCH_PX, _SEARCH_PX + 0.01, _STEP_PX)
    )
    far = np.arange(guard, max(clear - 1, guard + _STEP_PX), _STEP_PX)
    beside = np.concatenate([-far, far])
    clutter = [
        float(np.sqrt(np.mean(_filter(strip, profile, beside, pieces=pieces) ** 2)))
        for pieces in (1, max(round(math.dist(start, end) / _PIECE_PX), 1))
    ]
    return float(signal.max()) / max(noise, *clutter)


@dataclass(frozen=True, slots=True, eq=False)
class _Strip:
    """Pixels about a wire: where along it, how far across, transmission."""

    along: Reals
    across: Reals
    value: Reals


def _gather(plane: Plane, start: Reals, end: Reals, clear: float) -> _Strip:
    length = math.dist(start, end)
    way = (end - start) / length
    low = np.floor(np.minimum(start, end) - clear).astype(int)
    high = np.ceil(np.maximum(start, end) + clear).astype(int)
    found = plane.pixels((slice(low[1], high[1]), slice(low[0], high[0])))
    x, y = found.x - start[0], found.y - start[1]
    along, across = x * way[0] + y * way[1], y * way[0] - x * way[1]
    inside = (along >= _INSET_PX) & (along <= length - _INSET_PX)
    inside &= np.abs(across) <= clear
    return _Strip(along[inside], across[inside], found.value[inside])


def _flatten(strip: _Strip, outside: Flags) -> tuple[_Strip, float]:
    """The strip without its level and slants, and the noise beside the wire."""
    design = np.column_stack([np.ones(len(strip.along)), strip.along, strip.across])
    fit = np.linalg.lstsq(design[outside], strip.value[outside], rcond=None)[0]
    rest = strip.value - design @ fit
    free = int(outside.sum()) - design.shape[1]
    noise = float(np.sqrt(np.sum(rest[outside] ** 2) / free))
    return _Strip(strip.along, strip.across, rest), noise


def _filter(
    strip: _Strip, profile: WireProfile, places: Reals, *, pieces: int = 1
) -> Reals:
    """Answers of the matched filter for lines at several distances, piece by piece."""
    along = strip.along - strip.along.min()
    piece = np.minimum(along / (along.max() + 1e-9) * pieces, pieces - 1).astype(int)
    answers = []
    for place in places:
        shape = profile.at(strip.across - place)
        total = np.bincount(piece, -shape * strip.value, pieces)
        norm = np.bincount(piece, shape**2, pieces)
        answers.append(total[norm > 0] / np.sqrt(norm[norm > 0]))
    return np.concatenate(answers)
