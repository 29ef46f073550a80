"""Find how long a stored line is: the distance at which a file resembles itself."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from data.onboarding.layout import MOST_PLANES

Signal = npt.NDArray[np.float32]

SHORTEST: Final = 48
LONGEST: Final = 60_000
_SAMPLE: Final = 2_000_000
_CANDIDATES: Final = 24
_SAME: Final = 1.02
_BLOCK: Final = 60
_SIGMAS: Final = 6.0
_SHARE: Final = 0.08


@dataclass(frozen=True, slots=True)
class LineLength:
    """How long a stored line is.

    Attributes:
        readings: From the start of one line to the start of the next.
        interleaved: Planes whose readings take turns; 1 if there are none.
        contrast: Step between readings at random over the step from line to line.
    """

    readings: int
    interleaved: int
    contrast: float


def find_line_length(data: npt.NDArray[Any]) -> LineLength | None:
    """Find the length of a line.

    Args:
        data: (N,) readings of all of a file, its header and all.

    Returns:
        None if no distance stands out.
    """
    start = max((len(data) - _SAMPLE) // 2, 0) // 6 * 6
    signal = _tame(data[start : start + _SAMPLE])
    if len(signal) < 4 * SHORTEST:
        return None
    turns = _count_turns(signal)
    lags = _list_candidates(signal, turns)
    if not lags:
        return None
    steps = {lag: _measure_step(signal, lag) for lag in lags}
    best = min(steps, key=lambda lag: steps[lag])
    best = _reduce(signal, best, turns)
    step = max(_measure_step(signal, best), 1e-6)
    shuffled = np.random.default_rng(0).permutation(signal[:200_000])
    contrast = float(np.abs(np.diff(shuffled)).mean()) / step
    return LineLength(best, turns, contrast)


def _tame(data: npt.NDArray[Any]) -> Signal:
    """Readings with what is far out, such as dead ones, brought near."""
    signal = data.astype(np.float32)
    low, high = np.percentile(signal[:: max(len(signal) // 200_000, 1)], (0.5, 99.5))
    return np.asarray(np.clip(signal, low, max(high, low + 1)), np.float32)


def _count_turns(signal: Signal) -> int:
    """How many planes take turns from reading to reading.

    Blocks of readings are averaged for each turn. Where planes take turns the averages
    differ by more than the noise in a good share of the blocks.
    """
    found, strength = 1, _SHARE
    blocks = signal[: len(signal) // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    for turns in range(2, MOST_PLANES + 1):
        phases = blocks.reshape(len(blocks), -1, turns)
        steps = np.diff(phases, axis=1)
        noise = np.sqrt((steps**2).mean(axis=(1, 2)) / 2) / np.sqrt(_BLOCK / turns)
        means = phases.mean(axis=1)
        apart = np.ptp(means, axis=1) > _SIGMAS * (noise + 0.5)
        share = float(apart.mean())
        if share > strength * 1.5 or (found == 1 and share > strength):
            found, strength = turns, share
    return found


def _list_candidates(signal: Signal, turns: int) -> list[int]:
    """Distances at which edges recur, and small multiples of them."""
    edges = signal[turns:] - signal[:-turns]
    most = float(np.percentile(np.abs(edges[::7]), 99)) + 1e-3
    edges = np.clip(edges, -most, most)
    size = 1 << int(np.ceil(np.log2(2 * len(edges))))
    power = np.abs(np.fft.rfft(edges - edges.mean(), size)) ** 2
    longest = min(LONGEST * turns, len(edges) // 3)
    likeness = np.fft.irfft(power)[: longest + 1]
    inner = likeness[1:-1]
    peaks = np.flatnonzero((inner >= likeness[:-2]) & (inner > likeness[2:])) + 1
    peaks = peaks[(peaks >= SHORTEST) & (peaks % turns == 0)]
    strongest = peaks[np.argsort(likeness[peaks])[::-1][:_CANDIDATES]]
    lags = {int(lag) * times for lag in strongest for times in (1, 2, 3)}
    return sorted(lag for lag in lags if lag <= longest)


def _measure_step(signal: Signal, lag: int) -> float:
    step = np.abs(signal[lag:] - signal[:-lag])
    return float(step.mean())


def _reduce(signal: Signal, lag: int, turns: int) -> int:
    """The shortest part of a distance that is as good as the whole."""
    step = _measure_step(signal, lag)
    for parts in range(12, 1, -1):
        short, odd = divmod(lag, parts)
        if odd or short < SHORTEST or short % turns:
            continue
        if _measure_step(signal, short) <= _SAME * step:
            return short
    return lag
