"""Which pictures a page shows: of findings, and of firearms scanner by scanner."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from benchmark.audit.checks import Finding, Shot
from benchmark.audit.pictures import DrawTask, Image, draw_images
from benchmark.audit.reading import ScanReading
from benchmark.audit.scanners import group_by_scanner
from data.parallel import map_ordered
from data.truth import FIREARM

Progress = Callable[[int, int], None]

SHOWN: Final = 24
"""Items of a finding that are shown with pictures."""

ON_SHEET: Final = 24
"""Firearms on the sheet of a scanner."""

SHEETS: Final = 12
"""Scanners that have a sheet, those with the most firearms first."""


@dataclass(frozen=True, slots=True)
class Firearm:
    """A labelled firearm on a sheet.

    Attributes:
        shot: Its picture.
        facts: What is said of it.
    """

    shot: Shot
    facts: str


@dataclass(frozen=True, slots=True)
class ContactSheet:
    """Labelled firearms of a scanner.

    Attributes:
        scanner: Which.
        total: How many firearms it has.
        firearms: Those that are shown, spread evenly over its scans.
    """

    scanner: str
    total: int
    firearms: tuple[Firearm, ...]


def choose_sheets(readings: Sequence[ScanReading]) -> tuple[ContactSheet, ...]:
    """Choose the firearms that are shown, scanner by scanner.

    Args:
        readings: Of all scans.
    """
    sheets = []
    for scanner, numbers in group_by_scanner(readings).items():
        firearms = [
            (number, place)
            for number in numbers
            for place, box in enumerate(readings[number].boxes)
            if box.label == FIREARM and _has_area(readings[number], place)
        ]
        if firearms:
            step = max(len(firearms) / ON_SHEET, 1.0)
            count = min(len(firearms), ON_SHEET)
            chosen = [firearms[int(step * place)] for place in range(count)]
            shown = tuple(_describe(readings[n], n, place) for n, place in chosen)
            sheets.append(ContactSheet(scanner, len(firearms), shown))
    return tuple(sorted(sheets, key=lambda sheet: -sheet.total)[:SHEETS])


def _has_area(reading: ScanReading, place: int) -> bool:
    """Whether some of a box is in the scan."""
    x0, y0, x1, y1 = reading.boxes[place].box
    width, height = reading.size
    return min(x1, width) > max(x0, 0) and min(y1, height) > max(y0, 0)


def _describe(reading: ScanReading, number: int, place: int) -> Firearm:
    box = reading.boxes[place]
    facts = [box.kind or box.label]
    if not box.whole:
        facts.append("a part")
    if box.size_mm is not None:
        facts.append(f"{box.size_mm[0]:.0f} x {box.size_mm[1]:.0f} mm")
    if box.ignored:
        facts.append("ignored")
    return Firearm(Shot(number, (box.box,)), ", ".join(facts))


def list_shots(
    findings: Iterable[Finding], sheets: Iterable[ContactSheet]
) -> list[Shot]:
    """Every picture that a page needs, once, in order of scans.

    Args:
        findings: Of which the first `SHOWN` items are shown.
        sheets: Of firearms.
    """
    shots = {
        shot
        for finding in findings
        for item in finding.items[:SHOWN]
        for shot in item.shots
    }
    shots |= {firearm.shot for sheet in sheets for firearm in sheet.firearms}
    return sorted(shots, key=lambda shot: (shot.scan, shot.boxes, shot.whole))


def draw_shots(
    readings: Sequence[ScanReading],
    shots: Sequence[Shot],
    *,
    workers: int = 1,
    progress: Progress | None = None,
) -> dict[Shot, Image]:
    """Draw pictures, reading every scan once.

    Args:
        readings: Of all scans.
        shots: What to draw, in order of scans.
        workers: Processes.
        progress: Told how many scans of how many are drawn.

    Raises:
        ScanFileError: If a scan can no longer be read.
    """
    by_scan: dict[int, list[Shot]] = {}
    for shot in shots:
        by_scan.setdefault(shot.scan, []).append(shot)
    tasks = [
        DrawTask(readings[n].entry.scan, tuple((s.boxes, s.whole) for s in wanted))
        for n, wanted in by_scan.items()
    ]
    drawn: dict[Shot, Image] = {}
    done = map_ordered(draw_images, tasks, workers=workers)
    for count, (wanted, images) in enumerate(zip(by_scan.values(), done, strict=True)):
        drawn |= dict(zip(wanted, images, strict=True))
        if progress is not None:
            progress(count + 1, len(tasks))
    return drawn
