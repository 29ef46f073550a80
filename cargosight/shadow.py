"""A bundle that looks beside the one in service, and that nobody heeds."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from data.errors import ResultError
from data.formats import ScanFile
from detector.agreement import find_alone
from detector.batch import Outcome, Reading, as_result
from detector.boxes import Boxes
from detector.bundle import Bundle
from detector.pipeline import Detector
from detector.results import (
    Result,
    ShadowResult,
    read_result,
    write_result,
)

SHADOW: Final = "shadow"
"""Folder of its results, below those that count."""

NOTE: Final = "In shadow: these alarms were shown to nobody and count for nothing."
UNSIGNED: Final = " The bundle is not signed, which only a shadow may be."

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShadowSummary:
    """How far a bundle in shadow and the one in service agreed.

    Attributes:
        bundle: What looked in shadow.
        scans: How many both looked at.
        candidate_alone: Scans with an alarm of it where the one in service has none.
        champion_alone: Scans with an alarm of the one in service where it has none.
        disagreed: Scans with either.
        failures: One line for each scan that it failed on.
    """

    bundle: Bundle
    scans: int
    candidate_alone: int
    champion_alone: int
    disagreed: int
    failures: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """The figures, for a program."""
        return {
            "bundle": self.bundle.manifest.name,
            "sha256": self.bundle.sha256,
            "signed_by": self.bundle.signed_by,
            "scans": self.scans,
            "disagreed": self.disagreed,
            "candidate_alone": self.candidate_alone,
            "champion_alone": self.champion_alone,
            "failed": list(self.failures),
        }

    def sentence(self) -> str:
        """The figures, for a person."""
        unsigned = "" if self.bundle.signed_by else ", unsigned"
        failed = f", and failed on {len(self.failures)}" if self.failures else ""
        return (
            f"in shadow{unsigned}, {self.bundle.manifest.name} "
            f"{self.bundle.manifest.version} disagreed on {self.disagreed} of "
            f"{self.scans} scans (alarms of it alone on {self.candidate_alone}, of the "
            f"champion alone on {self.champion_alone}){failed}"
        )


@dataclass(slots=True)
class Shadow:
    """Looks at scans that the bundle in service has looked at.

    Args:
        detector: What looks.
        out: Folder of the results that count; its own go to `shadow` there.
        reading: How files are read.
    """

    detector: Detector
    out: Path
    reading: Reading
    _alone: list[tuple[bool, bool]] = field(default_factory=list, init=False)
    _failures: list[str] = field(default_factory=list, init=False)

    def look(self, outcome: Outcome) -> None:
        """Look at a scan; whatever goes wrong is kept for the summary alone.

        Args:
            outcome: What became of its file with the bundle in service: if it failed
                there, what an earlier shadow left of it is taken away.
        """
        place = self._place(outcome.file)
        if outcome.error is not None:
            _clear(place)
            return
        try:
            champion = read_result(_place_result(self.out, outcome.file))
            found = self._detect(outcome.file, champion)
            write_result(found, place)
        except Exception as error:  # a shadow may not stop what it looks beside
            logger.debug("%s failed in shadow", outcome.file.path, exc_info=True)
            _clear(place)
            why = " ".join(str(error).split()) or type(error).__name__
            self._failures.append(f"{outcome.file.path}: {why}")
        else:
            ours, theirs = _list_alarms(found), _list_alarms(champion)
            pairs = (ours, theirs), (theirs, ours)
            alone = [bool(find_alone(one, other).any()) for one, other in pairs]
            self._alone.append((alone[0], alone[1]))

    def sum_up(self) -> ShadowSummary:
        """How far the two agreed so far."""
        return ShadowSummary(
            self.detector.bundle,
            len(self._alone),
            sum(ours for ours, _ in self._alone),
            sum(theirs for _, theirs in self._alone),
            sum(ours or theirs for ours, theirs in self._alone),
            tuple(self._failures),
        )

    def _detect(self, file: ScanFile, champion: Result) -> ShadowResult:
        bundle = self.detector.bundle
        scan = self.reading.read(file.path)
        findings = self.detector.detect(scan)
        found = as_result(scan, findings, bundle, str(file.name))
        # Not dumped and read again: the parts are checked already.
        return ShadowResult(
            **dict(found),
            note=NOTE if bundle.signed_by else NOTE + UNSIGNED,
            champion=champion.bundle,
        )

    def _place(self, file: ScanFile) -> Path:
        return _place_result(self.out / SHADOW, file)


def check_names(files: Sequence[ScanFile]) -> None:
    """Refuse scans whose results would lie among those of a shadow.

    Raises:
        ResultError: If there is one.
    """
    for file in files:
        if len(file.name.parts) > 1 and file.name.parts[0] == SHADOW:
            msg = (
                f"{file.path} would have its results among those of --shadow. Give "
                f"another name to its folder {SHADOW}, or name it by itself."
            )
            raise ResultError(msg)


def _place_result(out: Path, file: ScanFile) -> Path:
    place = out / file.name
    return place.with_name(place.name + ".json")


def _clear(place: Path) -> None:
    with suppress(OSError):  # where nothing can be, nothing is left
        place.unlink()


def _list_alarms(result: Result) -> Boxes:
    rows = [found.box for found in result.detections if found.alarm]
    return np.array(rows, np.float32).reshape(-1, 4)
