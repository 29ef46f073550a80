"""Tiny datasets for the tests of the plain pipeline."""

import numpy as np

from data.dataset import DatasetIndex, IndexedScan
from data.formats import write_scan
from data.scan import Scan, ScanInfo
from data.truth import Truth, TruthObject

BOX = (20.0, 12.0, 60.0, 36.0)


def make_scan(width=300, height=90, pitch_mm=2.0, boxes=(BOX,)) -> Scan:
    """Cargo in grey, with a dark rectangle for each box."""
    high = np.full((height, width), 30000, np.uint16)
    for x0, y0, x1, y1 in boxes:
        high[int(y0) : int(y1), int(x0) : int(x1)] = 4000
    return Scan(
        high=high,
        air=np.full((1, height), 60000, np.float32),
        dark=np.zeros((1, height), np.float32),
        info=ScanInfo(pitch_mm=(pitch_mm, pitch_mm)),
    )


def write_dataset(root, splits=("train", "validation", "held-out"), boxes=(BOX,)):
    """A dataset with one scan in each split, all with the same boxes."""
    (root / "scans").mkdir(parents=True)
    truth = Truth(objects=tuple(TruthObject(box=box) for box in boxes))
    rows = []
    for split in splits:
        names = f"scans/{split}.tiff", f"scans/{split}.json"
        write_scan(make_scan(boxes=boxes), root / names[0])
        (root / names[1]).write_text(truth.model_dump_json())
        rows.append(IndexedScan(scan=names[0], truth=names[1], split=split))
    index = DatasetIndex(name="tiny", synthetic=False, scans=tuple(rows))
    (root / "dataset.json").write_text(index.model_dump_json())
    return root
