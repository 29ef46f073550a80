"""Native files: TIFF with counts on one page a plane and metadata as JSON.

Page 0 is the high plane, page 1 the low one, 16 bits each, deflated; the JSON of
`data.formats.metadata` is the ImageDescription of page 0. A display scan is one 8-bit
RGB page. TIFFs of other programs are read too: 16-bit grey as counts with estimated
air, 8-bit grey or RGB as display.
"""

import logging
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt
import tifffile

from data.files import replacing
from data.formats.headers import check_format
from data.formats.metadata import (
    ScanMetadata,
    build_scan,
    is_metadata,
    read_metadata,
    write_metadata,
)
from data.formats.opening import PIXEL_BUDGET, bad_file, check_budget, opened
from data.formats.picture import build_display
from data.scan import Scan, ScanInfo, ScanKind

ENDINGS: Final = (".tif", ".tiff")

_PLAIN: Final = 1
_DEFLATE: Final = frozenset({8, 32946})
_DIFFERENCES: Final = 2
_UNSIGNED: Final = 1
_TYPES: Final = frozenset({(1, 1, 16), (1, 1, 8), (2, 3, 8), (2, 4, 8)})
"""Photometric (1 black is zero, 2 RGB), samples of a pixel, bits of a sample."""

# What tifffile has to say of a damaged file comes back as our error.
logging.getLogger("tifffile").setLevel(logging.CRITICAL)


def write_tiff(scan: Scan, path: Path) -> None:
    """Write a scan as a native file, losslessly.

    Args:
        scan: Any scan.
        path: Ends in .tiff or .tif. It appears whole or not at all.

    Raises:
        ScanFileError: If the ending is another one or the file cannot be written.
    """
    if path.suffix.lower() not in ENDINGS:
        what = "is not a name for a native scan file. Let it end in .tiff."
        raise bad_file(path, what)
    text = write_metadata(scan)
    try:
        with replacing(path) as draft, tifffile.TiffWriter(draft) as file:
            for plane in _list_planes(scan):
                file.write(
                    plane,
                    compression="zlib",
                    compressionargs={"level": 1},  # noise gains nothing from more
                    photometric="rgb" if plane.ndim == 3 else "minisblack",
                    metadata=None,
                    description=text,
                )
                text = ""
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}. Check the folder."
        raise bad_file(path, what) from error


def read_tiff(path: Path, pixel_budget: int) -> Scan:
    """Read a native file or a TIFF of another program.

    Args:
        path: The file.
        pixel_budget: Most pixels (width x height) to decode.

    Raises:
        ScanFileError: If it is missing, damaged, too large or of an unfit type.
    """
    with opened(path) as file:
        check_format(path, file.read(8), "TIFF")
        pages = _read_pages(file, path)
        _check_pages(path, pages, pixel_budget)
        _check_extent(path, pages, file.seek(0, 2))
        planes = [_decode_page(file, path, page) for page in pages]
    text = pages[0].description
    metadata = read_metadata(text, path) if is_metadata(text) else None
    if pages[0].bits == 8:
        return _build_display(path, planes[0], metadata)
    return build_scan(path, planes, metadata)


def describe_tiff(path: Path) -> tuple[tuple[int, int], ScanKind, ScanInfo]:
    """Read what a file states of its scan, without its pixels.

    Args:
        path: The file.

    Returns:
        Width and height, px; which readings there are; what else is known.

    Raises:
        ScanFileError: If it is missing, damaged or of an unfit type.
    """
    with opened(path) as file:
        check_format(path, file.read(8), "TIFF")
        pages = _read_pages(file, path)
        _check_pages(path, pages, PIXEL_BUDGET)
        _check_extent(path, pages, file.seek(0, 2))
    text = pages[0].description
    info = read_metadata(text, path).info if is_metadata(text) else ScanInfo()
    counts: ScanKind = "dual" if len(pages) == 2 else "single"
    return pages[0].size, "display" if pages[0].bits == 8 else counts, info


@dataclass(frozen=True, slots=True)
class _Page:
    size: tuple[int, int]
    samples: int
    bits: int
    photometric: int
    sample_format: int
    compression: int
    predictor: int
    in_strips: bool
    rows: int
    strips: tuple[tuple[int, int], ...]
    dtype: np.dtype[Any]
    description: str

    @property
    def shape(self) -> tuple[int, int, int]:
        return self.size[1], self.size[0], self.samples


def _list_planes(scan: Scan) -> list[npt.NDArray[Any]]:
    planes = (scan.display, scan.high, scan.low)
    return [plane for plane in planes if plane is not None]


