"""The flow behind `cargosight detect`: from arguments to results and a summary."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cargosight.progress import Report
from cargosight.shadow import Shadow, ShadowSummary, check_names
from data.errors import BundleError, ResultError
from data.formats import find_scans, load_profile
from detector.batch import Outcome, Reading, detect_files
from detector.bundle import Bundle, default_bundle_path, read_bundle
from detector.operating_point import OperatingPoint
from detector.pipeline import Detector
from detector.switching import open_current
from detector.trust import find_pinned, open_bundle


@dataclass(frozen=True, slots=True)
class DetectOptions:
    """What `cargosight detect` was asked, besides the scans; see its --help."""

    bundle: Path | None = None
    device: str = "cpu"
    threads: int | None = None
    threshold: float | None = None
    least_score: float = 0.01
    profile: str | None = None
    pitch_mm: float | None = None
    overlays: bool = True
    trust: Path | None = None
    allow_unsigned: bool = False
    shadow: Path | None = None
    site: Path | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of many scans.

    Attributes:
        outcomes: One for each file.
        out: Where the results are.
        bundle: What looked.
        seconds: From the first file to the last, reading and writing included.
        shadow: What came of the bundle that looked beside it; None without one.
    """

    outcomes: tuple[Outcome, ...]
    out: Path
    bundle: Bundle
    seconds: float
    shadow: ShadowSummary | None = None

    @property
    def failures(self) -> list[str]:
        """One line for each file that failed."""
        return [outcome.error for outcome in self.outcomes if outcome.error is not None]

    def as_dict(self) -> dict[str, object]:
        """The figures, for a program."""
        done = [outcome for outcome in self.outcomes if outcome.error is None]
        beside = {} if self.shadow is None else {"shadow": self.shadow.as_dict()}
        return {
            "scans": len(self.outcomes),
            "with_alarms": sum(outcome.alarms > 0 for outcome in done),
            "much_unseen": sum(outcome.blank for outcome in done),
            "alarms": sum(outcome.alarms for outcome in done),
            "failed": [str(o.file.path) for o in self.outcomes if o.error is not None],
            "seconds": round(self.seconds, 3),
            "detect_seconds": round(sum(outcome.elapsed_s for outcome in done), 3),
            "scans_per_second": round(len(self.outcomes) / max(self.seconds, 1e-9), 3),
            "bundle": self.bundle.manifest.name,
            "signed_by": self.bundle.signed_by,
            **beside,
        }

    def sentence(self) -> str:
        """The figures, for a person."""
        figures = self.as_dict()
        failed = len(self.failures)
        unsigned = "" if self.bundle.signed_by else " by an unsigned bundle"
        beside = "" if self.shadow is None else f"; {self.shadow.sentence()}"
        blank = figures["much_unseen"]
        share = f"much could not be seen in {blank} of {figures['scans']} scans; "
        first = share if blank else ""
        return (
            f"{first}{figures['scans']} scans, {figures['with_alarms']} with alarms, "
            f"{failed} failed, {figures['scans_per_second']} scans/s; "
            f"results{unsigned} in {self.out}{beside}"
        )


def detect_scans(
    arguments: Sequence[str | Path],
    out: Path,
    options: DetectOptions,
    *,
    progress: Report,
) -> Summary:
    """Detect in all scans that the arguments name, and go on past those that fail.

    A bundle in shadow looks at each scan after its result is written; nothing that it
    finds, and no failure of it, changes that or counts.

    Args:
        arguments: Files, folders and globs.
        out: Folder of the results.
        options: How.
        progress: Told how many of how many are done.

    Raises:
        ResultError: If `out` is a file, a figure in the options is not a number, or a
            scan would be taken for one of the shadow's.
        ScanFileError: If an argument names no scan.
        ScannerProfileError: If the profile is unknown or wrong.
        BundleError: If a bundle is none, is damaged, or is not signed by a trusted
            key; that in shadow may be unsigned.
        DeviceError: If the device is not there.
    """
    _check(out, options)
    profile = load_profile(options.profile) if options.profile else None
    files = find_scans(arguments, profile)
    if options.shadow is not None:
        check_names(files)
    bundle = _open(options)
    detector = Detector(
        bundle,
        device=options.device,
        threads=options.threads,
        least_score=options.least_score,
        operating_point=_stated_point(options.threshold),
    )
    outcomes = []
    reading = Reading(profile, options.pitch_mm)
    shadow = _open_shadow(options, out, reading)
    started = time.perf_counter()
    for outcome in detect_files(
        files, detector, out, reading=reading, overlays=options.overlays
    ):
        outcomes.append(outcome)
        if shadow is not None:
            shadow.look(outcome)
        progress("detecting", len(outcomes), len(files))
    seen = None if shadow is None else shadow.sum_up()
    return Summary(tuple(outcomes), out, bundle, time.perf_counter() - started, seen)


def _open(options: DetectOptions) -> Bundle:
    """The bundle that was named, or is in use; or the one that ships.

    That is as trusted as this code.
    """
    if options.site is not None:
        if options.bundle is not None:
            msg = "Give either --bundle or --site, which says what is in use."
            raise BundleError(msg)
        unsigned = options.allow_unsigned
        pinned = find_pinned(options.trust)
        return open_current(options.site, pinned=pinned, allow_unsigned=unsigned)
    if options.bundle is None:
        return read_bundle(default_bundle_path())
    return open_bundle(
        options.bundle,
        pinned=find_pinned(options.trust),
        allow_unsigned=options.allow_unsigned,
    )


def _open_shadow(options: DetectOptions, out: Path, reading: Reading) -> Shadow | None:
    """What looks beside it: it may be unsigned, and nobody remembers it."""
    if options.shadow is None:
        return None
    bundle = open_bundle(
        options.shadow,
        pinned=find_pinned(options.trust),
        allow_unsigned=True,
        remember=False,
    )
    detector = Detector(
        bundle,
        device=options.device,
        threads=options.threads,
        least_score=options.least_score,
    )
    return Shadow(detector, out, reading)


def _check(out: Path, options: DetectOptions) -> None:
    if out.exists() and not out.is_dir():
        msg = f"{out} is a file. Choose a folder as --out."
        raise ResultError(msg)
    figures = {
        "--threshold": options.threshold,
        "--least-score": options.least_score,
        "--pitch-mm": options.pitch_mm,
    }
    for name, value in figures.items():
        if value is not None and not math.isfinite(value):
            msg = f"{name} {value} is not a number to go by. Give a finite one."
            raise ResultError(msg)


def _stated_point(threshold: float | None) -> OperatingPoint | None:
    if threshold is None:
        return None
    return OperatingPoint(name="stated", threshold=threshold)
