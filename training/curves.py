"""Draw how a training went, as a picture."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import (
    LogLocator,
    MaxNLocator,
    NullLocator,
    StrMethodFormatter,
)

from data.files import replacing
from training.epoch import Epoch

_WIDTH: Final = 8.0
_HEIGHT: Final = 9.0
"""Of the picture, inches of 120 px."""

_INK: Final = "#1b1e22"
_BLUE: Final = "#0072b2"
_ORANGE: Final = "#d55e00"
_GREEN: Final = "#00785a"
_PURPLE: Final = "#8a3d7a"
_GREY: Final = "#7a8088"

_STYLE: Final[dict[Any, Any]] = {
    "font.size": 10,
    "axes.edgecolor": "#5b6169",
    "axes.grid": True,
    "axes.grid.which": "major",
    "grid.color": "#d9dce0",
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "text.color": _INK,
    "text.parse_math": False,
}

_SHARE: Final = (-0.02, 1.02)

_DOTTED: Final = 60
"""Up to so many epochs each has a dot."""


def draw_curves(epochs: Sequence[Epoch], path: Path) -> None:
    """Draw loss, learning rate, Pd and average precision over the epochs.

    A line marks the best epoch: the last whose checkpoint was kept.

    Args:
        epochs: By number, at least one.
        path: Ends in .png; replaced as a whole.
    """
    with rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, _HEIGHT), layout="constrained")
        loss, found, precision = figure.subplots(3, 1, sharex=True)
        best = _find_best(epochs)
        for axes in (loss, found, precision):
            _mark(axes, best)
        _draw_loss(loss, epochs)
        _draw_found(found, epochs)
        _draw_precision(precision, epochs)
        _number_epochs(precision, epochs)
        figure.suptitle(_summarise(epochs, best), x=0.01, ha="left")
        with replacing(path) as draft:
            figure.savefig(draft, dpi=120, metadata={"Software": None})


def _find_best(epochs: Sequence[Epoch]) -> Epoch | None:
    return next((epoch for epoch in reversed(epochs) if epoch.kept), None)


def _mark(axes: Axes, best: Epoch | None) -> None:
    if best is not None:
        axes.axvline(best.number, color=_INK, linewidth=1, linestyle=(0, (4, 3)))


def _draw_loss(axes: Axes, epochs: Sequence[Epoch]) -> None:
    axes.set_title("Training loss and learning rate", loc="left")
    _plot(axes, epochs, [epoch.loss for epoch in epochs], "loss", _BLUE)
    axes.set_ylabel("loss", color=_BLUE)
    _scale_loss(axes, [epoch.loss for epoch in epochs])
    rate = axes.twinx()
    rate.grid(visible=False)
    _plot(rate, epochs, [epoch.learning_rate for epoch in epochs], "rate", _GREY)
    rate.set_ylabel("learning rate", color=_GREY)
    rate.set_ylim(bottom=0)


def _scale_loss(axes: Axes, losses: Sequence[float]) -> None:
    """Logarithmic, with several plain numbers over a decade as within one."""
    if min(losses) <= 0:
        return
    axes.set_yscale("log")
    wide = max(losses) > 10 * min(losses)
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)) if wide else MaxNLocator(6))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.yaxis.set_minor_locator(NullLocator())


def _draw_found(axes: Axes, epochs: Sequence[Epoch]) -> None:
    axes.set_title("Pd at the Pfa that was asked for", loc="left")
    axes.set_ylabel("share of firearms")
    axes.set_ylim(*_SHARE)
    known = [epoch for epoch in epochs if epoch.pd is not None]
    if known:
        found = [epoch.pd for epoch in known if epoch.pd is not None]
        _plot(axes, known, found, "Pd", _GREEN)
    else:
        why = "too few clean validation scans to tell"
        paper = {"facecolor": "white", "edgecolor": "none"}
        axes.text(0.5, 0.5, why, ha="center", transform=axes.transAxes, bbox=paper)


def _draw_precision(axes: Axes, epochs: Sequence[Epoch]) -> None:
    axes.set_title("Average precision on whole validation scans", loc="left")
    axes.set_ylabel("AP")
    axes.set_ylim(*_SHARE)
    _plot(axes, epochs, [epoch.ap50 for epoch in epochs], "AP50", _ORANGE)
    _plot(axes, epochs, [epoch.ap50_95 for epoch in epochs], "AP50-95", _PURPLE)
    axes.legend(loc="best")


def _plot(
    axes: Axes,
    epochs: Sequence[Epoch],
    values: Sequence[float],
    name: str,
    colour: str,
) -> None:
    """Draw a line over the epochs, with dots while they are few."""
    numbers = [epoch.number for epoch in epochs]
    dot = "o" if len(epochs) <= _DOTTED else ""
    axes.plot(numbers, values, color=colour, label=name, marker=dot, markersize=3.5)


def _number_epochs(axes: Axes, epochs: Sequence[Epoch]) -> None:
    """Whole numbers, with room beside the first and the last epoch."""
    first, last = epochs[0].number, epochs[-1].number
    room = max(0.5, 0.02 * (last - first))
    axes.set_xlim(first - room, last + room)
    axes.xaxis.set_major_locator(MaxNLocator(12, integer=True, min_n_ticks=1))
    axes.set_xlabel("epoch")


def _summarise(epochs: Sequence[Epoch], best: Epoch | None) -> str:
    done = f"{epochs[-1].number} of at most {epochs[-1].epochs} epochs"
    if best is None:
        return done
    pd = "" if best.pd is None else f"Pd {best.pd:.2f}, "
    figures = f"{pd}AP50 {best.ap50:.2f}, AP50-95 {best.ap50_95:.2f}"
    return f"{done}; best, dashed: epoch {best.number} ({figures})"
