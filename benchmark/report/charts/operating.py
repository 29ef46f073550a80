"""FROC and ROC with their bands, the operating point marked."""

from typing import Final

import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmark.metrics.curves import Curve
from benchmark.metrics.rates import Mean, Rate
from benchmark.report.charts.canvas import (
    CANDIDATE,
    CHAMPION,
    FAINT,
    Sheet,
    add_panel,
    draw_chart,
)
from benchmark.report.contents import Contents, Figures

_WIDTH: Final = 480
_HEIGHT: Final = 380
_PANEL: Final = (56, 58, _WIDTH - 56 - 14, _HEIGHT - 58 - 14)
_LINEAR_TO: Final = 0.1
"""False alarms a scan below which the axis is not logarithmic: it must show 0."""


def draw_froc(contents: Contents) -> Markup | None:
    """Pd of firearms against false alarms a scan; None without firearms.

    Args:
        contents: What the report shows.
    """
    if contents.candidate.scorecard.froc is None:
        return None
    sheet = Sheet(
        "froc",
        _WIDTH,
        _HEIGHT,
        "FROC: firearms found against false alarms a scan",
        "Pd of firearms rises with the false alarms a scan that are put up with. The "
        "band is the 95 % interval of Pd; the mark is the operating point.",
    )

    def draw(figure: Figure) -> None:
        axes = _add_axes(figure, "false alarms a scan", "Pd of firearms")
        axes.set_xscale("symlog", linthresh=_LINEAR_TO, linscale=0.35)
        axes.set_xlim(0, _find_widest(contents))
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        for figures, colour, name in _list_bundles(contents):
            card = figures.scorecard
            _draw_curve(axes, card.froc, colour, name)
            _mark(axes, card.false_alarms, card.pd, colour)
        _add_legend(axes, contents)

    return draw_chart(sheet, draw)


def draw_roc(contents: Contents) -> Markup | None:
    """Pd against Pfa of inspections; None without armed or clean ones.

    Args:
        contents: What the report shows.
    """
    if contents.candidate.scorecard.roc is None:
        return None
    sheet = Sheet(
        "roc",
        _WIDTH,
        _HEIGHT,
        "ROC: containers with a firearm found, against clean ones with an alarm",
        "Pd of inspections rises with the Pfa that is put up with. The band is the "
        "95 % interval of Pd; the mark is the operating point, the thin line guessing.",
    )

    def draw(figure: Figure) -> None:
        axes = _add_axes(figure, "Pfa of clean inspections", "Pd of inspections")
        axes.set_xlim(-0.01, 1.01)
        axes.plot([0, 1], [0, 1], color=FAINT, linewidth=0.8, linestyle=":")
        for figures, colour, name in _list_bundles(contents):
            card = figures.scorecard
            _draw_curve(axes, card.roc, colour, name)
            _mark(axes, card.pfa, card.pd_inspection, colour)
        _add_legend(axes, contents)

    return draw_chart(sheet, draw)


def _list_bundles(contents: Contents) -> list[tuple[Figures, str, str]]:
    """Figures, colour and name, the champion first: the candidate lies on top."""
    shown = [(contents.candidate, CANDIDATE, "candidate")]
    if contents.champion is not None:
        shown.insert(0, (contents.champion, CHAMPION, "champion"))
    return shown


def _add_axes(figure: Figure, across: str, up: str) -> Axes:
    axes = add_panel(figure, _PANEL)
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.set_ylim(-0.01, 1.01)
    axes.grid(visible=True)
    return axes


def _draw_curve(axes: Axes, curve: Curve | None, colour: str, name: str) -> None:
    if curve is None:
        return
    style = "-" if colour == CANDIDATE else "--"
    axes.fill_between(
        curve.cost, curve.pd_low, curve.pd_high, color=colour, alpha=0.15, linewidth=0
    )
    axes.plot(curve.cost, curve.pd, style, color=colour, linewidth=1.8, label=name)


def _mark(axes: Axes, cost: Rate | Mean | None, pd: Rate | None, colour: str) -> None:
    """The operating point, with the intervals of both."""
    if cost is None or pd is None:
        return
    middle = cost.mean if isinstance(cost, Mean) else cost.share
    axes.errorbar(
        middle,
        pd.share,
        xerr=[[middle - cost.low], [cost.high - middle]],
        yerr=[[pd.share - pd.low], [pd.high - pd.share]],
        fmt="o" if colour == CANDIDATE else "D",
        color=colour,
        markersize=8,
        linewidth=1.4,
        capsize=3,
        zorder=5,
    )


def _find_widest(contents: Contents) -> float:
    """The costliest threshold that is drawn."""
    curves = [figures.scorecard.froc for figures, _, _ in _list_bundles(contents)]
    costs = [curve.cost.max() for curve in curves if curve is not None]
    return float(max(np.max(costs, initial=0.0) * 1.05, 1.0))


def _add_legend(axes: Axes, contents: Contents) -> None:
    if contents.champion is not None:
        axes.legend(loc="lower right")
