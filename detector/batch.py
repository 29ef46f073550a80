"""Run a bundle over many scan files; results mirror their paths."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2

from data.errors import CargosightError, ResultError
from data.files import replacing
from data.formats import ScanFile, read_scan
from data.formats.scanner_profile import ScannerProfile
from data.rendering import render_grey
from data.scan import Picture, Scan
from detector.bundle import Bundle
from detector.overlay import Caption, draw_overlay
from detector.pipeline import Detector, Findings
from detector.results import BundleName, Result, ResultDetection, write_result

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """How files become scans.

    Attributes:
        profile: Scanner profile of raw vendor files.
        pitch_mm: Pixel pitch of scans whose files do not state one, both axes, mm.
    """

    profile: ScannerProfile | None = None
    pitch_mm: float | None = None

    def read(self, path: Path) -> Scan:
        """Read one scan, see `data.formats.read_scan`."""
        scan = read_scan(path, profile=self.profile)
        if self.pitch_mm is None or scan.info.pitch_mm is not None:
            return scan
        stated = {"pitch_mm": (self.pitch_mm,) * 2, "pitch_source": "user"}
        return replace(scan, info=scan.info.model_copy(update=stated))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file.

    Attributes:
        file: The file.
        alarms: How many alarms its scan raised.
        elapsed_s: How long encoding, network and merging took, s.
        error: Why it failed; None if it did not.
    """

    file: ScanFile
    alarms: int = 0
    elapsed_s: float = 0.0
    error: str | None = None


def detect_files(
    files: Iterable[ScanFile],
    detector: Detector,
    out: Path,
    *,
    reading: Reading,
    overlays: bool = True,
) -> Iterator[Outcome]:
    """Detect in files, one after the other, and go on past those that fail.

    For a scan named `a/b.jpg` writes `OUT/a/b.jpg.json` and, with `overlays`, the
    picture `OUT/a/b.jpg.png`.

    Args:
        files: What to look at.
        detector: What looks.
        out: Where results go.
        reading: How the files are read.
        overlays: Whether pictures are written.

    Yields:
        What became of each file, in their order.
    """
    for file in files:
        try:
            scan = reading.read(file.path)
            findings = detector.detect(scan)
            _write(scan, findings, detector.bundle, out / file.name, overlays=overlays)
        except CargosightError as error:
            logger.debug("%s failed", file.path, exc_info=True)
            yield Outcome(file, error=str(error))
        else:
            yield Outcome(file, len(findings.alarms), findings.elapsed_s)


def _write(
    scan: Scan, findings: Findings, bundle: Bundle, place: Path, *, overlays: bool
) -> None:
    if overlays:
        _write_overlay(scan, findings, bundle, place.with_name(place.name + ".png"))
    result = as_result(scan, findings, bundle, place.name)
    write_result(result, place.with_name(place.name + ".json"))


def as_result(scan: Scan, findings: Findings, bundle: Bundle, name: str) -> Result:
    """State findings as other programs read them.

    Args:
        scan: The scan.
        findings: What was found in it.
        bundle: What found it.
        name: Of the scan's file.
    """
    width, height = scan.size
    threshold = findings.operating_point.threshold
    found = findings.detections
    rows = zip(
        found.boxes.tolist(), found.scores.tolist(), found.labels.tolist(), strict=True
    )
    return Result(
        scan=name,
        width=width,
        height=height,
        opaque_fraction=findings.opaque_fraction,
        elapsed_s=findings.elapsed_s,
        bundle=BundleName(name=bundle.manifest.name, sha256=bundle.sha256),
        operating_point=findings.operating_point.name,
        detections=tuple(
            ResultDetection(
                box=tuple(box),
                score=score,
                label=bundle.manifest.labels[label],
                alarm=score >= threshold,
            )
            for box, score, label in rows
        ),
    )


def make_overlay(scan: Scan, findings: Findings, bundle: Bundle) -> Picture:
    """Draw findings for the operator, see `detector.overlay.draw_overlay`.

    Returns:
        (H + F, W, 3) uint8, RGB.
    """
    manifest = bundle.manifest
    caption = Caption(
        bundle=f"{manifest.name} {manifest.version}",
        status=manifest.status,
        operating_point=findings.operating_point.summary,
        synthetic=scan.info.synthetic,
        notes=_notes(scan, findings),
    )
    picture = scan.display if scan.display is not None else render_grey(scan)
    return draw_overlay(
        picture,
        findings.alarms,
        caption,
        labels=manifest.labels,
        opaque=findings.opaque,
    )


def _notes(scan: Scan, findings: Findings) -> tuple[str, ...]:
    notes = []
    if findings.opaque_fraction:
        notes.append(
            f"{findings.opaque_fraction:.0%} of the area not inspected: opaque"
        )
    if scan.info.air_source == "estimated":
        notes.append("air level estimated: the file does not state it")
    return tuple(notes)


def _write_overlay(scan: Scan, findings: Findings, bundle: Bundle, place: Path) -> None:
    picture = cv2.cvtColor(make_overlay(scan, findings, bundle), cv2.COLOR_RGB2BGR)
    whole, encoded = cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 3])
    if not whole:
        msg = f"{place} cannot be written as a PNG."
        raise ResultError(msg)
    with replacing(place) as draft:
        draft.write_bytes(encoded.tobytes())
