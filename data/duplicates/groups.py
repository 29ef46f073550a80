"""Groups of scans that show one thing, so that no split tears them apart."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from data.errors import DatasetError

Groups = npt.NDArray[np.int64]
Key = Sequence[Hashable | Collection[Hashable] | None]


@dataclass(frozen=True, slots=True)
class LargeGroup:
    """A group that deserves a look: a wrong link shows in the largest first.

    Attributes:
        group: Its number.
        members: Its scans, ascending.
    """

    group: int
    members: tuple[int, ...]


def join_scans(
    count: int, keys: Sequence[Key], pairs: Iterable[tuple[int, int]] = ()
) -> Groups:
    """Join scans that share a key or form a pair, and whatever these join in turn.

    Args:
        count: How many scans there are.
        keys: Of each kind of key (container, inspection, firearm, group, ...) its value
            for every scan. None and blank text say nothing and join nothing; a list,
            tuple or set is several values, each of which joins. Values of two kinds
            never meet.
        pairs: Scans that show one thing, 0 to `count` - 1.

    Returns:
        (count,) int64, the group of each scan, numbered from 0 in order of appearance.

    Raises:
        DatasetError: If a key has not one value a scan, or a pair names no scan.

    Example:
        >>> containers = ["MSKU1", None, "MSKU1", None]
        >>> firearms = [("a", "b"), (), ("c",), ["b"]]
        >>> join_scans(4, [containers, firearms]).tolist()
        [0, 1, 0, 0]
    """
    parents = list(range(count))
    for key in keys:
        for first, other in _link(key, count):
            _join(parents, first, other)
    for first, other in pairs:
        if not (0 <= first < count and 0 <= other < count):
            msg = f"Pair ({first}, {other}) is not among {count} scans. Find it again."
            raise DatasetError(msg)
        _join(parents, first, other)
    return _number(parents)


def join_pairs(count: int, pairs: Iterable[tuple[int, int, float]]) -> Groups:
    """Join scans that form pairs, as `pairs.find_pairs` finds them.

    Args:
        count: How many scans there are.
        pairs: Two scans and the strength of their likeness each.

    Returns:
        (count,) int64, as `join_scans` returns them.

    Example:
        >>> join_pairs(3, [(0, 2, 0.9)]).tolist()
        [0, 1, 0]
    """
    return join_scans(count, [], ((first, other) for first, other, _ in pairs))


def list_largest(groups: Groups, most: int = 10) -> list[LargeGroup]:
    """List the largest groups of two scans or more.

    Args:
        groups: (N,) int64, the group of each scan.
        most: How many to list.

    Returns:
        The largest first; among equals the one that appears first.

    Example:
        >>> list_largest(np.array([0, 1, 1, 2]))
        [LargeGroup(group=1, members=(1, 2))]
    """
    sizes = Counter(groups.tolist()).most_common(most)
    return [
        LargeGroup(group, tuple(np.flatnonzero(groups == group).tolist()))
        for group, size in sizes
        if size > 1
    ]


def _link(key: Key, count: int) -> Iterator[tuple[int, int]]:
    """Every scan with the first that has the same value."""
    if len(key) != count:
        msg = f"A key has {len(key)} values for {count} scans. Give one for each."
        raise DatasetError(msg)
    seen: dict[Hashable, int] = {}
    for i, values in enumerate(key):
        for value in _spread(values):
            yield seen.setdefault(value, i), i


def _spread(values: Hashable | Collection[Hashable] | None) -> list[Hashable]:
    several: list[Any] = [values]
    if isinstance(values, list | tuple | set | frozenset):
        several = [*values]
    return [value for value in several if not _is_blank(value)]


def _is_blank(value: Hashable) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _find(parents: list[int], scan: int) -> int:
    while parents[scan] != scan:
        parents[scan] = parents[parents[scan]]
        scan = parents[scan]
    return scan


def _join(parents: list[int], first: int, other: int) -> None:
    """Let the earlier of two roots lead, so that numbers follow appearance."""
    roots = _find(parents, first), _find(parents, other)
    parents[max(roots)] = min(roots)


def _number(parents: list[int]) -> Groups:
    roots = np.array([_find(parents, i) for i in range(len(parents))], np.int64)
    return np.unique(roots, return_inverse=True)[1].astype(np.int64)
