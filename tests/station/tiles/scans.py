"""Small scans whose pixels all differ."""

from dataclasses import replace

import numpy as np

from data.scan import Scan, ScanInfo
from station.records import new_id
from station.records.moment import now
from station.spool import ScanBegin

AIR, DARK = 60000, 200
INFO = ScanInfo(energies_mv=(6.0, 4.0), pitch_mm=(4.0, 4.0), pitch_source="user")


def make_scan(kind="dual", width=300, height=70, seed=0):
    """Noise around a slope from air to next to nothing."""
    rng = np.random.default_rng(seed)
    if kind == "display":
        picture = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
        return Scan(display=picture, info=INFO)
    slope = np.exp(-np.linspace(0, 6, width))[None] * np.ones((height, 1))
    planes = [
        rng.normal(DARK + slope**power * (AIR - DARK), 150).clip(0, 65535)
        for power in ((1.0, 1.2) if kind == "dual" else (1.0,))
    ]
    high, *low = [plane.astype(np.uint16) for plane in planes]
    air = np.full((len(planes), height), AIR, np.float32)
    dark = np.full((len(planes), height), DARK, np.float32)
    return Scan(high=high, low=low[0] if low else None, air=air, dark=dark, info=INFO)


def brighten(scan, gain):
    """The same scan with a beam that is stronger."""
    counts = DARK + (scan.high.astype(np.float64) - DARK) * gain
    air = DARK + (scan.air - DARK) * np.float32(gain)
    return replace(scan, high=np.rint(counts).clip(0, 65535).astype("u2"), air=air)


def transmit(scan):
    """The plane "high" as it is shown: 50,000 is air."""
    shown = np.rint(scan.transmission("high") * np.float32(50_000))
    return shown.clip(0, 65535)


def make_begin(scan, lane="north", key="k", *, whole=False):
    """How a scan begins."""
    return ScanBegin(
        id=new_id(),
        lane=lane,
        key=key,
        kind=scan.kind,
        rows=scan.size[1],
        info=scan.info,
        whole=whole,
        began=now(),
    )
