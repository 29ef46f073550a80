"""What is kept of a scan to know it again: corners, their codes, and a small view."""

import hashlib
import io
import zipfile
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from data.duplicates.shrinking import hash_content, read_shrunk, shrink, shrink_scan
from data.errors import DatasetError
from data.scan import Picture, Scan

Points = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint8]

MOST: Final = 300
"""Corners that are kept of a scan, the strongest first."""

VIEW_PIXELS: Final = 36_000
"""Pixels of the view by which matches are checked."""

FORMAT: Final = 1
"""Changes when fingerprints of before can no longer be compared with new ones."""

_FAST: Final = 8
_MARGIN: Final = 15
_DAMAGE: Final = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)
_COARSE: Final = (16, 16)
_QUALITY: Final = 90


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """What is kept of a scan, some 35 kB.

    The picture it was taken from has at most `shrinking.PIXELS` pixels; points are in
    its pixels. A mirrored copy has other codes, so they are taken of both.

    Attributes:
        sha256: Hash of the file, or of the readings of a scan in memory.
        size: Width and height of the shrunk picture, px.
        points: (N, 2) float32, x and y of its corners.
        codes: (N, 32) uint8, their ORB codes of 256 bits.
        mirror_points: (M, 2) float32, corners of the picture mirrored left to right.
        mirror_codes: (M, 32) uint8, their codes.
        coarse: (16, 16) uint8, the whole picture, whatever its shape.
        view: (B,) uint8, a JPEG of the picture, shrunk further to `VIEW_PIXELS`.
    """

    sha256: str
    size: tuple[int, int]
    points: Points
    codes: Codes
    mirror_points: Points
    mirror_codes: Codes
    coarse: Picture
    view: Codes

    def to_bytes(self) -> bytes:
        """Pack it, for files and databases."""
        packed = io.BytesIO()
        arrays: dict[str, Any] = {f.name: getattr(self, f.name) for f in fields(self)}
        np.savez(packed, format=FORMAT, **arrays)
        return packed.getvalue()

    @classmethod
    def from_bytes(cls, packed: bytes) -> "Fingerprint":
        """Unpack what `to_bytes` packed.

        Raises:
            DatasetError: If it is damaged, or of another version.
        """
        try:
            with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
                known = int(arrays["format"]) == FORMAT
                parts = {f.name: arrays[f.name] for f in fields(cls)} if known else {}
        except _DAMAGE as error:
            msg = f"A stored fingerprint is damaged ({error}). Take it again."
            raise DatasetError(msg) from error
        if not known:
            msg = "A stored fingerprint is of another version. Take it again."
            raise DatasetError(msg)
        width, height = parts.pop("size").tolist()
        return cls(str(parts.pop("sha256")), size=(width, height), **parts)


def fingerprint_scan(scan: Scan | Path) -> Fingerprint:
    """Take the fingerprint of a scan.

    Args:
        scan: A scan, or the file of one: a JPEG is then read at a part of its size.

    Raises:
        ScanFileError: If the file cannot be read as a scan.

    Example:
        >>> blank = Scan(display=np.full((90, 120, 3), 255, np.uint8))
        >>> fingerprint_scan(blank).points.shape
        (0, 2)
    """
    if isinstance(scan, Scan):
        return fingerprint_picture(shrink_scan(scan), _hash_readings(scan))
    return fingerprint_picture(read_shrunk(scan), hash_content(scan))


def fingerprint_picture(picture: Picture, sha256: str) -> Fingerprint:
    """Take the fingerprint of a shrunk picture.

    Args:
        picture: (H, W) uint8, as `shrinking` makes it.
        sha256: Hash of what it was made of.
    """
    height, width = picture.shape
    mirrored = np.ascontiguousarray(picture[:, ::-1])
    points, codes = _find_corners(picture)
    mirror_points, mirror_codes = _find_corners(mirrored)
    coarse = cv2.resize(picture, _COARSE, interpolation=cv2.INTER_AREA)
    return Fingerprint(
        sha256,
        (width, height),
        points,
        codes,
        mirror_points,
        mirror_codes,
        np.asarray(coarse, np.uint8),
        _pack_view(shrink(picture, VIEW_PIXELS)),
    )


def _pack_view(view: Picture) -> Codes:
    packed = cv2.imencode(".jpg", view, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1]
    return np.asarray(packed, np.uint8)


def _find_corners(picture: Picture) -> tuple[Points, Codes]:
    if min(picture.shape) <= 2 * _MARGIN:  # OpenCV fails on a row or a column
        return np.empty((0, 2), np.float32), np.empty((0, 32), np.uint8)
    found: tuple[Any, Any] = _make_finder().detectAndCompute(picture, None)
    corners, codes = found
    points = np.array([corner.pt for corner in corners], np.float32).reshape(-1, 2)
    if codes is None:
        return points, np.empty((0, 32), np.uint8)
    return points, np.asarray(codes, np.uint8)


@lru_cache(maxsize=1)
def _make_finder() -> cv2.ORB:
    return cv2.ORB.create(MOST, fastThreshold=_FAST, edgeThreshold=_MARGIN)


def _hash_readings(scan: Scan) -> str:
    content = hashlib.sha256(f"{scan.kind} {scan.size}".encode())
    for plane in (scan.high, scan.low, scan.display, scan.air, scan.dark):
        if plane is not None:
            content.update(np.ascontiguousarray(plane).data)
    return content.hexdigest()
