"""The planes of DUAL in one pass over the pixels, compiled.

Logarithm and exponential are those of the Cephes library (S. L. Moshier, `logf` and
`expf`), written so that a compiler makes vectors of them. Measured: from 1e-5 to 1.1
the logarithm is within 1e-6, and the exponential of that within 3e-7 of its value.
"""

from collections.abc import Callable
from typing import Any, Final

import numba
import numpy as np
from numba import types as nt

from data.physics.transmission import FLOOR
from detector.opacity import MATTER_TRANSMISSION

DEEPEST: Final = 11.0
"""Attenuation that plane 1 shows as 255: beyond 400 mm of steel at 6 MV, nepers."""

THIN_EXPONENT: Final = 0.4
"""Plane 2 is transmission to this power: it spreads thin matter."""

NEUTRAL: Final = 128
"""Plane 3 where there is no evidence of a material other than steel."""

CALIBRATION_ERROR: Final = (0.003, 0.004)
"""How far a steel curve may be off: a constant, and a share of attenuation."""

STEPS_A_NEPER: Final = 8192
"""Rows of the table of steel for one neper of attenuation."""

_F = np.float32
_ONE: Final = _F(1)
_HALF: Final = _F(0.5)
_NOTHING: Final = _F(1e-9)
_FLOOR: Final = _F(FLOOR)
_FLOOR_SQUARE: Final = _F(FLOOR**2)
_NINTH: Final = _F(1 / 9)
_DEPTH: Final = _F(-255 / DEEPEST)
_THIN: Final = _F(THIN_EXPONENT)
_CONSTANT: Final = _F(CALIBRATION_ERROR[0])
_SHARE: Final = _F(-CALIBRATION_ERROR[1])
_STEPS: Final = _F(-STEPS_A_NEPER)
_MATTER: Final = _F(MATTER_TRANSMISSION)
_MOST: Final = _F(255)

_LN2: Final = _F(0.693147180559945)
_ROOT_2: Final = _F(1.41421356)
_LN: Final = tuple(
    map(
        _F,
        (
            7.0376836292e-2,
            -1.1514610310e-1,
            1.1676998740e-1,
            -1.2420140846e-1,
            1.4249322787e-1,
            -1.6668057665e-1,
            2.0000714765e-1,
            -2.4999993993e-1,
            3.3333331174e-1,
        ),
    )
)
_LOG2_E: Final = _F(1.44269504088896341)
_LN2_HIGH: Final = _F(0.693359375)
_LN2_LOW: Final = _F(-2.12194440e-4)
_EXP: Final = tuple(
    map(
        _F,
        (
            1.9875691500e-4,
            1.3981999507e-3,
            8.3334519073e-3,
            4.1665795894e-2,
            1.6666665459e-1,
            5.0000001201e-1,
        ),
    )
)


_LEVELS: Final = nt.Array(nt.float32, 2, "C")
_TABLE: Final = nt.Array(nt.float32, 1, "C")
_PLANES: Final = nt.Array(nt.uint8, 3, "C")
_PLANE: Final = nt.Array(nt.uint8, 2, "C")
_MASK: Final = nt.Array(nt.boolean, 2, "C")
_COUNTS: Final = nt.Array(nt.uint16, 2, "A", readonly=True)
_ROWS: Final = nt.Array(nt.float32, 1, "A", readonly=True)
_WRITTEN: Final = nt.Array(nt.float32, 2, "A")


def _compile(*takes: Any, exact: bool = False) -> Callable[[Any], Any]:
    """Compile a function when it is defined, not while a scan waits.

    What is compiled is kept on disk, where there is a place to write to.

    Args:
        takes: Types of its arguments.
        exact: Whether sums may not be taken in another order.
    """
    given: dict[str, Any] = {
        "nogil": True,
        "error_model": "numpy",
        "fastmath": not exact,
    }

    def compile_(function: Any) -> Any:
        signature = nt.void(*takes)
        try:
            return numba.njit(signature, cache=True, **given)(function)
        except RuntimeError:  # nowhere to keep it
            return numba.njit(signature, **given)(function)

    return compile_


