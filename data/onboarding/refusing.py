"""Files that are no raw planes: known by their first bytes, and refused by name."""

from pathlib import Path
from typing import Final

from data.errors import ScanFileError
from data.formats.opening import bad_file

_MARKS: Final = (
    (128, b"DICM", "DICOM or DICOS", "Export its counts as 16-bit TIFF, or raw"),
    (0, b"\x89PNG", "PNG", "Let its name end in .png"),
    (0, b"\xff\xd8\xff", "JPEG", "Let its name end in .jpg"),
    (0, b"II*\0", "TIFF", "Let its name end in .tiff"),
    (0, b"MM\0*", "TIFF", "Let its name end in .tiff"),
    (0, b"PK\x03\x04", "a ZIP archive", "Unpack it first"),
    (0, b"\x1f\x8b", "packed with gzip", "Unpack it first"),
    (0, b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it first"),
    (0, b"%PDF", "PDF", "Export counts"),
    (0, b"\x89HDF", "HDF5", "Export its planes as 16-bit TIFF, or raw"),
)
_FEWEST_BYTES: Final = 40_000


def check_raw(path: Path, content: bytes) -> None:
    """Refuse what is of another format, or too small for a scan.

    Args:
        path: The file, to be named.
        content: All of it.

    Raises:
        ScanFileError: If it cannot be raw planes.
    """
    for start, mark, name, what in _MARKS:
        if content[start : start + len(mark)] == mark:
            raise bad_file(path, f"is {name}, not raw planes. {what}.")
    if len(content) < _FEWEST_BYTES:
        what = f"has {len(content)} bytes, too few for a scan. Name a whole scan."
        raise bad_file(path, what)


def no_picture(path: Path) -> ScanFileError:
    """Build the error for a file in which no picture is found."""
    what = (
        "shows no lines that resemble each other: it is packed, enciphered, or no "
        "picture. Ask the vendor for uncompressed counts."
    )
    return bad_file(path, what)
