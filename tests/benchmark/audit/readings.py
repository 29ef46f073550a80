"""Readings without scans, for what is done across scans."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmark.acceptance.image_statistics import ImageStatistics
from benchmark.audit.entries import Entry
from benchmark.audit.reading import LabelledBox, ScanReading

QUALITY = ImageStatistics(
    air=1.0,
    air_low=None,
    air_counts=40_000.0,
    noise=0.01,
    noise_low=None,
    row_stripes=0.002,
    column_stripes=0.002,
    dead_rows=0.0,
    blur_y=1.0,
    blur_x=1.0,
    width=240.0,
    matter=0.5,
    attenuation=0.5,
    attenuation_high=1.0,
)
BOX = LabelledBox(
    (60.0, 60.0, 110.0, 95.0),
    "firearm",
    "pistol",
    whole=True,
    ignored=False,
    origin=None,
    weak=False,
    firearm=None,
    size_mm=(200.0, 140.0),
)
START = datetime(2026, 1, 1, tzinfo=UTC)


def make_entry(name, split="train", **more):
    """A scan that is listed."""
    return Entry(name, Path(f"{name}.tiff"), Path(f"{name}.json"), split, **more)


def make_reading(entry, *, boxes=(), quality=None, day=None, **more):
    """What it told."""
    known = {
        "pixels": entry.name,
        "kind": "single",
        "size": (240, 160),
        "scanner": "S1",
        "air_stated": True,
        "opaque": 0.0,
    }
    if day is not None:
        known["acquired"] = START + timedelta(days=day)
    measured = replace(QUALITY, **(quality or {}))
    return ScanReading(entry, boxes=tuple(boxes), quality=measured, **(known | more))


def find(findings, key):
    """The finding of a check."""
    return next(finding for finding in findings if finding.check.key == key)