@numba.njit(inline="always", fastmath=True, error_model="numpy")  # type: ignore[misc,unused-ignore]
def _ln(x):  # type: ignore[no-untyped-def] # pragma: no cover - compiled
    bits = _F(x).view(np.int32)
    power = (bits >> 23) - 127
    part = np.int32((bits & 0x7FFFFF) | 0x3F800000).view(np.float32)
    high = part > _ROOT_2
    part = part * _HALF if high else part
    power = power + 1 if high else power
    rest = part - _ONE
    sum_ = _LN[0]
    for factor in _LN[1:]:
        sum_ = sum_ * rest + factor
    square = rest * rest
    return rest + (sum_ * rest * square - _HALF * square) + _F(power) * _LN2


@numba.njit(inline="always", fastmath=True, error_model="numpy")  # type: ignore[misc,unused-ignore]
def _exp(x):  # type: ignore[no-untyped-def] # pragma: no cover - compiled
    power = np.floor(x * _LOG2_E + _HALF)
    rest = x - power * _LN2_HIGH - power * _LN2_LOW
    sum_ = _EXP[0]
    for factor in _EXP[1:]:
        sum_ = sum_ * rest + factor
    part = sum_ * rest * rest + rest + _ONE
    return part * np.int32((np.int32(power) + 127) << 23).view(np.float32)


@numba.njit(inline="always", fastmath=True, error_model="numpy")  # type: ignore[misc,unused-ignore]
def _byte(x):  # type: ignore[no-untyped-def] # pragma: no cover - compiled
    return np.uint8(np.int32(min(x + _HALF, _MOST)))


@numba.njit(inline="always", fastmath=True, error_model="numpy")  # type: ignore[misc,unused-ignore]
def _sum_rows(plane, row, sums):  # type: ignore[no-untyped-def] # pragma: no cover
    """Sums of three rows, and one column more on each side: mirrored at the edges."""
    height, width = plane.shape
    above = row - 1 if row > 0 else min(1, height - 1)
    below = row + 1 if row < height - 1 else max(height - 2, 0)
    for x in range(width):
        sums[x + 1] = plane[above, x] + plane[row, x] + plane[below, x]
    sums[0] = sums[min(2, width)]
    sums[width + 1] = sums[max(width - 1, 1)]


@numba.njit(inline="always", fastmath=True, error_model="numpy")  # type: ignore[misc,unused-ignore]
def _average_row(plane, row, first, sums, means):  # type: ignore[no-untyped-def] # pragma: no cover
    """Means over 3 x 3 px of a row, from one column on."""
    _sum_rows(plane, row, sums)
    for x in range(len(means)):
        at = first + x
        means[x] = (sums[at] + sums[at + 1] + sums[at + 2]) * _NINTH


@numba.njit(inline="always", fastmath=True, error_model="numpy")  # type: ignore[misc,unused-ignore]
def _ln_row(values, least, logs):  # type: ignore[no-untyped-def] # pragma: no cover
    for x in range(len(logs)):
        logs[x] = _ln(max(values[x], least))


@numba.njit(inline="always", fastmath=True, error_model="numpy")  # type: ignore[misc,unused-ignore]
def _add_steel_row(steel, high, off, steps):  # type: ignore[no-untyped-def] # pragma: no cover
    """Add what steel attenuates at the lower energy where it does so at the higher."""
    last = _F(len(steel) - 1)
    for x in range(len(off)):
        steps[x] = np.int32(min(max(high[x] * _STEPS + _HALF, _F(0)), last))
    for x in range(len(off)):
        off[x] += steel[steps[x]]


@numba.njit(inline="always", fastmath=True, error_model="numpy")  # type: ignore[misc,unused-ignore]
def _score_row(through, below, high, air, off):  # type: ignore[no-untyped-def] # pragma: no cover
    """Divide by what noise and calibration make uncertain; half of it, for tanh."""
    for x in range(len(off)):
        calibration = _CONSTANT + _SHARE * high[x]
        high_inverse = _ONE / max(through[x], _FLOOR)
        low_inverse = _ONE / max(below[x], _FLOOR)
        variance = calibration * calibration
        variance += high_inverse * (_FLOOR_SQUARE * high_inverse + air[0])
        variance += low_inverse * (_FLOOR_SQUARE * low_inverse + air[1])
        score = off[x] / np.sqrt(variance) * _HALF
        off[x] = min(max(score, _F(-20)), _F(20))


