"""Pairs of 16-bit PNGs: NAME_high.png, NAME_low.png, perhaps NAME_scan.json.

The low plane may be missing; either file names the pair. The JSON is that of
`data.formats.metadata`; without it air is estimated and dark is 0.
"""

from pathlib import Path
from typing import Final

from data.formats.metadata import ScanMetadata, build_scan, read_metadata
from data.formats.opening import bad_file, opened
from data.formats.picture import read_counts, read_picture_header
from data.scan import Scan

HIGH: Final = "_high.png"
LOW: Final = "_low.png"
SIDECAR: Final = "_scan.json"

_SIDECAR_BYTES: Final = 2**24


def is_pair_name(path: Path) -> bool:
    """Tell whether a file is named as a plane of a pair.

    Example:
        >>> is_pair_name(Path("a_low.png")), is_pair_name(Path("low.png"))
        (True, False)
    """
    return path.name.lower().endswith((HIGH, LOW))


def find_high(path: Path) -> Path:
    """Find the high file of the pair that a file belongs to.

    Example:
        >>> find_high(Path("a_low.png")).name, find_high(Path("A_LOW.PNG")).name
        ('a_high.png', 'A_HIGH.PNG')
    """
    return _swap(path, LOW, HIGH)


def find_low(path: Path) -> Path:
    """Find the low file of the pair that a file belongs to; it may be missing."""
    return _swap(find_high(path), HIGH, LOW)


def find_sidecar(path: Path) -> Path:
    """Find the JSON of the pair that a file belongs to; it may be missing."""
    return _swap(find_high(path), HIGH, SIDECAR)


def read_png_pair(path: Path, pixel_budget: int) -> Scan:
    """Read the pair that a file belongs to.

    Args:
        path: NAME_high.png or NAME_low.png.
        pixel_budget: Most pixels (width x height) of a plane to decode.

    Returns:
        A dual scan, or a single one if there is no low file.

    Raises:
        ScanFileError: If the high file is missing, a file is damaged or not 16-bit
            grey, the planes differ in size, or the JSON is wrong.
    """
    high = find_high(path)
    if high != path and path.exists() and not high.exists():
        what = f"has no high plane beside it. Add {high.name}."
        raise bad_file(path, what)
    low = find_low(high)
    files = [high, low] if low.exists() else [high]
    sizes = [read_picture_header(file).size for file in files]
    if len(set(sizes)) > 1:
        (wide, tall), (low_wide, low_tall) = sizes
        what = (
            f"has {wide} x {tall} px but {low.name} has {low_wide} x {low_tall} px. "
            "Export both planes alike."
        )
        raise bad_file(high, what)
    planes = [read_counts(file, pixel_budget) for file in files]
    return build_scan(high, planes, _read_sidecar(find_sidecar(high)))


def _read_sidecar(path: Path) -> ScanMetadata | None:
    if not path.exists():
        return None
    with opened(path) as file:
        return read_metadata(file.read(_SIDECAR_BYTES), path)


def _swap(path: Path, old: str, new: str) -> Path:
    stem, ending = path.name[: -len(old)], path.name[-len(old) :]
    if ending.lower() != old:
        return path
    return path.with_name(stem + (new.upper() if ending.isupper() else new))
