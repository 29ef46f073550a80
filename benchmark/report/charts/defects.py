"""Pd and Pfa over the severity of each defect: a small chart for each kind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmark.evaluation.slices import FEW, Slice
from benchmark.metrics.rates import Rate
from benchmark.report.charts.canvas import (
    CANDIDATE,
    CHAMPION,
    FAINT,
    SMALL,
    Sheet,
    add_panel,
    draw_chart,
)
from benchmark.report.words import shorten, show_text

DEFECT: Final = "defect"
SOUND: Final = "none"
WORST: Final = 5

_WIDTH: Final = 230
_PLOT: Final = 78
_LEFT: Final = 44
_STEP: Final = 16
_BOTTOM: Final = 38
_TOP: Final = 26
_TITLE: Final = 8

Side = Callable[[Slice], Rate | None]
_SIDES: Final[tuple[tuple[str, Side], ...]] = (
    ("Pd", lambda one: one.pd),
    ("Pfa", lambda one: one.pfa),
)


@dataclass(frozen=True, slots=True)
class DefectCurve:
    """One kind of defect.

    Attributes:
        kind: Such as "blur".
        steps: The slice of each severity, 0 for scans without any defect.
    """

    kind: str
    steps: Mapping[int, Slice]


def group_defects(slices: Sequence[Slice]) -> list[DefectCurve]:
    """Sort the slices of defects by kind and severity.

    Args:
        slices: Of all dimensions.
    """
    rows = {one.value: one for one in slices if one.dimension == DEFECT}
    sound = {0: rows[SOUND]} if SOUND in rows else {}
    found: dict[str, dict[int, Slice]] = {}
    for value, row in rows.items():
        kind, _, severity = value.rpartition(" ")
        if kind and severity.isdecimal():
            found.setdefault(kind, dict(sound))[int(severity)] = row
    return [
        DefectCurve(kind, dict(sorted(steps.items())))
        for kind, steps in sorted(found.items())
    ]


def draw_defect(ours: DefectCurve, theirs: DefectCurve | None, key: str) -> Markup:
    """Draw one kind of defect: Pd and, below it, Pfa where there is one.

    Args:
        ours: The candidate's.
        theirs: The champion's; None without.
        key: Name of the chart in the page.
    """
    sides = [
        (name, side)
        for name, side in _SIDES
        if any(side(row) is not None for row in ours.steps.values())
    ]
    names = " and ".join(name for name, _ in sides)
    sheet = Sheet(
        key,
        _WIDTH,
        _TOP + _TITLE + len(sides) * (_PLOT + _STEP) - _STEP + _BOTTOM,
        f"{names} with {ours.kind}",
        f"{names} with 95 % intervals at severities 0, no defect, to 5, hardly "
        "usable. The table below has the figures.",
    )

    def draw(figure: Figure) -> None:
        for place, (name, side) in enumerate(sides):
            bottom = _BOTTOM + (len(sides) - 1 - place) * (_PLOT + _STEP)
            axes = add_panel(figure, (_LEFT, bottom, _WIDTH - _LEFT - 12, _PLOT))
            _set_up(axes, name, last=place == len(sides) - 1)
            if theirs is not None:
                _draw_side(axes, theirs, side, CHAMPION)
            _draw_side(axes, ours, side, CANDIDATE)
        title = shorten(show_text(ours.kind), 26)
        figure.text(
            _LEFT / _WIDTH, 1 - 14 / sheet.height, title, va="center", weight="bold"
        )

    return draw_chart(sheet, draw)


def _set_up(axes: Axes, name: str, *, last: bool) -> None:
    axes.set_ylim(-0.04, 1.04)
    axes.set_xlim(-0.3, WORST + 0.3)
    axes.set_yticks([0, 0.5, 1], ["0", "50", "100"])
    axes.set_xticks(range(WORST + 1))
    axes.tick_params(axis="x", labelbottom=last)
    axes.set_ylabel(f"{name}, %", fontsize=SMALL)
    axes.grid(visible=True, axis="y")
    if last:
        axes.set_xlabel("severity", fontsize=SMALL, labelpad=2)


def _draw_side(axes: Axes, curve: DefectCurve, side: Side, colour: str) -> None:
    known = [(step, side(row)) for step, row in curve.steps.items()]
    steps = [(step, rate) for step, rate in known if rate is not None]
    shift = 0.0 if colour == CANDIDATE else 0.12
    marker = "o" if colour == CANDIDATE else "D"
    axes.plot(
        [step + shift for step, _ in steps],
        [rate.share for _, rate in steps],
        "-" if colour == CANDIDATE else "--",
        color=colour,
        linewidth=1.4,
    )
    for step, rate in steps:
        _draw_step(axes, step + shift, rate, colour, marker)


def _draw_step(axes: Axes, place: float, rate: Rate, colour: str, marker: str) -> None:
    little = rate.trials < FEW
    shade = FAINT if little else colour
    axes.plot([place, place], [rate.low, rate.high], color=shade, linewidth=1.4)
    axes.plot(
        [place],
        [rate.share],
        marker,
        color=shade,
        markerfacecolor="none" if little else shade,
        markersize=5,
    )