@numba.njit(inline="always", fastmath=True, error_model="numpy")  # type: ignore[misc,unused-ignore]
def _show_row(scores, levels):  # type: ignore[no-untyped-def] # pragma: no cover
    """128 + 127 tanh, of what is negative and halved twice."""
    for x in range(len(levels)):
        scores[x] = _F(127) * (_F(2) / (_exp(scores[x]) + _ONE) - _ONE)
    for x in range(len(levels)):
        levels[x] = _byte(_F(NEUTRAL) + scores[x])


@_compile(_LEVELS, nt.int64, nt.float32, _PLANES, _MASK, _MASK)
def show_high(  # type: ignore[no-untyped-def] # pragma: no cover - compiled
    high, first, least, planes, opaque, matter
):
    """Write planes 1 and 2, and where 3 x 3 means are opaque or show matter.

    Args:
        high: (h, m) float32, transmission.
        first: Number of the first column that is wanted.
        least: Transmission under which a mean is opaque.
        planes: (3, h, n) uint8, written to.
        opaque: (h, n) bool, written to.
        matter: (h, n) bool, written to.
    """
    height, count = opaque.shape
    sums = np.empty(high.shape[1] + 2, np.float32)
    values = np.empty(count, np.float32)
    for y in range(height):
        _average_row(high, y, first, sums, values)
        for x in range(count):
            opaque[y, x] = values[x] < least
            matter[y, x] = values[x] < _MATTER
        for x in range(count):
            values[x] = _ln(min(max(high[y, first + x], _NOTHING), _ONE))
        for x in range(count):
            planes[0, y, x] = _byte(values[x] * _DEPTH)
        for x in range(count):
            values[x] = _MOST * _exp(values[x] * _THIN)
        for x in range(count):
            planes[1, y, x] = _byte(values[x])


@_compile(_LEVELS, _LEVELS, nt.int64, _TABLE, _TABLE, _PLANE)
def show_material(  # type: ignore[no-untyped-def] # pragma: no cover - compiled
    high, low, first, air, steel, plane
):
    """Write plane 3.

    Args:
        high: (h, m) float32, transmission at the higher energy.
        low: (h, m) float32, at the lower one.
        first: Number of the first column that is wanted.
        air: (2,) float32, variance of 3 x 3 means in air, of both.
        steel: (S,) float32, attenuation of steel at the lower energy, at even steps of
            that at the higher one.
        plane: (h, n) uint8, written to.
    """
    height, count = plane.shape
    sums = np.empty(high.shape[1] + 2, np.float32)
    through = np.empty(count, np.float32)
    below = np.empty(count, np.float32)
    log = np.empty(count, np.float32)
    off = np.empty(count, np.float32)
    steps = np.empty(count, np.int32)
    for y in range(height):
        _average_row(high, y, first, sums, through)
        _average_row(low, y, first, sums, below)
        _ln_row(through, _FLOOR, log)
        _ln_row(below, _FLOOR, off)
        _add_steel_row(steel, log, off, steps)
        _score_row(through, below, log, air, off)
        _show_row(off, plane[y])


@_compile(_COUNTS, _ROWS, _ROWS, _WRITTEN, exact=True)
def measure_columns(  # type: ignore[no-untyped-def] # pragma: no cover - compiled
    counts, dark, gain, out
):
    """Write transmission, as `data.physics.transmission.measure_transmission` does.

    Args:
        counts: (H, n) uint16.
        dark: (H,) float32.
        gain: (H,) float32, 1 / (air - dark).
        out: (H, n) float32, written to.
    """
    height, width = counts.shape
    for y in range(height):
        for x in range(width):
            out[y, x] = (_F(counts[y, x]) - dark[y]) * gain[y]