def _read_pages(file: BinaryIO, path: Path) -> list[_Page]:
    file.seek(0)
    try:
        pages = tifffile.TiffFile(file).pages
        count = len(pages)
        found = [_describe(pages[index].aspage()) for index in range(min(count, 2))]
    except Exception as error:  # tifffile raises whatever a bad tag leads to
        what = "is not a whole TIFF file: it is cut off or damaged. Copy it again."
        raise bad_file(path, what) from error
    if count not in {1, 2}:
        what = f"has {count} pages. A scan has one (high) or two (high, low)."
        raise bad_file(path, what)
    return found


def _describe(page: tifffile.TiffPage) -> _Page:
    bits = int(page.bitspersample)
    dtype = np.dtype(np.uint16 if bits == 16 else np.uint8)
    starts = map(int, page.dataoffsets)
    strips = zip(starts, map(int, page.databytecounts), strict=True)
    return _Page(
        size=(int(page.imagewidth), int(page.imagelength)),
        samples=int(page.samplesperpixel),
        bits=bits,
        photometric=int(page.photometric),
        sample_format=int(page.sampleformat),
        compression=int(page.compression),
        predictor=int(page.predictor),
        in_strips=not page.is_tiled
        and (page.imagedepth, page.fillorder, page.planarconfig) == (1, 1, 1),
        rows=int(page.rowsperstrip),
        strips=tuple(strips),
        dtype=dtype.newbyteorder(page.parent.byteorder),
        description=str(page.description),
    )


def _check_pages(path: Path, pages: list[_Page], pixel_budget: int) -> None:
    for page in pages:
        check_budget(path, page.size, pixel_budget)
        _check_type(path, page)
    if len({(page.shape, page.bits) for page in pages}) > 1:
        what = "has two pages of different size or type. Export both planes alike."
        raise bad_file(path, what)
    if len(pages) == 2 and pages[0].bits == 8:
        what = "has two 8-bit pages. Export counts with 16 bits, or one picture."
        raise bad_file(path, what)


def _check_type(path: Path, page: _Page) -> None:
    if (page.photometric, page.samples, page.bits) not in _TYPES or (
        page.sample_format != _UNSIGNED
    ):
        what = (
            f"holds {page.samples} samples of {page.bits} bits a pixel (photometric "
            f"{page.photometric}, sample format {page.sample_format}), which is not "
            "read here. Export 16-bit grey counts or 8-bit RGB."
        )
        raise bad_file(path, what)
    packing = (page.compression in {_PLAIN, *_DEFLATE}, page.predictor in {1, 2})
    if not all(packing) or not page.in_strips:
        what = (
            f"is packed in a way that is not read here (compression "
            f"{page.compression}, {'strips' if page.in_strips else 'tiles or planes'})."
            " Save it uncompressed."
        )
        raise bad_file(path, what)


def _check_extent(path: Path, pages: list[_Page], length: int) -> None:
    for page in pages:
        inside = all(start > 0 and 0 < n <= length - start for start, n in page.strips)
        wanted = -(-page.size[1] // max(page.rows, 1))
        if len(page.strips) != wanted or not inside:
            what = "is cut off or damaged: pixels are missing. Copy it again."
            raise bad_file(path, what)


def _decode_page(file: BinaryIO, path: Path, page: _Page) -> npt.NDArray[Any]:
    plane = np.empty(page.shape, page.dtype.newbyteorder("="))
    for index, (start, count) in enumerate(page.strips):
        rows = plane[index * page.rows : (index + 1) * page.rows]
        file.seek(start)
        content = _inflate(file.read(count), rows.nbytes, page.compression)
        if len(content) != rows.nbytes:
            what = "is damaged: a strip does not fill its rows. Copy it again."
            raise bad_file(path, what)
        rows[...] = np.frombuffer(content, page.dtype).reshape(rows.shape)
    if page.predictor == _DIFFERENCES:
        np.add.accumulate(plane, axis=1, dtype=plane.dtype, out=plane)
    return plane[:, :, 0] if page.samples == 1 else plane


def _inflate(content: bytes, length: int, compression: int) -> bytes:
    if compression == _PLAIN:
        return content[:length]
    try:  # never more than the rows can hold: a few bytes may inflate to gigabytes
        inflater = zlib.decompressobj()
        inflated = inflater.decompress(content, length)
        inflater.decompress(inflater.unconsumed_tail, 1)  # the checksum behind
    except zlib.error:
        return b""
    return inflated if inflater.eof else b""


def _build_display(
    path: Path, plane: npt.NDArray[np.uint8], metadata: ScanMetadata | None
) -> Scan:
    if metadata is None:
        return build_display(plane)
    if metadata.air is not None or metadata.dark is not None:
        raise bad_file(path, "states air for 8-bit pixels. Store counts.")
    return build_display(plane, metadata.info)
