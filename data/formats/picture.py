"""Pictures of other programs: 8-bit PNG, JPEG and BMP as display, 16-bit PNG as counts.

A vendor's rendering has no known air level or gamma, so it stays what it is. EXIF
rotation is never applied: boxes are in pixels of the file as it came in.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Final

import cv2
import numpy as np
import numpy.typing as npt

from data.formats.codec import decode
from data.formats.headers import (
    PictureHeader,
    check_jpeg,
    check_png,
    read_bmp_header,
    read_jpeg_header,
    read_png_header,
)
from data.formats.metadata import build_scan
from data.formats.opening import bad_file, check_budget, opened, read_rest
from data.scan import Counts, Picture, Scan, ScanInfo

ENDINGS: Final = (".png", ".jpg", ".jpeg", ".bmp")

_HEADERS: Final[dict[str, Callable[[BinaryIO, Path], PictureHeader]]] = {
    ".png": read_png_header,
    ".jpg": read_jpeg_header,
    ".jpeg": read_jpeg_header,
    ".bmp": read_bmp_header,
}
_GREY: Final = 1


def read_picture(path: Path, pixel_budget: int) -> Scan:
    """Read a picture as a display scan, or a 16-bit grey PNG as a single scan.

    Args:
        path: A .png, .jpg, .jpeg or .bmp file. Grey is repeated on three planes, alpha
            is laid on white.
        pixel_budget: Most pixels (width x height) to decode.

    Raises:
        ScanFileError: If it is missing, damaged, too large or of an unfit type.
    """
    header = read_picture_header(path)
    if header.depth == 16:
        return build_scan(path, [read_counts(path, pixel_budget)])
    with opened(path) as file:
        content = _read_checked(file, path, header, pixel_budget)
    if path.suffix.lower() == ".png":
        pixels = decode(content, path, cv2.IMREAD_UNCHANGED)
    else:
        pixels = decode(content, path, cv2.IMREAD_COLOR)
    _check_decoded(path, header, pixels, np.uint8)
    return build_display(_to_rgb(pixels))


def read_picture_header(path: Path) -> PictureHeader:
    """Read what a picture file states of itself, without decoding it.

    Raises:
        ScanFileError: If it is missing, empty, or not of the format of its ending.
    """
    with opened(path) as file:
        return _HEADERS[path.suffix.lower()](file, path)


def read_counts(path: Path, pixel_budget: int) -> Counts:
    """Read a 16-bit grey PNG with all its bits.

    Args:
        path: The file.
        pixel_budget: Most pixels (width x height) to decode.

    Returns:
        (H, W) uint16.

    Raises:
        ScanFileError: If it is missing, damaged or too large, or not 16-bit grey.
    """
    with opened(path) as file:
        header = read_png_header(file, path)
        if (header.depth, header.samples) != (16, _GREY):
            what = (
                f"has {header.samples} samples of {header.depth} bits a pixel, not one "
                "of 16. Export counts as 16-bit grey."
            )
            raise bad_file(path, what)
        content = _read_checked(file, path, header, pixel_budget)
    counts = decode(content, path, cv2.IMREAD_UNCHANGED)
    _check_decoded(path, header, counts, np.uint16)
    return counts


def build_display(pixels: Picture, info: ScanInfo | None = None) -> Scan:
    """Make a display scan.

    Args:
        pixels: (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) uint8: grey, RGB, or RGB with
            alpha, which is laid on white.
        info: What is known of it.
    """
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    if pixels.shape[2] == 1:
        pixels = np.repeat(pixels, 3, axis=2)
    if pixels.shape[2] == 4:
        pixels = _lay_on_white(pixels)
    return Scan(display=pixels, info=info or ScanInfo())


def _read_checked(
    file: BinaryIO, path: Path, header: PictureHeader, pixel_budget: int
) -> bytes:
    if header.depth not in {1, 2, 4, 8, 16} or header.samples not in {1, 2, 3, 4}:
        what = f"has {header.depth}-bit samples. Export 8-bit RGB or 16-bit grey PNG."
        raise bad_file(path, what)
    check_budget(path, header.size, pixel_budget)
    content = read_rest(file, path, header.size)
    if path.suffix.lower() == ".png":
        check_png(content, path)
    elif path.suffix.lower() != ".bmp":
        _check_jpeg_samples(path, header)
        check_jpeg(content, path)
    return content


def _check_jpeg_samples(path: Path, header: PictureHeader) -> None:
    if header.depth != 8 or header.samples not in {1, 3}:
        what = (
            f"is a JPEG with {header.samples} samples of {header.depth} bits. "
            "Save it as 8-bit RGB."
        )
        raise bad_file(path, what)


def _check_decoded(
    path: Path, header: PictureHeader, pixels: npt.NDArray[Any], dtype: type
) -> None:
    if pixels.shape[:2] != header.size[::-1] or pixels.dtype != dtype:
        height, width = pixels.shape[:2]
        what = (
            f"decodes to {width} x {height} px of {pixels.dtype}, which its header "
            "does not state. Export it again."
        )
        raise bad_file(path, what)


def _to_rgb(pixels: npt.NDArray[Any]) -> Picture:
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        return pixels
    order = cv2.COLOR_BGRA2RGBA if pixels.shape[2] == 4 else cv2.COLOR_BGR2RGB
    return np.asarray(cv2.cvtColor(pixels, order), np.uint8)


def _lay_on_white(pixels: Picture) -> Picture:
    alpha = pixels[:, :, 3:].astype(np.uint16)
    mixed = pixels[:, :, :3] * alpha + 255 * (255 - alpha) + 127
    return (mixed // 255).astype(np.uint8)
