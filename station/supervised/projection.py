"""Put a firearm into columns of a scan."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from data.errors import CargosightError
from data.projection.cutout import Cutout, CutoutFile, find_cutouts, read_cutout
from data.projection.projector import Projector
from data.scan import Scan, take_columns
from data.truth import FIREARM
from station.spool import Columns
from station.spool.assembling import assemble
from station.supervised.patch import Patch, cut_patch
from station.supervised.window import find_matter

logger = logging.getLogger(__name__)

TRIES: Final = 4
"""Firearms that are tried in one place."""

READS: Final = 8
"""Cutouts that are read until one can be used."""

LEAST: Final = 96
"""Columns under which nothing is tried."""


@dataclass(frozen=True, slots=True)
class Firearms:
    """The cutouts that test scans are made of.

    Args:
        files: At least one.
        pitch_mm: Pixel pitch of those that state none, mm.
    """

    files: tuple[CutoutFile, ...]
    pitch_mm: float | None

    @classmethod
    def find(cls, folder: Path, pitch_mm: float | None) -> "Firearms":
        """All of a folder.

        Raises:
            ScanFileError: If there are none.
        """
        return cls(tuple(find_cutouts(folder)), pitch_mm)

    def draw(self, rng: np.random.Generator) -> tuple[str, Cutout] | None:
        """One of them and its name; None if none of several could be read."""
        for _ in range(READS):
            file = self.files[int(rng.integers(len(self.files)))]
            try:
                return file.group, read_cutout(file, self.pitch_mm)
            except CargosightError as error:
                logger.debug("A cutout is passed over: %s", error)
        return None


def project_firearm(
    rng: np.random.Generator,
    held: Sequence[Columns],
    firearms: Firearms,
    wide: int,
) -> Patch | None:
    """Put a firearm into columns.

    Args:
        rng: Source of chance.
        held: The columns, in a row.
        firearms: To choose from.
        wide: Of how many columns a place is looked for; where there are more, chance
            says which.

    Returns:
        What is shown instead; None if there was no place, or nobody could see it.

    Raises:
        ScanError: If nothing can be put into such a scan.
    """
    first = min(one.at for one in held)
    real = assemble([replace(one, at=one.at - first) for one in held])
    start = _choose_start(rng, real, wide)
    part = take_columns(real, start, start + wide)
    if part.size[0] < LEAST:
        return None
    projector = Projector(part)
    for _ in range(TRIES):
        drawn = firearms.draw(rng)
        if drawn is None:
            return None
        found = projector.add(rng, drawn[1], FIREARM)
        if found is not None and not found.ignore:
            at = first + start
            return cut_patch(part, projector.scan, at, thing=drawn[0], box=found.box)
        projector.scan = part
    return None


def _choose_start(rng: np.random.Generator, scan: Scan, wide: int) -> int:
    """Where to look for a place: any stretch of columns amid matter."""
    spare = scan.size[0] - wide
    if spare <= 0:
        return 0
    columns = np.flatnonzero(find_matter(scan))
    if not len(columns):
        return 0
    middle = int(columns[int(rng.integers(len(columns)))])
    return min(max(middle - wide // 2, 0), spare)
