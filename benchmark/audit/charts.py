"""Charts of a dataset: sizes of firearms, opaque shares, air over time, noise."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, TypeVar

import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from benchmark.audit.firearm_sizes import find_size_range
from benchmark.audit.reading import ScanReading
from benchmark.audit.scanners import AirCourse, follow_air, group_by_scanner
from benchmark.report.charts.canvas import (
    CANDIDATE,
    CHAMPION,
    FAINT,
    GRID,
    MUTED,
    SMALL,
    Sheet,
    add_panel,
    draw_chart,
)
from benchmark.report.words import shorten, show_text
from data.truth import FIREARM

_Value = TypeVar("_Value")

COURSES: Final = 12
"""Scanners whose air is drawn, those that drift first."""

_WIDTH: Final = 540.0
_LEFT: Final = 150.0
_RIGHT: Final = 16.0
_ROW: Final = 34.0
_BOTTOM: Final = 46.0
_TOP: Final = 14.0
_HEIGHT: Final = 240.0
_LONGEST: Final = 20
_TICKS: Final = 4
_DOTS: Final = 2000
"""Dots of a chart at most, so that a page of 10,000 scans stays small."""


def draw_charts(readings: Sequence[ScanReading]) -> list[tuple[str, Markup]]:
    """Draw all charts that there is something to draw in, with their titles.

    Args:
        readings: Of all scans.
    """
    charts = [
        ("Sizes of firearms by kind", draw_sizes(readings)),
        ("Opaque share of the container's area", draw_opaque(readings)),
        ("Noise in air by scanner", draw_noise(readings)),
    ]
    courses = sorted(follow_air(readings), key=lambda course: not course.drifts)
    for number, course in enumerate(courses[:COURSES]):
        title = f"Air level over time: {show_text(course.scanner)}"
        charts.append((title, draw_air(course, f"air-{number}")))
    return [(title, chart) for title, chart in charts if chart is not None]


def draw_sizes(readings: Sequence[ScanReading]) -> Markup | None:
    """Draw the longer sides of whole firearms, a row for each kind, mm.

    Args:
        readings: Of all scans.

    Returns:
        None if no firearm has a known size.
    """
    sizes: dict[str, list[float]] = {}
    for reading in readings:
        for box in reading.boxes:
            if box.label == FIREARM and box.whole and box.size_mm is not None:
                sizes.setdefault(box.kind or "not stated", []).append(box.size_mm[0])
    if not sizes:
        return None
    rows = dict(sorted(sizes.items()))
    sheet = _make_sheet(
        "sizes",
        len(rows),
        "Longer side of the boxes of whole firearms, by kind",
        "A dot for each firearm; the bar is the usual range of its kind seen from the "
        "side, the thin line reaches from the smallest to the largest there are.",
    )

    def draw(figure: Figure) -> None:
        axes = _add_rows(figure, rows, "longer side of the box, mm")
        for place, kind in enumerate(rows):
            known = find_size_range(kind)
            axes.plot([known.least, known.most], [place] * 2, color=FAINT, lw=1)
            axes.plot(known.usual, [place] * 2, color=GRID, lw=13, zorder=0.5)
        axes.set_xlim(left=0)

    return draw_chart(sheet, draw)


def draw_noise(readings: Sequence[ScanReading]) -> Markup | None:
    """Draw the noise of scans in air, a row for each scanner, per cent.

    Args:
        readings: Of all scans.

    Returns:
        None if none was measured.
    """
    rows = {}
    for scanner, numbers in group_by_scanner(readings).items():
        noise = [
            100 * quality.noise
            for number in numbers
            if (quality := readings[number].quality) is not None
        ]
        if noise:
            rows[scanner] = noise
    if not rows:
        return None
    sheet = _make_sheet(
        "noise",
        len(rows),
        "Noise of a pixel in air, by scanner",
        "A dot for each scan.",
    )

    def draw(figure: Figure) -> None:
        axes = _add_rows(figure, rows, "noise of a pixel in air, %")
        axes.set_xlim(left=0)

    return draw_chart(sheet, draw)


def draw_opaque(readings: Sequence[ScanReading]) -> Markup | None:
    """Draw how many scans have which opaque share.

    Args:
        readings: Of all scans.

    Returns:
        None if all are display scans.
    """
    shares = [100 * r.opaque for r in readings if r.opaque is not None]
    if not shares:
        return None
    sheet = Sheet(
        "opaque",
        _WIDTH,
        _HEIGHT,
        "Opaque share of the container's area",
        "How many scans have which share of area where 10 mm of steel would be lost.",
    )

    def draw(figure: Figure) -> None:
        axes = _add_plain(figure)
        most = max(10.0, 10 * np.ceil(max(shares) / 10))
        axes.hist(shares, bins=np.linspace(0, most, 21).tolist(), color=CANDIDATE)
        axes.set_xlabel("opaque, % of the area")
        axes.set_ylabel("scans")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlim(0, most)

    return draw_chart(sheet, draw)


def draw_air(course: AirCourse, key: str) -> Markup:
    """Draw the air level of a scanner over time.

    Args:
        course: Of the scanner.
        key: Name of the chart in the page.
    """
    of = "what files state" if course.stated else "the median"
    sheet = Sheet(
        key,
        _WIDTH,
        _HEIGHT,
        f"Air level of {course.scanner} over time",
        f"A dot for each scan: what it reads in air, in per cent of {of}.",
    )
    levels = [100 * level for level in course.levels]

    def draw(figure: Figure) -> None:
        axes = _add_plain(figure)
        colour = CHAMPION if course.drifts else CANDIDATE
        seconds = [time.timestamp() for time in course.times]
        axes.plot(_thin(seconds), _thin(levels), "o", color=colour, markersize=4)
        ticks = np.linspace(seconds[0], seconds[-1], _TICKS).tolist()
        axes.set_xticks(ticks, [_show_day(tick) for tick in ticks])
        axes.set_ylabel(f"% of {of}")
        low, high = min(levels), max(levels)
        room = max(2.0 - (high - low), (high - low) * 0.2) / 2
        axes.set_ylim(low - room, high + room)
        axes.ticklabel_format(axis="y", useOffset=False)

    return draw_chart(sheet, draw)


def _show_day(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"


def _make_sheet(key: str, rows: int, title: str, says: str) -> Sheet:
    return Sheet(key, _WIDTH, _TOP + _ROW * rows + _BOTTOM, title, says)


def _add_plain(figure: Figure) -> Axes:
    box = (62.0, _BOTTOM, _WIDTH - 62.0 - _RIGHT, _HEIGHT - _BOTTOM - _TOP)
    axes = add_panel(figure, box)
    axes.grid(visible=True, axis="y")
    axes.set_axisbelow(True)
    return axes


def _add_rows(figure: Figure, rows: dict[str, list[float]], label: str) -> Axes:
    """Axes with a row of dots for each name, scattered a little up and down."""
    height = _ROW * len(rows)
    axes = add_panel(figure, (_LEFT, _BOTTOM, _WIDTH - _LEFT - _RIGHT, height))
    most = max(_DOTS // len(rows), 1)
    for place, values in enumerate(rows.values()):
        shown = _thin(sorted(values), most)
        off = 0.5 * (np.arange(len(shown)) * 0.618 % 1 - 0.5)
        axes.plot(shown, place + off, "o", color=CANDIDATE, markersize=3.5, alpha=0.55)
        axes.annotate(
            f"{shorten(show_text([*rows][place]), _LONGEST)} ({len(values):,})",
            (0, place),
            (-8, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=SMALL,
            annotation_clip=False,
        )
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(label, color=MUTED)
    axes.grid(visible=True, axis="x")
    axes.set_axisbelow(True)
    return axes


def _thin(values: Sequence[_Value], most: int = _DOTS) -> list[_Value]:
    step = max(len(values) / most, 1.0)
    return [values[int(step * n)] for n in range(min(len(values), most))]
