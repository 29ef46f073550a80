"""A small dataset and folders of results of it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from data.dataset import DatasetIndex, IndexedScan
from data.formats import write_scan
from data.scan import Scan
from data.truth import Truth, TruthObject
from detector.results import BundleName, Result, ResultDetection, write_result

Box = tuple[float, float, float, float]

BOX: Box = (10.0, 10.0, 50.0, 40.0)


def make_dataset(
    root: Path, armed: list[bool], *, around: list[float] | None = None
) -> Path:
    """Validation scans, some with one firearm, and one scan to train on."""
    scans = [IndexedScan(scan="t.tiff", truth="t.json", split="train")]
    write_scan(Scan(display=np.zeros((60, 90, 3), np.uint8)), root / "t.tiff")
    (root / "t.json").write_text(Truth().model_dump_json())
    for number, has in enumerate(armed):
        name = f"{number:03d}"
        write_scan(
            Scan(display=np.full((60, 90, 3), number, np.uint8)), root / f"{name}.tiff"
        )
        behind = None if around is None else around[number]
        firearm = TruthObject(box=BOX, attenuation_around=behind)
        truth = Truth(objects=(firearm,) if has else ())
        (root / f"{name}.json").write_text(truth.model_dump_json())
        scans.append(
            IndexedScan(scan=f"{name}.tiff", truth=f"{name}.json", split="validation")
        )
    index = DatasetIndex(name="test", synthetic=True, scans=tuple(scans))
    (root / "dataset.json").write_text(index.model_dump_json())
    return root


def write_found(
    root: Path, number: int, found: Sequence[tuple[Box, float]], *, by: str = "test"
) -> None:
    """What was found in a scan: boxes with scores; alarms from 0.5."""
    name = f"{number:03d}.tiff"
    result = Result(
        scan=name,
        width=90,
        height=60,
        opaque_fraction=None,
        elapsed_s=0.1,
        bundle=BundleName(name=by, sha256="0" * 64),
        operating_point="draft",
        detections=tuple(
            ResultDetection(box=box, score=score, label="firearm", alarm=score >= 0.5)
            for box, score in found
        ),
    )
    write_result(result, root / f"{name}.json")


def make_result(
    root: Path, number: int, score: float | None, *, by: str = "test"
) -> None:
    """What was found in a scan: the box with a score, or nothing."""
    write_found(root, number, [] if score is None else [(BOX, score)], by=by)


def make_results(root: Path, scores: list[float | None], *, by: str = "test") -> Path:
    """What was found in each scan."""
    for number, score in enumerate(scores):
        make_result(root, number, score, by=by)
    return root
