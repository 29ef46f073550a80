"""Look at one file of an unknown scanner, and find what can be found."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from data.formats.opening import PIXEL_BUDGET, check_budget, opened
from data.formats.registry import is_known, read_scan
from data.onboarding.arranging import find_arrangement
from data.onboarding.castings import CASTING_LENGTH_MM
from data.onboarding.element import find_element
from data.onboarding.energies import EnergyOrder, order_energies
from data.onboarding.layout import Element, Layout
from data.onboarding.levels import (
    Levels,
    Polarity,
    Range,
    find_polarity,
    measure_levels,
    measure_range,
)
from data.onboarding.likeness import measure_likeness
from data.onboarding.lines import find_line_length
from data.onboarding.outline import Outline, find_outline
from data.onboarding.refusing import check_raw, no_picture
from data.onboarding.trimming import Trim, find_trim
from data.onboarding.upright import Turn, find_turn

Counts = npt.NDArray[np.uint16]
Wide = npt.NDArray[np.float64]

LENGTHS_MM: Final = (6058.0, 12192.0)
"""Lengths that a container, or two in a row, are supposed to have."""

_MOST: Final = 65535
_LEAST_CONTRAST: Final = 1.3
_STRIP: Final = (0.1, 0.62)
_MOST_ALPHA: Final = 6.0
_FULL_BITS: Final = (8, 10, 12, 14, 16)


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """What is known of how a raw file is stored.

    Attributes:
        layout: Where its planes are.
        trim: What speaks for its header and footer.
        likeness: Of the planes that are most alike.
        contrast: How clearly lines resemble each other.
        head: Its first bytes.
    """

    layout: Layout
    trim: Trim
    likeness: float
    contrast: float
    head: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """What was found in one file.

    Attributes:
        path: The file.
        kind: "raw", "counts" (a TIFF or PNG of 16 bits) or "display".
        stored: How it is stored; None if it is not raw.
        planes: Upright, air bright, high plane first where that could be told.
        names: Of the planes as stored: "high", "low" or "material".
        range: Readings that occur.
        full_scale: Largest reading that can occur, by the bits in use.
        polarity: Whether air is bright.
        turn: How to set it upright.
        levels: Air and dark of the first of `planes`.
        energies: Which plane is high; None if there are not two.
        outline: Of the container; None if there is none.
        strips: Attenuation along both ends, (H,) each, for each of `LENGTHS_MM`.
    """

    path: Path
    kind: str
    stored: Stored | None
    planes: tuple[Counts, ...]
    names: tuple[str, ...]
    range: Range
    full_scale: int
    polarity: Polarity
    turn: Turn
    levels: Levels
    energies: EnergyOrder | None
    outline: Outline | None
    strips: tuple[tuple[Wide, ...], ...]


def inspect_file(path: Path) -> Finding:
    """Find what can be found in one file.

    Args:
        path: Raw planes, a 16-bit TIFF or PNG, or a picture.

    Raises:
        ScanFileError: If it cannot be read, or no picture is found in it.
    """
    if is_known(path):
        scan = read_scan(path)
        if scan.display is not None:
            grey = scan.display.mean(axis=2).astype(np.uint16) * 257
            return _look(path, "display", None, [grey])
        return _look(
            path, "counts", None, [p for p in (scan.high, scan.low) if p is not None]
        )
    with opened(path) as file:
        length = file.seek(0, 2)
        check_budget(path, (length, 1), PIXEL_BUDGET * 4)
        file.seek(0)
        content = file.read()
    check_raw(path, content)
    stored = _unpack(path, content)
    return _look(path, "raw", stored, stored.layout.cut(content))


def _unpack(path: Path, content: bytes) -> Stored:
    element = find_element(content)
    if element is None:
        raise no_picture(path)
    data = np.frombuffer(content, element.dtype, len(content) // element.bytes)
    found = find_line_length(data)
    if found is None or found.contrast < _LEAST_CONTRAST:
        raise no_picture(path)
    line, turns = found.readings, found.interleaved
    lines = len(data) // line
    whole = data[: line * lines]
    (order, planes, _, _), _ = find_arrangement(whole, line, lines, turns)
    panels = planes if order == "side_by_side" else 1
    trim = find_trim(content, data, line, turns, panels)
    start = trim.header_bytes // element.bytes
    body = data[start : start + line * trim.lines]
    if len(body) < line * max(trim.lines, 1):
        raise no_picture(path)
    (order, planes, width, height), likeness = find_arrangement(
        body, line, trim.lines, turns
    )
    layout = Layout(
        element, trim.header_bytes, trim.footer_bytes, width, height, planes, order
    )
    head = content[: min(trim.header_bytes, 4)]
    return Stored(layout, trim, likeness, found.contrast, head)


def _look(
    path: Path, kind: str, stored: Stored | None, planes: list[npt.NDArray[Any]]
) -> Finding:
    """Turn planes so that air is bright and up is up, and measure them."""
    names = _name_planes(planes)
    used = [
        plane for plane, name in zip(planes, names, strict=True) if name != "material"
    ]
    reach = measure_range(np.concatenate([plane[::2] for plane in used], axis=0))
    element = stored.layout.element if stored else Element("uint16", "little")
    full = _find_full_scale(reach, element)
    counts = [_to_counts(plane) for plane in used]
    polarity = find_polarity(counts[0])
    if polarity.name == "dark_air":
        most = min(full, _MOST)
        counts = [
            np.subtract(most, np.minimum(c, most), dtype=np.uint16) for c in counts
        ]
    energies = order_energies(*counts) if len(counts) == 2 else None
    if energies is not None and energies.high == 1:
        counts = counts[::-1]
        names = tuple({"high": "low", "low": "high"}.get(n, n) for n in names)
    turn = find_turn(_attenuate(counts[0], measure_levels(counts[0]), even=False))
    upright = tuple(
        np.ascontiguousarray(np.rot90(c, turn.quarter_turns)) for c in counts
    )
    levels = measure_levels(upright[0])
    alpha = _attenuate(upright[0], levels, even=True)
    outline = find_outline(alpha)
    strips = () if outline is None else _cut_strips(alpha, outline)
    return Finding(
        path=path,
        kind=kind,
        stored=stored,
        planes=upright,
        names=names,
        range=reach,
        full_scale=full,
        polarity=polarity,
        turn=turn,
        levels=levels,
        energies=energies,
        outline=outline,
        strips=strips,
    )


def _name_planes(planes: list[npt.NDArray[Any]]) -> tuple[str, ...]:
    """High and low for the two that are most alike, material for a third."""
    if len(planes) < 3:
        return ("high", "low")[: len(planes)]
    pairs = ((0, 1), (0, 2), (1, 2))
    alike = [measure_likeness(planes[a], planes[b]) for a, b in pairs]
    one, other = pairs[int(np.argmax(alike))]
    return tuple(
        "high" if k == one else "low" if k == other else "material" for k in range(3)
    )


def _find_full_scale(reach: Range, element: Element) -> int:
    bits = next((each for each in _FULL_BITS if reach.bits <= each), 16)
    return int(2 ** max(bits, 8 * (element.bytes == 1)) - 1)


def _to_counts(plane: npt.NDArray[Any]) -> Counts:
    return np.asarray(np.minimum(plane, _MOST), np.uint16)


def _attenuate(plane: Counts, levels: Levels, *, even: bool) -> npt.NDArray[np.float32]:
    """Attenuation, with the gain of rows taken out where `even` says so."""
    gain = np.nan_to_num(levels.gain, nan=1.0)[:, None] if even else 1.0
    dark = 0.8 * levels.floor if levels.floor < 0.1 * levels.air else 0.0
    air = np.maximum(levels.air * gain - dark, 1.0)
    signal = np.maximum(plane.astype(np.float32) - dark, 1.0)
    return np.asarray(-np.log(signal / air), np.float32)


def _cut_strips(
    alpha: npt.NDArray[np.float32], outline: Outline
) -> tuple[tuple[Wide, ...], ...]:
    capped = np.minimum(alpha, _MOST_ALPHA)
    strips = []
    for length in LENGTHS_MM:
        casting = CASTING_LENGTH_MM * outline.length / length
        ends = []
        for place, inward in ((outline.left, 1), (outline.right, -1)):
            span = sorted(place + inward * share * casting for share in _STRIP)
            first = int(np.clip(span[0], 0, alpha.shape[1] - 1))
            last = max(min(int(span[1]) + 1, alpha.shape[1]), first + 1)
            ends.append(capped[:, first:last].mean(axis=1).astype(np.float64))
        strips.append(tuple(ends))
    return tuple(strips)
