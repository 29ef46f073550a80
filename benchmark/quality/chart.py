"""Draw the trend of a scanner's image quality."""

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Final

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure

from benchmark.quality.entry import QualityEntry
from benchmark.quality.gate import Gate, find_acceptance, list_limits
from benchmark.quality.trend import WATCHED, find_usual
from data.errors import QualityError
from data.files import replacing
from data.quality import FIGURES

ENDINGS: Final = (".png", ".svg")

_COLUMNS: Final = 3
_PLANES: Final = {"high": "#0072b2", "low": "#d55e00", "scan": "#444444"}


def write_chart(
    series: Sequence[QualityEntry], place: Path, *, days: int, gate: Gate | None = None
) -> Path:
    """Draw each figure over time: what it usually is, and what it must hold.

    The band is the median of the last days before the newest scan, give or take three
    sigmas. Dashed lines are the gate's limits, those since acceptance among them.

    Args:
        series: Scans that can be compared, by time, at least one.
        place: Ends in .png or .svg.
        days: How far to look back for what is usual.
        gate: Whose limits to draw; None draws none.

    Returns:
        The place.

    Raises:
        QualityError: If there is nothing to draw, or the ending is another one.
    """
    if place.suffix.lower() not in ENDINGS:
        msg = f"A chart cannot be {place.name}. Let it end in {' or '.join(ENDINGS)}."
        raise QualityError(msg)
    if not series:
        msg = f"There is no scan to draw into {place}."
        raise QualityError(msg)
    names = [name for name in WATCHED if _keys(series, name)]
    rows = -(-len(names) // _COLUMNS)
    with rc_context({"svg.hashsalt": "cargosight", "font.size": 8}):
        figure = Figure(figsize=(12, 2.1 * rows + 0.8), layout="constrained")
        grid = figure.subplots(rows, _COLUMNS, squeeze=False, sharex=True)
        for axes, name in zip_longest(grid.flat, names):
            if name is None:
                axes.set_visible(False)
            else:
                _draw(axes, name, series, (days, gate))
        newest = series[-1]
        figure.suptitle(
            f"{newest.scanner or 'unknown scanner'}, {newest.view or 'one'} view, "
            f"layout {newest.layout}: {len(series)} scans to {newest.acquired:%Y-%m-%d}"
        )
        with replacing(place) as draft:
            dated = {"Date": None} if place.suffix.lower() == ".svg" else {}
            figure.savefig(draft, dpi=110, metadata=dated)
    return place


def _keys(series: Sequence[QualityEntry], name: str) -> list[str]:
    keys = [f"{plane}.{name}" for plane in _PLANES]
    return [key for key in keys if any(key in entry.figures for entry in series)]


def _draw(
    axes: Axes,
    name: str,
    series: Sequence[QualityEntry],
    held: tuple[int, Gate | None],
) -> None:
    days, gate = held
    kind = FIGURES[name]
    for key in _keys(series, name):
        plane = key.split(".")[0]
        there = [entry for entry in series if key in entry.figures]
        dates = date2num(  # type: ignore[no-untyped-call]
            [entry.acquired for entry in there]
        )
        values = [entry.figures[key] for entry in there]
        colour = _PLANES[plane]
        usual = find_usual(series, key, days=days)
        if usual is not None:
            low, high = (usual.median + s * usual.spread for s in (-3, 3))
            low = low if kind.better == "near" else max(low, 0)
            axes.axhspan(low, high, color=colour, alpha=0.12, linewidth=0)
        axes.plot(dates, values, "o-", color=colour, label=plane, ms=3, lw=0.8)
        if gate is not None:
            accepted = find_acceptance(series, gate, series[-1]).get(key)
            for _, limit in list_limits(gate, key, accepted):
                axes.axhline(limit, color=colour, lw=0.9, ls=(0, (4, 2)))
    unit = f", {kind.unit}" if kind.unit else ""
    axes.set_title(f"{kind.what}{unit}", loc="left")
    axes.grid(alpha=0.3, linewidth=0.5)
    if not kind.digits and kind.better == "less":
        axes.set_ylim(-0.2, axes.get_ylim()[1] + 1)
    axes.set_xlim(*_span(series))
    _show_dates(axes.xaxis)
    if not kind.of_scan and len(_keys(series, name)) > 1:
        axes.legend(loc="best", fontsize=7, frameon=False)


def _span(series: Sequence[QualityEntry]) -> tuple[float, float]:
    """From the first scan to the last, in days, with a day to spare."""
    first, last = (
        float(date2num(entry.acquired))  # type: ignore[no-untyped-call]
        for entry in (series[0], series[-1])
    )
    return first - 1, last + 1


def _show_dates(axis: Axis) -> None:
    """Few enough dates for a small panel, over days as over years."""
    dates = AutoDateLocator(  # type: ignore[no-untyped-call]
        minticks=3, maxticks=7
    )
    axis.set_major_locator(dates)
    axis.set_major_formatter(
        ConciseDateFormatter(dates)  # type: ignore[no-untyped-call]
    )
