"""What is played: large simulated scans on disk, column by column.

They are not in the memory of the process that is measured, and no file is decoded while
it is.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from benchmark.speed.course import LARGE_SCANNER, MIX
from benchmark.suite.plan import PlannedScan, read_plan
from data.dataset_writing import check_room
from data.errors import SuiteError
from data.parallel import map_ordered
from data.scan import Levels, Scan, ScanInfo
from data.simulation import Recipe, simulate_scan

ROWS: Final = 1400
"""Height of what is played, px."""

PITCH_MM: Final = 4.0
"""What a pixel is taken for, mm: the network sees them all."""

WORKERS: Final = 2
"""Processes that simulate: so this one's memory stays its own."""

_BYTES: Final = 4000 * ROWS * 4

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class Truck:
    """A scan of two energies on disk.

    Attributes:
        path: (W, 2, H) uint16, column after column.
        width: Columns.
        air: (2, H) float32.
        dark: (2, H) float32.
        info: What is known of the scan.
    """

    path: Path
    width: int
    air: Levels
    dark: Levels
    info: ScanInfo

    def read(self, start: int = 0, stop: int | None = None) -> Scan:
        """Some of its columns, or all of them.

        Args:
            start: The first.
            stop: The one after the last; None for the end.
        """
        count = (self.width if stop is None else min(stop, self.width)) - start
        column = self.air.size
        offset = start * column * np.dtype(np.uint16).itemsize
        flat = np.fromfile(self.path, np.uint16, count * column, offset=offset)
        planes = flat.reshape(count, *self.air.shape).transpose(1, 2, 0)
        high, low = (np.ascontiguousarray(plane) for plane in planes)
        return Scan(high, low, air=self.air, dark=self.dark, info=self.info)

    def read_pieces(self, columns: int) -> Iterator[tuple[int, Scan]]:
        """Its columns from left to right.

        Args:
            columns: Of a piece; the last may have less.

        Yields:
            The place of the first column of each piece, and the piece.
        """
        for start in range(0, self.width, columns):
            yield start, self.read(start, start + columns)


def make_trucks(
    out: Path, *, count: int, seed: int, progress: Progress
) -> tuple[Truck, ...]:
    """Simulate trucks of the standard mix, 1400 px high at 4 mm.

    Args:
        out: Folder for them.
        count: How many, 1 or more.
        seed: Of all of them.
        progress: Told how many of how many are there.

    Raises:
        SuiteError: If there is none.
        DatasetError: If the disk lacks room.
    """
    if count < 1:
        msg = f"{count} trucks cannot be played. Choose 1 or more."
        raise SuiteError(msg)
    check_room(out, count, count * _BYTES)
    tasks = [
        (out / f"{number:04d}.columns", planned)
        for number, planned in enumerate(_plan(count, seed))
    ]
    trucks = []
    for truck in map_ordered(_make, tasks, workers=WORKERS):
        trucks.append(truck)
        progress(len(trucks), count)
    return tuple(trucks)


def _plan(count: int, seed: int) -> Iterator[PlannedScan]:
    plan = read_plan(MIX)
    (part,) = plan.parts
    parts = (part.model_copy(update={"scans": count}),)
    return plan.model_copy(update={"seed": seed, "parts": parts}).list_scans()


def _make(task: tuple[Path, PlannedScan]) -> Truck:
    path, planned = task
    return simulate_truck(path, planned.seed, planned.recipe)


def simulate_truck(path: Path, seed: int, recipe: Recipe) -> Truck:
    """Simulate one truck and write its columns.

    Args:
        path: The file to write.
        seed: Of what is in it.
        recipe: What it shall be.
    """
    scan = simulate_scan(seed, recipe, scanner=LARGE_SCANNER).scan
    assert scan.high is not None  # noqa: S101 - the scanner has two energies
    assert scan.low is not None  # noqa: S101
    assert scan.air is not None  # noqa: S101
    assert scan.dark is not None  # noqa: S101
    rows = np.minimum(np.arange(ROWS), scan.size[1] - 1)
    planes = np.stack([scan.high[rows], scan.low[rows]])
    np.ascontiguousarray(planes.transpose(2, 0, 1)).tofile(path)
    info = scan.info.model_copy(update={"pitch_mm": (PITCH_MM, PITCH_MM)})
    air, dark = scan.air[:, rows], scan.dark[:, rows]
    return Truck(path, scan.size[0], air, dark, info)
