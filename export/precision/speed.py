"""How long graphs of several precisions take, in turns on one machine."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

import numpy as np

from data.scan import Scan
from detector.pipeline import Detector
from detector.runtime import Runtime, TileBatch, count_batch

ROUNDS: Final = 15
"""How often each graph has its turn; the first turn, which warms up, does not count."""

Clock = Callable[[], float]
Name = TypeVar("Name", bound=str)


def time_tiles(
    runtimes: Mapping[Name, Runtime],
    tiles: TileBatch,
    *,
    rounds: int = ROUNDS,
    clock: Clock = time.perf_counter,
) -> dict[Name, float]:
    """Median time of one tile, ms, for each graph.

    Args:
        runtimes: The graphs, by name. They take turns.
        tiles: (N, 3, S, S) uint8; each graph runs as many as it is best given.
        rounds: How many turns count.
        clock: Tells seconds.
    """
    batches = {name: tiles[: count_batch(each)] for name, each in runtimes.items()}

    def run(name: Name, _: int) -> None:
        runtimes[name].run(batches[name])

    found = _take_turns(list(runtimes), run, rounds, clock)
    return {n: 1e3 * seconds / len(batches[n]) for n, seconds in found.items()}


def time_scans(
    detectors: Mapping[Name, Detector],
    scans: Sequence[Scan],
    *,
    rounds: int = ROUNDS,
    clock: Clock = time.perf_counter,
) -> dict[Name, float]:
    """Median time of one scan, ms, for each graph.

    Args:
        detectors: The graphs, by name. They take turns.
        scans: At least one; each turn has the next.
        rounds: How many turns count.
        clock: Tells seconds.
    """

    def run(name: Name, turn: int) -> None:
        detectors[name].detect(scans[turn % len(scans)])

    found = _take_turns(list(detectors), run, rounds, clock)
    return {name: 1e3 * seconds for name, seconds in found.items()}


def _take_turns(
    names: Sequence[Name], run: Callable[[Name, int], None], rounds: int, clock: Clock
) -> dict[Name, float]:
    """Median seconds of each."""
    taken: dict[Name, list[float]] = {name: [] for name in names}
    for turn in range(rounds + 1):
        for name in names:
            started = clock()
            run(name, turn)
            taken[name].append(clock() - started)
    return {name: float(np.median(times[1:])) for name, times in taken.items()}
