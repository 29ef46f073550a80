"""How sharp a straight edge is: a slanted edge, finer than the pixels."""

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from data.quality.plane import Plane

Reals = npt.NDArray[np.float64]

LEAST_STEP: Final = 0.05
"""Step of transmission under which an edge is too faint."""

_BIN: Final = 0.25
_ROUNDS: Final = 30
_FEWEST: Final = 60
_LEAST_SIGMA: Final = 0.1
_WIDE: Final = 8.0
_DENSE: Final = 128
_TABLE: Final = np.linspace(-8, 8, 2049)
_DENSITY: Final = np.exp(-(_TABLE**2) / 2) / math.sqrt(2 * math.pi)
_NORMAL: Final = np.array([0.5 * math.erfc(-t / math.sqrt(2)) for t in _TABLE])
_AREA: Final = _TABLE * _NORMAL + _DENSITY
"""Integral of the normal distribution up to each entry of the table."""


@dataclass(frozen=True, slots=True)
class Edge:
    """How sharp an edge is, across it.

    Attributes:
        width: From 10 to 90 % of the step, px.
        mtf50: Frequency at which half of the modulation is left, cycles per px.
        blur: Standard deviation of the blur besides the pixel's own aperture, px.
    """

    width: float
    mtf50: float
    blur: float


@dataclass(frozen=True, slots=True, eq=False)
class _Strip:
    """Pixels about an edge: where along it, how far across it, transmission."""

    along: Reals
    across: Reals
    value: Reals


def measure_edge(
    plane: Plane, start: Reals, end: Reals, reach: float, axis: Literal["x", "y"]
) -> Edge | None:
    """Measure an edge that lies near a line.

    A normal edge, averaged over pixels, is fitted to all of them by least squares:
    a + b sigma (G((d + 1/2) / sigma) - G((d - 1/2) / sigma)), d being the distance from
    the edge and G(t) = t Phi(t) + phi(t). The slant puts pixels at all fractions of a
    pixel. sigma is the blur. Width and MTF are those of the edge as it is: averaged in
    bins of 1/4 px, differentiated, transformed, and rid of what bins and differences
    do, after ISO 12233.

    Args:
        plane: Of a scan.
        start: (2,), where the line begins, px.
        end: (2,), where it ends, px.
        reach: How far to look across it, px.
        axis: Along which it is crossed.

    Returns:
        None if there is no clear edge.
    """
    strip = _gather(plane, start, end, reach, axis)
    if len(strip.value) < _FEWEST:
        return None
    place, slope, sigma = _fit(strip)
    slant = 1 / math.hypot(1, slope)
    low, step, _ = _solve(strip, (place, slope, sigma))
    if abs(step) < LEAST_STEP or abs(place) > reach / 2:
        return None
    distance = (strip.across - place - slope * strip.along) * slant
    profile = _average(distance, (strip.value - low) / step, reach)
    wide = math.hypot(sigma, 0.3)
    return Edge(_measure_width(profile), _measure_mtf50(profile, wide), sigma * slant)


def _gather(
    plane: Plane, start: Reals, end: Reals, reach: float, axis: Literal["x", "y"]
) -> _Strip:
    low, high = np.minimum(start, end), np.maximum(start, end)
    far = reach * (np.array([1, 0]) if axis == "x" else np.array([0, 1]))
    first, last = np.floor(low - far).astype(int), np.ceil(high + far).astype(int)
    found = plane.pixels((slice(first[1], last[1]), slice(first[0], last[0])))
    u, v = (found.x, found.y) if axis == "x" else (found.y, found.x)
    p, q = (start, end) if axis == "x" else (start[::-1], end[::-1])
    lean = (q[0] - p[0]) / (q[1] - p[1])
    across = u - p[0] - lean * (v - p[1])
    inside = (np.abs(across) <= reach) & (v >= min(p[1], q[1])) & (v <= max(p[1], q[1]))
    along = v - (p[1] + q[1]) / 2
    return _Strip(along[inside], across[inside], found.value[inside])


