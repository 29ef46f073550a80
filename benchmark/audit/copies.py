"""Scans that show the same thing, and whether they cross a split."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmark.audit.checks import CHECKS, Finding, Item, Shot
from benchmark.audit.leaks import choose_across, count_parts
from benchmark.audit.reading import ScanReading
from data.duplicates.groups import join_scans


@dataclass(frozen=True, slots=True)
class NearPair:
    """Two scans that show the same thing, as verified point by point.

    Attributes:
        first: Number of a scan.
        second: Number of another.
        strength: How sure that is; the more, the surer.
    """

    first: int
    second: int
    strength: float

    @property
    def both(self) -> tuple[int, int]:
        """The numbers of both."""
        return self.first, self.second


def find_copies(
    readings: Sequence[ScanReading], pairs: Sequence[NearPair]
) -> list[Finding]:
    """Find copies and near duplicates, across parts and within one.

    Near duplicates within a part that the dataset itself puts into one group are known
    and fine.

    Args:
        readings: Of all scans.
        pairs: Of scans that show the same thing; exact copies may be among them.
    """
    copies = _group_copies(readings)
    across, within = _part(readings, copies, "the same picture")
    near_across, near_within = _find_near(readings, pairs)
    return [
        Finding(CHECKS["copies-across"], across),
        Finding(CHECKS["near-across"], near_across),
        Finding(CHECKS["copies-within"], within),
        Finding(CHECKS["near-within"], near_within),
    ]


def _group_copies(readings: Sequence[ScanReading]) -> list[list[int]]:
    same: dict[str, list[int]] = {}
    for number, reading in enumerate(readings):
        if reading.pixels:
            same.setdefault(reading.pixels, []).append(number)
    return [numbers for numbers in same.values() if len(numbers) > 1]


def _part(
    readings: Sequence[ScanReading], groups: Iterable[Sequence[int]], what: str
) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    across, within = [], []
    for scans in groups:
        says = f"{what} {len(scans)} times: {count_parts(readings, scans)}"
        shown = choose_across(readings, scans)
        if len(_list_splits(readings, scans)) > 1:
            across.append(_show(says, scans, shown))
        else:
            within.append(_show(says, scans, scans[:2]))
    return tuple(across), tuple(within)


def _show(says: str, scans: Sequence[int], shown: Iterable[int]) -> Item:
    return Item(says, tuple(scans), tuple(Shot(number) for number in shown))


def _list_splits(readings: Sequence[ScanReading], scans: Iterable[int]) -> set[str]:
    splits = (readings[number].entry.split for number in scans)
    return {split for split in splits if split is not None}


def _find_near(
    readings: Sequence[ScanReading], pairs: Sequence[NearPair]
) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    across, within = [], []
    for scans, joined in _join(readings, pairs):
        says = f"{len(scans)} near duplicates: {count_parts(readings, scans)}"
        if len(_list_splits(readings, scans)) > 1:
            across.append(_show(says, scans, _choose(readings, scans, joined)))
        elif not _is_known(readings, scans):
            strongest = max(joined, key=lambda pair: pair.strength)
            within.append(_show(says, scans, strongest.both))
    return tuple(across), tuple(within)


def _choose(
    readings: Sequence[ScanReading], scans: Sequence[int], pairs: Sequence[NearPair]
) -> Sequence[int]:
    """The strongest pair across parts; where none is direct, a scan of each part."""
    crossing = [p for p in pairs if len(_list_splits(readings, p.both)) > 1]
    if not crossing:
        return choose_across(readings, scans)
    return max(crossing, key=lambda pair: pair.strength).both


def _is_known(readings: Sequence[ScanReading], scans: Iterable[int]) -> bool:
    groups = {readings[number].entry.group for number in scans}
    return len(groups) == 1 and None not in groups


def _join(
    readings: Sequence[ScanReading], pairs: Sequence[NearPair]
) -> list[tuple[list[int], list[NearPair]]]:
    """Scans that pairs and copies join, with the pairs of unlike ones; largest first.

    What copies alone join is left out.
    """
    pixels = [reading.pixels or None for reading in readings]
    unlike = [p for p in pairs if pixels[p.first] != pixels[p.second]]
    groups = join_scans(len(readings), [pixels], [pair.both for pair in unlike])
    joined: dict[int, list[NearPair]] = {}
    for pair in unlike:
        joined.setdefault(int(groups[pair.first]), []).append(pair)
    members: dict[int, list[int]] = {group: [] for group in joined}
    for number, group in enumerate(groups.tolist()):
        if group in members:
            members[group].append(number)
    found = [(members[group], each) for group, each in joined.items()]
    return sorted(found, key=lambda one: (-len(one[0]), one[0]))
