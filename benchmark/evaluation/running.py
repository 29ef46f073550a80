"""Run a bundle on a suite."""

import logging
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmark.evaluation.record import (
    CURVES,
    RECORD,
    RESULTS,
    BundleStamp,
    Evaluation,
    EvaluationRecord,
    Stamp,
    SuiteStamp,
    place_result,
    read_evaluation,
    shown_by,
    write_record,
)
from benchmark.suite.sealed import Suite, SuiteScan
from data.dataset import hash_file
from data.dataset_writing import claim_folder
from data.display import to_display
from data.errors import ResultError, SuiteError
from data.formats import read_scan
from data.scan import Scan
from data.versions import read_versions
from detector.batch import as_result
from detector.bundle import Bundle
from detector.manifest import GraphKind
from detector.operating_point import OperatingPoint
from detector.pipeline import Detector
from detector.results import read_result, write_result
from detector.seen import is_whole, read_seen, shorten

logger = logging.getLogger(__name__)

Points = dict[GraphKind, OperatingPoint]

LEAST_SCORE: Final = 0.001
"""Detections below are left out: average precision looks at faint ones too."""

PLAN: Final = "stamp.json"
PACKAGES: Final = ("numpy", "onnxruntime", "opencv-python-headless")


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a bundle is run.

    Attributes:
        device: "cpu", "cuda", "tensorrt" or "openvino".
        threads: Of the CPU; None for all cores.
        point: Name of the operating point; None for each graph's first.
        rendered: Show scans with counts as a vendor might render them, to the display
            graph; the grey curve of each is drawn by its number.
    """

    device: str = "cpu"
    threads: int | None = None
    point: str | None = None
    rendered: bool = False


def run_suite(
    suite: Suite,
    bundle: Bundle,
    out: Path,
    *,
    options: RunOptions | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Detect in every scan of a suite and keep all that is found.

    Interrupted, it goes on where it was when called again with the same arguments.

    Args:
        suite: What to look at.
        bundle: What looks.
        out: Folder of the evaluation: new, empty, or one that was interrupted.
        options: How; None for one CPU with all its cores.
        progress: Told how many scans of how many are done.

    Raises:
        DatasetError: If the folder holds other things.
        ResultError: If the bundle has no operating point of that name.
        SuiteError: If the bundle has learned from a scan of the suite.
        BundleError: If it has no graph for a scan.
        DeviceError: If the device is not there.
    """
    how = options or RunOptions()
    points = _choose_points(bundle, how.point)
    _refuse_seen(suite, bundle)
    stamp = _stamp(suite, bundle, points, how)
    if (out / RECORD).is_file():
        return _reopen(out, suite, stamp)
    claim_folder(out, PLAN, stamp, scans=RESULTS)
    detector = Detector(bundle, how.device, how.threads, least_score=LEAST_SCORE)
    for number, scan in enumerate(suite.scans):
        if not _is_done(out, scan, bundle):
            picture = read_scan(suite.path(scan))
            if how.rendered:
                picture = to_display(picture, shown_by(number))
            _detect(picture, scan.scan, out, detector, points)
        if progress is not None:
            progress(number + 1, len(suite.scans))
    hashes = {s.scan: hash_file(place_result(out, s.scan)) for s in suite.scans}
    record = EvaluationRecord(
        stamp=stamp,
        machine=_describe_machine(how.threads),
        versions=read_versions(PACKAGES),
        finished=datetime.now(UTC),
        results=hashes,
    )
    write_record(out, record)
    (out / PLAN).unlink()
    return read_evaluation(out, suite)


def _refuse_seen(suite: Suite, bundle: Bundle) -> None:
    seen = read_seen(bundle.root) or frozenset()
    met = [
        scan.scan
        for scan in suite.scans
        if {
            shorten(name)
            for name in (scan.files[scan.scan], scan.source_sha256)
            if name
        }
        & seen
    ]
    if met:
        more = f" and {len(met) - 1} more" if len(met) > 1 else ""
        msg = (
            f"{bundle.manifest.name} has learned from {met[0]}{more} of the suite "
            f"{suite.name}: what it finds there says nothing. Choose another suite."
        )
        raise SuiteError(msg)
    if not is_whole(bundle.root):
        logger.warning(
            "%s does not say which scans it has learned from: nobody can tell whether "
            "those of %s are new to it.",
            bundle.manifest.name,
            suite.name,
        )


def _choose_points(bundle: Bundle, name: str | None) -> Points:
    chosen: Points = {}
    for kind, entry in bundle.manifest.graphs.items():
        named = {point.name: point for point in entry.operating_points}
        found = entry.operating_points[0] if name is None else named.get(name)
        if found is None:
            msg = (
                f"The {kind} graph of {bundle.manifest.name} has no operating point "
                f"{name!r}. Choose one of {', '.join(named)}."
            )
            raise ResultError(msg)
        chosen[kind] = found
    return chosen


def _stamp(suite: Suite, bundle: Bundle, points: Points, how: RunOptions) -> Stamp:
    manifest = bundle.manifest
    return Stamp(
        suite=SuiteStamp(
            name=suite.name,
            title=suite.content.title,
            role=suite.content.role,
            seal=suite.seal,
        ),
        bundle=BundleStamp(
            name=manifest.name,
            version=manifest.version,
            status=manifest.status,
            sha256=bundle.sha256,
        ),
        points={kind: points[kind] for kind in manifest.graphs},
        device=how.device,
        least_score=LEAST_SCORE,
        rendered=how.rendered,
        curves=CURVES if how.rendered else 1,
    )


def _reopen(out: Path, suite: Suite, stamp: Stamp) -> Evaluation:
    """What was finished before, if it was the same."""
    found = read_evaluation(out, suite)
    if found.stamp != stamp:
        msg = f"{out} holds {found.stamp}. Choose a new folder."
        raise ResultError(msg)
    return found


def _is_done(out: Path, scan: SuiteScan, bundle: Bundle) -> bool:
    path = place_result(out, scan.scan)
    return path.is_file() and read_result(path).bundle.sha256 == bundle.sha256


def _detect(
    picture: Scan, name: str, out: Path, detector: Detector, points: Points
) -> None:
    detector.operating_point = points.get(
        "display" if picture.kind == "display" else "dual"
    )
    findings = detector.detect(picture)
    result = as_result(picture, findings, detector.bundle, name)
    write_result(result, place_result(out, name))


def _describe_machine(threads: int | None) -> dict[str, str]:
    return {
        "system": platform.system(),
        "processor": platform.processor() or platform.machine(),
        "cores": str(os.cpu_count() or 1),
        "threads": str(threads or os.cpu_count() or 1),
    }
