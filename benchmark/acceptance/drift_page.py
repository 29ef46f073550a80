"""The weeks of a site as a page: what drifted, and how every figure went."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmark.acceptance.drift import DRIFTED, TOO_FEW, Comparison, Week
from benchmark.acceptance.figures import state_value
from benchmark.acceptance.page import load_template
from benchmark.acceptance.watching import Watch
from data.dataset_writing import write_text

WIDTH: Final = 150
HEIGHT: Final = 34

_MARGIN: Final = 5
_COLOURS: Final = {DRIFTED: "#a51414", TOO_FEW: "#8a8a8a"}
_STEADY: Final = "#17692d"
_PER_LIMIT: Final = 3.0


@dataclass(frozen=True, slots=True)
class Dot:
    """One week of a figure: where it lies in the drawing, px, and its colour."""

    x: float
    y: float
    colour: str
    title: str


@dataclass(frozen=True, slots=True)
class Course:
    """How a figure went.

    Attributes:
        last: The last week's comparison.
        dots: Of each week in which it was measured.
        top: Upper end of what does not matter, px.
        height: Of that band, px.
    """

    last: Comparison
    dots: tuple[Dot, ...]
    top: float
    height: float


def write_drift_page(watch: Watch, place: Path) -> None:
    """Write all weeks as one HTML file that needs nothing else.

    Args:
        watch: What came of the weeks.
        place: Where it goes.

    Raises:
        DatasetError: If it cannot be written.
    """
    keys = [figure.key for figure in watch.weeks[-1].figures]
    text = load_template("drift.html.jinja").render(
        watch=watch,
        courses=[draw_course(watch.weeks, key) for key in keys],
        width=WIDTH,
        height=HEIGHT,
    )
    write_text(place, text)


def draw_course(weeks: Sequence[Week], key: str) -> Course:
    """Lay out one figure over the weeks.

    The drawing is three limits high to both sides of acceptance; what lies beyond is
    drawn at its edge.

    Args:
        weeks: In order, at least one.
        key: Of the figure.
    """
    each = [(w.name, f) for w in weeks for f in w.figures if f.key == key]
    step = (WIDTH - 2 * _MARGIN) / max(len(each) - 1, 1)
    middle, half = HEIGHT / 2, HEIGHT / 2 - _MARGIN
    dots = []
    for number, (name, figure) in enumerate(each):
        if figure.shift is not None:
            off = figure.shift / max(figure.limit, 1e-12) / _PER_LIMIT
            dots.append(
                Dot(
                    _MARGIN + step * number,
                    middle - half * min(max(off, -1.0), 1.0),
                    _COLOURS.get(figure.answer, _STEADY),
                    f"{name}: {state_value(figure.found)}, {figure.answer}",
                )
            )
    band = half / _PER_LIMIT
    return Course(each[-1][1], tuple(dots), middle - band, 2 * band)
