"""Show 16-bit scans to labelling tools, which see 8 bits: one picture a window."""

from pathlib import Path
from typing import Final

import cv2
import numpy as np

from data.errors import DatasetError
from data.files import replacing
from data.physics.transmission import to_attenuation
from data.scan import Picture, Scan, ScanKind

WINDOWS: Final[dict[str, tuple[float, float]]] = {
    "thin": (0.0, 3.0),
    "dense": (2.0, 9.0),
}
"""Attenuation that is white and that is black in each window, nepers.

In the first a pistol in clothes or wood stands out, in the second one behind 100 mm of
steel (attenuation about 4 at 6 MV); the two overlap, so that nothing falls between."""

_ENDING: Final = ".png"


def render_window(scan: Scan, window: tuple[float, float]) -> Picture:
    """Show a range of attenuations of the high plane in grey, the thinnest white.

    Args:
        scan: With counts.
        window: Attenuation that is white, and that is black, nepers.

    Returns:
        (H, W) uint8, of the scan's pixels.

    Raises:
        ScanError: If it is a display scan.
    """
    white, black = window
    alpha = to_attenuation(scan.transmission("high"))
    shown = 255 * np.clip((black - alpha) / (black - white), 0, 1)
    return np.asarray(np.rint(shown), np.uint8)


def write_renderings(scan: Scan, folder: Path, stem: str) -> list[Path]:
    """Write the pictures of a scan that a person labels.

    They have the scan's pixels: boxes drawn on them are boxes of the scan.

    Args:
        scan: One with counts gives a picture a window, named `STEM.thin.png` and so on;
            a display scan gives `STEM.png`, as it is.
        folder: Where to write them.
        stem: May name subfolders.

    Returns:
        Their paths, the one to draw on first.

    Raises:
        DatasetError: If they cannot be written.
    """
    if scan.display is not None:
        pictures = [np.ascontiguousarray(scan.display[..., ::-1])]
    else:
        pictures = [render_window(scan, window) for window in WINDOWS.values()]
    names = name_renderings(stem, scan.kind)
    return [
        _write(folder / name, picture)
        for name, picture in zip(names, pictures, strict=True)
    ]


def name_renderings(stem: str, kind: ScanKind) -> list[str]:
    """The files that `write_renderings` writes for a scan, the one to draw on first.

    Args:
        stem: As given there.
        kind: Of the scan.

    Example:
        >>> name_renderings("a/b", "dual")
        ['a/b.thin.png', 'a/b.dense.png']
    """
    windows = [""] if kind == "display" else [f".{name}" for name in WINDOWS]
    return [f"{stem}{window}{_ENDING}" for window in windows]


def name_original(file: str) -> str:
    """The name of the scan that a rendering shows, without an ending.

    Args:
        file: Of a rendering, or of any other picture.

    Example:
        >>> name_original("a/b.dense.png"), name_original("c.jpg")
        ('a/b', 'c')
    """
    stem = file.rpartition(".")[0] or file
    for name in WINDOWS:
        stem = stem.removesuffix(f".{name}")
    return stem


def is_rendering(file: str) -> bool:
    """Whether a picture is one of several of a scan, by its name.

    Args:
        file: Its name.
    """
    return file.endswith(tuple(f".{name}{_ENDING}" for name in WINDOWS))


def rank_rendering(file: str) -> int:
    """0 for the rendering to draw on first, or any other picture, 1 for the next.

    Args:
        file: Its name.
    """
    names = [f".{name}{_ENDING}" for name in WINDOWS]
    return max((n for n, name in enumerate(names) if file.endswith(name)), default=0)


def _write(path: Path, picture: Picture) -> Path:
    whole, content = cv2.imencode(_ENDING, picture)
    assert whole  # noqa: S101 - PNG takes any such array
    try:
        with replacing(path) as draft:
            draft.write_bytes(content.tobytes())
    except OSError as error:
        msg = f"{path} cannot be written: {error.strerror or error}. Check the disk."
        raise DatasetError(msg) from error
    return path
