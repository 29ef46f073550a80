"""What a scan file states of its scan, read without decoding the pixels."""

from dataclasses import dataclass
from pathlib import Path

from data.formats import picture, png_pair, tiff
from data.formats.registry import read_scan
from data.formats.scanner_profile import ScannerProfile
from data.scan import Scan, ScanInfo, ScanKind


@dataclass(frozen=True, slots=True)
class ScanFacts:
    """What is known of a scan besides its pixels.

    Attributes:
        size: Width and height, px.
        kind: Which readings it has.
        info: What else its file states.
    """

    size: tuple[int, int]
    kind: ScanKind
    info: ScanInfo


def read_facts(path: Path, *, profile: ScannerProfile | None = None) -> ScanFacts:
    """Read what a scan file states.

    Headers are read and checked, pixels are not: damage among them shows only when the
    scan is read. Files of formats without a header of their own (PNG pairs, raw planes,
    those of plug-ins) are read whole.

    Args:
        path: The file.
        profile: Reads the files that are named as it states.

    Raises:
        ScanFileError: If the file cannot be read as a scan.
    """
    ending = path.suffix.lower()
    if (profile is not None and profile.reads(path)) or png_pair.is_pair_name(path):
        return state_facts(read_scan(path, profile=profile))
    if ending in tiff.ENDINGS:
        return ScanFacts(*tiff.describe_tiff(path))
    if ending in picture.ENDINGS:
        header = picture.read_picture_header(path)
        kind: ScanKind = "single" if header.depth == 16 else "display"
        return ScanFacts(header.size, kind, ScanInfo())
    return state_facts(read_scan(path))


def state_facts(scan: Scan) -> ScanFacts:
    """What a scan that was read states.

    Args:
        scan: The scan.
    """
    return ScanFacts(scan.size, scan.kind, scan.info)
