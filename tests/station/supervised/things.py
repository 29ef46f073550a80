"""Scans and cutouts that the tests of test scans share."""

from datetime import UTC, datetime
from typing import Any

import cv2
import numpy as np

from data.formats import write_scan
from data.scan import Scan, ScanInfo, take_columns
from station.config import SupervisedConfig
from station.spool import Columns, ScanBegin
from station.spool.assembling import assemble
from station.supervised.patch import Patch, read_patch
from tests.data.projection.things import make_cutout, make_scan

SECRET = b"s" * 32
SCAN_ID = "0" * 32


def make_cutouts(folder):
    """A folder with one firearm in air."""
    thing = make_cutout()
    counts = [
        np.rint(500 + np.exp(-plane) * 59500).astype(np.uint16)
        for plane in thing.attenuation
    ]
    scan = make_scan_of(counts, pitch=(1.0, 1.0))
    write_scan(scan, folder / "pistol" / "one.tiff")
    return folder


def make_scan_of(counts, **known):
    """A dual scan of two planes of counts, air 60000 and dark 500."""
    rows = len(counts[0])
    info = ScanInfo(energies_mv=(6.0, 4.0), pitch_mm=known["pitch"])
    return Scan(
        high=counts[0],
        low=counts[1],
        air=np.full((2, rows), 60000, np.float32),
        dark=np.full((2, rows), 500, np.float32),
        info=info,
    )


def make_long(width=1200, *, low=True, seed=0):
    """A box with walls, a floor, and cargo in every other stretch; air at its ends."""
    rng = np.random.default_rng(seed)
    planes = []
    for more in (1.0, 1.15):
        alpha = np.zeros((160, width), np.float32)
        alpha[20:150, 40:-40] = 0.25 * more
        for start in range(60, width - 240, 400):
            alpha[60:150, start : start + 200] = 1.2 * more
        alpha[130:150, 40:-40] = 1.6 * more
        plane = cv2.GaussianBlur(np.exp(-alpha), (0, 0), 0.5)
        noise = rng.standard_normal(alpha.shape) * 0.003 * np.sqrt(plane)
        planes.append((plane + noise).astype(np.float32))
    return make_scan(planes, low=low)


def make_begin(scan, **known):
    """The beginning of a scan."""
    usual = {"id": SCAN_ID, "lane": "north", "key": "one"}
    return ScanBegin(
        kind=scan.kind,
        rows=scan.size[1],
        info=scan.info,
        began=datetime(2026, 11, 26, tzinfo=UTC),
        **(usual | known),
    )


def make_config(cutouts, rate=1.0):
    """Test scans at some rate, higher than any that a station may have."""
    config = SupervisedConfig(cutouts=cutouts)
    return config.model_copy(update={"rate": rate})


def cut_pieces(scan, step=16):
    """A scan as columns."""
    starts = range(0, scan.size[0], step)
    return [Columns(at, take_columns(scan, at, at + step)) for at in starts]


def make_patch(scan, **known):
    """A patch of 20 x 10 px at (50, 30) of a scan, all dark."""
    rows, columns = slice(30, 40), slice(50, 70)
    planes = {
        name: plane[rows, columns] * 0
        for name in ("high", "low", "display")
        if (plane := getattr(scan, name)) is not None
    }
    levels = {
        name: level[:, rows]
        for name in ("air", "dark")
        if (level := getattr(scan, name)) is not None
    }
    usual: dict[str, Any] = {
        "x0": 50,
        "y0": 30,
        "thing": "pistol/one",
        "box": (51.0, 31.0, 69.0, 39.0),
    }
    return Patch(**(usual | planes | levels | known))


def read_made(folder):
    """What a scan shows, which must be a test scan."""
    return read_patch(folder)


def join(columns):
    """One scan of all columns."""
    return assemble(columns)
