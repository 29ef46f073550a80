"""Run a bundle over many scan files; results mirror their paths."""

import logging
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import cv2

from data.errors import CargosightError, DeviceError, ResultError
from data.files import replacing
from data.formats import ScanFile, read_scan
from data.formats.scanner_profile import ScannerProfile
from data.rendering import render_grey
from data.scan import Picture, Scan
from detector.blanks import leads, list_blanks
from detector.bundle import Bundle
from detector.container_view import sort_into
from detector.opaque_regions import list_opaque_regions
from detector.overlay import Caption, draw_overlay
from detector.pipeline import Detector, Findings
from detector.results import (
    BundleName,
    Result,
    ResultContainer,
    ResultDetection,
    write_result,
)

logger = logging.getLogger(__name__)

_HANDS: Final = 2
"""Threads that read and write files beside the detector."""

_AHEAD: Final = 2
"""Files that are read before their turn: more would only hold memory."""

_BEHIND: Final = 2
"""Files that may still be written while the next one is looked at."""


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
        blank: Whether so much could not be seen that it must be said first.
        error: Why it failed; None if it did not.
    """

    file: ScanFile
    alarms: int = 0
    elapsed_s: float = 0.0
    blank: bool = False
    error: str | None = None


def detect_files(
    files: Iterable[ScanFile],
    detector: Detector,
    out: Path,
    *,
    reading: Reading,
    overlays: bool = True,
) -> Iterator[Outcome]:
    """Detect in files, in their order, and go on past those that fail.

    While one is looked at, the next ones are read and the last ones written.

    For a scan named `a/b.jpg` writes `OUT/a/b.jpg.json` and, with `overlays`, the
    picture `OUT/a/b.jpg.png`. What an earlier detection left of a file that fails now
    is taken away: it would pass for a result of this bundle.

    Args:
        files: What to look at.
        detector: What looks.
        out: Where results go.
        reading: How the files are read.
        overlays: Whether pictures are written.

    Yields:
        What became of each file, in their order.

    Raises:
        DeviceError: If the device is not there: no file could fare better.
    """
    with ThreadPoolExecutor(_HANDS) as pool:
        begun: deque[_Begun] = deque()
        for file, scan in _read_ahead(pool, files, reading):
            begun.append(_Begun(file, *_detect(scan, detector)))
            begun[-1].hand_over(pool, detector.bundle, out, overlays=overlays)
            if len(begun) > _BEHIND:
                yield begun.popleft().end(out)
        while begun:
            yield begun.popleft().end(out)


def _read_ahead(
    pool: Executor, files: Iterable[ScanFile], reading: Reading
) -> Iterator[tuple[ScanFile, Future[Scan]]]:
    """Read files before their turn, a few at a time."""
    begun: deque[tuple[ScanFile, Future[Scan]]] = deque()
    for file in files:
        begun.append((file, pool.submit(reading.read, file.path)))
        if len(begun) > _AHEAD:
            yield begun.popleft()
    yield from begun


@dataclass(slots=True)
class _Begun:
    """A file that was looked at, and is being written.

    Attributes:
        file: The file.
        scan: What it holds; None if that failed.
        findings: What was found in it; None if that failed.
        error: Why; None if nothing failed yet.
        written: The writing.
    """

    file: ScanFile
    scan: Scan | None
    findings: Findings | None
    error: Exception | None
    written: Future[None] | None = None

    def hand_over(
        self, pool: Executor, bundle: Bundle, out: Path, *, overlays: bool
    ) -> None:
        """Have the results written."""
        if self.scan is not None and self.findings is not None:
            given = (self.file, self.scan, self.findings, bundle, out, overlays)
            self.written = pool.submit(_store, *given)
            self.scan = None

    def end(self, out: Path) -> Outcome:
        """Wait until it is done, and say what became of it."""
        error: BaseException | None = self.error
        if self.written is not None:
            error = self.written.exception()
        if error is not None and not isinstance(error, Exception):
            raise error
        if error is not None:
            logger.debug("%s failed", self.file.path, exc_info=error)
            _clear(out, self.file)
            return Outcome(self.file, error=_explain(self.file.path, error))
        assert self.findings is not None  # noqa: S101 - nothing failed
        alarms = len(self.findings.alarms)
        blank = leads(self.findings)
        return Outcome(self.file, alarms, self.findings.elapsed_s, blank)


def _detect(
    reading: Future[Scan], detector: Detector
) -> tuple[Scan | None, Findings | None, Exception | None]:
    try:
        scan = reading.result()
        return scan, detector.detect(scan), None
    except DeviceError:
        raise
    except Exception as error:  # noqa: BLE001 - no file may stop the others
        return None, None, error


def _store(
    file: ScanFile,
    scan: Scan,
    findings: Findings,
    bundle: Bundle,
    out: Path,
    overlays: bool,
) -> None:
    result = as_result(scan, findings, bundle, str(file.name))
    overlay = _encode(scan, findings, bundle) if overlays else None
    _write(result, overlay, *_places(out, file))


def _explain(path: Path, error: Exception) -> str:
    """Say on one line which file failed, and why."""
    why = " ".join(str(error).split())
    if isinstance(error, CargosightError):
        return why if str(path) in why else f"{path}: {why}"
    if isinstance(error, MemoryError):
        return f"{path} does not fit into memory. Free memory, or use fewer pixels."
    if isinstance(error, OSError):
        return f"{path}: {why or type(error).__name__}. Check the disk."
    return f"{path} failed for no foreseen reason: {type(error).__name__}: {why}."


def _places(out: Path, file: ScanFile) -> tuple[Path, Path]:
    """Where the result and the overlay of a file go."""
    place = out / file.name
    return place.with_name(place.name + ".json"), place.with_name(place.name + ".png")


def _clear(out: Path, file: ScanFile) -> None:
    for place in _places(out, file):
        with suppress(OSError):  # where nothing can be, nothing is left
            place.unlink()


def _write(result: Result, overlay: bytes | None, json: Path, png: Path) -> None:
    write_result(result, json)
    if overlay is None:
        png.unlink(missing_ok=True)
        return
    with replacing(png) as draft:
        draft.write_bytes(overlay)


def as_result(scan: Scan, findings: Findings, bundle: Bundle, name: str) -> Result:
    """State findings as other programs read them.

    Args:
        scan: The scan.
        findings: What was found in it.
        bundle: What found it.
        name: Of the scan's file, below the folder that was given.
    """
    width, height = scan.size
    found = findings.detections
    places = sort_into(found.boxes, findings.containers)
    regions = list_opaque_regions(findings.opaque, scan.size)
    columns = (found.boxes, found.scores, found.labels, findings.alarming, places)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return Result(
        scan=name,
        width=width,
        height=height,
        opaque_fraction=findings.opaque_fraction,
        elapsed_s=findings.elapsed_s,
        bundle=BundleName(
            name=bundle.manifest.name, sha256=bundle.sha256, signed_by=bundle.signed_by
        ),
        operating_point=findings.operating_point.name,
        not_inspected=list_blanks(findings),
        opaque_regions=tuple(map(tuple, regions.tolist())),
        containers=_list_containers(findings),
        detections=tuple(
            ResultDetection(
                box=tuple(box),
                score=score,
                label=bundle.manifest.labels[label],
                alarm=alarm,
                container=place + 1 if place >= 0 else None,
            )
            for box, score, label, alarm, place in rows
        ),
    )


def _list_containers(findings: Findings) -> tuple[ResultContainer, ...]:
    places = sort_into(findings.alarms.boxes, findings.containers).tolist()
    return tuple(
        ResultContainer(
            box=view.box,
            kind=view.kind,
            opaque_fraction=view.opaque_fraction,
            alarms=places.count(number),
        )
        for number, view in enumerate(findings.containers)
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
        signed=bundle.signed_by is not None,
        operating_point=findings.operating_point.summary,
        synthetic=scan.info.synthetic,
        notes=_notes(scan, findings),
        warnings=list_blanks(findings) if leads(findings) else (),
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
    notes = [] if leads(findings) else list(list_blanks(findings))
    if scan.info.air_source == "estimated":
        notes.append("air level estimated: the file does not state it")
    return tuple(notes)


def _encode(scan: Scan, findings: Findings, bundle: Bundle) -> bytes:
    picture = cv2.cvtColor(make_overlay(scan, findings, bundle), cv2.COLOR_RGB2BGR)
    whole, encoded = cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 3])
    if not whole:
        msg = "Its overlay cannot be encoded as a PNG. Leave overlays out."
        raise ResultError(msg)
    return bytes(encoded)
