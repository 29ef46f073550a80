"""Small scans and rows for tests of catalogued datasets."""

import hashlib

import numpy as np

from data.catalog.catalog import open_catalog
from data.catalog.importing import Incoming, import_scans
from data.catalog.schema import make_frame
from data.formats import write_scan
from data.scan import Scan, ScanInfo
from data.truth import Truth, TruthObject


def gun(x0, y0, x1, y1, **known):
    return TruthObject(box=(float(x0), float(y0), float(x1), float(y1)), **known)


def write_dual(path, seed=0, **info):
    """A dual scan of 40 x 30 px."""
    counts = np.random.default_rng(seed).integers(1000, 60000, (2, 30, 40), np.uint16)
    levels = np.full((2, 30), 60000, np.float32)
    scan = Scan(
        high=counts[0],
        low=counts[1],
        air=levels,
        dark=0 * levels,
        info=ScanInfo(**info),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    write_scan(scan, path)
    return path


def make_row(number, **columns):
    """A row of a catalog, of a scan that is not there."""
    sha256 = hashlib.sha256(str(number).encode()).hexdigest()
    known = {
        "name": f"scan{number:04d}",
        "sha256": sha256,
        "file": f"scans/{sha256[:2]}/{sha256}.tiff",
        "truth": f"truth/{sha256[:2]}/{sha256}.json",
        "truth_sha256": sha256,
        "width": 40,
        "height": 30,
        "kind": "dual",
        "synthetic": False,
        "weak": False,
        "firearms": 0,
        "ignored": 0,
    }
    return known | columns


def frame_of(*rows):
    return make_frame(rows)


def fill(root, source, count=3, **stated):
    """Import so many scans, the first with a firearm."""
    scans = [
        Incoming(
            f"s{number}",
            write_dual(source / f"{number}.tiff", seed=number),
            Truth(objects=(gun(1, 2, 11, 9),) if number == 0 else (), source="test"),
            stated,
        )
        for number in range(count)
    ]
    return import_scans(open_catalog(root), scans, note="made for a test")
