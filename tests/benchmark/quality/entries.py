"""Entries of a history, made up."""

from datetime import UTC, datetime, timedelta

from benchmark.quality.entry import QualityEntry

START = datetime(2026, 1, 5, 6, tzinfo=UTC)
HEALTHY = {
    "high.penetration_mm": 300.0,
    "high.air_noise_percent": 1.0,
    "high.air_level_percent": 100.0,
    "high.dead_rows": 0.0,
    "scan.stretch_percent": 0.0,
}


def make_entry(day=0, *, figures=(), without=(), **fields):
    """An entry of a single-energy scan; figures change those of a healthy one."""
    values = HEALTHY | dict(figures)
    for key in without:
        del values[key]
    usual = {
        "scan_sha256": f"{day + 1000:064x}",
        "file": f"{day}.tiff",
        "scanner": "a",
        "planes": 1,
        "air_stated": True,
        "acquired": START + timedelta(days=day),
        "acquired_by": "scan",
        "layout": "standard",
        "layout_sha256": "0" * 64,
        "figures": values,
    }
    return QualityEntry.model_validate(usual | fields)
