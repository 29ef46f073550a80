"""Size and sample type of PNG, JPEG and BMP files, read without decoding them.

The readers ask here first, so that a file of absurd size or damaged structure is
refused before a decoder sees it.
"""

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from data.errors import ScanFileError
from data.formats.opening import bad_file

PNG_MAGIC: Final = b"\x89PNG\r\n\x1a\n"

_MAGICS: Final = {
    "PNG": (PNG_MAGIC,),
    "JPEG": (b"\xff\xd8\xff",),
    "BMP": (b"BM",),
    "TIFF": (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
    "GIF": (b"GIF8",),
    "PDF": (b"%PDF",),
    "ZIP": (b"PK\3\4",),
}
_PNG_SAMPLES: Final = {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}
_PNG_DEPTHS: Final = {
    0: (1, 2, 4, 8, 16),
    2: (8, 16),
    3: (1, 2, 4, 8),
    4: (8, 16),
    6: (8, 16),
}
_JPEG_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_JPEG_BARE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_JPEG_SCAN: Final = 0xDA


@dataclass(frozen=True, slots=True)
class PictureHeader:
    """What a picture file states of itself.

    Attributes:
        size: Width and height, px, as stored (no EXIF rotation).
        depth: Bits of one sample.
        samples: Samples of one pixel: 1 grey, 2 grey and alpha, 3 colour, 4 colour and
            alpha. A palette counts as 3.
    """

    size: tuple[int, int]
    depth: int
    samples: int


def name_format(start: bytes) -> str | None:
    """Name the format of a file from its first bytes.

    Example:
        >>> name_format(b"BM......")
        'BMP'
    """
    for name, magics in _MAGICS.items():
        if start.startswith(magics):
            return name
    return None


def check_format(path: Path, start: bytes, wanted: str) -> None:
    """Refuse a file whose content is of another format than its ending says.

    Args:
        path: The file, to be named.
        start: Its first bytes, 8 or more.
        wanted: A format as `name_format` names it.

    Raises:
        ScanFileError: If the content is of another format.
    """
    met = name_format(start)
    if met != wanted:
        hint = "Export it again" if met is None else f"It looks like {met}: rename it"
        raise bad_file(path, f"is not a {wanted} file. {hint}.")


def read_png_header(file: BinaryIO, path: Path) -> PictureHeader:
    """Read the header (IHDR) of a PNG.

    Raises:
        ScanFileError: If it is no PNG, or has a type that PNG does not know.
    """
    start = file.read(33)
    check_format(path, start, "PNG")
    if len(start) < 33 or start[8:16] != b"\0\0\0\rIHDR":
        raise _cut_off(path)
    width, height, depth, colour = struct.unpack(">IIBB", start[16:26])
    if depth not in _PNG_DEPTHS.get(colour, ()):
        what = f"states PNG colour type {colour} with {depth} bits, which is unknown."
        raise bad_file(path, f"{what} Export it again.")
    return PictureHeader((width, height), depth, _PNG_SAMPLES[colour])


def check_png(content: bytes, path: Path) -> None:
    """Check every chunk of a PNG: lengths, checksums, and that the end is there.

    Raises:
        ScanFileError: If it is cut off or damaged, or holds an animation.
    """
    view = memoryview(content)
    place = len(PNG_MAGIC)
    kind = b""
    while kind != b"IEND":
        if place + 12 > len(view):
            raise _cut_off(path)
        length, kind = struct.unpack_from(">I4s", view, place)
        end = place + 8 + length
        if end + 4 > len(view):
            raise _cut_off(path)
        if kind == b"acTL":
            raise bad_file(path, "is an animation. Export one picture.")
        if zlib.crc32(view[place + 4 : end]) != int.from_bytes(view[end : end + 4]):
            raise bad_file(path, "is damaged: a checksum is wrong. Copy it again.")
        place = end + 4


def read_jpeg_header(file: BinaryIO, path: Path) -> PictureHeader:
    """Read the frame header (SOF) of a JPEG.

    Raises:
        ScanFileError: If it is no JPEG, is cut off, or has no frame before its scan.
    """
    check_format(path, file.read(8), "JPEG")
    file.seek(2)
    marker = _next_marker(file, path)
    while marker not in _JPEG_FRAMES:
        if marker == _JPEG_SCAN:
            raise bad_file(path, "is damaged: it has no size. Copy it again.")
        if marker not in _JPEG_BARE:
            file.seek(_segment_length(file, path) - 2, 1)
        marker = _next_marker(file, path)
    _segment_length(file, path)
    depth, height, width, samples = struct.unpack(">BHHB", _take(file, 6, path))
    return PictureHeader((width, height), depth, samples)


def check_jpeg(content: bytes, path: Path) -> None:
    """Check that a JPEG has its end marker behind its last scan.

    What follows the end marker (padding, previews) is left alone.

    Raises:
        ScanFileError: If the end is missing.
    """
    if content.rfind(b"\xff\xd9") < content.rfind(b"\xff\xda"):
        raise _cut_off(path)


def read_bmp_header(file: BinaryIO, path: Path) -> PictureHeader:
    """Read the headers of an uncompressed BMP and check that all rows are there.

    Raises:
        ScanFileError: If it is no BMP, is cut off or is compressed.
    """
    start = file.read(18)
    check_format(path, start, "BMP")
    if len(start) < 18:
        raise _cut_off(path)
    offset, length = struct.unpack_from("<II", start, 10)
    if length not in {40, 52, 56, 108, 124}:
        what = "has a header that only very old programs write. Save it as PNG."
        raise bad_file(path, what)
    rest = _take(file, 16, path)
    width, height, _, bits, packing = struct.unpack("<iiHHI", rest)
    if packing not in {0, 3} or bits not in {1, 4, 8, 16, 24, 32}:
        raise bad_file(path, "is a compressed BMP. Save it as PNG.")
    row = (width * bits + 31) // 32 * 4
    if offset + row * abs(height) > file.seek(0, 2):
        raise _cut_off(path)
    return PictureHeader((width, abs(height)), 8, 3)


def _cut_off(path: Path) -> ScanFileError:
    return bad_file(path, "is cut off: its end is missing. Copy it again.")


def _take(file: BinaryIO, count: int, path: Path) -> bytes:
    taken = file.read(count)
    if len(taken) < count:
        raise _cut_off(path)
    return taken


def _next_marker(file: BinaryIO, path: Path) -> int:
    if _take(file, 1, path) != b"\xff":
        what = "is damaged: a JPEG marker is not where it should be. Copy it again."
        raise bad_file(path, what)
    code = 0xFF
    while code == 0xFF:  # fill bytes
        code = _take(file, 1, path)[0]
    return code


def _segment_length(file: BinaryIO, path: Path) -> int:
    length = int.from_bytes(_take(file, 2, path))
    if length < 2:
        raise bad_file(path, "is damaged: a JPEG segment has no length. Copy it again.")
    return length
