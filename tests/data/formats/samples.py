"""Small scans and files for the tests of formats."""

import struct
import zlib
from typing import Any

import cv2
import numpy as np

from data.formats import ScannerProfile, read_scan
from data.formats.levels import fill_levels
from data.scan import Counts, Scan, ScanInfo

INFO = ScanInfo(pitch_mm=(4.0, 4.5), energies_mv=(6.0, 4.0), scanner="Prüfstand 1")


def make_plane(width=24, height=16, seed=0) -> Counts:
    noise = np.random.default_rng(seed).integers(0, 900, (height, width))
    plane = (60000 - noise).astype(np.uint16)
    plane[4:9, 5:15] = 2571 + seed
    return plane


def make_dual(width=24, height=16) -> Scan:
    return Scan(
        high=make_plane(width, height, 0),
        low=make_plane(width, height, 1),
        air=fill_levels([60000.0, 59000.5], height),
        dark=fill_levels([100.0, 0.1], height),
        info=INFO,
    )


def make_colour(width=24, height=16) -> Any:
    rng = np.random.default_rng(2)
    picture = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
    return cv2.GaussianBlur(picture, (0, 0), 2)


def encode(ending, pixels) -> Any:
    done, content = cv2.imencode(ending, pixels)
    assert done
    return content.tobytes()


def png_chunk(kind, content) -> Any:
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum


def make_png(width, height, rows, *, depth=8, colour=0, before=b"") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = [png_chunk(b"IHDR", header), before]
    parts += [png_chunk(b"IDAT", zlib.compress(rows)), png_chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def assert_same(one, two) -> None:
    assert one.info == two.info
    for name in ("high", "low", "display", "air", "dark"):
        left, right = getattr(one, name), getattr(two, name)
        assert (left is None) == (right is None), name
        if left is not None:
            assert left.dtype == right.dtype
            np.testing.assert_array_equal(left, right)


def load(path, **more) -> Any:
    """Read a scan whose planes the test knows to be there."""
    return read_scan(path, **more)


def make_profile(**fields) -> ScannerProfile:
    """Build a profile from fields as TOML gives them."""
    return ScannerProfile(**fields)
