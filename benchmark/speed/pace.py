"""Where a racer's time went, and how many times as fast one is as another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmark.speed.race import Heat

Seconds = npt.NDArray[np.float64]

OURS: Final = 0
PEER: Final = 1
"""Numbers of the racers."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Where a racer's time went.

    Of each scan the median of its rounds is taken, and of these the median over scans
    in ms, or the sum.

    Attributes:
        elapsed_ms: From a scan in memory to its detections.
        encode_ms: Of it, making the network's planes.
        run_ms: Of it, running the network, or waiting for it.
        merge_ms: Of it, joining the answers of the tiles.
        rest_ms: Of it, all else.
        session_ms: What the sessions take for the same tiles and nothing else.
        beyond_ms: What it took longer than that.
        session_share: What the sessions take, of the sum of all time, 0 to 1.
        total_s: The sum of all time, s.
        tiles: How many the network saw, in sum.
        megapixels: How many million pixels it saw, in sum.
    """

    elapsed_ms: float
    encode_ms: float
    run_ms: float
    merge_ms: float
    rest_ms: float
    session_ms: float
    beyond_ms: float
    session_share: float
    total_s: float
    tiles: int
    megapixels: float


@dataclass(frozen=True, slots=True)
class Speedup:
    """How many times as fast the first racer is as the second.

    Attributes:
        ratio: Of the sums over scans of the median of each scan's rounds.
        least: Of the sums of a single round, the least.
        most: Of these, the greatest.
        median_scan: Of the median of each scan's rounds, the median over scans.
        with_encoding: As `ratio`, with the time counted that it took to make the planes
            which the second was given.
    """

    ratio: float
    least: float
    most: float
    median_scan: float
    with_encoding: float


def measure_pace(heats: Sequence[Heat], racer: int) -> Pace:
    """Say where the time of a racer went.

    Args:
        heats: Of a race.
        racer: Its number there.
    """
    times = {
        name: _gather(heats, racer, f"{name}_s")
        for name in ("elapsed", "encode", "run", "merge", "session")
    }
    inside = times["encode"] + times["run"] + times["merge"]
    times["rest"] = times["elapsed"] - inside
    times["beyond"] = times["elapsed"] - times["session"]
    medians = {name: np.median(rounds, axis=1) for name, rounds in times.items()}
    figures = {f"{name}_ms": _as_ms(each) for name, each in medians.items()}
    whole = float(medians["elapsed"].sum())
    last = [heat.laps[racer][-1] for heat in heats]
    return Pace(
        **figures,
        session_share=float(medians["session"].sum() / whole),
        total_s=whole,
        tiles=sum(lap.tiles for lap in last),
        megapixels=sum(lap.pixels for lap in last) / 1e6,
    )


def compare_paces(heats: Sequence[Heat]) -> Speedup:
    """Say how many times as fast the first racer is as the second.

    Args:
        heats: Of a race of two.
    """
    ours, theirs = (_gather(heats, racer, "elapsed_s") for racer in (OURS, PEER))
    given = _gather(heats, PEER, "given_s")[:, 0]
    our_medians, their_medians = np.median(ours, axis=1), np.median(theirs, axis=1)
    rounds = theirs.sum(axis=0) / ours.sum(axis=0)
    return Speedup(
        ratio=float(their_medians.sum() / our_medians.sum()),
        least=float(rounds.min()),
        most=float(rounds.max()),
        median_scan=float(np.median(their_medians / our_medians)),
        with_encoding=float((their_medians + given).sum() / our_medians.sum()),
    )


def _gather(heats: Sequence[Heat], racer: int, name: str) -> Seconds:
    """(scans, rounds) of one figure, s."""
    return np.array(
        [[getattr(lap, name) for lap in heat.laps[racer]] for heat in heats]
    )


def _as_ms(times: Seconds) -> float:
    return float(np.median(times) * 1e3)
