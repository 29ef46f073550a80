"""Write the draft of a scanner profile."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from data.errors import ScannerProfileError
from data.files import replacing
from data.formats.scanner_profile import load_profile
from data.onboarding.agreeing import Agreement
from data.onboarding.inspecting import Finding
from data.onboarding.pitch import Pitch

_FULL_SCALE: Final = 65535


def draft_profile(
    name: str,
    findings: Sequence[Finding],
    agreed: dict[str, Agreement],
    pitch: Pitch | None,
) -> str | None:
    """Draft a profile from what raw files agree on.

    Args:
        name: Of the scanner.
        findings: Of the files.
        agreed: What they agree on.
        pitch: None if it was not found.

    Returns:
        TOML with comments; None if the files are not raw, since only raw files are read
        through a profile.
    """
    if findings[0].stored is None:
        return None
    lines = [
        "# Drafted from scans. Confirm what the check listed, then set `verified`.",
        f"name = {json.dumps(name)}",
        "verified = false",
        "",
        *_list_planes(findings, agreed),
        "",
        *_list_storage(findings, agreed),
        "",
        *_list_looks(findings, agreed),
        *_list_pitch(pitch),
    ]
    return "\n".join(lines) + "\n"


def write_profile(text: str, place: Path) -> Path:
    """Write a profile, if it is one.

    Args:
        text: TOML.
        place: Ends in .toml.

    Raises:
        ScannerProfileError: If the ending is another one, or the text is no profile.
    """
    if place.suffix.lower() != ".toml":
        msg = f"A scanner profile cannot be {place.name}. Let it end in .toml."
        raise ScannerProfileError(msg)
    with replacing(place) as draft:
        draft.write_text(text, encoding="utf-8")
        load_profile(draft)
    return place


def _list_planes(
    findings: Sequence[Finding], agreed: dict[str, Agreement]
) -> list[str]:
    endings = sorted({f.path.suffix.lower() for f in findings})
    if "" in endings:
        name = next(f.path.name for f in findings if not f.path.suffix)
        msg = f"{name} has no ending to know such files by. Name it {name}.raw."
        raise ScannerProfileError(msg)
    return [
        f"endings = {json.dumps(endings)}",
        f"panels = {json.dumps(list(agreed['planes'].value))}",
        f"layout = {json.dumps(str(agreed['order of planes'].value))}",
    ]


def _list_storage(
    findings: Sequence[Finding], agreed: dict[str, Agreement]
) -> list[str]:
    lines = [
        f"dtype = {json.dumps(agreed['type'].value)}",
        f"byte_order = {json.dumps(agreed['byte order'].value)}",
        f"header_bytes = {agreed['header'].value}",
        f"footer_bytes = {agreed['footer'].value}",
    ]
    magic = agreed["magic"]
    if len(findings) > 1 and magic.value and not magic.against:
        lines.append(f"magic = {json.dumps(magic.value.hex())}  # in all files checked")
    if "width" in agreed:
        lines.append(f"width = {agreed['width'].value}  # readings of a detector line")
        return lines
    sizes = sorted(
        {(f.stored.layout.width, f.stored.layout.height) for f in findings if f.stored}
    )
    lines.append("# Sizes that were met: add that of every other scan length.")
    return [*lines, f"sizes = {json.dumps([list(size) for size in sizes])}"]


def _list_looks(findings: Sequence[Finding], agreed: dict[str, Agreement]) -> list[str]:
    levels = [f.levels for f in findings]
    airs = ", ".join(f"{each.air:.0f}" for each in levels[:6])
    floor = min(each.floor for each in levels)
    full = min(int(agreed["full scale"].value), _FULL_SCALE)
    lines: list[Any] = [
        f"quarter_turns = {agreed['turns'].value}  # left and right cannot be told",
        f"polarity = {json.dumps(agreed['polarity'].value)}",
    ]
    if full != _FULL_SCALE:
        lines.append(f"full_scale = {full}  # by the bits in use")
    lines.append(f'air = "estimate"  # measured: {airs}')
    lines.append(f"dark = 0  # not known; {floor:.0f} at most")
    return [str(line) for line in lines]


def _list_pitch(pitch: Pitch | None) -> list[str]:
    if pitch is None:
        return ["# pitch_mm was not found: no whole container was seen."]
    x, y = pitch.best.pitch_mm
    lines = [
        f"pitch_mm = [{x:.3f}, {y:.3f}]  # containers {pitch.best.height_mm:.0f} mm"
    ]
    if pitch.other is not None:
        x, y = pitch.other.pitch_mm
        lines.append(
            f"# If containers are {pitch.other.height_mm:.0f} mm high: "
            f"[{x:.3f}, {y:.3f}]"
        )
    return [*lines, "# energies_mv is not known."]
