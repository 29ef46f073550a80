"""Pd and Pfa of the parts of a suite: dots with intervals, one line a part."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmark.evaluation.slices import FEW, UNKNOWN, Slice
from benchmark.metrics.rates import Rate
from benchmark.report.charts.canvas import (
    CANDIDATE,
    CHAMPION,
    FAINT,
    INK,
    MUTED,
    SMALL,
    Sheet,
    add_panel,
    draw_chart,
)
from benchmark.report.words import shorten, show_text

_WIDTH: Final = 460
_LABELS: Final = 184
_COUNTS: Final = 36
_GAP: Final = 12
_ROW: Final = 26
_TOP: Final = 26
_BOTTOM: Final = 26
_LONGEST: Final = 28
_LITTLE: Final = " (says little)"
_SHIFT: Final = 0.17

_IN_NEPERS: Final = ("attenuation in front", "attenuation around", "contrast")
_POSES: Final = ("broadside", "turned", "edge-on", "end-on")
_NUMBER: Final = re.compile(r"(?:under )?(\d+(?:\.\d+)?)(?: to .+| and more)?")


@dataclass(frozen=True, slots=True)
class Dimension:
    """The slices of one dimension, in the order in which they are shown.

    Attributes:
        name: Such as "kind of firearm".
        rows: The candidate's.
        others: The champion's, by their values; empty without.
    """

    name: str
    rows: tuple[Slice, ...]
    others: Mapping[str, Slice]

    @property
    def title(self) -> str:
        """Its name with its unit."""
        return f"{self.name} (nepers)" if self.name in _IN_NEPERS else self.name


def group_slices(
    slices: Sequence[Slice], others: Sequence[Slice] = ()
) -> list[Dimension]:
    """Sort slices by their dimensions; those without any rate are left out.

    Ranges come in order, poses from the broad side to the muzzle, all else from the
    weakest to the strongest; what says little, and what is unknown, comes last.

    Args:
        slices: The candidate's.
        others: The champion's.
    """
    known = [one for one in slices if one.pd is not None or one.pfa is not None]
    names = dict.fromkeys(one.dimension for one in known)
    return [
        Dimension(
            name,
            tuple(sorted((s for s in known if s.dimension == name), key=_rank)),
            {s.value: s for s in others if s.dimension == name},
        )
        for name in names
    ]


def _rank(one: Slice) -> tuple[bool, bool, float, float, str]:
    unknown = one.value == UNKNOWN
    number = _NUMBER.fullmatch(one.value)
    if number is not None:
        below = one.value.startswith("under ")
        return unknown, False, float(number[1]) - below * 1e-9, 0.0, one.value
    if one.value in _POSES:
        return unknown, False, _POSES.index(one.value), 0.0, one.value
    pd = 2.0 if one.pd is None else one.pd.share
    cost = 0.0 if one.pfa is None else -one.pfa.share
    return unknown, one.says_little, pd, cost, one.value


Side = Callable[[Slice], Rate | None]


def draw_slices(dimension: Dimension, key: str) -> Markup:
    """Draw one dimension: Pd, and beside it Pfa where there is one.

    Args:
        dimension: Its slices in order.
        key: Name of the chart in the page.
    """
    height = _TOP + _ROW * len(dimension.rows) + _BOTTOM
    both = any(row.pfa is not None for row in dimension.rows)
    sides: list[tuple[str, Side]] = [("Pd", lambda row: row.pd)]
    if not any(row.pd is not None for row in dimension.rows):
        sides = []
    if both:
        sides.append(("Pfa", lambda row: row.pfa))
    sheet = Sheet(
        key,
        _WIDTH,
        height,
        f"{' and '.join(name for name, _ in sides)} by {dimension.title}",
        "A dot for each part of the suite with its 95 % interval and, at the right, "
        "the number of trials. The table below has the figures.",
    )

    def draw(figure: Figure) -> None:
        room = (_WIDTH - _LABELS) / len(sides)
        for place, (name, side) in enumerate(sides):
            left = _LABELS + place * room
            box = (left, _BOTTOM, room - _COUNTS - _GAP, _ROW * len(dimension.rows))
            axes = add_panel(figure, box)
            _set_up(axes, dimension, name, labelled=place == 0)
            _draw_dots(axes, dimension, side)

    return draw_chart(sheet, draw)


def _set_up(axes: Axes, dimension: Dimension, name: str, *, labelled: bool) -> None:
    rows = dimension.rows
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xticks([0, 0.5, 1], ["0", "50 %", "100 %"])
    axes.set_yticks([])
    for place, row in enumerate(rows if labelled else ()):
        shade = MUTED if row.says_little else INK
        _write_beside(axes, place, _label(row), shade)
    axes.spines["left"].set_visible(False)
    axes.grid(visible=True, axis="x")
    axes.set_axisbelow(True)
    axes.set_title(name, loc="left", fontweight="bold", pad=6)


def _write_beside(axes: Axes, place: int, text: str, colour: str) -> None:
    axes.annotate(
        text,
        (0, place),
        (-8, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        ha="right",
        va="center",
        color=colour,
        annotation_clip=False,
    )


def _label(row: Slice) -> str:
    text = show_text(row.value)
    if row.says_little:
        return shorten(text, _LONGEST - len(_LITTLE)) + _LITTLE
    return shorten(text, _LONGEST)


def _draw_dots(axes: Axes, dimension: Dimension, side: Side) -> None:
    shift = _SHIFT if dimension.others else 0.0
    for place, row in enumerate(dimension.rows):
        other = dimension.others.get(row.value)
        theirs = None if other is None else side(other)
        if theirs is not None:
            draw_dot(axes, theirs, place + shift, CHAMPION, marker="D")
        ours = side(row)
        if ours is None:
            axes.text(0.0, place, "none", va="center", color=MUTED, fontsize=SMALL)
            continue
        draw_dot(axes, ours, place - shift, CANDIDATE)
        axes.annotate(
            f"{ours.trials:,}",
            (1, place),
            (_COUNTS + 4, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            ha="right",
            va="center",
            color=MUTED,
            fontsize=SMALL,
            annotation_clip=False,
        )


def draw_dot(
    axes: Axes, rate: Rate, place: float, colour: str, *, marker: str = "o"
) -> None:
    """Draw a rate across: hollow and grey where it says little.

    Args:
        axes: Where to.
        rate: What.
        place: On the other axis.
        colour: Of the bundle.
        marker: Of the bundle, so that colour is not all that tells.
    """
    little = rate.trials < FEW
    shade = FAINT if little else colour
    axes.plot([rate.low, rate.high], [place, place], color=shade, linewidth=2.2)
    axes.plot(
        [rate.share],
        [place],
        marker,
        color=shade,
        markerfacecolor="none" if little else shade,
        markersize=6.5 if marker == "o" else 5.5,
    )
