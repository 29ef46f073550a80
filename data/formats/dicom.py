"""DICOM and DICOS: digital X-ray pictures, for processing as counts.

One 16-bit frame for processing is a single scan, two are high and low of a dual one;
8-bit grey or RGB, and all that is for presentation, is a display scan. Compressed
pixels are read where pydicom can decode them with what is installed.
"""

from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from data.formats.dicom_header import (
    NATIVE,
    DicomHeader,
    guarding,
    parse,
    read_header,
)
from data.formats.metadata import (
    ScanMetadata,
    build_scan,
    is_metadata,
    read_metadata,
)
from data.formats.opening import bad_file, check_budget, opened, read_rest
from data.formats.picture import build_display
from data.scan import Counts, Picture, Scan

ENDINGS: Final = (".dcm", ".dcs", ".dicos")

_GREY: Final = ("MONOCHROME1", "MONOCHROME2")
_COLOUR: Final = ("RGB",)
_PACKED_COLOUR: Final = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT")


def read_dicom(path: Path, pixel_budget: int) -> Scan:
    """Read a DICOM or DICOS file.

    Args:
        path: The file.
        pixel_budget: Most pixels (width x height) of a frame to decode.

    Returns:
        A dual, single or display scan. Air is estimated unless the file is of ours.

    Raises:
        ScanFileError: If it is missing, damaged, too large or of an unfit type, or if
            pydicom is not installed.
    """
    with opened(path) as file:
        header = read_header(file, path)
        check_budget(path, header.size, pixel_budget)
        _check_type(path, header)
        content = read_rest(file, path, header.size)
    frames = _decode(content, path, header)
    own = header.own
    metadata = (
        read_metadata(own, path)
        if own is not None and is_metadata(own)
        else ScanMetadata(info=header.info)
    )
    if header.counts:
        planes = [_read_counts(frame[:, :, 0], header) for frame in frames]
        return build_scan(path, planes, metadata)
    return build_display(_render(frames[0], header), metadata.info)


def find_number(path: Path) -> str | None:
    """Which inspection a file is of: its accession number, or the UID of its study.

    Raises:
        ScanFileError: If it cannot be read.
    """
    with opened(path) as file:
        return read_header(file, path).number


def _check_type(path: Path, header: DicomHeader) -> None:
    native = header.syntax in NATIVE
    colours = _COLOUR if native else _PACKED_COLOUR
    grey = header.samples == 1 and header.photometric in _GREY
    colour = (header.samples, header.allocated) == (3, 8)
    if not grey and not (colour and header.photometric in colours):
        what = (
            f"holds {header.samples} samples of {header.allocated} bits a pixel as "
            f"{header.photometric or 'nothing'}, which is not read here. Export "
            "MONOCHROME2 or RGB."
        )
        raise bad_file(path, what)
    most = 2 if header.counts else 1
    if not 1 <= header.frames <= most:
        what = (
            f"has {header.frames} frames. Counts have one (high) or two (high, low), "
            "pictures one."
        )
        raise bad_file(path, what)


def _decode(content: bytes, path: Path, header: DicomHeader) -> npt.NDArray[Any]:
    """All frames, (frames, H, W, samples)."""
    width, height = header.size
    shape = (header.frames, height, width, header.samples)
    with guarding(path):
        dataset = parse(content, pixels=True)
        if header.syntax in NATIVE:
            return _unpack(dataset.PixelData, path, header)
        from pydicom.pixels.decoders.base import get_decoder  # noqa: PLC0415 - an extra

        pixels, _ = get_decoder(header.syntax).as_array(
            dataset, raw=header.photometric in {*_GREY, *_COLOUR}
        )
        kind = np.uint16 if header.allocated == 16 else np.uint8
        return np.ascontiguousarray(pixels, kind).reshape(shape)


def _unpack(body: bytes, path: Path, header: DicomHeader) -> npt.NDArray[Any]:
    width, height = header.size
    count = header.frames * height * width * header.samples
    wanted = count * header.allocated // 8
    if not wanted <= len(body) <= wanted + 1:
        what = (
            f"holds {len(body)} bytes of pixels where {wanted} are due: it is cut off "
            "or damaged. Copy or send it again."
        )
        raise bad_file(path, what)
    flat = np.frombuffer(body, "<u2" if header.allocated == 16 else np.uint8, count)
    if header.by_plane and header.samples > 1:
        by_plane = flat.reshape(header.frames, header.samples, height, width)
        return np.moveaxis(by_plane, 1, 3)
    return flat.reshape(header.frames, height, width, header.samples)


def _read_counts(frame: npt.NDArray[Any], header: DicomHeader) -> Counts:
    full = (1 << header.stored) - 1
    counts = frame.astype(np.uint16, copy=False)
    if header.stored < 16:  # old files keep overlays above
        counts = counts & np.uint16(full)
    if header.inverted:
        counts = np.uint16(full) - counts
    return np.ascontiguousarray(counts)


def _render(frame: npt.NDArray[Any], header: DicomHeader) -> Picture:
    """Eight bits a sample, as they are to be shown.

    Source: DICOM PS3.3, C.11.2.1.2.1 (the linear window).
    """
    full = (1 << header.stored) - 1
    picture = np.ascontiguousarray(frame)
    if header.stored != 8 or (header.window is not None and header.samples == 1):
        centre, width = header.window or ((full + 1) / 2, full + 1.0)
        scale = np.arange(full + 1, dtype=np.float64)
        shown = ((scale - (centre - 0.5)) / (width - 1) + 0.5).clip(0, 1) * 255
        picture = np.rint(shown).astype(np.uint8)[picture & full]
    return 255 - picture if header.inverted else picture
