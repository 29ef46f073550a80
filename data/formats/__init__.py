"""Read and write scans.

Modules:
    registry: which reader reads which file.
    tiff: native files.
    png_pair: 16-bit PNG pairs.
    picture: 8-bit PNG, JPEG and BMP, as display.
    dicom, dicom_header, dicom_writing: DICOM and DICOS, through pydicom.
    scanner_profile, raw: raw planes through a scanner profile (data/scanners).
    listing: the scans that files, folders and globs name.
    parts: the files that one scan is made of.
    levels: air, where a file does not state it.
    metadata: what is stored beside the counts.
    opening, headers, codec: what is checked before and while decoding.
"""

from data.formats.levels import estimate_air
from data.formats.listing import ScanFile, find_scans
from data.formats.registry import read_scan, write_scan
from data.formats.scanner_profile import ScannerProfile, list_profiles, load_profile

__all__ = [
    "ScanFile",
    "ScannerProfile",
    "estimate_air",
    "find_scans",
    "list_profiles",
    "load_profile",
    "read_scan",
    "write_scan",
]
