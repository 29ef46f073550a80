"""Check files of a scanner that nobody has seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from data.errors import CargosightError, ScannerProfileError
from data.onboarding.agreeing import Agreement, agree
from data.onboarding.draft import draft_profile
from data.onboarding.inspecting import Finding, inspect_file
from data.onboarding.pitch import Pitch, find_pitch
from data.onboarding.wording import (
    describe_finding,
    describe_pitch,
    list_confirmations,
)

LEAST_HEIGHT_M = 1.0
MOST_HEIGHT_M = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class ScannerCheck:
    """What files of one scanner say.

    Attributes:
        findings: Of each file; only the first keeps its planes.
        refused: Why other files could not be used, a line each.
        agreed: What the files agree on.
        pitch: None if it was not found.
        profile: TOML of the draft; None where no profile is needed.
        confirm: What a person must confirm.
    """

    findings: tuple[Finding, ...]
    refused: tuple[str, ...]
    agreed: dict[str, Agreement]
    pitch: Pitch | None
    profile: str | None
    confirm: tuple[str, ...]

    def to_text(self) -> str:
        """All of it in plain words."""
        lines = []
        for finding in self.findings:
            lines += [f"{finding.path}"]
            lines += [f"  {line}" for line in describe_finding(finding)]
        lines += describe_pitch(self.pitch)
        lines.append("To confirm:")
        lines += [f"  {n}. {what}" for n, what in enumerate(self.confirm, 1)]
        if self.profile is None:
            lines.append(self._say_no_profile())
        return "\n".join(lines)

    def as_dict(self) -> dict[str, Any]:
        """All of it for a program."""
        pitch = self.pitch
        return {
            "files": [_as_dict(finding) for finding in self.findings],
            "refused": list(self.refused),
            "pitch_mm": None if pitch is None else list(pitch.best.pitch_mm),
            "height_mm": None if pitch is None else pitch.best.height_mm,
            "other_pitch_mm": None
            if pitch is None or pitch.other is None
            else list(pitch.other.pitch_mm),
            "said": describe_pitch(pitch),
            "confirm": list(self.confirm),
            "profile": self.profile,
        }

    def _say_no_profile(self) -> str:
        first = self.findings[0]
        if first.kind == "display":
            return (
                "No profile is drafted: these are 8-bit renderings without counts. Ask "
                "the vendor for 16 bits; till then give --pitch-mm if it was found."
            )
        fit = first.polarity.name == "bright_air" and first.turn.quarter_turns == 0
        if fit:
            return "No profile is needed: give --pitch-mm with these files."
        return (
            "No profile can help: these files are read as they are, upright with air "
            "bright. Export them so, or as raw planes."
        )


def check_scanner(
    paths: Sequence[Path],
    *,
    height_m: float | None = None,
    name: str = "new scanner",
    progress: Callable[[int, int], None] | None = None,
) -> ScannerCheck:
    """Find what files of one scanner say of it, and draft its profile.

    Args:
        paths: One or more files.
        height_m: Outside height of the containers in them; None proposes both common
            ones.
        name: Of the scanner, for the profile.
        progress: Called with how many files are done and how many there are.

    Raises:
        ScannerProfileError: If the height is impossible, or the files do not belong
            together.
        ScanFileError: If no file can be used: what is wrong with the first.
    """
    if height_m is not None and not LEAST_HEIGHT_M <= height_m <= MOST_HEIGHT_M:
        msg = (
            f"A container of {height_m:g} m in height is not known. Choose "
            f"{LEAST_HEIGHT_M:g} to {MOST_HEIGHT_M:g} m."
        )
        raise ScannerProfileError(msg)
    findings: list[Finding] = []
    refused: list[CargosightError] = []
    for done, path in enumerate(paths, 1):
        try:
            finding = inspect_file(path)
        except CargosightError as error:
            refused.append(error)
        else:
            findings.append(replace(finding, planes=()) if findings else finding)
        if progress is not None:
            progress(done, len(paths))
    if not findings:
        if refused:
            raise refused[0]
        msg = "There is no scan to check. Name at least one file."
        raise ScannerProfileError(msg)
    return _conclude(findings, refused, height_m, name)


def _conclude(
    findings: Sequence[Finding],
    refused: Sequence[CargosightError],
    height_m: float | None,
    name: str,
) -> ScannerCheck:
    agreed = agree(findings)
    pitch = find_pitch(findings, None if height_m is None else height_m * 1e3)
    return ScannerCheck(
        findings=tuple(findings),
        refused=tuple(map(str, refused)),
        agreed=agreed,
        pitch=pitch,
        profile=draft_profile(name, findings, agreed, pitch),
        confirm=tuple(list_confirmations(findings, agreed, pitch)),
    )


def _as_dict(finding: Finding) -> dict[str, Any]:
    stored = finding.stored
    layout = None
    if stored is not None:
        layout = {
            "type": stored.layout.element.name,
            "byte_order": stored.layout.element.byte_order,
            "header_bytes": stored.layout.header_bytes,
            "footer_bytes": stored.layout.footer_bytes,
            "width": stored.layout.width,
            "height": stored.layout.height,
            "order": str(stored.layout.order),
        }
    return {
        "file": str(finding.path),
        "kind": finding.kind,
        "layout": layout,
        "planes": list(finding.names),
        "bits": finding.range.bits,
        "polarity": finding.polarity.name,
        "quarter_turns": finding.turn.quarter_turns,
        "air": finding.levels.air,
        "dark_at_most": finding.levels.floor,
        "dead_rows": list(finding.levels.dead),
        "container": None
        if finding.outline is None
        else [finding.outline.left, finding.outline.right],
        "said": describe_finding(finding),
    }
