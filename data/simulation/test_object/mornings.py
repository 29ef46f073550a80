"""Simulated scans of a test object, one every morning."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from data.formats import write_scan
from data.quality import Layout
from data.simulation.imaging.defects import Defect
from data.simulation.test_object.scanning import Shot, scan_object

FIRST: Final = datetime(2026, 1, 5, 6, tzinfo=UTC)
"""When the first scan is made."""


@dataclass(frozen=True, slots=True)
class Mornings:
    """Which scans to make.

    Attributes:
        shot: The scanner; its number, defects and time are set for each morning.
        count: How many mornings, 1 or more.
        defects: What is wrong with the scanner.
        since: From which morning on, counted from 1.
    """

    shot: Shot
    count: int = 1
    defects: tuple[Defect, ...] = ()
    since: int = 1


def write_mornings(
    layout: Layout,
    mornings: Mornings,
    out: Path,
    *,
    progress: Callable[[int, int], None],
) -> list[Path]:
    """Scan a test object every morning, and write the scans.

    Args:
        layout: Of the test object, in mm.
        mornings: Which.
        out: Folder of the scans, each named by its day.
        progress: Told how many of how many are written.

    Returns:
        The files, in order.

    Raises:
        QualityError: If the layout is in px.
        ScanFileError: If a file cannot be written.
    """
    written = []
    for number in range(mornings.count):
        acquired = FIRST + timedelta(days=number)
        broken = number + 1 >= mornings.since
        shot = replace(
            mornings.shot,
            number=number,
            acquired=acquired,
            defects=mornings.defects if broken else (),
        )
        written.append(out / f"{acquired:%Y-%m-%d}.tiff")
        write_scan(scan_object(layout, shot).scan, written[-1])
        progress(number + 1, mornings.count)
    return written
