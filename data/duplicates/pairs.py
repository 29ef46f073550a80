"""Pairs of scans that show one thing: candidates first, then proof."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from data.duplicates.candidates import find_candidates
from data.duplicates.fingerprint import Fingerprint
from data.duplicates.matching import COPY, measure_strength
from data.errors import DatasetError

Pair = tuple[int, int, float]
Report = Callable[[int, int], None]

LIKELIEST: Final = 20
"""How many of its likest scans each is compared with by corners."""

SURE: Final = 0.5
"""Least strength of a pair: ten corners that agree on a turn, or a copy."""

COPIED: Final = COPY
"""Least strength of copies: give this where things seen again do not matter."""

_BATCH: Final = 128


def find_pairs(
    fingerprints: Sequence[Fingerprint],
    *,
    least: float = SURE,
    likeliest: int = LIKELIEST,
    workers: int = 1,
    progress: Report | None = None,
) -> list[Pair]:
    """Find pairs of scans that are copies, or show one thing.

    Files of one content are compared with others once. Of three scans or more of one
    thing not every pair need be found: `groups.join_pairs` joins them.

    Args:
        fingerprints: Of N scans.
        least: Least strength to list, over 0 to 1, see `matching.measure_strength`.
        likeliest: How many of its likest scans each is compared with, 1 or more.
        workers: Threads, 1 or more.
        progress: Called with how many candidates are compared and how many there are.

    Returns:
        (i, j, strength) with i < j, ascending; the same whatever the workers and the
        order of the scans.

    Raises:
        DatasetError: If there is no worker or nothing to compare with.
    """
    if workers < 1 or likeliest < 1:
        msg = f"{workers} workers cannot compare {likeliest} scans. Give at least 1."
        raise DatasetError(msg)
    firsts: dict[str, int] = {}
    pairs: list[Pair] = []
    for i, fingerprint in enumerate(fingerprints):
        first = firsts.setdefault(fingerprint.sha256, i)
        if first != i:
            pairs.append((first, i, 1.0))
    # By content: the same scans form the same pairs, in whatever order they come.
    places = [firsts[sha256] for sha256 in sorted(firsts)]
    found = _prove([fingerprints[i] for i in places], likeliest, workers, progress)
    for i, j, strength in found:
        if strength >= least:
            first, other = sorted((places[i], places[j]))
            pairs.append((first, other, strength))
    return sorted(pairs)


def _prove(
    fingerprints: Sequence[Fingerprint],
    likeliest: int,
    workers: int,
    progress: Report | None,
) -> Iterator[Pair]:
    """Measure every candidate, in threads: the slow parts are OpenCV's."""
    candidates = find_candidates(fingerprints, likeliest)

    def measure(pair: tuple[int, int]) -> float:
        return measure_strength(fingerprints[pair[0]], fingerprints[pair[1]])

    with ThreadPoolExecutor(workers) as pool:
        for start in range(0, len(candidates), _BATCH):
            batch = candidates[start : start + _BATCH]
            for (i, j), strength in zip(batch, pool.map(measure, batch), strict=True):
                yield i, j, strength
            if progress is not None:
                progress(start + len(batch), len(candidates))
