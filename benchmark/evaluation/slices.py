"""Where a bundle is strong and weak: the same rates over parts of a suite."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from benchmark.evaluation.ledger import FirearmRow, Ledger, ScanRow
from benchmark.metrics.rates import Rate, Tally, pfa_compute, rate_compute
from data.truth import Pose

FEW: Final = 20
"""Trials under which a rate says next to nothing."""

ATTENUATION: Final = (0.0, 1.0, 2.0, 3.0, 5.0)
CONTRAST: Final = (0.0, 0.1, 0.2, 0.4, 0.8)

UNKNOWN: Final = "unknown"

_STEEP_DEG: Final = 60.0


@dataclass(frozen=True, slots=True)
class Slice:
    """One part of a suite.

    Attributes:
        dimension: What the suite is cut by, such as "kind of firearm".
        value: Which part, such as "pistol".
        pd: Share of its firearms that were found; None where it has none.
        pfa: Share of its clean inspections with an alarm; None where it has none, or
            where the dimension tells firearms apart, not scans.
    """

    dimension: str
    value: str
    pd: Rate | None
    pfa: Rate | None

    @property
    def says_little(self) -> bool:
        """Whether there are too few trials of either to go by."""
        return all(rate is None or rate.trials < FEW for rate in (self.pd, self.pfa))


Cut = Callable[[FirearmRow, ScanRow], str]
ScanCut = Callable[[ScanRow], Sequence[str]]


def slice_ledger(ledger: Ledger) -> tuple[Slice, ...]:
    """Cut an evaluation by everything that is known of its firearms and scans.

    Dimensions of which all is unknown, or that do not cut, are left out.

    Args:
        ledger: Of a finished evaluation.
    """
    return tuple(
        each
        for found in (*_cut_firearms(ledger), *_cut_scans(ledger))
        if len(found) > 1
        for each in found
    )


def _cut_firearms(ledger: Ledger) -> Iterator[list[Slice]]:
    for dimension, cut in FIREARM_CUTS.items():
        tallies: dict[str, Tally] = {}
        for row in ledger.firearms:
            scan = ledger.scans[row.scan]
            value = cut(row, scan)
            tally = tallies.get(value, Tally())
            tallies[value] = tally.add(scan.home, int(row.found), 1)
        yield [
            Slice(dimension, value, rate_compute(tallies[value]), None)
            for value in sorted(tallies)
        ]


def _cut_scans(ledger: Ledger) -> Iterator[list[Slice]]:
    for dimension, cut in SCAN_CUTS.items():
        found: dict[str, Tally] = {}
        false: dict[str, Tally] = {}
        firearms = _by_scan(ledger)
        for number, scan in enumerate(ledger.scans):
            for value in cut(scan):
                tally = found.get(value, Tally())
                hits = sum(row.found for row in firearms[number])
                found[value] = tally.add(scan.home, hits, len(firearms[number]))
                tally = false.get(value, Tally())
                false[value] = tally.add(
                    scan.home, int(scan.alarms > 0), int(not scan.clean)
                )
        yield [
            Slice(
                dimension, value, rate_compute(found[value]), pfa_compute(false[value])
            )
            for value in sorted(found)
        ]


def _by_scan(ledger: Ledger) -> list[list[FirearmRow]]:
    rows: list[list[FirearmRow]] = [[] for _ in ledger.scans]
    for row in ledger.firearms:
        rows[row.scan].append(row)
    return rows


def _bin(value: float | None, edges: Sequence[float]) -> str:
    """Which range a number is in, in words that sort."""
    if value is None:
        return UNKNOWN
    below = [edge for edge in edges if edge <= value]
    above = [edge for edge in edges if edge > value]
    if not above:
        return f"{edges[-1]:g} and more"
    return f"{below[-1]:g} to {above[0]:g}" if below else f"under {edges[0]:g}"


def describe_pose(pose: Pose | None) -> str:
    """How a firearm lies to the rays, in a word.

    At an elevation of 60 degrees or more, either way, the barrel points along the rays;
    else what counts is how far the broad side is turned away.

    Example:
        >>> describe_pose(Pose(heading_deg=10.0, elevation_deg=5.0, roll_deg=80.0))
        'edge-on'
    """
    if pose is None:
        return UNKNOWN
    if abs(pose.elevation_deg) >= _STEEP_DEG:
        return "end-on"
    # The broad side's normal against the rays: cos of roll times cos of elevation.
    facing = abs(
        math.cos(math.radians(pose.roll_deg))
        * math.cos(math.radians(pose.elevation_deg))
    )
    away = math.degrees(math.acos(min(facing, 1.0)))
    if away >= _STEEP_DEG:
        return "edge-on"
    return "broadside" if away <= 90 - _STEEP_DEG else "turned"


def _defects(row: ScanRow) -> Sequence[str]:
    defects = row.truth.defects
    return [f"{d.kind} {d.severity}" for d in defects] or ["none"]


FIREARM_CUTS: Final[dict[str, Cut]] = {
    "attenuation in front": lambda f, _: _bin(
        f.truth.attenuation_in_front, ATTENUATION
    ),
    "attenuation around": lambda f, _: _bin(f.truth.attenuation_around, ATTENUATION),
    "contrast": lambda f, _: _bin(f.truth.contrast, CONTRAST),
    "pose": lambda f, _: describe_pose(f.truth.pose),
    "kind of firearm": lambda f, _: f.truth.kind or UNKNOWN,
    "form": lambda f, _: f.truth.form or UNKNOWN,
    "concealment": lambda f, _: f.truth.concealment or UNKNOWN,
}
"""What firearms are told apart by."""

SCAN_CUTS: Final[dict[str, ScanCut]] = {
    "cargo": lambda s: sorted(set(s.truth.cargo)) or [UNKNOWN],
    "scanner": lambda s: [s.scan.scanner or UNKNOWN],
    "kind of scan": lambda s: [s.scan.kind],
    "defect": _defects,
    "part of the suite": lambda s: [s.scan.part],
    "origin": lambda s: ["synthetic" if s.scan.synthetic else "real"],
}
"""What scans are told apart by; a scan may count for several values."""
