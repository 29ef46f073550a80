"""A small site for tests: scans of 64 x 32 px, their sheet, and rows of figures."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmark.acceptance.baseline import Rows, gather_rows
from benchmark.acceptance.sealing import list_material, seal_sheet
from benchmark.acceptance.sheet import TestSheet
from data.formats import write_scan
from tests.detector.seeing import AIR, make_counts

SIZE = (64, 32)
GUN = (8, 6, 24, 16)
HIDDEN = (34, 6, 50, 16)
TOOL = (30, 18, 44, 28)
CLEAN = 44


def make_picture(seed, boxes=(), *, noise=0.002, light=1.0):
    """A noisy scan with dark things in it."""
    scan = make_counts(SIZE, boxes, pitch_mm=(4.0, 4.0), low=False)
    rng = np.random.default_rng(seed)
    counts = scan.high * light + rng.normal(0, noise * AIR, scan.high.shape)
    return replace(scan, high=np.clip(np.rint(counts), 0, 65535).astype(np.uint16))


def write_scans(folder: Path):
    """A gun, scanned twice; one that cannot be seen; a tool; a spoilt scan; clean."""
    pictures = {
        "a1-1": [GUN],
        "a1-2": [GUN],
        "a2": [],
        "t1": [TOOL],
        "spoilt": [GUN],
    } | {f"c{number:02d}": [] for number in range(CLEAN)}
    for seed, (name, boxes) in enumerate(pictures.items()):
        write_scan(make_picture(seed, boxes), folder / f"{name}.tiff")


def make_entries(**changes):
    """What the sheet of these scans holds."""
    entries = {
        "site": "Kingston, lane <2>",
        "scanner": "one",
        "least_firearms": 2,
        "least_clean": CLEAN,
        "pieces": [
            {"id": "P1", "kind": "pistol", "about": "replica & <b>holster</b>"},
            {"id": "T1", "kind": "drill", "label": "harmless"},
        ],
        "placements": [
            {
                "id": "A1",
                "piece": "P1",
                "container": "TEST",
                "along_mm": 0.0,
                "behind": "rice",
                "orientation": "edge-on",
                "scans": [
                    {"file": "a1-1.tiff", "box": GUN},
                    {"file": "a1-2.tiff", "box": GUN},
                ],
            },
            {
                "id": "A2",
                "piece": "P1",
                "container": "TEST",
                "scans": [{"file": "a2.tiff", "box": HIDDEN}],
            },
            {
                "id": "A3",
                "piece": "T1",
                "container": "TEST",
                "scans": [{"file": "t1.tiff", "box": TOOL}],
            },
        ],
        "clean": [
            {"file": f"c{number:02d}.tiff", "container": f"box {number}"}
            for number in range(CLEAN)
        ],
        "left_out": [{"file": "spoilt.tiff", "reason": "the lorry stopped"}],
    }
    return entries | changes


def make_sheet(**changes):
    """The sheet of these scans."""
    entries = make_entries(**changes)
    for placement in entries["placements"]:
        for shown in placement["scans"]:
            if shown.get("box") is not None:
                shown["box"] = tuple(float(side) for side in shown["box"])
    return TestSheet.model_validate(entries)


def seal_site(root: Path, **changes):
    """The sealed suite of these scans."""
    write_scans(root / "scans")
    return seal_sheet(
        make_sheet(**changes), list_material(root / "scans"), root / "suite"
    )


def draw_rows(count, seed=0, *, alarms=0.02, **shifts) -> Rows:
    """Figures of scans as a steady scanner might give them, some of them shifted.

    Args:
        count: How many scans.
        seed: Of the draw.
        alarms: Share of scans with an alarm.
        **shifts: What is added to a figure, by its key.
    """
    rng = np.random.default_rng(seed)
    usual = {
        "air": (1.0, 0.002),
        "air_counts": (58000, 600),
        "noise": (0.008, 0.0002),
        "row_stripes": (0.002, 0.0003),
        "column_stripes": (0.002, 0.0003),
        "dead_rows": (0.0, 0.0),
        "blur_y": (0.5, 0.05),
        "blur_x": (0.4, 0.05),
        "width": (3000, 100),
        "matter": (0.7, 0.1),
        "attenuation": (1.5, 0.5),
        "attenuation_high": (3.0, 0.6),
        "opaque": (0.05, 0.02),
        "highest": (0.1, 0.04),
    }
    columns = {key: rng.normal(*how, count) for key, how in usual.items()}
    for key, shift in shifts.items():
        columns[key] = columns[key] + shift
    figures = [
        {key: float(column[n]) for key, column in columns.items()} for n in range(count)
    ]
    return gather_rows(figures, list((rng.random(count) < alarms).astype(int)))
