"""Suites and evaluations made up for tests, without a simulator and a network."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from benchmark.evaluation.ledger import keep_ledger
from benchmark.evaluation.record import (
    BundleStamp,
    EvaluationRecord,
    Stamp,
    SuiteStamp,
    place_result,
    read_evaluation,
    write_record,
)
from benchmark.suite.sealed import FOLDER, SealedList, SuiteScan, seal_suite
from data.dataset import hash_file
from data.formats import write_scan
from data.scan import Scan, ScanInfo
from data.truth import ScanDefect, Truth, TruthObject
from detector.operating_point import OperatingPoint
from detector.results import BundleName, Result, ResultDetection, write_result

SIDE = 200
GUN = (10.0, 10.0, 50.0, 40.0)
ELSEWHERE = (120.0, 120.0, 160.0, 150.0)


@dataclass
class Case:
    """One scan: what is in it and what was found.

    Attributes:
        objects: Its truth.
        found: (box, score) of each detection.
        inspection: Its own by default.
        group: Its inspection by default.
        scanner: Which made it.
        cargo: What else is in it.
        defects: What is wrong with it.
        pitch_mm: Of its pixels.
    """

    objects: tuple[TruthObject, ...] = ()
    found: tuple[tuple[tuple[float, float, float, float], float], ...] = ()
    inspection: str | None = None
    group: str | None = None
    scanner: str = "one"
    cargo: tuple[str, ...] = ()
    defects: tuple[ScanDefect, ...] = ()
    pitch_mm: tuple[float, float] | None = (4.0, 4.0)


def armed(score=None, **more):
    """A scan with a firearm, found with a score or not at all."""
    found = () if score is None else ((GUN, score),)
    return Case((TruthObject(box=GUN),), found, **more)


def clean(score=None, **more):
    """A scan without firearms, with a false alarm of a score or without any."""
    return Case((), () if score is None else ((ELSEWHERE, score),), **more)


def make_suite(root, cases, *, name="made up", role="test"):
    """Seal a suite of small scans."""
    scans = []
    for number, case in enumerate(cases):
        stem = root / FOLDER / f"{number:06d}"
        files = (stem.with_suffix(".tiff"), stem.with_suffix(".truth.json"))
        counts = np.full((4, 4), number, np.uint16)
        levels = np.array([[60000.0] * 4], np.float32)
        info = ScanInfo(pitch_mm=case.pitch_mm, scanner=case.scanner, synthetic=True)
        write_scan(Scan(high=counts, air=levels, dark=levels * 0, info=info), files[0])
        truth = Truth(objects=case.objects, cargo=case.cargo, defects=case.defects)
        files[1].write_text(truth.model_dump_json())
        inspection = case.inspection or f"i{number}"
        scans.append(
            SuiteScan(
                scan=files[0].name,
                truth=files[1].name,
                files={path.name: hash_file(path) for path in files},
                inspection=inspection,
                group=case.group or inspection,
                part="all",
                kind="single",
                scanner=case.scanner,
                synthetic=True,
                pitch_mm=case.pitch_mm,
            )
        )
    content = SealedList(
        name=name,
        title="made up for a test",
        role=role,
        origin="made up",
        versions={},
        scans=tuple(scans),
    )
    return seal_suite(root, content)


def make_evaluation(root, suite, cases, *, threshold=0.5, bundle="made up"):
    """Write down what a bundle is made to have found."""
    name = BundleName(name=bundle, sha256=hashlib.sha256(bundle.encode()).hexdigest())
    for scan, case in zip(suite.scans, cases, strict=True):
        detections = tuple(
            ResultDetection(
                box=box, score=score, label="firearm", alarm=score >= threshold
            )
            for box, score in case.found
        )
        result = Result(
            scan=scan.scan,
            width=SIDE,
            height=SIDE,
            opaque_fraction=0.1,
            elapsed_s=0.2,
            bundle=name,
            operating_point="normal",
            detections=detections,
        )
        write_result(result, place_result(root, scan.scan))
    stamp = Stamp(
        suite=SuiteStamp(
            name=suite.name, title="", role=suite.content.role, seal=suite.seal
        ),
        bundle=BundleStamp(
            name=bundle, version="1", status="draft", sha256=name.sha256
        ),
        points={"dual": OperatingPoint(name="normal", threshold=threshold)},
        device="cpu",
        least_score=0.001,
    )
    record = EvaluationRecord(
        stamp=stamp,
        machine={},
        versions={},
        finished=datetime(2026, 1, 1, tzinfo=UTC),
        results={s.scan: hash_file(place_result(root, s.scan)) for s in suite.scans},
    )
    write_record(root, record)
    return read_evaluation(root, suite)


def make_ledger(root, cases, *, threshold=0.5):
    """Seal, evaluate and keep the ledger of made-up scans."""
    suite = make_suite(root / "suite", cases)
    return keep_ledger(make_evaluation(root / "e", suite, cases, threshold=threshold))
