"""Small datasets, made up so that everything in them is known."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from data.dataset import INDEX, DatasetIndex, IndexedScan
from data.formats import write_scan
from data.scan import Scan, ScanInfo
from data.truth import Truth, TruthObject

WIDTH, HEIGHT = 240, 160
PITCH = (4.0, 4.0)
AIR = 40_000.0
GUN = (60.0, 60.0, 110.0, 95.0)
"""200 x 140 mm: a pistol."""


def paint_scan(seed, *, gun=GUN, air=1.0, noise=0.005, **info):
    """Boxes of cargo of many sizes, noise, and a firearm's silhouette, in air."""
    rng = np.random.default_rng(seed)
    attenuation = np.zeros((HEIGHT, WIDTH))
    for _ in range(25):
        x, y = rng.integers(0, WIDTH - 30), rng.integers(20, HEIGHT - 30)
        w, h = rng.integers(6, 60, 2)
        attenuation[y : y + h, x : x + w] += rng.uniform(0.05, 0.4)
    attenuation[:18] = 0
    if gun is not None:
        x0, y0, x1, y1 = (int(edge) for edge in gun)
        attenuation[y0 : y0 + 12, x0:x1] += 1.2
        attenuation[y0:y1, x0 : x0 + 14] += 0.9
    transmission = air * np.exp(-attenuation)
    transmission += rng.normal(0, noise, transmission.shape) * np.sqrt(transmission)
    levels = np.full((1, HEIGHT), AIR, np.float32)
    known = {"pitch_mm": PITCH, "scanner": "S1", "air_source": "file"} | info
    return Scan(
        high=np.clip(AIR * transmission, 0, 65535).astype(np.uint16),
        air=levels,
        dark=levels * 0,
        info=ScanInfo(**known),
    )


def pistol(box=GUN, **more):
    """A labelled pistol."""
    return TruthObject(box=box, **({"kind": "pistol", "form": "whole"} | more))


@dataclass
class Case:
    """A scan of a made-up dataset."""

    scan: Scan
    objects: tuple[TruthObject, ...] = ()
    split: str = "train"
    group: str | None = None
    truth: dict[str, Any] = field(default_factory=dict)


def make_cases():
    """A clean dataset: a scan with a firearm and one without in each part."""
    cases = []
    for number, split in enumerate(("train", "validation", "held-out")):
        armed = paint_scan(2 * number)
        cases += [
            Case(armed, (pistol(),), split, f"g{2 * number}"),
            Case(paint_scan(2 * number + 1, gun=None), (), split, f"g{2 * number + 1}"),
        ]
    return cases


def write_dataset(root, cases):
    """Write cases as a dataset of ours."""
    rows = []
    for number, case in enumerate(cases):
        scan, truth = root / f"{number:03d}.tiff", root / f"{number:03d}.truth.json"
        write_scan(case.scan, scan)
        told = Truth(objects=case.objects, **case.truth)
        truth.write_text(told.model_dump_json())
        rows.append(
            IndexedScan(
                scan=scan.name, truth=truth.name, split=case.split, group=case.group
            )
        )
    index = DatasetIndex(name="made", synthetic=True, scans=tuple(rows))
    (root / INDEX).write_text(index.model_dump_json())
    return root
