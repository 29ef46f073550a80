"""The files that one scan is made of."""

from dataclasses import dataclass
from pathlib import Path

from data.formats import png_pair, raw
from data.formats.scanner_profile import ScannerProfile


@dataclass(frozen=True, slots=True)
class ScanParts:
    """The files of one scan, whether they are there or not.

    Attributes:
        planes: Those that hold pixels; the one by which the scan goes comes first.
        beside: What may stand beside them.
    """

    planes: tuple[Path, ...]
    beside: tuple[Path, ...] = ()

    @property
    def main(self) -> Path:
        """The file by which the scan goes."""
        return self.planes[0]


def find_parts(path: Path, profile: ScannerProfile | None = None) -> ScanParts:
    """Name the files of the scan that a file belongs to.

    Args:
        path: Any of them.
        profile: Knows its own files besides.

    Example:
        >>> [part.name for part in find_parts(Path("a_low.png")).planes]
        ['a_high.png', 'a_low.png']
    """
    if profile is not None and profile.reads(path):
        low = raw.find_low(path, profile)
        main = raw.find_main(path, profile)
        return ScanParts((main,) if low is None else (main, low))
    if png_pair.is_pair_name(path):
        planes = png_pair.find_high(path), png_pair.find_low(path)
        return ScanParts(planes, (png_pair.find_sidecar(path),))
    return ScanParts((path,))
