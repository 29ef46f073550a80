"""Let racers look at the same scans in turn, several times."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import cv2

from benchmark.metrics.rates import Home
from benchmark.speed.course import Start
from benchmark.speed.lap import Lap, Racer
from data.errors import ResultError
from data.truth import Truth

Laps = tuple[Lap, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Heat:
    """One scan that all racers looked at.

    Attributes:
        truth: What is in it.
        home: What it is not independent of.
        laps: Of each racer, in their order, the laps of all rounds.
    """

    truth: Truth
    home: Home
    laps: tuple[Laps, ...]


def run_race(
    starts: Iterable[Start],
    racers: Sequence[Racer],
    *,
    rounds: int,
    progress: Callable[[int], None],
) -> tuple[Heat, ...]:
    """Let all racers look at each scan in turn, and that in several rounds.

    Who begins one round ends the next, so that what else the machine does, and what the
    others leave in its caches, meets all alike. Before the first scan each looks at it
    once off the clock.

    Args:
        starts: The scans; one is in memory at a time.
        racers: Who looks.
        rounds: How often, 1 or more.
        progress: Told how many scans are done.

    Raises:
        ResultError: If there is no scan or no round.
    """
    if rounds < 1:
        msg = f"{rounds} rounds make no race. Choose 1 or more."
        raise ResultError(msg)
    threads = cv2.getNumThreads()  # racers set it, each for itself
    heats: list[Heat] = []
    try:
        for start in starts:
            looks = [racer.ready(start.scan) for racer in racers]
            if not heats:
                _run_rounds(looks, 1)
            heats.append(Heat(start.truth, start.home, _run_rounds(looks, rounds)))
            progress(len(heats))
    finally:
        cv2.setNumThreads(threads)
    if not heats:
        msg = "There is no scan to race on. Give a suite with scans."
        raise ResultError(msg)
    return tuple(heats)


def _run_rounds(looks: Sequence[Callable[[], Lap]], rounds: int) -> tuple[Laps, ...]:
    """The laps of each racer."""
    laps: list[list[Lap]] = [[] for _ in looks]
    order = list(range(len(looks)))
    for number in range(rounds):
        for racer in order if number % 2 == 0 else reversed(order):
            laps[racer].append(looks[racer]())
    return tuple(tuple(each) for each in laps)
