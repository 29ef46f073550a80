"""What scans tell of their scanners: air, noise, rows, and drift over time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmark.audit.checks import CHECKS, Finding, Item, Shot
from benchmark.audit.reading import ScanReading
from data.physics.noise import GAUSSIAN_MAD

Reals = npt.NDArray[np.float64]

UNKNOWN: Final = "unknown scanner"

FEWEST: Final = 8
"""Scans of a scanner from which one can be unlike the others, or air can drift."""

LEAST_DRIFT: Final = 0.01
"""Change of the air level that does not matter."""

AIR_OFF: Final = 0.05
"""How far air may be off what a file states."""

DEAD_ROWS: Final = 0.001
"""Share of the rows that may read nothing."""

NOISY: Final = 3.0
"""So many times the median noise of its scanner makes a scan far noisier."""

MOSTLY: Final = 0.5
"""Share of the container's area from which a scan is mostly opaque."""

_SIGMAS: Final = 4.0


@dataclass(frozen=True, slots=True)
class AirCourse:
    """The air level of a scanner over time.

    Attributes:
        scanner: Which.
        scans: Numbers of its dated scans, the oldest first.
        times: When they were made.
        levels: What they read in air: of what the file states, or, where no file
            states it, counts or brightness over their median.
        stated: Whether files state what air should be.
    """

    scanner: str
    scans: tuple[int, ...]
    times: tuple[datetime, ...]
    levels: tuple[float, ...]
    stated: bool

    @property
    def drift(self) -> tuple[float, float]:
        """Change from the first third to the last, and its standard error."""
        values = np.array(self.levels)
        third = max(len(values) // 3, 1)
        first, last = values[:third], values[-third:]
        error = np.hypot(_spread(first), _spread(last)) * 1.2533 / np.sqrt(third)
        return float(np.median(last) - np.median(first)), float(error)

    @property
    def drifts(self) -> bool:
        """Whether the change matters and is not chance."""
        if len(self.levels) < FEWEST:
            return False
        change, error = self.drift
        return abs(change) > max(LEAST_DRIFT, _SIGMAS * error)


def name_scanner(reading: ScanReading) -> str:
    """The scanner of a scan, or that it is unknown."""
    return reading.scanner or UNKNOWN


def group_by_scanner(readings: Sequence[ScanReading]) -> dict[str, list[int]]:
    """Numbers of the scans that can be read, by their scanners in order of names.

    Args:
        readings: Of all scans.
    """
    groups: dict[str, list[int]] = {}
    for number, reading in enumerate(readings):
        if reading.problem is None:
            groups.setdefault(name_scanner(reading), []).append(number)
    return dict(sorted(groups.items()))


def find_scanner_faults(readings: Sequence[ScanReading]) -> list[Finding]:
    """Find scans whose image quality is amiss, and scanners that drift.

    Args:
        readings: Of all scans.
    """
    return [
        _find_drift(readings),
        _find_each(readings, "air-off", _judge_air, _why_no_air(readings)),
        _find_each(readings, "dead-rows", _judge_rows),
        _find_noisy(readings),
        _find_each(readings, "opaque", _judge_opaque, _why_no_counts(readings)),
    ]


def follow_air(readings: Sequence[ScanReading]) -> list[AirCourse]:
    """The air level of each scanner over time, where its scans are dated.

    Args:
        readings: Of all scans.
    """
    courses = []
    for scanner, numbers in group_by_scanner(readings).items():
        dated = [
            (reading.acquired, number)
            for number in numbers
            if (reading := readings[number]).acquired is not None
            and reading.quality is not None
        ]
        if len(dated) > 1 and scanner != UNKNOWN:
            courses.append(_make_course(readings, scanner, sorted(dated)))
    return courses


def _make_course(
    readings: Sequence[ScanReading],
    scanner: str,
    dated: Sequence[tuple[datetime, int]],
) -> AirCourse:
    numbers = tuple(number for _, number in dated)
    stated = all(readings[number].air_stated for number in numbers)
    levels = np.array([_read_air(readings[n], stated=stated) for n in numbers])
    if not stated:
        levels = levels / max(float(np.median(levels)), 1e-9)
    times = tuple(time for time, _ in dated)
    return AirCourse(scanner, numbers, times, tuple(levels.tolist()), stated)


def _read_air(reading: ScanReading, *, stated: bool) -> float:
    quality = reading.quality
    assert quality is not None  # noqa: S101 - the caller has looked
    if stated or quality.air_counts is None:
        return quality.air
    return quality.air_counts


def _find_drift(readings: Sequence[ScanReading]) -> Finding:
    courses = follow_air(readings)
    if not any(len(course.levels) >= FEWEST for course in courses):
        why = f"No scanner has {FEWEST} scans that say when they were made."
        return Finding(CHECKS["air-drift"], unchecked=why)
    items = []
    for course in courses:
        if course.drifts:
            change, _ = course.drift
            first, last = course.scans[0], course.scans[-1]
            says = (
                f"{course.scanner}: air changed by {change:+.1%} from "
                f"{course.times[0]:%Y-%m-%d} to {course.times[-1]:%Y-%m-%d}"
            )
            items.append(Item(says, course.scans, (Shot(first), Shot(last))))
    return Finding(CHECKS["air-drift"], tuple(items))


def _find_each(
    readings: Sequence[ScanReading],
    key: str,
    judge: Callable[[ScanReading], str],
    unchecked: str = "",
) -> Finding:
    items = [
        Item(says, (number,), (Shot(number),))
        for number, reading in enumerate(readings)
        if (says := judge(reading))
    ]
    return Finding(CHECKS[key], tuple(items), unchecked)


def _judge_air(reading: ScanReading) -> str:
    quality = reading.quality
    if quality is None or not reading.air_stated or reading.kind == "display":
        return ""
    off = quality.air - 1
    return (
        f"air reads {quality.air:.1%} of what is stated" if abs(off) > AIR_OFF else ""
    )


def _judge_rows(reading: ScanReading) -> str:
    share = 0.0 if reading.quality is None else reading.quality.dead_rows
    if share <= DEAD_ROWS:
        return ""
    return f"{round(share * reading.size[1])} of {reading.size[1]} rows read nothing"


def _judge_opaque(reading: ScanReading) -> str:
    share = reading.opaque or 0.0
    return f"{share:.0%} of the area is opaque" if share > MOSTLY else ""


def _find_noisy(readings: Sequence[ScanReading]) -> Finding:
    known = {
        scanner: noise
        for scanner, numbers in group_by_scanner(readings).items()
        if scanner != UNKNOWN and len(noise := _list_noise(readings, numbers)) >= FEWEST
    }
    why = "" if known else f"No known scanner has {FEWEST} scans with counts."
    items = [item for noise in known.values() for item in _find_noisier(noise)]
    return Finding(CHECKS["noisy"], tuple(items), why)


def _list_noise(
    readings: Sequence[ScanReading], numbers: Sequence[int]
) -> dict[int, float]:
    """Noise in air by number; brightness of display scans has no noise to compare."""
    return {
        number: quality.noise
        for number in numbers
        if (quality := readings[number].quality) is not None
        and readings[number].kind != "display"
    }


def _find_noisier(noise: Mapping[int, float]) -> Iterator[Item]:
    usual = float(np.median([*noise.values()]))
    for number, found in noise.items():
        if found > NOISY * usual:
            says = f"noise is {found / usual:.1f} times the scanner's median"
            yield Item(says, (number,), (Shot(number),))


def _why_no_air(readings: Sequence[ScanReading]) -> str:
    known = any(r.air_stated and r.kind != "display" for r in readings)
    return "" if known else "No scan states what it should read in air."


def _why_no_counts(readings: Sequence[ScanReading]) -> str:
    known = any(reading.opaque is not None for reading in readings)
    return "" if known else "There are only display scans."


def _spread(values: Reals) -> float:
    return float(GAUSSIAN_MAD * np.median(np.abs(values - np.median(values))))
