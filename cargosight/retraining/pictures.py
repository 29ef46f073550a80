"""Pictures of the firearms that only one of two bundles met."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from benchmark.acceptance.crops import draw_crop
from benchmark.acceptance.record import ShownOutcome
from benchmark.evaluation.ledger import FirearmRow, Ledger
from benchmark.metrics.curves import NEVER
from benchmark.report.gallery.captions import (
    describe_firearm,
    describe_scan,
    describe_score,
    name_firearm,
)
from benchmark.report.gallery.choice import choose_changes
from data.formats import read_scan

MOST: Final = 9


@dataclass(frozen=True, slots=True)
class Crop:
    """A firearm with what surrounds it.

    Attributes:
        title: What it is.
        facts: What is known of it, line by line.
        picture: A JPEG as a data URL: the firearm in blue, the detection in red.
    """

    title: str
    facts: tuple[str, ...]
    picture: str


@dataclass(frozen=True, slots=True)
class Crops:
    """Firearms that one bundle met and the other did not.

    Attributes:
        total: How many there are.
        shown: Some of them, the most visible.
    """

    total: int
    shown: tuple[Crop, ...]


def draw_met(blind: Ledger, seeing: Ledger, names: tuple[str, str]) -> Crops:
    """Draw firearms that one bundle met and the other did not.

    Args:
        blind: Of the bundle that missed them.
        seeing: Of the one that met them, on the same suite.
        names: What the two are called.

    Raises:
        ScanFileError: If a scan of the suite cannot be read.
    """
    every = choose_changes(blind, seeing, len(seeing.firearms))
    chosen = choose_changes(blind, seeing, MOST)
    return Crops(len(every), tuple(_draw((blind, seeing), n, names) for n in chosen))


def _draw(ledgers: tuple[Ledger, Ledger], number: int, names: Sequence[str]) -> Crop:
    blind, seeing = (ledger.firearms[number] for ledger in ledgers)
    scan = ledgers[1].scans[seeing.scan]
    scores = [
        f"{name}: {describe_score(row.score, ledger.scans[row.scan].threshold)}"
        for name, row, ledger in zip(names, (blind, seeing), ledgers, strict=True)
    ]
    known = describe_firearm(seeing)
    picture = read_scan(ledgers[1].evaluation.suite.path(scan.scan))
    return Crop(
        name_firearm(seeing),
        (*([known] if known else []), *scores, describe_scan(scan)),
        draw_crop(picture, _show(seeing, scan.scan.scan)),
    )


def _show(row: FirearmRow, scan: str) -> ShownOutcome:
    return ShownOutcome(
        file=scan,
        scan=scan,
        truth=row.truth.box,
        score=None if row.score == NEVER else row.score,
        box=row.box,
        alarm=row.found,
        ignored=False,
    )
