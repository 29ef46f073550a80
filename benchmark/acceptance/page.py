"""The page that is printed and signed: what was accepted, where, with what."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined

from benchmark.acceptance.crops import draw_crop
from benchmark.acceptance.figures import FIGURES, state_value
from benchmark.acceptance.record import Acceptance, PlacementOutcome, ShownOutcome
from benchmark.acceptance.sealing import CLEAN
from benchmark.acceptance.sheet import Piece, Placement
from benchmark.suite.sealed import Suite
from data.dataset_writing import write_text
from data.formats import read_scan
from data.truth import FIREARM

PAGE: Final = "acceptance.html"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class PlacementRow:
    """A placement as the page shows it.

    Attributes:
        placement: What the sheet says.
        piece: Of what.
        outcome: What became of it.
        firearm: Whether it should raise an alarm.
        picture: Of the scan with its lowest score, as a data URL.
    """

    placement: Placement
    piece: Piece
    outcome: PlacementOutcome
    firearm: bool
    picture: str

    @property
    def good(self) -> bool:
        """Whether all scans say what they should."""
        wanted = len(self.outcome.shown) if self.firearm else 0
        return self.outcome.found == wanted

    @property
    def where(self) -> str:
        """Where in the container, in metres, as far as known."""
        places = (
            ("along", self.placement.along_mm),
            ("high", self.placement.height_mm),
            ("deep", self.placement.depth_mm),
        )
        return ", ".join(
            f"{mm / 1000:.2f} m {way}" for way, mm in places if mm is not None
        )


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure of the baseline: its name, unit, and quantiles over clean passes."""

    name: str
    unit: str
    low: float
    median: float
    high: float
    scans: int


def write_page(
    acceptance: Acceptance,
    suite: Suite,
    place: Path,
    *,
    progress: Progress | None = None,
) -> None:
    """Write the page as one HTML file that needs nothing else, to be printed on A4.

    Args:
        acceptance: What it is about.
        suite: The site's suite that was run.
        place: Where it goes.
        progress: Told how many placements of how many are drawn.

    Raises:
        DatasetError: If it cannot be written.
    """
    rows = []
    for number, outcome in enumerate(acceptance.placements):
        rows.append(_show(acceptance, suite, outcome, number))
        if progress is not None:
            progress(number + 1, len(acceptance.placements))
    clean = [scan for scan in acceptance.scans if scan.part == CLEAN]
    text = load_template("acceptance.html.jinja").render(
        a=acceptance,
        rows=rows,
        clean=clean,
        alarming=[scan for scan in clean if scan.alarms],
        figures=list(_sum_up(acceptance)),
        repeated=[row for row in rows if len(row.outcome.shown) > 1],
        spread=max(
            (max(each.scores) - min(each.scores) for each in acceptance.placements),
            default=0.0,
        ),
        median_s=float(np.median([scan.elapsed_s for scan in acceptance.scans])),
        longest_s=max(scan.elapsed_s for scan in acceptance.scans),
    )
    write_text(place, text)


def load_template(name: str) -> Any:
    """A template of this package; what goes into it is escaped."""
    loader = PackageLoader("benchmark.acceptance", "templates")
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["value"] = state_value
    return environment.get_template(name)


def _show(
    acceptance: Acceptance, suite: Suite, outcome: PlacementOutcome, number: int
) -> PlacementRow:
    placement = acceptance.sheet.placements[number]
    piece = acceptance.sheet.piece_of(placement)
    worst = min(outcome.shown, key=lambda shown: shown.score or 0.0)
    return PlacementRow(
        placement, piece, outcome, piece.label == FIREARM, _draw(suite, worst)
    )


def _draw(suite: Suite, shown: ShownOutcome) -> str:
    scan = next(each for each in suite.scans if each.scan == shown.scan)
    return draw_crop(read_scan(suite.path(scan)), shown)


def _sum_up(acceptance: Acceptance) -> Iterator[FigureRow]:
    for figure in FIGURES:
        values = [
            scan.figures.get(figure.key)
            for scan in acceptance.scans
            if scan.part == CLEAN
        ]
        known = [value for value in values if value is not None]
        if known:
            low, median, high = np.quantile(known, (0.05, 0.5, 0.95)).tolist()
            yield FigureRow(figure.name, figure.unit, low, median, high, len(known))
