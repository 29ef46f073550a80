"""Near-duplicates among the scans that may be queued."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from data.duplicates.fingerprint import Fingerprint, fingerprint_scan
from data.duplicates.groups import join_pairs
from data.duplicates.pairs import find_pairs
from data.errors import CargosightError
from data.parallel import map_ordered

Progress = Callable[[int, int], None]


def group_alike(
    paths: Sequence[Path], *, workers: int = 1, progress: Progress = lambda *_: None
) -> list[int]:
    """Number of the group that each scan belongs to: near-duplicates share one.

    A scan whose fingerprint cannot be taken, as that of a raw file, is in a group of
    its own.

    Args:
        paths: Files of scans.
        workers: Processes.
        progress: Told how many fingerprints of how many are taken.
    """
    taken = list(_take(paths, workers, progress))
    known = [number for number, one in enumerate(taken) if one is not None]
    pairs = find_pairs([one for one in taken if one is not None])
    named = ((known[i], known[j], strength) for i, j, strength in pairs)
    groups: list[int] = join_pairs(len(paths), named).tolist()
    return groups


def _take(
    paths: Sequence[Path], workers: int, progress: Progress
) -> Iterator[Fingerprint | None]:
    for number, one in enumerate(map_ordered(_fingerprint, paths, workers=workers)):
        progress(number + 1, len(paths))
        yield one


def _fingerprint(path: Path) -> Fingerprint | None:
    try:
        return fingerprint_scan(path)
    except CargosightError:
        return None