def _fit(strip: _Strip) -> tuple[float, float, float]:
    """Place, slope and sigma of a normal edge, by Gauss-Newton with damping."""
    known = np.array([0.0, 0.0, math.log(0.8)])
    rest = _solve(strip, _open(known))[2]
    damping = 1e-3
    for _ in range(_ROUNDS):
        slopes = np.column_stack(
            [
                (_solve(strip, _open(known + step))[2] - rest) / 1e-4
                for step in np.eye(3) * 1e-4
            ]
        )
        normal = slopes.T @ slopes
        way = np.linalg.solve(
            normal + damping * np.diag(np.diag(normal) + 1e-12), slopes.T @ rest
        )
        tried = known - np.clip(way, -1, 1)
        after = _solve(strip, _open(tried))[2]
        if after @ after < rest @ rest:
            done = np.abs(tried - known).max() < 1e-5
            known, rest, damping = tried, after, damping / 5
            if done:
                break
        else:
            damping *= 5
    return _open(known)


def _open(known: Reals) -> tuple[float, float, float]:
    sigma = float(np.clip(math.exp(known[2]), _LEAST_SIGMA, _WIDE))
    return float(known[0]), float(known[1]), sigma


def _solve(
    strip: _Strip, edge: tuple[float, float, float]
) -> tuple[float, float, Reals]:
    """Level, step and what is left of the best normal edge of given place and sigma."""
    place, slope, sigma = edge
    ramp = _ramp(strip.across - place - slope * strip.along, sigma)
    shape, value = ramp - ramp.mean(), strip.value - strip.value.mean()
    step = float(shape @ value) / max(float(shape @ shape), 1e-12)
    return float(strip.value.mean() - step * ramp.mean()), step, value - step * shape


def _ramp(distance: Reals, sigma: float) -> Reals:
    """A normal edge, averaged over pixels: of sigma (area(d + 1/2) - area(d - 1/2))."""
    ends = [_integrate((distance + half) / sigma) for half in (0.5, -0.5)]
    return np.asarray(sigma * (ends[0] - ends[1]))


def _integrate(t: Reals) -> Reals:
    return np.where(t > _TABLE[-1], t, np.interp(t, _TABLE, _AREA))


def _average(distance: Reals, profile: Reals, reach: float) -> Reals:
    """(N,) the edge in bins of 1/4 px, from -reach to reach."""
    half = max(int(reach / _BIN) - 2, 8)
    number = np.floor(distance / _BIN).astype(int) + half
    inside = (number >= 0) & (number < 2 * half)
    count = np.bincount(number[inside], minlength=2 * half)
    total = np.bincount(number[inside], profile[inside], 2 * half)
    filled = np.flatnonzero(count)
    return np.interp(np.arange(2 * half), filled, total[filled] / count[filled])


def _measure_width(profile: Reals) -> float:
    """From 10 to 90 %, px, after sorting out what noise puts out of order."""
    rising = np.sort(profile)
    low, high = np.interp([0.1, 0.9], rising, np.arange(len(rising)))
    return float(high - low) * _BIN


def _measure_mtf50(profile: Reals, sigma: float) -> float:
    spread = np.diff(profile)
    at = (np.arange(len(spread)) - (len(spread) - 1) / 2) * _BIN
    flat, end = 3 * sigma + 0.5, 5 * sigma + 1.5
    taper = np.clip((np.abs(at) - flat) / (end - flat), 0, 1)
    window = np.cos(np.pi * taper / 2) ** 2
    size = _DENSE * len(spread)
    modulation = np.abs(np.fft.rfft(spread * window, size))
    frequency = np.fft.rfftfreq(size, _BIN)
    modulation /= modulation[0] * np.sinc(frequency * _BIN) ** 2
    under = np.flatnonzero(modulation < 0.5)
    return float(frequency[under[0]]) if len(under) else 0.5
