"""Pictures of counts, as vendors show them to operators."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from data.physics.beam import Beam, steel_curve
from data.physics.materials import MATERIALS
from data.physics.transmission import FLOOR, measure_transmission, to_attenuation
from data.scan import Picture, Scan

Plane = npt.NDArray[np.float32]

GAMMA: Final = 2.4
"""Attenuation that darkens a picture by a factor of e: cargo spans several such."""

COLOURS: Final = np.array([[40, 90, 230], [60, 200, 80], [255, 150, 40]], np.float32)
"""Red, green, blue of metal, of what lies between, and of organic matter."""

COLOUR_STOPS: Final = (0.15, 0.55, 0.9)
"""Where these colours stand between steel (0) and water (1)."""

PALETTE: Final = np.stack(
    [np.interp(np.linspace(0, 1, 256), COLOUR_STOPS, c) for c in COLOURS.T], axis=-1
).astype(np.float32)
"""(256, 3), the colours from steel to water."""

COLOUR_POWER: Final = 0.8
"""What brightness is raised to in colours: dense matter keeps them a little longer."""

COLOURFUL: Final = 1.0
"""Attenuation at which a colour is shown in full: thinner matter tells less."""

BLUR_PX: Final = 2.2
"""How far materials are averaged: two energies differ by little more than noise."""

_HALO: Final = 12
_BAND_PX: Final = 4_000_000


def render_grey(scan: Scan, *, gamma: float = GAMMA) -> Picture:
    """Show the high plane in grey, air white: 255 exp(-attenuation / gamma).

    Args:
        scan: The scan.
        gamma: Attenuation that darkens by a factor of e, nepers. The larger, the more
            is seen behind thick cargo, and the less contrast there is in thin cargo.

    Returns:
        (H, W) uint8. Of a display scan its brightness: a grey one stays as it is.
    """
    if scan.display is not None:
        return np.asarray(cv2.cvtColor(scan.display, cv2.COLOR_RGB2GRAY), np.uint8)
    width, height = scan.size
    picture = np.empty((height, width), np.uint8)
    for rows, _ in _bands(scan, halo=0):
        picture[rows] = show_grey(_transmission(scan, 0, rows), gamma)
    return picture


def render_colour(scan: Scan, *, gamma: float = GAMMA) -> Picture:
    """Show two energies in pseudo-colour: organic orange, metal blue.

    What lies between, such as aluminium, is green.
    The colour says where a pixel's attenuation at the lower energy lies between that of
    steel and that of water of the same attenuation at the higher energy.

    Args:
        scan: The scan.
        gamma: As for `render_grey`.

    Returns:
        (H, W, 3) uint8, RGB. A display scan as it is; grey if there is one energy or
        the energies are not known.
    """
    if scan.display is not None:
        return scan.display
    if scan.low is None or len(scan.info.energies_mv) != 2:
        return np.repeat(render_grey(scan, gamma=gamma)[..., None], 3, axis=2)
    width, height = scan.size
    picture = np.empty((height, width, 3), np.uint8)
    for rows, inner in _bands(scan, halo=_HALO):
        high, low = (_transmission(scan, plane, rows) for plane in (0, 1))
        band = show_colour(high, low, scan.info.energies_mv, gamma)
        picture[rows.start + inner.start : rows.start + inner.stop] = band[inner]
    return picture


def _bands(scan: Scan, *, halo: int) -> Iterator[tuple[slice, slice]]:
    """Rows of bands of bounded size with a margin, and the band's own rows in them."""
    width, height = scan.size
    step = max(1, _BAND_PX // width)
    for start in range(0, height, step):
        stop = min(start + step, height)
        first, last = max(start - halo, 0), min(stop + halo, height)
        yield slice(first, last), slice(start - first, stop - first)


def _transmission(scan: Scan, plane: int, rows: slice) -> Plane:
    counts = scan.high if plane == 0 else scan.low
    assert counts is not None  # noqa: S101 - the callers have looked
    assert scan.air is not None  # noqa: S101 - every scan with counts has levels
    assert scan.dark is not None  # noqa: S101
    return measure_transmission(
        counts[rows], scan.air[plane][rows], scan.dark[plane][rows]
    )


def show_grey(
    transmission: Plane, gamma: float, *, white: float | None = None
) -> Picture:
    """Show transmission in grey, as `render_grey` does.

    Args:
        transmission: (H, W) float32.
        gamma: Attenuation that darkens by a factor of e, nepers.
        white: Brightness of air, 1 to 255, where a picture was taken for transmission
            and shall come back as it was.

    Returns:
        (H, W) uint8.
    """
    if white is None:
        return _to_bytes(255 * _brightness(transmission, gamma))
    bright = np.maximum(transmission, np.float32(0)) ** np.float32(1 / gamma)
    return _to_bytes(np.float32(white) * bright)


def tell_step(around: float, added: float, gamma: float) -> float:
    """How much darker, or brighter, a thing makes a picture in grey.

    Args:
        around: Attenuation of all else, nepers.
        added: Attenuation of the thing.
        gamma: As for `render_grey`.

    Returns:
        Grey levels, 0 to 255, before they are rounded.

    Example:
        >>> round(tell_step(around=2.0, added=0.2, gamma=1.0), 1)
        6.3
        >>> round(tell_step(around=5.0, added=0.2, gamma=1.0), 1)
        0.3
    """
    shown, bare = (np.exp(-max(a, 0.0) / gamma) for a in (around + added, around))
    return float(255 * abs(bare - shown))


def _brightness(transmission: Plane, gamma: float) -> Plane:
    return np.clip(transmission, FLOOR, 1) ** np.float32(1 / gamma)


def show_colour(
    high: Plane, low: Plane, energies: tuple[float, ...], gamma: float
) -> Picture:
    """Show transmission of two energies in pseudo-colour, as `render_colour` does.

    Args:
        high: (H, W) float32, transmission at the higher energy.
        low: (H, W) float32, at the lower one.
        energies: Endpoints (high, low), MV.
        gamma: Attenuation that darkens by a factor of e, nepers.

    Returns:
        (H, W, 3) uint8.
    """
    alpha, alpha_low = (to_attenuation(_blur(plane)) for plane in (high, low))
    tint = PALETTE[_to_bytes(255 * _material(alpha, alpha_low, energies))]
    bright = _brightness(high, gamma)[..., None]
    full = np.clip(alpha / COLOURFUL, 0, 1)[..., None]
    tinted = 255 + full * (tint - 255)
    return _to_bytes(bright ** np.float32(COLOUR_POWER) * (tinted + 38 * (1 - bright)))


def _blur(plane: Plane) -> Plane:
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), BLUR_PX), np.float32)


def _material(alpha: Plane, alpha_low: Plane, energies: tuple[float, ...]) -> Plane:
    """Where each pixel lies between steel, 0, and water, 1."""
    high_mv, low_mv = energies
    steel = np.interp(alpha, *steel_curve(high_mv, low_mv))
    span = np.interp(alpha, *_water_over_steel(high_mv, low_mv))
    return np.asarray((alpha_low - steel) / np.maximum(span, 1e-4), np.float32)


@lru_cache(maxsize=32)
def _water_over_steel(high_mv: float, low_mv: float) -> tuple[Plane, Plane]:
    """High attenuation, and by how much water exceeds steel at low energy, nepers."""
    layers = [(MATERIALS["water"], np.linspace(0, 400, 256) ** 2 / 400)]
    high, low = (Beam(mv).attenuation(layers) for mv in (high_mv, low_mv))
    over = low - np.interp(high, *steel_curve(high_mv, low_mv))
    return high.astype(np.float32), over.astype(np.float32)


def _to_bytes(levels: npt.NDArray[Any]) -> Picture:
    return np.asarray(np.clip(np.rint(levels), 0, 255), np.uint8)
