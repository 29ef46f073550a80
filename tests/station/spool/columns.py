"""Small scans, and records of them."""

from datetime import UTC, datetime

import numpy as np
from hypothesis import strategies as st

from data.scan import Scan
from station.records import new_id
from station.spool import ScanBegin
from station.spool.beginning import read_end

ROWS = 3
BEGAN = datetime(2026, 11, 26, 23, 59, 58, tzinfo=UTC)

KINDS = st.sampled_from(["dual", "single", "display"])

STEPS = st.lists(st.tuples(st.integers(-9, 9), st.integers(1, 7)), min_size=1)
"""Of each piece: how far its first column is from where the last one ended, and how
many columns it has."""


def make_piece(kind, width, seed=0, air=60_000.0, dark=200.0):
    """Columns of noise."""
    rng = np.random.default_rng(seed)
    if kind == "display":
        return Scan(display=rng.integers(0, 255, (ROWS, width, 3), np.uint8))
    planes = 2 if kind == "dual" else 1
    high, *low = rng.integers(300, 50_000, (planes, ROWS, width), np.uint16)
    levels = np.arange(planes * ROWS, dtype=np.float32).reshape(planes, ROWS)
    return Scan(
        high=high,
        low=low[0] if low else None,
        air=levels + np.float32(air),
        dark=levels + np.float32(dark),
    )


def place_pieces(kind, steps, **levels):
    """Pieces with gaps and overlaps.

    Returns:
        The place of the first column of each, and the piece.
    """
    placed, end = [], 0
    for number, (skip, width) in enumerate(steps):
        at = max(end + skip, 0)
        placed.append((at, make_piece(kind, width, number, **levels)))
        end = at + width
    return placed


def read_ended(folder):
    """How a scan ended that has ended."""
    end = read_end(folder)
    assert end is not None
    return end


def make_begin(kind="dual", **changes):
    """What is known of a scan."""
    fields = {
        "id": new_id(),
        "lane": "north",
        "key": "truck-1",
        "kind": kind,
        "rows": ROWS,
        "began": BEGAN,
    }
    return ScanBegin(**fields | changes)


def list_planes(scan):
    """The readings of a scan, one array for each plane."""
    planes = (scan.high, scan.low, scan.display)
    return [plane for plane in planes if plane is not None]


def check_same(one, other):
    """Fail unless two scans have the same readings."""
    assert one.kind == other.kind
    for plane, wanted in zip(list_planes(one), list_planes(other), strict=True):
        np.testing.assert_array_equal(plane, wanted)
