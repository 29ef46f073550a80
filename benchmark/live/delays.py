"""How long an alarm takes: from the last column of what it is raised for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmark.live.journal import Passage


@dataclass(frozen=True, slots=True)
class Delays:
    """From handing over an object's last column to its alarm, s.

    Attributes:
        count: Objects.
        early: Of them, how many were shown before they were whole: their delay is 0.
        p50: Median; None without objects, as all that follow.
        p95: 95 % stay under.
        p99: 99 % stay under.
        most: The longest.
    """

    count: int
    early: int
    p50: float | None
    p95: float | None
    p99: float | None
    most: float | None


def list_delays(passage: Passage) -> list[float]:
    """What each alarm of a truck took, s; below 0 where it came before all was there.

    The last column of an object is the right edge of its box as it was shown last.

    Args:
        passage: The truck.
    """
    return [
        passage.first[number] - passage.handed(float(alarm.box[2]))
        for number, alarm in passage.shown.items()
    ]


def measure_delays(passages: Iterable[Passage]) -> Delays:
    """Sum up what alarms took.

    Args:
        passages: Trucks.
    """
    return sum_delays([delay for each in passages for delay in list_delays(each)])


def sum_delays(delays: Sequence[float]) -> Delays:
    """Sum up delays.

    Args:
        delays: s; below 0 where the alarm came before all was there.
    """
    if not delays:
        return Delays(0, 0, None, None, None, None)
    taken = np.maximum(delays, 0)
    p50, p95, p99 = (float(np.quantile(taken, share)) for share in (0.5, 0.95, 0.99))
    early = sum(delay < 0 for delay in delays)
    return Delays(len(delays), early, p50, p95, p99, float(taken.max()))
