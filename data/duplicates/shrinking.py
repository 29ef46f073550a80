"""Small grey pictures of scans, quickly: what fingerprints are taken from."""

import hashlib
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from data.formats import read_scan
from data.formats.codec import decode
from data.formats.opening import PIXEL_BUDGET, check_budget, opened, read_rest
from data.formats.picture import read_picture_header
from data.rendering import render_grey
from data.scan import Picture, Scan

PIXELS: Final = 90_000
"""How many pixels a scan is shrunk to: a bag's zip is still seen, and it is quick."""

_BLOCK_BYTES: Final = 2**20
_JPEG: Final = frozenset({".jpg", ".jpeg"})
_REDUCED: Final = (
    (8, cv2.IMREAD_REDUCED_GRAYSCALE_8),
    (4, cv2.IMREAD_REDUCED_GRAYSCALE_4),
    (2, cv2.IMREAD_REDUCED_GRAYSCALE_2),
)


def shrink_scan(scan: Scan) -> Picture:
    """Render a scan in grey and shrink it.

    Args:
        scan: Any scan; counts are rendered from their transmission.

    Returns:
        (H, W) uint8 of at most `PIXELS` pixels, air bright.
    """
    return shrink(render_grey(scan), PIXELS)


def read_shrunk(path: Path) -> Picture:
    """Read a scan shrunk: a JPEG is decoded at a part of its size.

    Args:
        path: The file of a scan of any known format.

    Returns:
        (H, W) uint8 of at most `PIXELS` pixels, air bright.

    Raises:
        ScanFileError: If it cannot be read.
    """
    if path.suffix.lower() not in _JPEG:
        return shrink_scan(read_scan(path))
    size = read_picture_header(path).size
    check_budget(path, size, PIXEL_BUDGET)
    with opened(path) as file:
        content = read_rest(file, path, size)
    grey = decode(content, path, _choose_flag(size))
    return shrink(np.asarray(grey, np.uint8), PIXELS)


def hash_content(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal.

    Raises:
        ScanFileError: If it cannot be read.
    """
    with opened(path) as file:
        content = hashlib.sha256()
        while block := file.read(_BLOCK_BYTES):
            content.update(block)
    return content.hexdigest()


def shrink(picture: Picture, pixels: int) -> Picture:
    """Shrink a picture to a number of pixels; smaller ones stay as they are.

    Args:
        picture: (H, W) uint8.
        pixels: How many pixels to leave at most, about.

    Example:
        >>> shrink(np.zeros((200, 800), np.uint8), 10_000).shape
        (50, 200)
    """
    part = (pixels / picture.size) ** 0.5
    if part >= 1:
        return picture
    height, width = (max(1, round(side * part)) for side in picture.shape)
    return np.asarray(
        cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), "u1"
    )


def _choose_flag(size: tuple[int, int]) -> int:
    """The coarsest decoding that still leaves enough pixels."""
    for part, flag in _REDUCED:
        if size[0] * size[1] >= PIXELS * part**2:
            return flag
    return cv2.IMREAD_GRAYSCALE
