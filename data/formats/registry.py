"""Which reader reads which file.

The formats of this package go by file ending. Others come from installed plug-ins: an
entry point of the group `cargosight.formats` yields an object with `endings` (a tuple
such as `(".uff",)`) and `read(path, pixel_budget)`, which returns a `Scan` or raises
`ScanFileError`. Plug-ins are loaded when an ending is met that is not ours, and never
replace a format of ours.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Final

from data.errors import CargosightError, ScanFileError
from data.formats import dicom, picture, png_pair, tiff
from data.formats.opening import PIXEL_BUDGET, bad_file
from data.formats.raw import read_raw
from data.formats.scanner_profile import ScannerProfile
from data.scan import Scan

GROUP: Final = "cargosight.formats"

Read = Callable[[Path, int], Scan]


@dataclass(frozen=True, slots=True)
class Format:
    """A reader and the file endings it reads.

    Attributes:
        endings: In lower case, with the dot.
        read: Takes a path and a pixel budget, returns a scan or raises ScanFileError.
    """

    endings: tuple[str, ...]
    read: Read


def read_scan(
    path: Path,
    *,
    pixel_budget: int = PIXEL_BUDGET,
    profile: ScannerProfile | None = None,
) -> Scan:
    """Read a scan of any known format.

    Args:
        path: The file. Either file of a PNG pair, or any plane file of a profile, reads
            the whole scan.
        pixel_budget: Most pixels (width x height) to decode; the header is read first.
        profile: Reads the files that are named as it states. Others are read by their
            own ending.

    Raises:
        ScanFileError: If the file is missing, empty, damaged, too large, or not what
            its ending says, or if no reader knows its ending.
    """
    path = Path(path)
    try:
        if profile is not None and profile.reads(path):
            return read_raw(path, pixel_budget, profile)
        return _find_reader(path, profile)(path, pixel_budget)
    except OSError as error:
        what = (
            f"cannot be read: {error.strerror or error}. Check the disk and the name."
        )
        raise bad_file(path, what) from error
    except MemoryError as error:
        what = "does not fit into memory. Lower the pixel budget, or free memory."
        raise bad_file(path, what) from error


def write_scan(scan: Scan, path: Path) -> None:
    """Write a scan as a native TIFF, losslessly.

    Args:
        scan: Any scan.
        path: Ends in .tiff or .tif. It appears whole or not at all.

    Raises:
        ScanFileError: If the ending is another one or the file cannot be written.
    """
    tiff.write_tiff(scan, Path(path))


def is_known(path: Path, profile: ScannerProfile | None = None) -> bool:
    """Tell from its name whether a file is of a format that can be read.

    Args:
        path: The file.
        profile: Knows its own files besides.
    """
    if profile is not None and profile.reads(path):
        return True
    ending = path.suffix.lower()
    return ending in _OURS or ending in _load_plugins()


def _read_png(path: Path, pixel_budget: int) -> Scan:
    if png_pair.is_pair_name(path):
        return png_pair.read_png_pair(path, pixel_budget)
    return picture.read_picture(path, pixel_budget)


_OURS: Final[dict[str, Read]] = {
    **dict.fromkeys(picture.ENDINGS, picture.read_picture),
    **dict.fromkeys(tiff.ENDINGS, tiff.read_tiff),
    **dict.fromkeys(dicom.ENDINGS, dicom.read_dicom),
    ".png": _read_png,
}


def _find_reader(path: Path, profile: ScannerProfile | None) -> Read:
    ending = path.suffix.lower()
    if ending in _OURS:
        return _OURS[ending]
    plugins = _load_plugins()
    if ending in plugins:
        return plugins[ending]
    known = ", ".join(sorted({*_OURS, *plugins}))
    if profile is None:
        hint = "For raw planes choose a scanner profile."
    else:
        hint = f"Profile {profile.name} reads {', '.join(profile.list_endings())}."
    what = f"has an ending that no reader knows (known: {known}). {hint}"
    raise bad_file(path, what)


@cache
def _load_plugins() -> dict[str, Read]:
    readers: dict[str, Read] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        plugin = _load_plugin(point)
        for ending in plugin.endings:
            readers.setdefault(ending, plugin.read)
    return readers


def _load_plugin(point: EntryPoint) -> Format:
    try:
        plugin: Any = point.load()
        endings = tuple(str(ending).lower() for ending in plugin.endings)
        return Format(endings, _guard(point.name, plugin.read))
    except Exception as error:  # code of others
        why = " ".join(str(error).split())
        msg = f"Format plug-in {point.name} does not load: {why}. Repair or remove it."
        raise ScanFileError(msg) from error


def _guard(name: str, read: Callable[[Path, int], object]) -> Read:
    def read_guarded(path: Path, pixel_budget: int) -> Scan:
        try:
            scan = read(path, pixel_budget)
        except (CargosightError, OSError, MemoryError):
            raise
        except Exception as error:  # code of others
            why = " ".join(f"{type(error).__name__}: {error}".split())
            what = f"cannot be read by format plug-in {name}: {why}. Report it."
            raise bad_file(path, what) from error
        if not isinstance(scan, Scan):
            raise bad_file(path, f"gives no scan in format plug-in {name}. Report it.")
        return scan

    return read_guarded
