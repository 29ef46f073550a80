"""Tell a person what was found, how sure it is, and what to confirm."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from data.onboarding.agreeing import Agreement
from data.onboarding.inspecting import Finding
from data.onboarding.pitch import Pitch

_SURE: Final = 0.75
_LIKELY: Final = 0.35
_GAIN: Final = 0.005
_SATURATED: Final = 0.01
_CLEAR_FIT: Final = 0.55
_ALONG: Final = {"rows": "along the scan", "columns": "across the scan"}


def say_sure(share: float) -> str:
    """Put a share of certainty into a word.

    Args:
        share: 0 to 1.

    Example:
        >>> say_sure(0.9), say_sure(0.5), say_sure(0.1)
        ('sure', 'likely', 'doubtful')
    """
    if share >= _SURE:
        return "sure"
    return "likely" if share >= _LIKELY else "doubtful"


def describe_finding(finding: Finding) -> list[str]:
    """Say what was found in one file, a line for each thing.

    Args:
        finding: Of the file.
    """
    return [
        *_say_storage(finding),
        *_say_readings(finding),
        *_say_turn(finding),
        *_say_planes(finding),
        *_say_outline(finding),
    ]


def describe_pitch(pitch: Pitch | None) -> list[str]:
    """Say what was found of the pitch.

    Args:
        pitch: None if it was not found.
    """
    if pitch is None:
        return ["pitch: cannot be told, no whole container with its castings is seen"]
    best = pitch.best
    lengths = " and ".join(f"{mm / 1e3:g}" for mm in sorted(set(pitch.length_mm)))
    square = "pixels taken for square" if best.square else "pixels are not square"
    sure = say_sure(min(pitch.square_sure, 1.0 if best.fit > _CLEAR_FIT else 0.5))
    if not best.square:
        sure += ", down within about 10 %"
    lines = [
        f"pitch: {best.pitch_mm[0]:.2f} mm across, from containers of {lengths} m; "
        f"{best.pitch_mm[1]:.2f} mm down, from a height of {best.height_mm / 1e3:g} m "
        f"and castings of 118 mm ({square}, castings fit {best.fit:.0%}; {sure})"
    ]
    if pitch.other is not None:
        x, y = pitch.other.pitch_mm
        told = say_sure(pitch.height_sure)
        lines.append(
            f"pitch if containers are {pitch.other.height_mm / 1e3:g} m high: "
            f"{x:.2f} x {y:.2f} mm (fit {pitch.other.fit:.0%}; the height told above "
            f"is {told})"
        )
    if len(pitch.length_mm) > 1:
        lines.append(f"pitch across differs by {pitch.spread:.1%} between files")
    return lines


def list_confirmations(
    findings: Sequence[Finding], agreed: dict[str, Agreement], pitch: Pitch | None
) -> list[str]:
    """List what a person must confirm.

    Args:
        findings: Of the files.
        agreed: What they agree on.
        pitch: None if it was not found.
    """
    asked = [
        f"{each.name}: {', '.join(each.against)} differs from what most files say "
        f"({_show(each.value)})"
        for each in agreed.values()
        if each.against and each.name != "magic"
    ]
    first = findings[0]
    trims = [f.stored.trim.sure for f in findings if f.stored]
    if trims and 2 * max(trims) < _LIKELY:
        asked.append(
            f"header of {agreed['header'].value} and footer of "
            f"{agreed['footer'].value} bytes: evidence is weak; hold them against the "
            "vendor's description, or check more files of different length"
        )
    if min(f.turn.along_sure for f in findings) < _LIKELY:
        asked.append("which way is along and which is up: the picture is too square")
    asked.append("left and right: which end of the truck comes first cannot be told")
    if min(f.turn.up_sure for f in findings) < _SURE:
        asked.append("up and down: look at the picture; the wheels must be below")
    if first.kind != "display":
        asked += _ask_readings(first)
    asked += _ask_pitch(pitch)
    return asked


def _show(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _ask_readings(first: Finding) -> list[str]:
    asked = []
    if len(first.names) > 1 and (first.energies is None or first.energies.high is None):
        asked.append("which plane is high: both attenuate alike; ask the vendor")
    if len(first.names) == 1:
        asked.append("whether the low plane is in another file, or there is none")
    if not np.isfinite(first.levels.noise):
        asked.append("air, polarity and which plane is high: no clear air was seen")
    asked.append(
        f"dark: no scan shows it, it is {first.levels.floor:.0f} counts at most; "
        "measure it with the beam off"
    )
    asked.append(
        "that readings are proportional to the signal, not its logarithm, and neither "
        "sharpened nor corrected by the vendor's software"
    )
    asked.append("the endpoint energies (MV), which no scan tells")
    return asked


def _ask_pitch(pitch: Pitch | None) -> list[str]:
    if pitch is None:
        return ["the pixel pitch: measure something of known size"]
    asked = []
    if pitch.other is not None:
        asked.append(
            f"height of the container: {pitch.best.height_mm / 1e3:g} or "
            f"{pitch.other.height_mm / 1e3:g} m; say --height-m"
        )
    lengths = " and ".join(f"{mm / 1e3:g}" for mm in sorted(set(pitch.length_mm)))
    asked.append(f"length of the containers: {lengths} m, or another such as 13.72 m")
    if pitch.best.square:
        asked.append("that pixels are square, or the pitch down from a known height")
    return asked


def _say_storage(finding: Finding) -> list[str]:
    stored = finding.stored
    if stored is None:
        return [f"kind: {finding.kind}, not raw: its own format states its layout"]
    layout, trim = stored.layout, stored.trim
    element = layout.element
    shape = f"{layout.width} x {layout.height}"
    return [
        f"type: {element.name}"
        + (
            f", {element.byte_order} byte first, {element.smoother:.0f} times smoother "
            "than in the other order (sure)"
            if element.bytes > 1
            else ""
        ),
        f"layout: {layout.planes} plane{'s' * (layout.planes > 1)} of {shape}"
        + (
            f", {layout.order.replace('_', ' ')}, alike by {stored.likeness:.0%}"
            if layout.planes > 1
            else ""
        )
        + f" ({say_sure((stored.contrast - 1) / 2)})",
        f"header: {layout.header_bytes} bytes, footer: {layout.footer_bytes} bytes, "
        f"since {trim.why} ({say_sure(2 * trim.sure)})",
    ]


def _say_readings(finding: Finding) -> list[str]:
    reach, levels, polarity = finding.range, finding.levels, finding.polarity
    bits = f"{reach.bits} bits in use"
    if reach.shift:
        bits += f", the lowest {reach.shift} of them never"
    if finding.kind == "display":
        return [
            "readings: 8-bit grey levels, no counts: air, dark and energies are lost"
        ]
    lines = [f"readings: {reach.least} to {reach.most}, {bits}"]
    if reach.saturated > _SATURATED:
        lines[0] += f"; {reach.saturated:.0%} at the most: air may be saturated"
    lines.append(
        f"polarity: {polarity.name.replace('_', ' ')}, since {polarity.why} "
        f"({say_sure(polarity.sure)})"
    )
    seen = f"noise {levels.noise:.2%}"
    if not np.isfinite(levels.noise):
        seen = "which no end of a row reads (doubtful)"
    lines.append(
        f"air: {levels.air:.0f} counts, {seen}; dark: at most "
        f"{levels.floor:.0f} counts, which says no more"
    )
    gain = float(np.nanstd(levels.gain)) if np.isfinite(levels.gain).any() else 0.0
    if gain > _GAIN:
        lines.append(
            f"gain of rows: differs by {gain:.1%}, not corrected by the vendor"
        )
    lines += [f"seam of panels: {seam}" for seam in _find_seams(levels.gain)]
    if levels.dead:
        rows = ", ".join(map(str, levels.dead[:8]))
        lines.append(
            f"dead rows: {len(levels.dead)} ({rows}{', ...' * (len(levels.dead) > 8)})"
        )
    return lines


def _find_seams(gain: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[str]:
    """Rows where the gain steps by more than it scatters."""
    known = np.nan_to_num(gain, nan=1.0)
    reach = 16
    if len(known) < 4 * reach:
        return []
    total = np.concatenate([[0.0], np.cumsum(known)])
    means = (total[reach:] - total[:-reach]) / reach
    steps = np.abs(means[reach:] - means[:-reach])
    scatter = float(np.std(np.diff(known))) / np.sqrt(2) * np.sqrt(2 / reach)
    row = int(steps.argmax())
    if steps[row] < max(8 * scatter, 2 * _GAIN):
        return []
    return [f"at row {row + reach}, gain steps by {steps[row]:.1%}"]


def _say_turn(finding: Finding) -> list[str]:
    turn = finding.turn
    return [
        f"scan direction: stored rows run {_ALONG[turn.along]} "
        f"({say_sure(turn.along_sure)}); {turn.quarter_turns} quarter turns bring it "
        f"upright, since {turn.why} ({say_sure(turn.up_sure)})"
    ]


def _say_planes(finding: Finding) -> list[str]:
    order = finding.energies
    if finding.kind == "display":
        return []
    if order is None:
        return ["energies: one plane, taken for the high one"]
    said = ", ".join(finding.names)
    if order.high is None:
        return [f"energies: cannot be told; planes are taken for {said}"]
    clear = abs(float(np.log(order.ratio))) / max(order.spread, 0.02)
    sure = say_sure(clear if np.isfinite(finding.levels.noise) else 0.0)
    return [
        f"energies: planes are {said}, since one attenuates "
        f"{max(order.ratio, 1 / order.ratio):.2f} times as much as the other ({sure})"
    ]


def _say_outline(finding: Finding) -> list[str]:
    outline = finding.outline
    if outline is None:
        return ["container: none found"]
    cut = "; an end is cut off" if outline.cut_off else ""
    return [
        f"container: from column {outline.left:.0f} to {outline.right:.0f}, its upper "
        f"edge at rows {outline.roof[0]:.0f} to {outline.roof[1]:.0f}{cut}"
    ]
