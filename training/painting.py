"""Show a network transmission: the encodings, live ones and those of experiments."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.display import Rendering, draw_rendering
from data.physics.transmission import to_attenuation
from data.rendering import GAMMA, show_colour, show_grey
from detector.encoding import DEEPEST, NEUTRAL, encode_transmission
from training.config import Planes
from training.prepared import PreparedScan

Levels = npt.NDArray[np.float32]
Picture = npt.NDArray[np.uint8]

_RATIO_SPAN: Final = 0.4
_LEAST_ALPHA: Final = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A window of a scan, ready to be shown.

    Attributes:
        levels: (P, h, w) float32, transmission.
        energies_mv: Endpoint of each plane, MV; empty if unknown.
        noise: Standard deviation of each plane in air.
        how: It is rendered, where it is.
    """

    levels: Levels
    energies_mv: tuple[float, ...]
    noise: tuple[float, ...]
    how: Rendering = field(default_factory=Rendering)


def draw_look(scan: PreparedScan, random: np.random.Generator) -> Rendering:
    """Draw how a scan is rendered; one that came as a grey picture, as it came.

    Args:
        scan: The scan, which has levels.
        random: Draws it.
    """
    known = scan.known
    if known.air is not None:
        return Rendering(known.gamma, known.air)
    dual = len(known.energies_mv) == 2 and None not in known.energies_mv
    return draw_rendering(random, dual=dual)


def view_scan(
    scan: PreparedScan, levels: Levels, noise: tuple[float, ...], how: Rendering
) -> View:
    """A window of a scan with what must be known to show it.

    Args:
        scan: Which it is from.
        levels: (P, h, w) float32, transmission.
        noise: Standard deviation of each plane in air.
        how: It is rendered, where it is.
    """
    energies = tuple(mv for mv in scan.known.energies_mv if mv is not None)
    return View(levels, energies, noise, how)


def paint(view: View, holds: Planes) -> Picture:
    """Make the planes that a network sees.

    Args:
        view: What to show.
        holds: What the planes shall hold: those of `detector.encoding`, or
            "single", as dual, with the material plane neutral;
            "high-low-ratio", attenuation of both energies and their ratio;
            "linear", transmission as 8 bits; "log", attenuation as 8 bits;
            "pseudo-colour", what a vendor shows.

    Returns:
        (h, w, 3) uint8.
    """
    return _PAINTERS[holds](view)


def show_air(holds: Planes) -> tuple[int, int, int]:
    """What the planes show where there is nothing but air."""
    if holds in {"dual", "single"}:
        return (0, 255, NEUTRAL)
    if holds == "high-low-ratio":
        return (0, 0, NEUTRAL)
    return (0, 0, 0) if holds == "log" else (255, 255, 255)


def _paint_dual(view: View) -> Picture:
    low = view.levels[1] if len(view.levels) == 2 else None
    return encode_transmission(view.levels[0], low, view.energies_mv, view.noise)


def _paint_single(view: View) -> Picture:
    return encode_transmission(view.levels[0], None, view.energies_mv)


def _paint_display(view: View) -> Picture:
    if view.how.colour:
        high, low = view.levels
        return show_colour(high, low, view.energies_mv, view.how.gamma)
    grey = show_grey(view.levels[0], view.how.gamma, white=view.how.air)
    return np.repeat(grey[..., None], 3, axis=2)


def _paint_colour(view: View) -> Picture:
    if len(view.levels) == 2 and len(view.energies_mv) == 2:
        high, low = view.levels
        return show_colour(high, low, view.energies_mv, GAMMA)
    return np.repeat(show_grey(view.levels[0], GAMMA)[..., None], 3, axis=2)


def _paint_linear(view: View) -> Picture:
    return np.repeat(_to_bytes(255 * view.levels[0])[..., None], 3, axis=2)


def _paint_log(view: View) -> Picture:
    return np.repeat(_attenuation(view.levels[0])[..., None], 3, axis=2)


def _paint_ratio(view: View) -> Picture:
    planes = np.full((*view.levels.shape[1:], 3), NEUTRAL, np.uint8)
    planes[..., 0] = planes[..., 1] = _attenuation(view.levels[0])
    if len(view.levels) == 2:
        planes[..., 1] = _attenuation(view.levels[1])
        high, low = (to_attenuation(cv2.blur(p, (3, 3))) for p in view.levels)
        ratio = low / np.maximum(high, _LEAST_ALPHA) - 1.15
        shown = NEUTRAL + np.where(high > _LEAST_ALPHA, ratio * 255 / _RATIO_SPAN, 0)
        planes[..., 2] = _to_bytes(shown)
    return planes


def _attenuation(transmission: Levels) -> Picture:
    return _to_bytes(to_attenuation(transmission) * np.float32(255 / DEEPEST))


def _to_bytes(plane: Levels) -> Picture:
    return np.clip(np.rint(plane), 0, 255).astype(np.uint8)


_PAINTERS: Final[Mapping[Planes, Callable[[View], Picture]]] = {
    "dual": _paint_dual,
    "single": _paint_single,
    "display": _paint_display,
    "high-low-ratio": _paint_ratio,
    "linear": _paint_linear,
    "log": _paint_log,
    "pseudo-colour": _paint_colour,
}
